"""The log of a run: what is in the file, what is not, and that it reads back."""

import json
import shlex
import subprocess
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hostile import answer, answering
from wired import TOKEN, ask

from fulfillspec.evidence import log
from fulfillspec.evidence.log import NOT_JSON, DamagedEvidence, Evidence, read
from fulfillspec.evidence.redaction import Redactor


def rows(evidence: Evidence) -> list[dict[str, Any]]:
    evidence.flush()
    assert evidence.path is not None
    return [json.loads(line) for line in evidence.path.read_text(encoding="utf-8").splitlines()]


def record(evidence: Evidence, **fields: Any) -> Any:
    return evidence.record(
        **{
            "actor": "merchant",
            "transport": "rest",
            "operation": "get",
            "method": "GET",
            "url": "http://h/x.json",
            "status": 200,
            "body": '{"a":1}',
            "data": {"a": 1},
            **fields,
        },
    )


def test_file_has_a_first_line_the_exchanges_and_a_last_line(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "deep" / "evidence.ndjson", Redactor([]), meta={"base_url": "http://h"})
    evidence.context(case="a", phase="act")
    record(evidence, headers={"content-type": "application/json"}, ms=1.23456)
    record(evidence, status=None, error="timed out after 30 s without a whole answer", body="", data=NOT_JSON)
    evidence.close({"verdict": "aborted"})
    evidence.close()
    first, one, two, last = rows(evidence)
    assert first == {"schema": "fulfillspec/evidence/1", "base_url": "http://h"}
    assert one == {
        "n": 1,
        "at": one["at"],
        "case": "a",
        "actor": "merchant",
        "transport": "rest",
        "operation": "get",
        "phase": "act",
        "request": {"method": "GET", "url": "http://h/x.json", "headers": {}, "body": None},
        "response": {
            "status": 200,
            "headers": {"content-type": "application/json"},
            "body": '{"a":1}',
            "truncated": False,
        },
        "error": None,
        "ms": 1.235,
    }
    assert (two["response"], two["error"]) == (None, "timed out after 30 s without a whole answer")
    assert last == {"end": True, "exchanges": 2, "throttled": 0, "verdict": "aborted"}
    assert log.meta(tmp_path / "deep" / "evidence.ndjson") == first


def test_exchanges_read_back_as_they_were(evidence: Evidence) -> None:
    made = [
        record(evidence, request_headers={"Accept": "application/json"}, request_body="{}", ms=2.5, notes=("odd",)),
        record(evidence, error="not JSON: x", body="<p>", data=NOT_JSON, truncated=True, follows=1),
        record(evidence, status=None, error="closed without an answer: x", body="", data=NOT_JSON),
        record(evidence, body='{"é":"\\ud800","u":"\u2028"}', data={"é": "\ud800", "u": "\u2028"}),
    ]
    evidence.close()
    assert evidence.path is not None
    assert list(read(evidence.path)) == made


def test_cut_last_line_is_passed_over_and_damage_elsewhere_is_named(evidence: Evidence) -> None:
    for _ in range(3):
        record(evidence)
    evidence.close()
    assert evidence.path is not None
    whole = evidence.path.read_bytes()
    lines = whole.splitlines(keepends=True)
    evidence.path.write_bytes(b"".join(lines[:-1])[:-9])
    assert [each.n for each in read(evidence.path)] == [1, 2]
    evidence.path.write_bytes(lines[0] + lines[1][:-9] + b"\n" + lines[2])
    with pytest.raises(DamagedEvidence, match="line 2, is no JSON"):
        list(read(evidence.path))
    evidence.path.write_bytes(lines[0] + b'{"n":1}\n')
    with pytest.raises(DamagedEvidence, match="exchange 1"):
        list(read(evidence.path))
    evidence.path.write_bytes(lines[1])
    with pytest.raises(DamagedEvidence, match="is no evidence of ours"):
        log.meta(evidence.path)


def test_lines_of_a_case_are_on_disk_when_the_next_begins(evidence: Evidence) -> None:
    assert evidence.path is not None
    evidence.case = "a"
    record(evidence)
    evidence.case = "a"
    assert len(evidence.path.read_text().splitlines()) == 1
    evidence.case = "b"
    assert len(evidence.path.read_text().splitlines()) == 2


def test_file_of_evidence_is_optional() -> None:
    evidence = Evidence(None, Redactor([]))
    assert record(evidence).n == 1
    evidence.close()
    assert evidence.exchanges == 1


def test_memory_does_not_grow_with_the_exchanges(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "e.ndjson", Redactor([TOKEN]))
    for _ in range(600):
        record(evidence, body='{"a":"' + "x" * 5000 + '"}')
    tracemalloc.start()
    try:
        for _ in range(600):
            record(evidence, body='{"a":"' + "x" * 5000 + '"}')
        grown = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    evidence.close()
    assert grown < 600 * 5000 / 2


def test_broken_body_is_stored_in_part(evidence: Evidence) -> None:
    record(evidence, body="x" * 1_000_000, error="not JSON: x")
    record(evidence, body='"' + "x" * 1_000_000 + '"', data="x" * 1_000_000)
    stored = [row["response"] for row in rows(evidence)[1:]]
    assert (len(stored[0]["body"]), stored[0]["truncated"]) == (64 * 1024, True)
    assert (len(stored[1]["body"]), stored[1]["truncated"]) == (1_000_002, False)


def test_curl_line_repeats_the_request_and_takes_the_token_from_the_environment(
    connect: Any, evidence: Evidence, tmp_path: Path
) -> None:
    body = {"message": 'it\'s $HOME `x` "q" \\ @file', "token": TOKEN}
    with answering(answer()) as server:
        exchange = ask(connect(server.url), "/a.json", "POST", json=body, params=[("ids[]", "1")])
        line = evidence.curl(exchange)
        assert line == evidence.curl(exchange.n)
        assert TOKEN not in line
        assert '-H "X-Shopify-Access-Token: $FULFILLSPEC_MERCHANT_TOKEN"' in line
        echo = tmp_path / "curl"
        echo.write_text('#!/bin/sh\nprintf "%s\\0" "$@"\n')
        echo.chmod(0o700)
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "FULFILLSPEC_MERCHANT_TOKEN": "secret"}
        said = subprocess.run(["/bin/sh", "-c", line], env=environment, capture_output=True, text=True, check=True)
    words = said.stdout.split("\0")[:-1]
    assert words[:5] == ["-sS", "-i", "-X", "POST", f"{server.url}/a.json?ids%5B%5D=1"]
    assert "X-Shopify-Access-Token: secret" in words
    assert "Content-Type: application/json" in words
    sent = json.loads(words[words.index("--data-raw") + 1])
    assert sent["message"] == body["message"]
    assert sent["token"].startswith("«token:")


def test_curl_line_of_an_anonymous_get_is_short(connect: Any, evidence: Evidence) -> None:
    with answering(answer()) as server:
        exchange = ask(connect(server.url, actor="anonymous", token=None))
    assert shlex.split(evidence.curl(exchange)) == ["curl", "-sS", "-i", exchange.url, "-H", "Accept: application/json"]


def test_curl_line_of_an_old_exchange_comes_from_the_file(evidence: Evidence) -> None:
    for number in range(600):
        record(evidence, url=f"http://h/{number}.json")
    assert "http://h/0.json" in evidence.curl(1)
    assert evidence.curl(10_000) == ""


def test_not_json_is_one_false_thing() -> None:
    assert not NOT_JSON
    assert repr(NOT_JSON) == "NOT_JSON"
