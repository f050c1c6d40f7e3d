"""A stored run is read within bounds and held to its schema; what cannot be read is said in a sentence."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from stored_results import MUST, results, store

from fulfillspec.verdicts import stored

FOUND = results({MUST: {"rest": "pass"}})
VERSION = {
    "asked": "2025-10", "served": "2025-10", "verdict": "conformant", "summary": "", "counts": {}, "exchanges": 1,
    "orders_created": 0, "seconds": 1, "results": "2025-10/results.json",
}  # fmt: skip


def test_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    read = stored.load_one(store(tmp_path, FOUND))
    assert (read.folder, read.results, read.has_versions) == (tmp_path, FOUND, False)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{", "is no JSON in UTF-8"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b"\xff", "is no JSON in UTF-8"),
        (b"[" * 100_000, "is no JSON in UTF-8"),
        (b"[]", "expected fulfillspec/results/1, found 'list'"),
        (b'{"schema": "other"}', "found 'other'"),
    ],
)
def test_file_that_is_no_results_is_said_in_a_sentence(raw: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "results.json").write_bytes(raw)
    with pytest.raises(stored.NotARun, match=re.escape(said)):
        stored.read(tmp_path)


def test_folder_without_results_or_with_a_link_is_no_run(tmp_path: Path) -> None:
    other = store(tmp_path / "other", FOUND)
    (tmp_path / "results.json").symlink_to(other / "results.json")
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(stored.NotARun, match=r"holds no results\.json"):
            stored.read(folder)


def test_file_that_is_too_long_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(json.dumps(FOUND))
    store(tmp_path, FOUND)
    monkeypatch.setattr(stored, "LONGEST", size)
    assert stored.read(tmp_path).results == FOUND
    monkeypatch.setattr(stored, "LONGEST", size - 1)
    with pytest.raises(stored.NotARun, match="is longer than"):
        stored.read(tmp_path)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"requirements": [1]}, "$.requirements[0]: expected type"),
        ({"seconds": "x"}, '$.seconds: expected type "number", found "x"'),
        ({"exchanges": []}, "found an array of 0"),
        ({"exchanges": {"a": 1}}, "found an object with 1 keys"),
    ],
)
def test_results_that_break_their_schema_are_said_where(changed: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(stored.NotARun, match=re.escape(said)):
        stored.load(store(tmp_path, FOUND | changed))


def test_breaches_that_are_told_have_an_end() -> None:
    assert len([*stored.breaches(FOUND | {"requirements": [1] * 50})]) == 20


def test_run_over_several_versions_names_the_folder_of_one(tmp_path: Path) -> None:
    folder = store(tmp_path, FOUND | {"versions": [VERSION, {**VERSION, "asked": "2026-01", "results": None}]})
    assert stored.load(folder).has_versions
    with pytest.raises(stored.NotARun, match=re.escape("name the folder of one (2025-10 below it)")):
        stored.load_one(folder)


def test_folder_of_a_run_that_was_killed_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(stored.NotARun, match=r"expected the folder of a run\.$"):
        stored.read(tmp_path)
    (tmp_path / "journal.ndjson").touch()
    with pytest.raises(stored.NotARun, match=r"The run did not end: `fulfillspec sweep .* then run again\.$"):
        stored.read(tmp_path)
    (tmp_path / "evidence.ndjson").touch()
    with pytest.raises(stored.NotARun, match=r"`fulfillspec judge .*evidence\.ndjson` judges what it recorded"):
        stored.read(tmp_path)
