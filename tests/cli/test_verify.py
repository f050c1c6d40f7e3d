"""`fulfillspec verify`: what agrees is called so, and whatever was changed on one side is named."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tampered
from cli_process import Walked, run

from fulfillspec import verification
from fulfillspec.verdicts import checksums
from fulfillspec.verdicts.stored import NotARun

SHAPE, STATE = "FO-RESP-SET-DEADLINE", "FO-DEADLINE-SETS"
TOKEN = "shpat_" + "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one area over REST, with one deviation that the answer alone shows."""
    folder = tmp_path_factory.mktemp("small")
    choice = ("--transport", "rest", "--area", "deadlines", "--mutant", "deadline-answers-array")
    ended = run("run", *choice, "--out", "small", cwd=folder)
    assert ended.status == 1, ended.said
    return folder / "small"


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small, tmp_path / "copy"))


@pytest.fixture
def apart(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy whose reports are not written again: what they come to is shown by tests of their own."""
    monkeypatch.setattr(verification.files, "of_projections", lambda _: ())
    return copy


def deviating(small: Path) -> int:
    found = json.loads((small / "results.json").read_text("utf-8"))
    number: int = found["deviations"][0]["exchanges"][0]
    return number


def disagreements(folder: Path) -> list[str]:
    found = verification.verify(folder, recompute=False).disagreements
    assert all("Traceback" not in one.what and one.where for one in found)
    return [f"{one.where}: {one.what}" for one in found]


def without_sums(folder: Path) -> None:
    (folder / checksums.NAME).unlink()


def test_run_as_it_was_written_agrees(small: Path) -> None:
    ended = run("verify", small, cwd=small.parent)
    assert ended.status == 0, ended.said
    assert "everything agrees" in ended.out
    assert re.search(r"(\d+) of \1 requirements recomputed", ended.out)
    last = ended.out.splitlines()[-1]
    assert last.startswith("The run is a partial one, nonconformant (1 must failed) · embedded sandbox with mutant ")
    assert "depth core · 1 area · rest" in last
    assert len(ended.out.splitlines()) == 3


def test_whole_run_over_rest_agrees(walked: Walked) -> None:
    done = verification.verify(walked.out)
    assert done.disagreements == []
    assert done.exchanges > done.judged > 500


def test_disagreement_is_told_in_a_line_with_exit_status_1(copy: Path) -> None:
    (copy / "junit.xml").unlink()
    ended = run("verify", copy, cwd=copy.parent)
    assert ended.status == 1
    assert ended.out.splitlines()[0] == "junit.xml: SHA256SUMS names it, and it is missing"
    assert "not agree" in ended.out.splitlines()[-2]


def test_run_without_sums_is_checked_by_its_contents(copy: Path) -> None:
    without_sums(copy)
    done = verification.verify(copy)
    assert done.disagreements == []
    assert "no SHA256SUMS" in done.notes[0]


def test_report_that_is_written_again_keeps_the_sums(copy: Path) -> None:
    (copy / "report.html").write_text("lost", "utf-8")
    assert run("report", copy, cwd=copy.parent).status == 0
    assert disagreements(copy) == []


def acquit(found: dict[str, Any]) -> None:
    """Take the deviation away and turn every verdict that rests on it."""
    found["deviations"].clear()
    row = tampered.row_of(found, SHAPE)
    row["verdict"], row["by_transport"] = "pass", {"rest": "pass"}
    found["verdict"] = "conformant"
    found["summary"] = (
        "Partial run (area deadlines, over rest only; 2 of 241 musts). "
        "Conformant: each of 2 musts that apply holds at API version 2025-10 over REST."
    )
    found["next_action"] = (
        "Nothing that was tested is left to fix. Run without --only, --area and --transport for a verdict on the whole."
    )


def accuse(found: dict[str, Any]) -> None:
    """Tell of another place of the same requirement that no answer shows."""
    found["deviations"][0]["documented"] = "fulfillment_orders: an array"
    found["deviations"][0]["diff"] = []


def claim_pass(found: dict[str, Any]) -> None:
    """Say pass where no answer came that could show it."""
    found["target"]["areas"] += ["closing"]
    row = tampered.row_of(found, "FO-RESP-CLOSE")
    row["verdict"], row["by_transport"], row["reason"] = "pass", {"rest": "pass"}, None


def put(*path: Any, value: Any) -> tampered.Tamper:
    """Put a value at a path of the results; a requirement stands for its row."""

    def change(found: dict[str, Any]) -> None:
        place: Any = found
        for step in path[:-1]:
            place = tampered.row_of(found, step) if str(step).startswith("FO-") else place[step]
        place[path[-1]] = value

    return tampered.results(change)


CELL = {
    "state": "service:open/unsubmitted", "action": "accept", "actor": "service", "transport": "rest",
    "expected": "refuse", "level": "must", "seen": "refused", "verdict": "pass", "requirement": None, "exchanges": [1],
}  # fmt: skip


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (tampered.results(acquit), "and results.json has no such deviation"),
        (tampered.results(accuse), f"the deviation from {SHAPE} (fulfillment_orders: an array) is in none of its"),
        (tampered.results(claim_pass), "FO-RESP-CLOSE over rest: pass, and no answer shows it"),
        (put(SHAPE, "verdict", value="pass"), f"{SHAPE}: its verdict is pass, those of its transports come to fail"),
        (put(SHAPE, "by_transport", value={"rest": "pass"}), f"{SHAPE}: its verdict is fail, those of its transports come to pass"),
        (put(STATE, "by_transport", value={"rest": "fail"}), f"{STATE} over rest: fail, and no deviation shows it"),
        (put(SHAPE, "level", value="should"), f"{SHAPE}: level is not as the register has it"),
        (put("deviations", 0, "quote", value="a"), f"{SHAPE}: quote is not as the register has it"),
        (put("FO-CLOSE-STATE", "by_transport", value={"rest": "pass"}), "pass, expected not-applicable"),
        (put("FO-CLOSE-STATE", "by_transport", value={}), "verdicts over none, expected over rest"),
        (tampered.results(lambda found: found["requirements"].pop()), "is missing"),
        (
            tampered.results(lambda found: found["requirements"].append(found["requirements"][0])),
            "has more than one row",
        ),
        (put("verdict", value="conformant"), "the verdict is conformant, the requirements come to nonconformant"),
        (put("summary", value="Conformant."), "summary says 'Conformant.'"),
        (put("exchanges", value=58), "exchanges is 58, evidence.ndjson shows"),
        (put("orders_created", value=9), "orders_created is 9, evidence.ndjson shows "),
        (put("costs", "rest", "requests", value=5), "costs of rest: 5 requests in"),
        (put("costs", "rest", "seconds", value=0.0), "requests in 0.00 s, evidence.ndjson shows"),
        (put("throttled", value=1), "throttled is 1, evidence.ndjson shows 0"),
        (put("target", "base_url", value="https://vendor.example"), "its first line says base_url 'http://127"),
        (put("target", "kind", value="a real store"), "target.kind is 'a real store', the probe"),
        (put("target", "api_version", "served", value="2025-07"), "target.api_version.served is '2025-07'"),
        (put("started", value="2020-01-01T00:00:00Z"), "its first line says started"),
        (put("deviations", 0, "exchanges", value=[4000]), "names exchange 4000, which is not in evidence.ndjson"),
        (put("deviations", 0, "exchanges", value=[]), f"the deviation from {SHAPE} names no exchange"),
        (put("deviations", 0, "actor", value="outsider"), "none of its exchanges is by outsider over rest"),
        (put("cases", 0, "exchanges", value=[1, 2]), "has the exchanges [1, 2], evidence.ndjson shows"),
        (put("cells", value=[CELL]), "exchange 1 is no answer to an operation"),
        (put("cells", value=[{**CELL, "seen": "accepted"}]), "pass, though accepted where refuse is expected"),
        (put("suite", "register_digest", value="0" * 16), "it is of another suite: version 0.1.0 with register 0000"),
        (put("suite", "depth", value="deep"), "$.suite.depth: expected enum"),
        (
            tampered.results(lambda found: found["target"]["api_version"].update(asked="abc")),
            "the probe of the target cannot be followed",
        ),
        (put("requirements", value={}), "$.requirements: expected type"),
    ],
)  # fmt: skip
def test_results_that_were_changed_are_named(tamper: tampered.Tamper, said: str, apart: Path) -> None:
    without_sums(apart)
    tamper(apart)
    found = disagreements(apart)
    assert any(said in one for one in found), found


def test_keys_that_the_schema_does_not_name_are_passed_over(copy: Path) -> None:
    without_sums(copy)
    put("deviations", 0, "id", value=[])(copy)
    assert disagreements(copy) == []


def body(text: str) -> Callable[[dict[str, Any]], None]:
    return lambda row: row["response"].update(body=text)


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (tampered.log(lambda lines: lines.pop(20)), "line 21 is exchange 21: expected 20"),
        (tampered.log(lambda lines: lines.pop()), "it has no last line"),
        (tampered.log(lambda lines: lines.insert(20, lines[20])), "line 22 is exchange 20: expected 21"),
        (tampered.log(lambda lines: lines.append(lines[-1])), "comes after the last line of the run"),
        (tampered.log(lambda lines: lines.insert(20, "{}\n")), "line 21 is no exchange"),
        (tampered.log(lambda lines: lines.insert(20, "no JSON\n")), "line 21, is no JSON"),
        (tampered.log(lambda lines: lines.insert(20, "[" * 200_000 + "\n")), "line 21, is no JSON"),
        (tampered.log(lambda lines: lines.__setitem__(0, '{"schema":"other"}\n')), "does not begin with the schema"),
        (tampered.log(lambda lines: lines.clear()), "does not begin with the schema"),
        (tampered.exchange(9, lambda row: row.update(n="9")), "was not written by this suite: n has another type"),
        (tampered.exchange(9, lambda row: row.update(response="text")), "was not written by this suite"),
        (tampered.exchange(9, lambda row: row["request"]["headers"].update(a=[])), "a header is not text"),
        (tampered.exchange(9, lambda row: row["response"].update(status="200")), "status has another type"),
        (tampered.exchange(9, lambda row: row.update(case="another")), "the case another has the exchanges None"),
        (tampered.exchange(-1, lambda row: row.update(verdict="conformant")), "its last line says 'conformant'"),
        (tampered.exchange(-1, lambda row: row.update(exchanges=1)), "its last line says exchanges 1"),
        (
            tampered.exchange(9, lambda row: row["request"]["headers"].update({"X-Shopify-Access-Token": "a-token"})),
            "exchange 9: the header X-Shopify-Access-Token holds a credential that is not replaced",
        ),
        (tampered.exchange(9, body('{"email":"a@b.example"}')), "exchange 9: a body holds personal data"),
        (tampered.exchange(1, lambda row: row["request"].update(url="elsewhere")), "the probe of the target cannot be followed"),
    ],
)  # fmt: skip
def test_log_that_was_changed_is_named(tamper: tampered.Tamper, said: str, apart: Path) -> None:
    without_sums(apart)
    tamper(apart)
    found = disagreements(apart)
    assert any(said in one for one in found), found


def test_answer_that_was_mended_afterwards_acquits_of_nothing(copy: Path) -> None:
    without_sums(copy)
    rows = [json.loads(row) for row in (copy / "evidence.ndjson").read_text("utf-8").splitlines()]
    for row in rows:
        if row.get("operation") == "set_deadline" and (row.get("response") or {}).get("status") == 200:
            tampered.exchange(row["n"], body("{}"))(copy)
    found = disagreements(copy)
    assert any(f"the deviation from {SHAPE}" in one for one in found), found
    assert any(f"{SHAPE} over rest: fail, and every answer holds to it" in one for one in found), found
    assert any(one.startswith("exchanges.har: it is not what") for one in found), found


def test_answer_that_was_spoilt_afterwards_is_a_deviation(copy: Path) -> None:
    without_sums(copy)
    looks = (row for row in (copy / "evidence.ndjson").read_text("utf-8").splitlines() if '"phase":"look"' in row)
    number = json.loads(next(looks))["n"]
    tampered.exchange(number, body('{"fulfillment_orders":null}'))(copy)
    tampered.results(lambda found: found["target"]["areas"].append("reading"))(copy)
    assert any(f"exchange {number}: it deviates from FO-RESP-LIST" in one for one in disagreements(copy))


@pytest.mark.parametrize(
    "name", ["report.html", "exchanges.har", "junit.xml", "results.csv", "badge.json", "summary.md"]
)
def test_projection_of_other_results_is_named(name: str, copy: Path) -> None:
    tampered.file(name, lambda text: text.replace("FO-", "FO_") + " ")(copy)
    found = disagreements(copy)
    assert f"{name}: it is not what results.json and evidence.ndjson come to" in found
    assert any(one.startswith(f"{name}: it is not the file that SHA256SUMS") for one in found)


@pytest.mark.parametrize("name", ["pytest.html", "reproduce/FO-RESP-SET-DEADLINE-1.sh"])
def test_file_that_was_changed_is_named_by_its_sum(name: str, copy: Path) -> None:
    tampered.file(name, lambda text: text + "\n")(copy)
    assert disagreements(copy) == [f"{name}: it is not the file that SHA256SUMS has the sum of: it was changed or cut"]


@pytest.mark.parametrize("line", ["no sum", f"{'0' * 64}  ../results.json", f"{'0' * 64}  /etc/passwd", "0" * 9000])
def test_sums_that_are_none_of_ours_are_not_followed(line: str, copy: Path) -> None:
    tampered.file(checksums.NAME, lambda text: f"{line}\n{text}")(copy)
    assert disagreements(copy) == ["SHA256SUMS: line 1 is no sum and file name"]


@pytest.mark.parametrize("name", ["reproduce/FO-RESP-SET-DEADLINE-1.sh", "pytest.html", "target.toml"])
def test_token_in_any_file_is_told_and_not_repeated(name: str, copy: Path) -> None:
    without_sums(copy)
    with (copy / name).open("a", encoding="utf-8") as text:
        text.write(f"\n{'x' * 2_000_000}\nand {TOKEN}\n")
    (found,) = disagreements(copy)
    assert found.startswith(f"{name}: something in line ")
    assert TOKEN not in found


def test_evidence_that_is_missing_is_named(copy: Path) -> None:
    (copy / "evidence.ndjson").unlink()
    assert "evidence.ndjson: it is missing, so nothing could be judged again" in disagreements(copy)


def test_links_and_pipes_are_not_read(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text(TOKEN, "utf-8")
    (copy / "report.html").unlink()
    (copy / "report.html").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(copy / "pipe")
    found = disagreements(copy)
    assert {"report.html: it is a link or no file, and was not read", "report.html: it is missing"} <= set(found)
    assert "pipe: it is a link or no file, and was not read" in found
    assert not any("looks like a token" in one for one in found)


def test_evidence_that_is_a_pipe_is_not_waited_for(copy: Path) -> None:
    (copy / "evidence.ndjson").unlink()
    os.mkfifo(copy / "evidence.ndjson")
    assert "evidence.ndjson: it is a link or no file, and was not read" in disagreements(copy)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no JSON"),
        (b"\xff\xfe", "is no JSON in UTF-8"),
        (b"[" * 200_000, "is no JSON"),
        (b"[]", "has another schema: expected fulfillspec/results/1, found 'list'"),
        (b'{"schema": "fulfillspec/results/2"}', "found 'fulfillspec/results/2'"),
        (b'{"schema": "fulfillspec/results/1", "seconds": NaN}', "NaN is no JSON number"),
        (b'{"schema": ' + b"9" * 5000 + b"}", "is no JSON"),
        (None, "holds no results.json"),
    ],
)
def test_folder_that_is_no_run_is_a_sentence(content: bytes | None, said: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "results.json").write_bytes(content)
    with pytest.raises(NotARun) as reason:
        verification.verify(tmp_path)
    assert said in str(reason.value)
    assert len(str(reason.value)) < 600


def test_file_that_is_not_of_the_run_is_named(copy: Path) -> None:
    (copy / "letter.txt").write_text("please pass us", "utf-8")
    done = verification.verify(copy)
    assert done.disagreements == []
    assert done.notes == ["letter.txt is not of this run: not checked."]
