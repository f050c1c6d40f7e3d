"""A recorded run answers the same questions again, without a target."""

import json
from pathlib import Path
from typing import Any

import pytest
from hostile import answer, answering
from wired import SMALL, TOKEN, Time, ask

from fulfillspec.evidence.invented import PERSON
from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.evidence.times import NotRecorded
from fulfillspec.wire.http import Http
from fulfillspec.wire.replay import Recording, Replay
from fulfillspec.wire.throttle import Throttle

ADDRESS = {"order": {"shipping_address": {"name": "Ann Lee", "phone": "555", "zip": "1"}, "email": "ann@example.com"}}


def recorded(path: Path, *answers: bytes, play: Any) -> tuple[Recording, Any]:
    time = Time()
    with answering(*answers) as server:
        evidence = Evidence(path, Redactor([TOKEN]), meta={"base_url": server.url, "run": "r1"})
        throttle = Throttle(clock=time, sleep=time.sleep)
        http = Http(server.url, actor="merchant", token=TOKEN, evidence=evidence, limits=SMALL, throttle=throttle)
        exchanges = play(http, evidence)
        http.close()
        evidence.close()
    return Recording(path), exchanges


def replay(recording: Recording) -> tuple[Replay, Evidence]:
    evidence = Evidence(None, Redactor(["another-secret-of-this-run-1"]))
    return Replay(recording, actor="merchant", evidence=evidence), evidence


def test_same_questions_get_the_same_answers(tmp_path: Path) -> None:
    def play(http: Any, evidence: Evidence) -> list[Any]:
        evidence.context(case="a", phase="setup")
        first = ask(http, "/orders.json", "POST", json=ADDRESS, operation="create_order")
        evidence.context(case="b", phase="look")
        return [first, ask(http, params=[("ids[]", "1")]), ask(http, params=[("ids[]", "1")]), ask(http, "/none")]

    answers = [answer(b'{"id":%d}' % number) for number in (1, 2, 3)]
    recording, live = recorded(tmp_path / "e.ndjson", *answers, answer(b"<", status="404 X"), play=play)
    again, evidence = replay(recording)
    said = play(again, evidence)
    again.close()
    fields = ("n", "at", "case", "phase", "operation", "status", "body", "data", "error", "url")
    assert [[getattr(each, name) for name in fields] for each in said] == [
        [getattr(each, name) for name in fields] for each in live
    ]
    assert recording.meta["run"] == "r1"


def test_order_of_the_cases_may_change(tmp_path: Path) -> None:
    def play(http: Any, evidence: Evidence, cases: str = "ab") -> dict[str, Any]:
        found = {}
        for case in cases:
            evidence.case = case
            found[case] = ask(http).data
        return found

    recording, live = recorded(tmp_path / "e.ndjson", answer(b"1"), answer(b"2"), play=play)
    again, evidence = replay(recording)
    assert play(again, evidence, "ba") == live == {"a": 1, "b": 2}
    again.close()


def test_throttled_and_redirected_requests_are_one_call(tmp_path: Path) -> None:
    def play(http: Any, _: Evidence) -> list[Any]:
        return [ask(http).data, ask(http).data]

    recording, live = recorded(
        tmp_path / "e.ndjson",
        answer(status="429 Too Many"),
        answer(status="302 Found", headers="Location: /y\r\n"),
        answer(b"1"),
        answer(b"2"),
        play=play,
    )
    again, evidence = replay(recording)
    assert play(again, evidence) == live == [1, 2]
    again.close()


@pytest.mark.parametrize(
    ("path", "method", "options", "said"),
    [
        ("/y.json", "GET", {}, "recorded next: GET /x.json"),
        ("/x.json", "POST", {"json": {}}, "recorded next: GET /x.json"),
        ("/x.json", "GET", {"params": [("a", "1")]}, "recorded next: GET /x.json"),
    ],
)
def test_question_that_was_not_recorded_is_named(
    path: str, method: str, options: dict[str, Any], said: str, tmp_path: Path
) -> None:
    recording, _ = recorded(tmp_path / "e.ndjson", answer(b"1"), play=lambda http, _: ask(http))
    again, _ = replay(recording)
    with pytest.raises(NotRecorded, match=said):
        ask(again, path, method, **options)
    assert ask(again).data == 1
    with pytest.raises(NotRecorded, match="nothing more was recorded there"):
        ask(again)
    again.close()


def test_case_that_was_not_recorded_is_named(tmp_path: Path) -> None:
    recording, _ = recorded(tmp_path / "e.ndjson", answer(b"1"), play=lambda http, _: ask(http))
    again, evidence = replay(recording)
    evidence.case = "other"
    with pytest.raises(NotRecorded, match="nothing of merchant in the case 'other'"):
        ask(again)
    again.close()


def test_lost_answer_is_lost_again(tmp_path: Path) -> None:
    recording, live = recorded(tmp_path / "e.ndjson", b"garbage\r\n\r\n", play=lambda http, _: ask(http))
    again, _ = replay(recording)
    said = ask(again)
    assert (said.status, said.error) == (None, live.error)
    again.close()


def test_what_the_run_made_up_is_read_as_it_was_and_written_as_it_was(tmp_path: Path) -> None:
    sent = {"order": {"shipping_address": {"address1": PERSON["address1"], "city": PERSON["city"]}}}

    def play(http: Any, _: Evidence) -> list[Any]:
        return [ask(http, "/orders.json", "POST", json=sent).data, ask(http).data]

    shown = {"destination": {"address1": PERSON["address1"], "city": "Elsewhere"}}
    recording, live = recorded(tmp_path / "e.ndjson", answer(b"{}"), answer(json.dumps(shown).encode()), play=play)
    evidence = Evidence(tmp_path / "again.ndjson", Redactor(), meta={"base_url": recording.base_url, "run": "r1"})
    again = Replay(recording, actor="merchant", evidence=evidence)
    said = play(again, evidence)
    again.close()
    evidence.close()
    assert said[1]["destination"]["address1"] == live[1]["destination"]["address1"] == PERSON["address1"]
    assert said[1]["destination"]["city"].startswith("«city:")
    assert (tmp_path / "again.ndjson").read_bytes() == (tmp_path / "e.ndjson").read_bytes()


def test_what_was_throttled_or_faulty_before_is_noted_as_then(tmp_path: Path) -> None:
    """Refusals are counted; a read whose second try was answered is noted, one that failed twice is not."""

    def play(http: Any, evidence: Evidence) -> tuple[Any, ...]:
        found = [ask(http, path).status for path in ("/a.json", "/b.json", "/c.json", "/d.json")]
        return found, evidence.throttled, [name for name, _ in evidence.passing], evidence.exchanges

    throttled = b'{"errors": [{"extensions": {"code": "THROTTLED"}}]}'
    recording, live = recorded(
        tmp_path / "e.ndjson",
        answer(status="429 Too Many"),
        answer(status="430 Too Many"),
        answer(b"1"),
        answer(status="500 X"),
        answer(b"2"),
        answer(b"3"),
        answer(status="500 X"),
        answer(status="502 X"),
        play=play,
    )
    again, evidence = replay(recording)
    assert play(again, evidence) == live == ([200, 200, 200, 502], 2, ["get"], 8)
    again.close()
    by_cost, _ = recorded(
        tmp_path / "f.ndjson",
        answer(throttled),
        answer(b'{"data": {}}'),
        play=lambda http, _: ask(http, "/graphql.json", "POST", transport="graphql", json={"query": "{ a }"}),
    )
    again, evidence = replay(by_cost)
    assert ask(again, "/graphql.json", "POST", transport="graphql", json={"query": "{ a }"}).data == {"data": {}}
    assert (evidence.throttled, evidence.passing) == (1, [])
    again.close()
