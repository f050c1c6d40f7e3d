"""Walks of a whole run: what results and report say of them, and that its own command repeats them."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from explored import request_of
from started import Ended, suites

from fulfillspec.documents import paths
from fulfillspec.evidence import log

TOLD = ["FO-INV-QUANTITY", "FO-INV-IDS", "FO-INV-PARENT", "FO-INV-RANGE", "FO-INV-OBSERVERS", "FO-INV-UPDATED-AT"]


def run(out: Path, *options: str) -> Ended:
    """Take the walks of a run in a process of its own, with its report."""
    return suites("-k", "test_what_always_holds", f"--out={out}", *options, cwd=out.parent)


def asked(out: Path) -> list[tuple[str, ...]]:
    known: dict[str, str] = {}
    rows = [one for one in log.read(out / "evidence.ndjson") if "test_what_always_holds" in one.case]
    return [request_of(one, known) for one in rows]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("walked") / "run"
    run(out, "--depth=certify", "--seed=11", "--walk-steps=32")
    return out, json.loads((out / "results.json").read_text("utf-8"))


def test_results_have_seed_budget_and_what_was_checked(walked: Any) -> None:
    _, found = walked
    schema = json.loads((paths.schemas() / "results.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)
    assert found["suite"]["seed"] == 11
    assert [row["transport"] for row in found["walks"]] == ["rest", "graphql"]
    for row in found["walks"]:
        assert (row["seed"], row["budget"], row["walks"], row["repetitions"]) == (11, 32, 2, 0)
        assert 2 < row["steps"] <= 32
        counted = {rule["requirement"]: rule for rule in row["rules"]}
        assert all(counted[name]["checked"] > 0 and counted[name]["violations"] == 0 for name in TOLD)


def test_report_has_a_section_of_the_walks(walked: Any) -> None:
    out, found = walked
    page = (out / "report.html").read_text("utf-8")
    shown = re.search(r'<section id="walks">(.*?)</section>', page, re.DOTALL)
    assert shown
    section = shown[1]
    for row in found["walks"]:
        assert f"2 walks · {row['steps']} of 32 steps · seed 11" in section
    assert all(section.count(f">{name}<") >= 2 for name in TOLD)
    assert 'href="#walks"' in page


def test_the_reports_own_command_repeats_the_walks(walked: Any, tmp_path: Path) -> None:
    out, _ = walked
    page = (out / "report.html").read_text("utf-8")
    shown = re.search(r"fulfillspec run [^<]*--seed[^<]*", page)
    assert shown
    command = shown[0]
    again = [word for word in shlex.split(command)[2:] if word != "certify"]
    assert again == ["--api-version", "2025-10", "--depth", "--seed", "11", "--walk-steps", "32"]
    run(tmp_path / "run", "--depth=certify", "--seed=11", "--walk-steps=32", "--bare")
    assert asked(tmp_path / "run") == asked(out)


@pytest.mark.parametrize("steps", ["-1", "many"])
def test_wrong_budget_is_one_sentence_and_status_4(tmp_path: Path, steps: str) -> None:
    ended = run(tmp_path / "run", f"--walk-steps={steps}")
    assert ended.status == 4
    assert "--walk-steps" in ended.err
    assert "Traceback" not in ended.err
