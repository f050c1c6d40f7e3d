"""Ways to forge a stored run, its sums made anew each time: each is found, or verify says that it cannot be."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_run import run

from fulfillspec import verification
from fulfillspec.reporting import write_all
from fulfillspec.verdicts import checksums
from fulfillspec.verification import recomputed

Json = dict[str, Any]
Forge = Callable[[Path], object]
ROW = "FO-CLOSE-STATE"


def results(change: Callable[[Json], object]) -> Forge:
    """Change results.json, and write it as a run does."""

    def forge(folder: Path) -> None:
        path = folder / "results.json"
        told = json.loads(path.read_text("utf-8"))
        change(told)
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")

    return forge


def row(told: Json, identity: str = ROW) -> Json:
    found: Json = next(one for one in told["requirements"] if one["id"] == identity)
    return found


def put(*path: Any, value: Any) -> Forge:
    """Put a value at a path of results.json."""

    def change(told: Json) -> None:
        place: Any = told
        for step in path[:-1]:
            place = row(told) if step == ROW else place[step]
        place[path[-1]] = value

    return results(change)


def acquit(told: Json) -> None:
    told["deviations"], told["verdict"] = [], "conformant"
    row(told).update(verdict="pass", by_transport={"rest": "pass"}, reason=None)


def lines(name: str, change: Callable[[list[str]], object]) -> Forge:
    """Change the lines of a file."""

    def forge(folder: Path) -> None:
        path = folder / name
        found = path.read_text("utf-8").splitlines(keepends=True)
        change(found)
        path.write_text("".join(found), "utf-8")

    return forge


def exchange(operation: str, change: Callable[[Json], object]) -> Forge:
    """Change the last exchange of an operation in the log."""

    def forge(found: list[str]) -> None:
        place = max(n for n, line in enumerate(found) if f'"operation":"{operation}"' in line)
        told = json.loads(found[place])
        change(told)
        found[place] = json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"

    return lines("evidence.ndjson", forge)


def numbered(change: Callable[[list[Json], int], object]) -> Forge:
    """Change the exchanges around the close, and count them anew."""

    def forge(folder: Path) -> None:
        path = folder / "evidence.ndjson"
        found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        change(found, next(n for n, one in enumerate(found) if one.get("operation") == "close"))
        count = 0
        for one in found:
            if "n" in one:
                count += 1
                one["n"] = count
        found[-1]["exchanges"] = count
        text = "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in found)
        path.write_text(text, "utf-8")
        results(lambda told: told.update(exchanges=count))(folder)

    return forge


def replace(name: str, old: str, new: str) -> Forge:
    """Replace a text in a file, where it stands first."""

    def forge(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return forge


def answered(change: Callable[[Json], object]) -> Callable[[Json], object]:
    return lambda told: change(told["response"])


def body(old: str, new: str) -> Callable[[Json], object]:
    return answered(lambda response: response.update(body=response["body"].replace(old, new)))


def script(folder: Path) -> Path:
    return next((folder / "reproduce").iterdir())


def time_of(what: str, found: list[str]) -> int:
    return next(n for n, line in enumerate(found) if f'"what":"{what}"' in line)


RESULTS: dict[str, tuple[Forge, str]] = {
    "verdict": (put("verdict", value="conformant"), "the verdict is conformant"),
    "verdict of a row": (put("requirements", ROW, "verdict", value="pass"), f"{ROW}: its verdict is pass"),
    "deviation dropped": (results(acquit), f"{ROW} is pass, the recording comes to fail"),
    "deviation told otherwise": (
        put("deviations", 0, "received", value="a later look shows open/closed"),
        "does not show this deviation",
    ),
    "deviation invented": (
        results(lambda told: told["deviations"].append({**told["deviations"][0], "received": "worse"})),
        "does not show this deviation",
    ),
    "deviation of other exchanges": (put("deviations", 0, "exchanges", value=[1, 2]), "exchange 1"),
    "level of a row": (put("requirements", ROW, "level", value="should"), f"{ROW}: level is not as the register"),
    "statement of a row": (put("requirements", ROW, "statement", value="Anything."), f"{ROW}: statement is not as"),
    "quote of a deviation": (put("deviations", 0, "quote", value="may"), f"{ROW}: quote is not as the register"),
    "row left out": (results(lambda told: told["requirements"].pop()), "is missing"),
    "row twice": (results(lambda told: told["requirements"].append(row(told))), f"{ROW} has more than one row"),
    "row of no register": (
        results(lambda told: told["requirements"].append({**row(told), "id": "FO-MADE-UP"})),
        "FO-MADE-UP is no row",
    ),
    "whole in the place of partial": (put("scope", value="whole"), "scope is not what the recording comes to"),
    "narrowed": (put("narrowed", value=[]), "results.json: "),
    "transports": (put("target", "transports", value=["rest", "graphql"]), "results.json: "),
    "areas": (results(lambda told: told["target"]["areas"].pop()), "results.json: "),
    "target": (put("target", "base_url", value="https://acme.example"), "its first line says base_url"),
    "kind of target": (put("target", "kind", value="a store"), "target.kind is 'a store'"),
    "mutants": (put("target", "mutants", value=[]), "target is not what the recording comes to: mutants"),
    "version served": (put("target", "api_version", "served", value="2026-01"), "target.api_version.served"),
    "scopes of an actor": (put("target", "actors", "service", "scopes", value=[]), "target is not what the recording"),
    "seconds": (put("seconds", value=0.1), "seconds is not what the recording comes to"),
    "beginning": (put("started", value="2027-01-01T00:00:00.000+00:00"), "its first line says started"),
    "costs": (put("costs", "rest", "requests", value=3), "costs of rest: 3 requests"),
    "orders": (put("orders_created", value=0), "orders_created is 0"),
    "throttled": (put("throttled", value=4), "throttled is 4"),
    "left behind": (
        put("left_behind", value=[{"kind": "order", "id": "1", "why": "x"}]),
        "left_behind is not what the recording",
    ),
    "outcome of a case": (put("cases", 0, "outcome", value="passed"), "cases is not what the recording"),
    "seconds of a case": (put("cases", 0, "seconds", value=9.0), "cases is not what the recording"),
    "transition": (put("transitions", 0, "to", value="service:closed/closed"), "transitions is not what the recording"),
    "note": (results(lambda told: told["notes"].append("Certified.")), "notes is not what the recording comes to"),
    "summary": (put("summary", value="Conformant."), "summary says 'Conformant.'"),
    "seed": (put("suite", "seed", value=7), "its first line says seed"),
    "depth": (put("suite", "depth", value="certify"), "results.json: "),
    "suite": (put("suite", "version", value="9.9.9"), "it is of another suite: version 9.9.9"),
    "profile": (put("profile", value="strict"), "profile is not what the recording comes to"),
    "claim": (put("statement", "claim", "vendor", value="Other"), "statement.toml: it states something else"),
    "claim observed": (put("statement", "differences", value=["all shown"]), "statement is not what the recording"),
    "key twice": (
        replace("results.json", '"verdict": "nonconformant"', '"verdict": "conformant",\n "verdict": "nonconformant"'),
        "results.json: it is not written as a run writes it",
    ),
}
EVIDENCE: dict[str, tuple[Forge, str]] = {
    "body": (exchange("list", body('"status":"closed"', '"status":"incomplete"')), "does not show this deviation"),
    "status": (exchange("close", answered(lambda one: one.update(status=422))), "the recording comes to"),
    "header": (exchange("close", answered(lambda one: one["headers"].pop("content-type"))), "reproduce/"),
    "request": (exchange("close", lambda one: one["request"].update(body="{}")), "the recording comes to inconclusive"),
    "duration": (exchange("close", lambda one: one.update(ms=one["ms"] + 900)), "costs of rest"),
    "time": (exchange("close", lambda one: one.update(at="2020-01-01T00:00:00.000000+00:00")), "it was sent at 2020"),
    "actor": (exchange("close", lambda one: one.update(actor="merchant")), "another token than the exchanges"),
    "exchange removed": (numbered(lambda found, at: found.pop(at + 1)), "the recording comes to inconclusive"),
    "exchange twice": (numbered(lambda found, at: found.insert(at, {**found[at]})), "the cases come to exchange"),
    "exchanges swapped": (
        numbered(lambda found, at: found.__setitem__(slice(at, at + 2), found[at : at + 2][::-1])),
        "the cases come to exchange",
    ),
    "number": (exchange("close", lambda one: one.update(n=7)), "is exchange 7: expected"),
    "last line": (replace("evidence.ndjson", '"verdict":"nonconformant"', '"verdict":"conformant"'), "its last line"),
    "last line gone": (lines("evidence.ndjson", lambda found: found.pop()), "it has no last line"),
    "tag": (lines("evidence.ndjson", lambda found: _first(found, "tag", "x")), "cannot be asked over it"),
    "key of an exchange twice": (replace("evidence.ndjson", '{"n":3,', '{"n":3,"n":3,'), "evidence.ndjson, line "),
    "white space": (replace("evidence.ndjson", '{"n":3,', '{ "n":3,'), ""),
    "token": (exchange("close", lambda one: _token(one["request"])), "holds a credential that is not replaced"),
}
BESIDE: dict[str, tuple[Forge, str]] = {
    "time gone": (
        lines("times.ndjson", lambda found: found.pop(time_of("a case", found))),
        "cases is not what the recording comes to",
    ),
    "time added": (
        lines("times.ndjson", lambda found: found.append('{"what":"a case","is":9}\n')),
        "nothing asks for the last 1",
    ),
    "time changed": (
        lines("times.ndjson", lambda found: found.__setitem__(-1, '{"what":"the end","is":99.5}\n')),
        "seconds is not what the recording comes to",
    ),
    "nothing heard": (
        lines("times.ndjson", lambda found: found.pop(next(n for n, one in enumerate(found) if '"heard":' in one))),
        "times.ndjson: 1 requests had come in, and it holds 0",
    ),
    "plan": (lines("times.ndjson", lambda found: _plan(found, depth="certify")), "suite is not what the recording"),
    "journal cut": (
        lines("journal.ndjson", lambda found: found.pop(0)),
        "journal.ndjson, line 1: the recording comes to",
    ),
    "journal longer": (
        lines("journal.ndjson", lambda found: found.append('{"number": 9, "kind": "order", "note": "x"}\n')),
        "the recording comes to no such line",
    ),
    "journal gone": (lambda folder: (folder / "journal.ndjson").unlink(), "journal.ndjson: it is missing"),
    "script": (
        lambda folder: script(folder).write_text("exit 1\n", "utf-8"),
        "it is not the script that the recording",
    ),
    "script gone": (lambda folder: script(folder).unlink(), "the recording comes to such a script, and it is missing"),
    "script added": (
        lambda folder: (folder / "reproduce" / "x.sh").write_text("exit 0\n", "utf-8"),
        "the recording comes to no such script",
    ),
    "statement": (replace("statement.toml", "1.2", "2.0"), "it states something else than results.json holds"),
    "statement gone": (lambda folder: (folder / "statement.toml").unlink(), "statement.toml: it is missing"),
    "statement broken": (
        lambda folder: (folder / "statement.toml").write_text("a = " + "[" * 9999),
        "is not valid TOML",
    ),
}
REPORTS: dict[str, tuple[Forge, str]] = {
    "har": (replace("exchanges.har", "close", "hold"), "exchanges.har: it is not what results.json and"),
    "csv": (replace("results.csv", "fail", "pass"), "results.csv: it is not what results.json and"),
    "html": (replace("report.html", "nonconformant", "conformant"), "report.html: it is not what results.json and"),
    "junit": (replace("junit.xml", "<failure", "<!-- <failure"), "junit.xml: it is not what results.json and"),
    "badge": (replace("badge.json", "nonconformant", "conformant"), "badge.json: it is not what results.json and"),
    "summary in Markdown": (lambda folder: (folder / "summary.md").write_text("Fine."), "summary.md: it is not what"),
}


def _first(found: list[str], key: str, value: object) -> None:
    found[0] = json.dumps({**json.loads(found[0]), key: value}, separators=(",", ":")) + "\n"


def _plan(found: list[str], **changes: object) -> None:
    head = json.loads(found[0])
    head["plan"] |= changes
    found[0] = json.dumps(head) + "\n"


def _token(request: Json) -> None:
    request["headers"]["X-Shopify-Access-Token"] = "a-token-that-nobody-replaced"


def said(folder: Path, wanted: str) -> list[str]:
    """Return what verify finds: what needs no replay, and where that is not it, what the cases come to."""
    done = verification.verify(folder, recompute=False)
    assert "Traceback" not in verification.in_words(done, folder)
    found = done.disagreements
    if not any(wanted in f"{one.where}: {one.what}" for one in found):
        found = recomputed.again(folder, json.loads((folder / "results.json").read_text("utf-8"))).disagreements
    return [f"{one.where}: {one.what}" for one in found]


@pytest.fixture
def apart(forged: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy whose reports are not made again: what is found without them is found whatever they say."""
    monkeypatch.setattr(verification.files, "of_projections", lambda _: ())
    return forged


def test_run_that_nobody_forged_agrees(whole_small: Path) -> None:
    done = verification.verify(whole_small)
    assert (done.disagreements, done.recomputed) == ([], done.requirements)


def is_found(forge: Forge, wanted: str, folder: Path) -> None:
    forge(folder)
    checksums.write(folder)
    told = said(folder, wanted)
    assert any(wanted in line for line in told), told


@pytest.mark.parametrize("name", RESULTS)
def test_forged_results_are_found(name: str, apart: Path) -> None:
    is_found(*RESULTS[name], apart)


@pytest.mark.parametrize("name", EVIDENCE)
def test_forged_evidence_is_found(name: str, apart: Path) -> None:
    is_found(*EVIDENCE[name], apart)


@pytest.mark.parametrize("name", BESIDE)
def test_forged_file_beside_them_is_found(name: str, apart: Path) -> None:
    is_found(*BESIDE[name], apart)


@pytest.mark.parametrize("name", REPORTS)
def test_forged_report_is_found(name: str, forged: Path) -> None:
    is_found(*REPORTS[name], forged)


@pytest.mark.parametrize("name", ["results.json", "evidence.ndjson", "pytest.html", "junit.xml"])
def test_sum_that_no_longer_fits_is_found(name: str, forged: Path) -> None:
    with (forged / name).open("a", encoding="utf-8") as file:
        file.write(" ")
    assert any(line.startswith(f"{name}: it is not the file that SHA256SUMS") for line in said(forged, name))


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda found: found.pop(), "SHA256SUMS has no sum of it"),
        (lambda found: found.append(f"{'0' * 64}  ../../etc/passwd\n"), "is no sum and file name"),
        (lambda found: found.append(f"{'0' * 64}  gone.json\n"), "SHA256SUMS names it, and it is missing"),
        (lambda found: found.insert(0, "x" * 9999), "line 1 is no sum"),
    ],
    ids=["left out", "elsewhere", "gone", "no sum"],
)
def test_sums_that_were_forged_are_found(change: Callable[[list[str]], object], wanted: str, forged: Path) -> None:
    lines("SHA256SUMS", change)(forged)
    assert any(wanted in line for line in said(forged, wanted))


def test_exchange_of_another_run_is_found(forged: Path, tmp_path: Path) -> None:
    other = run(tmp_path / "other", "--bare", f"--only={ROW}") / "evidence.ndjson"
    theirs = next(json.loads(line) for line in other.read_text("utf-8").splitlines() if '"operation":"close"' in line)
    exchange("close", lambda one: one.update(request=theirs["request"], response=theirs["response"]))(forged)
    checksums.write(forged)
    assert any("has another token" in line for line in said(forged, "has another token"))


@pytest.mark.parametrize(
    "forge",
    [
        replace("pytest.html", "Failed", "Passed"),
        put("suite", "python", value="4.0"),
        put("suite", "kill_matrix", value=None),
        put("suite", "source_mutants", value={"judged": 1, "found": 1}),
    ],
    ids=["pytest.html", "suite.python", "suite.kill_matrix", "suite.source_mutants"],
)
def test_what_cannot_be_found_is_named_where_the_outcome_is_printed(
    forge: Forge, forged: Path, request: pytest.FixtureRequest
) -> None:
    forge(forged)
    write_all(forged)
    checksums.write(forged)
    done = verification.verify(forged)
    assert done.disagreements == []
    name = re.search(r"\[(.*)\]", request.node.name)
    assert name is not None
    assert name[1] in verification.in_words(done, forged)
