"""The vendor's statement: read strictly, with a sentence for what cannot be used."""

from pathlib import Path

import pytest

from fulfillspec.target import statement
from fulfillspec.target.file import BadTarget
from fulfillspec.target.statement import StatedDeviation
from fulfillspec.target.writing import StatementFile, write_statement

PRODUCT = 'vendor = "A"\nproduct = "B"\nversion = "1"\n'


def stated(folder: Path, text: str) -> Path:
    (folder / statement.NAME).write_text(text, "utf-8")
    return folder / statement.NAME


def test_statement_says_what_is_claimed(tmp_path: Path) -> None:
    more = 'areas = ["closing"]\nprofile = "strict"\n[[deviations]]\nrequirement = "FO-X"\nreason = "later"\n'
    found = statement.load(stated(tmp_path, PRODUCT + more))
    assert (found.vendor, found.areas, found.profile) == ("A", ("closing",), "strict")
    assert found.deviations == (StatedDeviation("FO-X", "later"),)
    assert found.as_json()["deviations"] == ({"requirement": "FO-X", "reason": "later", "link": ""},)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('vendor = "A"', "'product' at the top: expected a string"),
        (PRODUCT + 'areas = ["closings"]', "did you mean 'closing'"),
        (PRODUCT + 'transports = ["soap"]', "Unknown word 'soap' in transports"),
        (PRODUCT + 'api_versions = ["soon"]', "'soon' in api_versions is not an API version"),
        (PRODUCT + 'profile = "lax"', "Unknown profile 'lax'"),
        (PRODUCT + 'colour = "red"', "Unknown key 'colour'"),
        (PRODUCT + "deviations = 3", "expected a list of sections"),
        (PRODUCT + '[[deviations]]\nrequirement = "FO-X"', "needs a requirement and a reason"),
        ("vendor = ", "is not valid TOML"),
    ],
)
def test_statement_that_cannot_be_used_is_a_sentence(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadTarget, match=said):
        statement.load(stated(tmp_path, text))


def test_statement_lies_beside_the_target_file(tmp_path: Path) -> None:
    target = tmp_path / "target.toml"
    assert statement.beside(None) is None
    assert statement.beside(target) is None
    assert statement.beside(target) or stated(tmp_path, PRODUCT) == statement.beside(target)


def test_statement_to_fill_in_states_nothing_yet(tmp_path: Path) -> None:
    target = tmp_path / "target.toml"
    path = write_statement(StatementFile(areas=["closing"], transports=["rest"]), target)
    assert path == tmp_path / statement.NAME
    assert statement.beside(target) is None
    text = path.read_text("utf-8")
    path.write_text("\n".join(line.removeprefix("# ") for line in text.splitlines()[2:]), "utf-8")
    assert statement.beside(target) == path
    assert statement.load(path).areas == ("closing",)


def test_statement_is_written_as_it_will_stand_and_kept(tmp_path: Path) -> None:
    target = tmp_path / "target.toml"
    wanted = StatementFile("A", "B", "1.0", api_versions=["2025-10"])
    path = write_statement(wanted, target)
    assert path is not None
    found = statement.load(path)
    assert (found.vendor, found.product, found.version, found.api_versions) == ("A", "B", "1.0", ("2025-10",))
    assert write_statement(StatementFile("C", "B", "1.0"), target) is None
    assert statement.load(path).vendor == "A"
    assert write_statement(StatementFile("C", "B", "1.0"), target, over=True) == path
    assert statement.load(path).vendor == "C"


def test_statement_that_could_not_be_read_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(BadTarget, match="'product' at the top: expected a string"):
        write_statement(StatementFile("A"), tmp_path / "target.toml")
    assert list(tmp_path.iterdir()) == []
