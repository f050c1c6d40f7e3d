"""Traffic that somebody recorded is judged: answers by the documents, steps by the looks before and after them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from fulfillspec.traffic import proven
from fulfillspec.traffic import run as judging
from fulfillspec.traffic.run import NoTraffic

CLOSED_IN = "in_progress/accepted"
BASE = "https://store.example.com/admin/api/2025-10"
LINE = {"id": 1, "shop_id": 9, "fulfillment_order_id": 7, "line_item_id": 5, "inventory_item_id": 4, "quantity": 2}


def order(status: str, request_status: str, left: int = 2) -> dict[str, Any]:
    line = {**LINE, "fulfillable_quantity": left, "variant_id": 3}
    return {
        "id": 7, "shop_id": 9, "order_id": 70, "assigned_location_id": 6, "status": status,
        "request_status": request_status, "supported_actions": [], "line_items": [line],
    }  # fmt: skip


def entry(method: str, below: str, body: object, status: int = 200, at: int = 0, **more: Any) -> dict[str, Any]:
    """Return an entry of a HAR file, some seconds after noon."""
    headers = {"content-type": "application/json; charset=utf-8", "x-shopify-api-version": "2025-10"}
    return {
        "startedDateTime": f"2025-11-22T12:00:{at:02}.000Z",
        "time": 12,
        "request": {
            "method": method,
            "url": f"{BASE}/{below}",
            "headers": [{"name": "X-Shopify-Access-Token", "value": more.get("token", "token-of-the-app-1")}],
        },
        "response": {
            "status": status,
            "headers": [{"name": name, "value": value} for name, value in headers.items()],
            "content": {"text": json.dumps(body)},
        },
    }


def listed(at: int, *state: Any) -> dict[str, Any]:
    return entry("GET", "orders/70/fulfillment_orders.json", {"fulfillment_orders": [order(*state)]}, at=at)


def har(path: Path, *entries: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"log": {"version": "1.2", "pages": [], "entries": list(entries)}}), "utf-8")
    return path


def broken(folder: Path, *entries: dict[str, Any]) -> dict[str, str]:
    found, _ = judging.judge([har(folder / "traffic.har", *entries)], folder / "out")
    return {row["requirement"]: row["received"] for row in found["deviations"]}


def closed(*state: Any, at: int = 1) -> dict[str, Any]:
    return entry("POST", "fulfillment_orders/7/close.json", {"fulfillment_order": order(*state)}, at=at)


def test_step_that_leads_where_the_documents_say_is_no_deviation(tmp_path: Path) -> None:
    found = broken(
        tmp_path,
        listed(0, "in_progress", "accepted"),
        closed("incomplete", "closed"),
        listed(2, "incomplete", "closed"),
    )
    assert not {"FO-CLOSE-STATE", "FO-INV-QUANTITY", "FO-INV-OBSERVERS"} & found.keys()


def test_step_that_leads_elsewhere_deviates(tmp_path: Path) -> None:
    found = broken(
        tmp_path, listed(0, "in_progress", "accepted"), closed("closed", "closed"), listed(2, "closed", "closed", 0)
    )
    assert found["FO-CLOSE-STATE"] == "closed/closed"


def test_action_that_has_to_be_refused_deviates_where_it_is_carried_out(tmp_path: Path) -> None:
    found = broken(
        tmp_path, listed(0, "open", "unsubmitted"), closed("incomplete", "closed"), listed(2, "incomplete", "closed")
    )
    assert any(received.startswith("accepted") for received in found.values())


def test_refused_action_that_changed_something_deviates(tmp_path: Path) -> None:
    refused = entry("POST", "fulfillment_orders/7/close.json", {"errors": ["No."]}, status=422, at=1)
    found = broken(tmp_path, listed(0, "open", "unsubmitted"), refused, listed(2, "incomplete", "closed"))
    assert "FO-ERR-UNCHANGED" in found


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([closed("closed", "closed"), listed(2, "closed", "closed")], "before the action"),
        ([listed(0, "in_progress", "accepted"), closed("closed", "closed")], "after the action"),
        (
            [listed(0, "in_progress", "accepted"), closed("closed", "closed"), closed("closed", "closed", at=2),
             listed(3, "closed", "closed")],
            "more than one action between two looks",
        ),
        (
            [listed(0, "in_progress", "accepted"), closed("closed", "closed"),
             {**listed(0, "closed", "closed"), "startedDateTime": "2025-11-22T12:09:00.000Z"}],
            "more than 60 s apart",
        ),
    ],
)  # fmt: skip
def test_what_the_traffic_does_not_show_is_counted_and_not_guessed(
    entries: list[dict[str, Any]], why: str, tmp_path: Path
) -> None:
    found, traffic = judging.judge([har(tmp_path / "traffic.har", *entries)], tmp_path / "out")
    assert not {"FO-CLOSE-STATE", "FO-INV-QUANTITY"} & {row["requirement"] for row in found["deviations"]}
    assert any(why in reason for reason in traffic.not_concluded)
    assert any(why in note for note in found["notes"])


def test_verdict_is_that_of_a_part(tmp_path: Path) -> None:
    found, _ = judging.judge([har(tmp_path / "traffic.har", listed(0, "open", "unsubmitted"))], tmp_path / "out")
    assert (found["scope"], found["narrowed"]) == ("partial", ["recorded traffic"])
    assert json.loads((tmp_path / "out" / "results.json").read_text("utf-8")) == found


def test_what_one_transport_alone_shows_is_not_open_over_the_other(tmp_path: Path) -> None:
    query = entry("POST", "graphql.json", {"data": {"fulfillmentOrder": None}}, at=3)
    query["request"]["postData"] = {"text": json.dumps({"query": '{ fulfillmentOrder(id: "gid://x/Y/1") { id } }'})}
    found, _ = judging.judge([har(tmp_path / "traffic.har", listed(0, "open", "unsubmitted"), query)], tmp_path / "out")
    assert found["target"]["transports"] == ["rest", "graphql"]
    assert "inconclusive" not in {row["verdict"] for row in found["requirements"]}


def test_token_of_the_traffic_is_written_nowhere(tmp_path: Path) -> None:
    leaky = entry("GET", "orders/70/fulfillment_orders.json", {"fulfillment_orders": [], "echo": "token-of-the-app-1"})
    judging.judge([har(tmp_path / "traffic.har", leaky)], tmp_path / "out")
    assert "token-of-the-app-1" not in (tmp_path / "out" / "evidence.ndjson").read_text("utf-8")


def test_several_files_and_evidence_of_ours_are_one_traffic(tmp_path: Path) -> None:
    first = har(tmp_path / "1.har", listed(0, "in_progress", "accepted"), closed("closed", "closed"))
    judging.judge([first], tmp_path / "first")
    second = har(tmp_path / "2.har", listed(2, "closed", "closed"))
    found, traffic = judging.judge([tmp_path / "first", second], tmp_path / "out")
    assert traffic.answers == 3
    assert found["exchanges"] == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no HAR file"),
        (b"<html>", "is no HAR file"),
        (b'{"log": {"version": "1.2"}}', "is no HAR file"),
        (b'{"log": {"entries": [{"request": ', "breaks off"),
        (b'{"log": {"entries": [' + b"[" * 100_000, "breaks off, or holds an entry that cannot be read"),
        (b'{"log": {"entries": [7]}}', "holds an entry that is no object"),
        (b'{"log": {"entries": []}}', "no request there is an operation on fulfillment orders"),
        (b'{"log": {"entries": [{}, {"request": 3, "response": []}]}}', "no request there is an operation"),
    ],
)
def test_file_that_is_no_traffic_is_a_sentence(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "traffic.har").write_bytes(content)
    with pytest.raises(NoTraffic, match=said) as reason:
        judging.judge([tmp_path / "traffic.har"], tmp_path / "out")
    assert "\n" not in str(reason.value)


def test_traffic_of_another_site_is_no_traffic(tmp_path: Path) -> None:
    foreign = [entry("GET", "products.json", {"products": []}), entry("GET", "x", "<html>")]
    foreign[1]["request"]["url"] = "https://example.org/index.html"
    with pytest.raises(NoTraffic, match="no request there is an operation"):
        judging.judge([har(tmp_path / "traffic.har", *foreign)], tmp_path / "out")


def test_what_the_traffic_uses_is_looked_up_in_a_run(tmp_path: Path) -> None:
    entries = [listed(0, "in_progress", "accepted"), closed("incomplete", "closed"), listed(2, "incomplete", "closed")]
    _, traffic = judging.judge([har(tmp_path / "traffic.har", *entries)], tmp_path / "out")
    run: dict[str, Any] = {
        "requirements": [{"id": "FO-CLOSE-STATE", "level": "must", "verdict": "fail"}],
        "deviations": [],
        "transitions": [{"transport": "rest", "action": "close", "from": "service:in_progress/accepted"}],
        "cells": [],
        "target": {"transports": ["rest"]},
    }

    def close(found: dict[str, Any]) -> list[str]:
        return [
            use.word for use in proven.against(traffic, found) if (use.operation, use.state) == ("close", CLOSED_IN)
        ]

    assert close(run) == ["proven"]
    assert close({**run, "transitions": []}) == ["not judged"]
    deviation = {"requirement": "FO-CLOSE-STATE", "transport": "rest", "operation": "close", "state": None}
    assert close({**run, "deviations": [deviation]}) == ["deviating"]
    shutil.rmtree(tmp_path / "out")


@pytest.mark.parametrize(
    ("verdict", "word"), [("pass", "proven"), ("fail", "deviating"), ("inconclusive", "not judged")]
)
def test_argument_is_as_proven_as_what_says_what_it_does(verdict: str, word: str, tmp_path: Path) -> None:
    hold = entry("POST", "fulfillment_orders/7/hold.json", {"fulfillment_order": order("on_hold", "unsubmitted")}, at=1)
    hold["request"]["postData"] = {"text": json.dumps({"fulfillment_hold": {"reason": "other", "reason_notes": "n"}})}
    _, traffic = judging.judge([har(tmp_path / "traffic.har", hold)], tmp_path / "out")
    notes = {"id": "FO-HOLD-NOTES", "level": "must", "verdict": verdict, "by_transport": {"rest": verdict}}
    results = {
        "requirements": [notes],
        "deviations": [],
        "transitions": [],
        "cells": [],
        "target": {"transports": ["rest"]},
    }
    told = [use.in_words() for use in proven.against(traffic, results) if use.argument == "notes"]
    assert told == [f"{word:<11} hold over rest with notes"]
