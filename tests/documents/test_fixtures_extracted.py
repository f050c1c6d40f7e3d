"""The fixtures are what the documents show: extracted, not written."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from statement_walk import collapse, documents

from fulfillspec.documents import paths

ROOT = paths.home()
SCRIPT = ROOT / "scripts" / "extract_fixtures.py"
FOLDERS = ("documents", "S0", "S1", "S2", "S3", "S4")
LINKS = "links.toml"
"""Where the documents are published: beside what they show, and no part of it."""


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for name in FOLDERS
        for file in sorted((folder / name).glob("*"))
        if file.name != LINKS
    }


def _extract(source: Path, into: Path) -> dict[str, bytes]:
    subprocess.run([sys.executable, SCRIPT, source, "--into", into], check=True, capture_output=True)
    return _files(into)


def test_committed_fixtures_are_what_the_stored_documents_show(tmp_path: Path) -> None:
    assert _extract(paths.fixtures() / "documents", tmp_path) == _files(paths.fixtures())


def test_stored_documents_and_fixtures_are_those_of_the_seeds(tmp_path: Path) -> None:
    seeds = os.environ.get("FULFILLSPEC_SEEDS")
    if not seeds:
        pytest.skip("FULFILLSPEC_SEEDS does not name the folder of the source documents")
    assert _extract(Path(seeds), tmp_path) == _files(paths.fixtures())


def test_every_response_of_the_documents_is_a_fixture() -> None:
    texts = documents()
    shown = {
        "S0": 1,
        "S1": 1,
        "S2": texts["S2"].count("HTTP/1.1 200 OK"),
        "S3": 1,
        "S4": texts["S4"].count("HTTP/1.1 200 OK"),
    }
    kept = {
        name: sum("response" in json.loads(file.read_text()) for file in (paths.fixtures() / name).glob("*.json"))
        for name in shown
    }
    assert kept == shown


def test_every_property_of_the_documents_has_its_example_as_a_fixture() -> None:
    text = (paths.fixtures() / "documents" / "S2.txt").read_text(encoding="utf-8")
    named = set(re.findall(r"^\* (\w+):", text.partition("## Retrieves a list")[0], re.MULTILINE))
    assert named == {file.stem.removeprefix("property-") for file in (paths.fixtures() / "S2").glob("property-*.json")}


def test_every_fixture_names_its_source() -> None:
    texts = documents()
    for folder in FOLDERS[1:]:
        for file in (paths.fixtures() / folder).glob("*.json"):
            source = json.loads(file.read_text())["source"]
            assert source["document"] == folder
            section = source["section"].removeprefix("Resource Properties: ")
            assert collapse(section) in texts[folder], file


def test_only_the_sample_that_the_document_breaks_off_lacks_its_body() -> None:
    broken = [
        file.name
        for folder in FOLDERS[1:]
        for file in (paths.fixtures() / folder).glob("*.json")
        if "note" in json.loads(file.read_text()).get("response", {})
    ]
    assert broken == ["submit-laid-out.json"]


def test_what_is_laid_out_in_lines_equals_what_stands_in_one() -> None:
    folder = paths.fixtures() / "S4"
    for name in ("accept", "reject"):
        laid_out = json.loads((folder / f"{name}-laid-out.json").read_text())
        in_one = json.loads((folder / f"{name}-1.json").read_text())
        assert (laid_out["request"], laid_out["response"]) == (in_one["request"], in_one["response"])


def test_unreadable_documents_are_named(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, SCRIPT, tmp_path], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "expected one file S0.txt" in done.stderr
