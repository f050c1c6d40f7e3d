"""What goes over the wire for a request, and what is handed back."""

import json
from typing import Any

import pytest
from hostile import answer, answering
from wired import SMALL, TOKEN, Time, ask

from fulfillspec import __version__
from fulfillspec.evidence.log import Evidence
from fulfillspec.wire.http import located


def head(request: str) -> dict[str, str]:
    lines = request.partition("\r\n\r\n")[0].split("\r\n")
    return {"": lines[0]} | {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}


def test_request_carries_token_json_and_who_we_are(connect: Any) -> None:
    with answering(answer()) as server:
        exchange = ask(connect(server.url), "/a.json", "POST", json={"é": [1]}, params=[("b[]", "1"), ("b[]", "2 3")])
        sent = head(server.requests[0])
        body = server.requests[0].partition("\r\n\r\n")[2]
    assert sent == {
        "": "POST /a.json?b%5B%5D=1&b%5B%5D=2+3 HTTP/1.1",
        "host": server.url.removeprefix("http://"),
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "user-agent": f"fulfillspec/{__version__}",
        "x-shopify-access-token": TOKEN,
        "content-type": "application/json",
        "content-length": str(len(body)),
    }
    assert json.loads(body) == {"é": [1]}
    assert exchange.request_body == body
    assert exchange.url == f"{server.url}/a.json?b%5B%5D=1&b%5B%5D=2+3"


def test_post_without_a_body_says_so(connect: Any) -> None:
    with answering(answer()) as server:
        ask(connect(server.url), method="POST")
        sent = head(server.requests[0])
    assert sent["content-length"] == "0"
    assert "content-type" not in sent


def test_null_is_a_body_and_bytes_go_as_they_are(connect: Any) -> None:
    with answering(answer()) as server:
        http = connect(server.url)
        assert ask(http, method="POST", json=None).request_body == "null"
        assert ask(http, method="POST", body=b'{"a":\xff').request_body == '{"a":\\xff'
        assert server.requests[1].endswith('\r\n\r\n{"a":\xff')


def test_headers_given_replace_ours(connect: Any) -> None:
    with answering(answer()) as server:
        ask(connect(server.url), method="POST", body=b"a", headers={"content-type": "text/plain", "ACCEPT": "*/*"})
        sent = head(server.requests[0])
    assert (sent["content-type"], sent["accept"]) == ("text/plain", "*/*")


def test_anonymous_sends_no_token(connect: Any) -> None:
    with answering(answer()) as server:
        ask(connect(server.url, actor="anonymous", token=None))
        assert "x-shopify-access-token" not in head(server.requests[0])


def test_one_connection_is_kept(connect: Any) -> None:
    with answering(answer()) as server:
        http = connect(server.url)
        for _ in range(5):
            ask(http)
        assert server.connections == 1


def test_process_that_was_forked_begins_a_connection_of_its_own(connect: Any) -> None:
    with answering(answer()) as server:
        http = connect(server.url)
        ask(http)
        http.begin_anew()
        ask(http)
        assert server.connections == 2


def test_cookies_are_not_kept(connect: Any) -> None:
    with answering(answer(headers="Set-Cookie: a=b; Path=/\r\n")) as server:
        http = connect(server.url)
        ask(http)
        ask(http)
        assert "cookie" not in head(server.requests[1])


def test_environment_of_the_process_is_not_heeded(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with answering(answer()) as server:
        assert ask(connect(server.url)).ok


def test_exchange_has_lower_case_headers_and_joined_repeats(connect: Any) -> None:
    with answering(answer(headers="X-Thing: 1\r\nx-thing: 2\r\n")) as server:
        exchange = ask(connect(server.url))
    assert exchange.headers["x-thing"] == "1, 2"
    assert (exchange.ok, exchange.client_error, exchange.server_error) == (True, False, False)


@pytest.mark.parametrize(("status", "kind"), [(404, "client_error"), (503, "server_error"), (201, "ok")])
def test_status_has_a_class(status: int, kind: str, connect: Any) -> None:
    with answering(answer(status=f"{status} X")) as server:
        exchange = ask(connect(server.url))
    assert [name for name in ("ok", "client_error", "server_error") if getattr(exchange, name)] == [kind]


def test_base_url_may_have_a_path(connect: Any) -> None:
    with answering(answer()) as server:
        http = connect(server.url + "/mock/")
        ask(http, "/admin/x.json")
        assert server.requests[0].startswith("GET /mock/admin/x.json ")


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/a/1.json", "http://h/a/1.json"),
        ("/a b\r\nX: 1", "http://h/a%20b%0D%0AX:%201"),
        ("/é?x", "http://h/%C3%A9%3Fx"),
    ],
)
def test_path_cannot_break_out_of_the_request_line(path: str, url: str) -> None:
    assert located("http://h", path) == url


def test_context_is_stamped_on_exchanges(connect: Any, evidence: Evidence) -> None:
    with answering(answer()) as server:
        http = connect(server.url)
        evidence.context(case="closing::test_a", phase="setup")
        first, second = ask(http), ask(http, phase="look", operation="list")
    assert (first.case, first.phase, first.operation) == ("closing::test_a", "setup", "get")
    assert (second.case, second.phase, second.operation) == ("closing::test_a", "look", "list")
    assert (first.n, second.n) == (1, 2)
    assert first.at.endswith("Z")
    assert first.ms > 0


def test_costs_are_learnt_from_answers_of_graphql_that_are_objects(connect: Any) -> None:
    cost = {"extensions": {"cost": {"requestedQueryCost": 50}}}
    with answering(answer(json.dumps(cost).encode())) as server:
        http = connect(server.url)
        ask(http, transport="rest")
        assert http.throttle._costs == {}
        ask(http, transport="graphql", operation="list")
        assert http.throttle._costs == {"list": 50.0}
    for body in (b"[]", b"7", b"no JSON"):
        with answering(answer(body)) as server:
            assert ask(connect(server.url), transport="graphql").status == 200


def test_refusal_after_an_answer_is_the_first_of_its_row(connect: Any, time: Time, evidence: Evidence) -> None:
    many = answer(status="429 Too Many")
    with answering(many, many, answer(), many, answer()) as server:
        http = connect(server.url)
        waits = []
        for _ in range(2):
            before = time.now
            assert ask(http).status == 200
            waits.append(time.now - before)
    assert waits == [3.0, 1.0], "one and two seconds, then one again"
    assert evidence.throttled == 3


def test_tries_of_a_throttled_request_are_counted_and_the_next_ones_are_tried_once(connect: Any) -> None:
    with answering(*[answer(status="429 Too Many")] * 5, answer(b"1"), answer(status="429 Too Many")) as server:
        http = connect(server.url)
        assert ask(http).status == 429
        assert len(server.requests) == SMALL.attempts == 3
        assert ask(http).status == 429
        assert len(server.requests) == 4
        assert ask(http).status == 429
        assert ask(http).data == 1, "it is answered"
        assert ask(http).status == 429
        assert len(server.requests) == 6 + SMALL.attempts


@pytest.mark.parametrize(("redirects", "status"), [(1, 200), (2, 200), (3, 302)])
def test_redirects_are_followed_up_to_the_limit(redirects: int, status: int, connect: Any) -> None:
    steps = [answer(status="302 Found", headers=f"Location: /{n}.json\r\n") for n in range(redirects)]
    with answering(*steps, answer()) as server:
        assert ask(connect(server.url)).status == status
        assert len(server.requests) == min(redirects, SMALL.redirects) + 1


@pytest.mark.parametrize("status", [300, 304, 305, 306, 399])
def test_other_answers_of_3xx_are_no_redirects(status: int, connect: Any) -> None:
    with answering(answer(status=f"{status} X", headers="Location: /y.json\r\n")) as server:
        assert ask(connect(server.url)).status == status
        assert len(server.requests) == 1


def test_headers_given_replace_ours_whatever_their_case(connect: Any) -> None:
    with answering(answer()) as server:
        ask(connect(server.url), headers={"ACCEPT": "text/plain", "x-shopify-access-token": "other", "X-New": "1"})
    sent = server.requests[0]
    assert "text/plain" in sent
    assert "other" in sent
    assert "X-New: 1" in sent
    assert "application/json" not in sent
    assert TOKEN not in sent


def test_what_each_exchange_follows_is_recorded(connect: Any, evidence: Evidence) -> None:
    with answering(answer(status="429 X"), answer(status="302 Found", headers="Location: /y\r\n"), answer()) as server:
        last = ask(connect(server.url))
        plain = ask(connect(server.url))
    assert (last.n, last.follows, plain.n, plain.follows) == (3, 2, 4, None)
    assert evidence.exchanges == 4
