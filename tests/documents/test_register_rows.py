"""The register is well-formed, its quotes are verbatim, and a malformed row is refused with a clear message."""

import dataclasses
from pathlib import Path

import pytest
from statement_walk import collapse, documents

from fulfillspec.documents import paths
from fulfillspec.documents.register import (
    MalformedRow,
    Register,
    RegisterError,
    UnknownRequirement,
    applies,
    load,
    read,
)

ROW = """
[[requirement]]
id = "FO-CLOSE-STATE"
area = "closing"
level = "must"
statement = "It is closed."
source = "S2 Close"
document = "S2"
quote = "closed"
provenance = "documented"
transports = ["rest"]
actors = ["service"]
"""


def _read(folder: Path, row: str, ambiguities: str = "") -> Register:
    (folder / "requirements").mkdir()
    (folder / "requirements" / "closing.toml").write_text(row)
    (folder / "ambiguities.toml").write_text(ambiguities)
    return read(folder)


def test_every_quote_occurs_in_its_document() -> None:
    texts = documents()
    missing = [
        row.id for row in load().requirements.values() if row.quote and collapse(row.quote) not in texts[row.document]
    ]
    assert missing == []


def test_every_quote_of_a_reading_occurs_in_its_document() -> None:
    texts = documents()
    missing = [
        (row.id, reading.key)
        for row in load().ambiguities.values()
        for reading in row.readings
        if reading.quote and collapse(reading.quote) not in texts[reading.document]
    ]
    assert missing == []


def test_a_changed_quote_is_noticed() -> None:
    texts = documents()
    row = load().get("FO-CLOSE-NEEDS-ACCEPTED")
    assert collapse(row.quote) in texts[row.document]
    assert collapse(row.quote.replace("accepted", "rejected")) not in texts[row.document]


def test_sources_name_the_document_of_the_quote() -> None:
    for row in load().requirements.values():
        assert not row.document or row.source.startswith(row.document + " "), row.id


def test_statements_are_one_sentence() -> None:
    for row in load().requirements.values():
        assert row.statement.endswith("."), row.id
        assert "\n" not in row.statement
        assert ". " not in row.statement, row.id


def test_statements_differ() -> None:
    statements = [row.statement for row in load().requirements.values()]
    assert sorted({text for text in statements if statements.count(text) > 1}) == []


def test_every_area_of_the_register_has_rows() -> None:
    assert [area for area, rows in load().by_area().items() if not rows] == []


def test_a_row_stands_in_the_file_of_its_area() -> None:
    folder = paths.schemas() / "requirements"
    for area, rows in load().by_area().items():
        text = (folder / f"{area}.toml").read_text() + (folder / "properties.toml").read_text()
        assert [row.id for row in rows if f'id = "{row.id}"' not in text] == []


def test_what_is_not_tested_says_why() -> None:
    reasons = {row.id: row.not_tested for row in load().requirements.values() if row.not_tested}
    assert len(reasons) < 20
    assert all(len(reason) > 40 and reason.endswith(".") for reason in reasons.values())


def test_ids_of_areas_that_travel_one_way_only_say_so() -> None:
    for row in load().requirements.values():
        if row.id.startswith("FO-GQL-"):
            assert (row.area, row.transports) == ("graphql", ("graphql",))
        if row.id.startswith("FO-CONN-"):
            assert (row.area, row.transports) == ("connector", ("connector",))
        if row.id.startswith("FO-EQ-"):
            assert (row.area, row.transports) == ("equivalence", ("rest", "graphql"))


def test_every_ambiguity_touches_a_requirement() -> None:
    assert [row.id for row in load().ambiguities.values() if not row.requirements] == []


def test_ambiguities_have_a_reading_from_the_documents_but_for_two() -> None:
    unquoted = {row.id for row in load().ambiguities.values() if not any(reading.quote for reading in row.readings)}
    assert unquoted == {
        "AMB-CANCELLATION-WORK",
        "AMB-FULFIL-STATUS-CODE",
    }  # seen on stores, and left open by the documents


def test_ambiguities_of_a_requirement_are_found() -> None:
    assert "AMB-CANCEL-STATUS" in {row.id for row in load().ambiguities_of("FO-CANCEL-STATE")}


def test_unknown_ids_name_the_nearest() -> None:
    with pytest.raises(UnknownRequirement, match="nearest: FO-CLOSE-STATE"):
        load().get("FO-CLOSE-STAET")
    with pytest.raises(UnknownRequirement, match="nearest: AMB-DIALECT"):
        load().ambiguity("AMB-DIALEKT")


def test_digest_names_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = _read(tmp_path / "a", ROW)
    other = _read(tmp_path / "b", ROW.replace("It is closed.", "It is open."))
    assert len(load().digest) == 16
    assert len({load().digest, one.digest, other.digest}) == 3
    assert read(paths.schemas()).digest == load().digest


@pytest.mark.parametrize(
    ("versions", "version", "expected"),
    [
        ("", "2022-04", True),
        (">=2023-04", "2023-01", False),
        (">=2023-04", "2023-04", True),
        (">=2023-04", "unstable", True),
        (">=2023-04", None, True),
        ("<2025-01", "2025-01", False),
        ("<2025-01", "unstable", False),
        (">=2023-01,<2025-01", "2024-10", True),
        (">=2023-01,<2025-01", "2022-10", False),
    ],
)
def test_versions_decide_whether_a_row_applies(versions: str, version: str | None, *, expected: bool) -> None:
    row = dataclasses.replace(load().get("FO-CLOSE-STATE"), versions=versions)
    assert applies(row, version, "rest") is expected


def test_transports_decide_whether_a_row_applies() -> None:
    row = load().get("FO-GQL-CLOSE-STATE")
    assert applies(row, "2025-10", "graphql")
    assert not applies(row, "2025-10", "rest")
    assert applies(row, "2025-10", None)


def test_a_well_formed_row_is_read(tmp_path: Path) -> None:
    assert _read(tmp_path, ROW).get("FO-CLOSE-STATE").actors == ("service",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "FO-CLOSE-STATE"', 'id = "FO-close"', "in capitals"),
        ('id = "FO-CLOSE-STATE"\n', "", "found None"),
        ('level = "must"', 'level = "shall"', "level: expected one of must, should, may, found 'shall'"),
        ('area = "closing"', 'area = "shutting"', "area: expected one of reading"),
        ('provenance = "documented"', 'provenance = "rumoured"', "provenance: expected one of"),
        ('quote = "closed"\n', "", "a quote needs its document"),
        ('document = "S2"', 'document = "S9"', "document: expected one of"),
        ('transports = ["rest"]', "transports = []", "transports: expected a list"),
        ('actors = ["service"]', 'actors = ["robot"]', "actors: expected one of"),
        ('statement = "It is closed."', 'statement = " "', "statement: expected text"),
        ('level = "must"', 'level = "must"\nowner = "me"', r"unknown keys \['owner'\]"),
        ('level = "must"\n', "", r"missing keys \['level'\]"),
        ('level = "must"', 'level = "must"\nversions = "2023"', "versions: expected a range"),
        ('level = "must"', 'level = "must', "is not TOML"),
        ("[[requirement]]", "[[requirements]]", r"expected nothing but \[\[requirement\]\]"),
        (ROW, ROW + ROW, "is there twice"),
    ],
)
def test_malformed_rows_are_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(MalformedRow, match=told):
        _read(tmp_path, ROW.replace(old, new))


def test_a_documented_row_needs_a_quote(tmp_path: Path) -> None:
    with pytest.raises(MalformedRow, match="what is documented needs a verbatim quote"):
        _read(tmp_path, ROW.replace('document = "S2"\nquote = "closed"\n', ""))


def test_an_ambiguity_names_requirements_that_exist(tmp_path: Path) -> None:
    ambiguity = """
[[ambiguity]]
id = "AMB-X"
question = "?"
kind = "shape"
requirements = ["FO-CLOSE-STATUS"]
readings = [{key = "a", text = "A", source = "s"}, {key = "b", text = "B", source = "s"}]
"""
    with pytest.raises(MalformedRow, match="no requirement FO-CLOSE-STATUS; nearest: FO-CLOSE-STATE"):
        _read(tmp_path, ROW, ambiguity)


def test_an_ambiguity_has_two_readings(tmp_path: Path) -> None:
    ambiguity = """
[[ambiguity]]
id = "AMB-X"
question = "?"
kind = "shape"
requirements = []
readings = [{key = "a", text = "A", source = "s"}]
"""
    with pytest.raises(MalformedRow, match="at least two readings"):
        _read(tmp_path, ROW, ambiguity)


def test_a_missing_register_is_said(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="No requirement below"):
        read(tmp_path)
