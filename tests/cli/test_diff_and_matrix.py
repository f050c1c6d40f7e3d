"""`fulfillspec diff` and `matrix`: stored runs beside each other, whatever was written into them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_process import run
from stored_results import KNOWN, MUST, OTHER, Words, results, store

from fulfillspec.reporting import commands, side_by_side
from fulfillspec.reporting.run import parse
from fulfillspec.verdicts import before_after, stored

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e"


def test_exit_status_of_diff_is_that_of_a_baseline(tmp_path: Path) -> None:
    good = store(tmp_path / "good", results({MUST: {"rest": "pass"}}))
    bad = store(tmp_path / "bad", results({MUST: {"rest": "fail"}}))
    worse = run("diff", good, bad, cwd=tmp_path)
    assert worse.status == 1, worse.said
    assert f"{MUST} must rest: ✔ pass → ✖ fail" in worse.out
    assert worse.out.rstrip().endswith("1 must got worse.")
    fixed = run("diff", bad, good, cwd=tmp_path)
    assert fixed.status == 0, fixed.said
    assert "Fixed (1)" in fixed.out


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda _: "{", "is no JSON"),
        (lambda found: json.dumps({**found, "schema": "other"}), "has another schema"),
        (lambda found: json.dumps({**found, "requirements": [1]}), "does not follow its schema: $.requirements[0]"),
        (lambda found: json.dumps({**found, "seconds": HOSTILE}), "does not follow its schema: $.seconds"),
        (
            lambda found: json.dumps({**found, "versions": [VERSION]}),
            "is a run over several API versions: name the folder of one (2025-10 below it)",
        ),
    ],
)
def test_run_that_cannot_be_compared_is_a_sentence(
    spoil: Callable[[dict[str, Any]], str], said: str, tmp_path: Path
) -> None:
    (tmp_path / "results.json").write_text(spoil(results({MUST: {"rest": "pass"}})), "utf-8")
    with pytest.raises(stored.NotARun) as reason:
        stored.load_one(tmp_path)
    assert said in str(reason.value)
    assert "\x1b" not in str(reason.value)


VERSION: dict[str, Any] = {
    "asked": "2025-10", "served": "2025-10", "verdict": "conformant", "summary": "", "counts": {}, "exchanges": 1,
    "orders_created": 0, "seconds": 1, "results": "2025-10/results.json",
}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["diff", "good", "."], "holds no results.json"),
        (["diff", "good"], "Missing argument"),
        (["diff", "good", "nowhere"], "does not exist"),
        (["matrix", "good"], "A comparison needs the folders of two runs or more"),
        (["matrix", "good", "."], "holds no results.json"),
        (["matrix", "good", "good", "--out", "nowhere/page.html"], "cannot be written"),
        (["verify", "."], "holds no results.json"),
    ],
)
def test_wrong_use_is_a_sentence_with_exit_status_4(arguments: list[str], said: str, tmp_path: Path) -> None:
    store(tmp_path / "good", results({MUST: {"rest": "pass"}}))
    ended = run(*arguments, cwd=tmp_path)
    assert ended.status == 4, ended.said
    assert said in " ".join(ended.sentences)
    assert "Traceback" not in ended.said


def page(tmp_path: Path, *runs: dict[str, Any]) -> str:
    folders = [store(tmp_path / f"run {number}", found) for number, found in enumerate(runs)]
    made = [(folder, parse(stored.load_one(folder).results)) for folder in folders]
    (folders[0] / "report.html").touch()
    return side_by_side.render(side_by_side.columns(made, tmp_path / "matrix.html"))


def test_page_and_table_count_the_same(tmp_path: Path) -> None:
    words: tuple[Words, ...] = (
        {MUST: {"rest": "pass", "graphql": "fail"}, OTHER: {"rest": "pass"}},
        {MUST: {"rest": "pass", "graphql": "pass"}, OTHER: {"rest": "pass"}},
    )
    for number, one in enumerate(words):
        store(tmp_path / f"run-{number}", results(one))
    ended = run("matrix", "run-0", "run-1", "--out", "page.html", cwd=tmp_path)
    assert ended.status == 0, ended.said
    lines = ended.out.splitlines()
    assert lines[0].startswith("[1] nonconformant  run-0  http://127.0.0.1:4010")
    assert next(line for line in lines if line.startswith("closing")).split() == ["closing", "1/2", "✖1", "2/2"]
    assert "1 of 2 requirements differ." in lines
    text = (tmp_path / "page.html").read_text("utf-8")
    assert "1 of 2" in text
    assert "2 of 2" in text
    assert "2 requirements · 1 differ" in text.replace("\n", " ")


def test_row_without_a_counterpart_is_told(tmp_path: Path) -> None:
    text = page(tmp_path, results({MUST: {"rest": "pass"}}), results({OTHER: {"rest": "pass"}}))
    assert text.count("no such row") == 2


def test_failed_verdict_leads_to_its_row_in_the_report_that_is_there(tmp_path: Path) -> None:
    failing = results({MUST: {"rest": "fail"}})
    text = page(tmp_path, failing, failing)
    assert text.count(f'href="run%200/report.html#req-{MUST}"') == 1
    assert "run%201/report.html" not in text


def test_transport_that_one_run_lacks_is_no_difference(tmp_path: Path) -> None:
    both, one = ({MUST: dict.fromkeys(names, "pass")} for names in (("rest", "graphql"), ("rest",)))
    found = [parse(results(words)) for words in (both, one)]
    columns = side_by_side.columns([(tmp_path, run_) for run_ in found], tmp_path / "page.html")
    assert [area.differing for area in side_by_side.areas(columns)] == [0]


def test_what_makes_runs_less_comparable_is_said(tmp_path: Path) -> None:
    other = results({MUST: {"rest": "pass"}}, version="2026-01")
    other["suite"]["register_digest"], other["target"]["areas"] = "0", []
    text = page(tmp_path, results({MUST: {"rest": "pass"}}), other)
    assert "They were judged by different registers." in text
    assert "Their targets served different API versions." in text
    assert "They claim different areas" in text
    assert "different depths" not in text


def test_nothing_that_a_run_holds_acts_in_page_or_terminal(tmp_path: Path) -> None:
    found = results({MUST: {"rest": "fail"}}, summary=HOSTILE, next_action=HOSTILE)
    found["target"] |= {"base_url": HOSTILE, "kind": HOSTILE, "areas": [HOSTILE]}
    found["suite"] |= {"version": HOSTILE, "register_digest": HOSTILE}
    found["requirements"][0] |= {"statement": HOSTILE, "area": HOSTILE, "quote": HOSTILE}
    found["deviations"][0] |= {"documented": HOSTILE, "received": HOSTILE}
    found["cells"] = [
        {
            "state": HOSTILE, "action": HOSTILE, "actor": HOSTILE, "transport": "rest", "expected": "open",
            "level": None, "seen": "refused", "verdict": "pass", "requirement": None, "exchanges": [],
        }
    ]  # fmt: skip
    plain = results({MUST: {"rest": "pass"}}, cells=[{**found["cells"][0], "seen": "accepted"}])
    text = page(tmp_path, plain, found)
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    runs = [(tmp_path / str(number), parse(one)) for number, one in enumerate((plain, found))]
    columns = side_by_side.columns(runs, tmp_path / "page.html")
    said = commands.matrix(columns, tmp_path / "page.html")
    said += commands.change(before_after.between(plain, found, KNOWN), tmp_path, tmp_path)
    assert "alert" in said
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said)
