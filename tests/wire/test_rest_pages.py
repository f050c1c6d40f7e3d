"""A list of REST that comes in pages is one list: `Link` is followed, on the host that was asked, and no further."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fulfillspec.evidence import log as logs
from fulfillspec.evidence.log import Evidence, Exchange
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.wire import pages, recorded
from fulfillspec.wire.answer import Ask
from fulfillspec.wire.rest import Rest

HOST = "https://store.example"
BELOW = "/admin/api/2025-10/assigned_fulfillment_orders.json"


class Paged:
    """A session whose list has one fulfillment order a page; `links` are the headers of the pages, in order."""

    def __init__(self, evidence: Evidence, *links: str, refused: int | None = None) -> None:
        self.evidence, self.links, self.refused = evidence, links, refused
        self.asked: list[str] = []

    def send(self, method: str, path: str, *, params: Any = (), **request: Any) -> Exchange:
        n = len(self.asked)
        self.asked.append("&".join(f"{name}={value}" for name, value in params))
        fine = n != self.refused
        body = {"fulfillment_orders": [{"id": n + 1}]} if fine else {"errors": "no"}
        return self.evidence.record(
            actor="service",
            method=method,
            url=f"{HOST}{path}?{self.asked[-1]}",
            transport=request["transport"],
            operation=request["operation"],
            phase="act",
            status=200 if fine else 400,
            headers={"link": self.links[n]} if n < len(self.links) else {},
            body=json.dumps(body),
            data=body,
        )


def link(cursor: str, host: str = HOST, rel: str = 'rel="next"') -> str:
    return f"<{host}{BELOW}?limit=1&page_info={cursor}>; {rel}"


def ids(answer: Any) -> list[str]:
    return [order.id for order in answer.listed]


@pytest.fixture
def evidence(tmp_path: Path) -> Iterator[Evidence]:
    log = Evidence(tmp_path / "evidence.ndjson", Redactor())
    yield log
    log.close()


def listed(session: Paged) -> Any:
    return Rest({"service": session}, "2025-10").perform("service", Ask("assigned"))


def test_pages_are_one_list_and_a_recording_tells_it_again(evidence: Evidence, tmp_path: Path) -> None:
    session = Paged(evidence, link("b"), f"<{HOST}{BELOW}?page_info=a>; rel=previous, {link('c', rel='rel=next')}")
    assert ids(listed(session)) == ["1", "2", "3"]
    assert session.asked == ["", "limit=1&page_info=b", "limit=1&page_info=c"]
    evidence.close()
    told = list(recorded.answers(logs.read(tmp_path / "evidence.ndjson", parsed=False)))
    assert [ids(one.answer) for one in told] == [["1", "2", "3"]]
    assert not told[0].missing


def test_only_the_next_page_of_the_same_host_is_followed(evidence: Evidence) -> None:
    assert ids(listed(Paged(evidence, link("b", host="https://elsewhere.example")))) == ["1"]
    assert ids(listed(Paged(evidence, link("b", rel='rel="previous"')))) == ["1"]


def test_a_list_without_an_end_is_given_up(evidence: Evidence) -> None:
    session = Paged(evidence, *(link(str(n)) for n in range(pages.MOST_PAGES + 50)))
    assert len(listed(session).listed) == pages.MOST_PAGES
    again = Paged(evidence, *([link("b")] * 10))
    assert ids(listed(again)) == ["1", "2"]


def test_a_page_that_is_refused_is_the_answer(evidence: Evidence) -> None:
    answer = listed(Paged(evidence, link("b"), refused=1))
    assert answer.refused
    assert answer.listed == ()


def test_the_form_of_the_header_is_free() -> None:
    def following(header: str) -> str | None:
        exchange = Exchange(1, "", "", "", "rest", "list", "", "GET", f"{HOST}{BELOW}", headers={"link": header})
        return pages.next_url(exchange)

    assert following('<?page_info=x>; title="a, b"; rel="last next"') == f"{HOST}{BELOW}?page_info=x"
    assert following("</next>;REL=NEXT") == f"{HOST}/next"
    assert following('<x>; rel="nextish"') is None
    assert following("no link at all") is None


@pytest.mark.parametrize("operation", ["accept", "submit", "hold", "set_deadline"])
def test_what_acts_has_one_page(operation: str, evidence: Evidence) -> None:
    session = Paged(evidence, link("b"))
    Rest({"service": session}, "2025-10").perform(
        "service", Ask(operation, "1", {"orders": ["1"]} if operation == "set_deadline" else {})
    )
    assert len(session.asked) == 1


def test_a_page_carries_what_was_asked_for_in_its_own_url_alone() -> None:
    assert pages.carried(f"{HOST}{BELOW}?include_a=true&include_b=", {"include_a", "include_b"})
    assert pages.carried(f"{HOST}{BELOW}?page_info=x", set())
    assert not pages.carried(f"{HOST}{BELOW}?page_info=x&include_a=true", {"include_a", "include_b"})
