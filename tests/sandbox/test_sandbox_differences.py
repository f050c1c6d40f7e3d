"""Every mutant and every variant shows in what a client receives: transcripts beside the plain sandbox's."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fulfillspec.sandbox import Sandbox
from fulfillspec.sandbox.changes import Change
from fulfillspec.sandbox.clock import Clock
from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.mutants import mutants
from fulfillspec.sandbox.variants import variants

SLOW_ONLY = {"slow", "assigned-list-comes-late", "changes-show-late", "callbacks-come-late"}
"""Variants that differ in time alone."""
ELSEWHERE = {
    "cells",
    "paths",
    "answer_forms",
    "graphql",
    "generated",
    "generated_queries",
    "graphql_access",
    "graphql_actions",
    "graphql_arguments",
    "graphql_payloads",
    "graphql_shapes",
    "equivalence",
    "connector",
    "notifications",
}
"""Modules of mutants that show over other transports."""


def module(change: type[Change]) -> str:
    return change.__module__.rpartition(".")[2]


class Fixed(Clock):
    """A clock that stands still unless it is advanced."""

    def __init__(self) -> None:
        super().__init__()
        self._begin = datetime(2030, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self._begin + self._ahead


class Transcript:
    """Calls a sandbox in the process and writes down what it answers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.lines: list[Any] = []

    async def ask(
        self, actor: str | None, method: str, path: str, body: Any = None, query: str = "", raw: bytes | None = None
    ) -> Any:
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        headers = [(b"content-type", b"application/json"), (b"accept-encoding", b"gzip")]
        if actor:
            headers.append((b"x-shopify-access-token", self.sandbox.tokens[actor].encode()))
        full = path if path.startswith("/") else f"/admin/api/2025-10/{path}.json"
        scope = {
            "type": "http",
            "method": method,
            "path": full,
            "query_string": query.encode(),
            "headers": headers,
            "scheme": "http",
            "server": ("127.0.0.1", 1),
            "http_version": "1.1",
        }
        sent: list[Any] = []
        received: list[bool] = []

        async def receive() -> dict[str, Any]:
            if received:
                await asyncio.Event().wait()
            received.append(True)
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.sandbox(scope, receive, send)
        head = dict(sent[0]["headers"])
        names = (
            b"content-type",
            b"content-length",
            b"content-encoding",
            b"location",
            b"connection",
            b"set-cookie",
            b"x-shopify-api-version",
            b"x-shopify-shop-api-call-limit",
        )
        kept = {name: head.get(name) for name in names}
        data = b"".join(message.get("body", b"") for message in sent[1:])
        if kept[b"content-encoding"]:
            data, kept[b"content-length"] = b"compressed", None
        self.lines.append((actor, method, path, sent[0]["status"], kept, data))
        self.sandbox.store.clock.advance(1)
        try:
            return json.loads(data)
        except ValueError:
            return {}

    async def look(self, fo: FulfillmentOrder) -> None:
        for operation in (f"fulfillment_orders/{fo.id}", f"orders/{fo.order.id}/fulfillment_orders"):
            await self.ask("merchant", "GET", operation)

    async def act(self, actor: str, fo: FulfillmentOrder, action: str, body: Any = None) -> Any:
        answer = await self.ask(actor, "POST", f"fulfillment_orders/{fo.id}/{action}", body)
        await self.look(fo)
        return answer

    def stage(self, place: str, state: str, *units: int) -> FulfillmentOrder:
        apps = self.sandbox.apps
        return self.sandbox.store.stage(
            place, state, units or (2, 2, 1), merchant=apps["merchant"], service=apps["service"]
        )


def named(fo: FulfillmentOrder, *units: int) -> list[dict[str, int]]:
    return [{"id": line.id, "quantity": each} for line, each in zip(fo.lines, units, strict=False) if each]


def work(fo: FulfillmentOrder, *units: int) -> dict[str, Any]:
    lines = {"fulfillment_order_line_items": named(fo, *units)} if units else {}
    return {"fulfillment": {"line_items_by_fulfillment_order": [{"fulfillment_order_id": fo.id, **lines}]}}


LONG = "Büro Müller, zweite Tür links – חתימה נדרשת – " * 3
"""A message that is long, and not of plain letters only."""


async def requests_story(t: Transcript) -> None:
    for state in ("open/unsubmitted", "open/rejected", "incomplete/closed", "on_hold/unsubmitted", "closed/accepted"):
        await t.act("merchant", t.stage("service", state), "fulfillment_request")
    for state in ("open/submitted", "in_progress/accepted"):
        await t.act("merchant", t.stage("service", state), "fulfillment_request", {})
    await t.act("service", t.stage("service", "open/unsubmitted"), "fulfillment_request", {})
    await t.act("merchant", t.stage("merchant", "open/unsubmitted"), "fulfillment_request", {})
    whole = t.stage("service", "open/unsubmitted")
    asked = {"message": LONG, "notify_customer": True}
    await t.act("merchant", whole, "fulfillment_request", {"fulfillment_request": asked})
    await t.ask("service", "GET", "assigned_fulfillment_orders", query="assignment_status=fulfillment_requested")
    await t.act("merchant", whole, "fulfillment_request/accept")
    await t.act("service", whole, "fulfillment_request/accept", {"fulfillment_request": {"message": "m"}})
    for actor, answer in (("service", "accept"), ("service", "reject"), ("merchant", "accept"), ("merchant", "reject")):
        await t.act(actor, t.stage("service", "open/submitted"), f"fulfillment_request/{answer}", {})
    for answer in ("accept", "reject"):
        await t.act("service", t.stage("service", "open/unsubmitted"), f"fulfillment_request/{answer}", {})
    for units in ((1,), (1, 1), (9,), (2, 2, 1)):
        part = t.stage("service", "open/unsubmitted")
        given = {"message": "m", "fulfillment_order_line_items": named(part, *units)}
        await t.act("merchant", part, "fulfillment_request", {"fulfillment_request": given})
    for why in ("undeliverable_destination", "nonsense", "other"):
        one = t.stage("service", "open/submitted")
        message = "x" * 151 if why == "other" else "é" * 150
        lines = [{"fulfillment_order_line_item_id": one.lines[0].id, "message": message}]
        given = {"reason": why, "line_items": lines if why != "nonsense" else []}
        await t.act("service", one, "fulfillment_request/reject", {"fulfillment_request": given})
    foreign = {"line_items": [{"fulfillment_order_line_item_id": 5, "message": "m"}]}
    await t.act(
        "service", t.stage("service", "open/submitted"), "fulfillment_request/reject", {"fulfillment_request": foreign}
    )
    again = t.stage("service", "open/rejected")
    await t.act("merchant", again, "fulfillment_request")
    await t.act("service", again, "fulfillment_request/accept")


async def cancellations_story(t: Transcript) -> None:
    for state in ("in_progress/accepted", "open/submitted", "open/unsubmitted"):
        one = t.stage("service", state)
        await t.act("merchant", one, "cancellation_request", {"cancellation_request": {"message": LONG}})
    await t.act("merchant", t.stage("merchant", "open/unsubmitted"), "cancellation_request", {})
    partly = t.stage("service", "in_progress/accepted")
    await t.ask("service", "POST", "fulfillments", work(partly, 1))
    await t.act("merchant", partly, "cancellation_request", {})
    for state in ("in_progress/cancellation_requested", "in_progress/accepted"):
        for answer in ("accept", "reject"):
            await t.act("service", t.stage("service", state), f"cancellation_request/{answer}", {})
    for state in ("open/submitted", "closed/submitted", "in_progress/accepted", "open/unsubmitted"):
        one = t.stage("service", state)
        await t.act("merchant", one, "cancel")
        if len(one.order.fulfillment_orders) > 1:
            await t.act("merchant", one.order.fulfillment_orders[1], "fulfillment_request")
    for state in ("in_progress/accepted", "open/submitted", "incomplete/closed", "closed/accepted"):
        for message in ({}, {"fulfillment_order": {"message": "m"}}):
            await t.act("service", t.stage("service", state), "close", message)
    for actor in ("merchant", "other_service", "outsider"):
        await t.act(actor, t.stage("service", "in_progress/accepted"), "close")
    for actor in ("merchant", "service"):
        await t.act(actor, t.stage("merchant", "open/unsubmitted"), "close")
    await t.act("service", t.stage("service", "in_progress/cancellation_rejected"), "close")
    partly = t.stage("service", "in_progress/accepted")
    await t.ask("service", "POST", "fulfillments", work(partly, 1))
    await t.act("service", partly, "close")
    divided = t.stage("service", "open/unsubmitted")
    given = {"fulfillment_order_line_items": named(divided, 1)}
    await t.act("merchant", divided, "fulfillment_request", {"fulfillment_request": given})
    await t.act("service", divided, "fulfillment_request/accept")
    await t.act("service", divided, "close")


async def holds_story(t: Transcript) -> None:
    given: Any
    for reason in ("other", "high_risk_of_fraud", "nonsense", None):
        for place in ("merchant", "service"):
            one = t.stage(place, "open/unsubmitted")
            given = {"reason": reason, "reason_notes": LONG, "notify_merchant": True}
            await t.act("merchant", one, "hold", {"fulfillment_hold": given})
            await t.act("merchant", one, "fulfillment_request")
            await t.act("merchant", one, "release_hold")
    for units in ((1,), (9,)):
        one = t.stage("merchant", "open/unsubmitted")
        given = {"reason": "other", "fulfillment_order_line_items": named(one, *units)}
        await t.act("merchant", one, "hold", {"fulfillment_hold": given})
        await t.ask("merchant", "POST", "fulfillments", work(one))
        await t.act("merchant", one, "release_hold")
    twice = t.stage("service", "open/rejected")
    for reason in ("incorrect_address", "awaiting_payment"):
        await t.act("merchant", twice, "hold", {"fulfillment_hold": {"reason": reason}})
    await t.act("merchant", twice, "release_hold")
    for actor, place, state in (
        ("merchant", "merchant", "closed/unsubmitted"),
        ("merchant", "service", "open/submitted"),
        ("outsider", "service", "open/unsubmitted"),
        ("service", "merchant", "open/unsubmitted"),
        ("service", "service", "open/unsubmitted"),
    ):
        await t.act(actor, t.stage(place, state), "hold", {"fulfillment_hold": {"reason": "other"}})
    spread = t.stage("merchant", "open/unsubmitted")
    second = list(t.sandbox.store.locations)[1]
    given = {"new_location_id": second, "fulfillment_order_line_items": named(spread, 1)}
    await t.act("merchant", spread, "move", {"fulfillment_order": given})
    await t.act("merchant", spread, "hold", {"fulfillment_hold": {"reason": "other"}})


async def moves_story(t: Transcript) -> None:
    main, second, empty = list(t.sandbox.store.locations)[:3]

    def to(location: int, fo: FulfillmentOrder | None = None, *units: int) -> dict[str, Any]:
        lines = {"fulfillment_order_line_items": named(fo, *units)} if fo else {}
        return {"fulfillment_order": {"new_location_id": location, **lines}}

    for state in (
        "open/unsubmitted",
        "open/rejected",
        "open/submitted",
        "in_progress/accepted",
        "in_progress/cancellation_requested",
        "in_progress/cancellation_rejected",
        "cancelled/cancellation_accepted",
        "incomplete/closed",
        "closed/accepted",
    ):
        one = t.stage("service", state)
        await t.act("merchant", one, "move", to(main))
        await t.ask("merchant", "POST", "fulfillments", work(one))
        await t.look(one)
    for state in ("open/unsubmitted", "in_progress/unsubmitted", "closed/unsubmitted", "on_hold/unsubmitted"):
        await t.act("merchant", t.stage("merchant", state), "move", to(second))
    asked = t.stage("service", "open/submitted")
    await t.act("merchant", asked, "move", to(main, asked, 1))
    bodies: list[dict[str, Any]] = [to(empty), to(12), {}, {"fulfillment_order": {}}, {"new_location_id": second}]
    for body in bodies:
        await t.act("merchant", t.stage("merchant", "open/unsubmitted"), "move", body)
    for actor in ("service", "outsider"):
        await t.act(actor, t.stage("merchant", "open/unsubmitted"), "move", to(second))
    one = t.stage("merchant", "open/unsubmitted")
    await t.act("merchant", one, "move", to(second, one, 1))
    await t.act("merchant", one, "move", to(second, one, 1))
    await t.act("merchant", one, "move", to(second, one, 9))
    await t.ask("merchant", "GET", f"fulfillment_orders/{one.order.fulfillment_orders[-1].id}")
    await t.act("merchant", one, "move", to(second))
    await t.ask("merchant", "GET", f"fulfillment_orders/{one.id}/locations_for_move")
    await t.ask(
        "merchant", "GET", f"fulfillment_orders/{t.stage('merchant', 'open/unsubmitted').id}/locations_for_move"
    )


async def timing_story(t: Transcript) -> None:
    given: Any
    future, past = "2031-01-01 10:00 UTC", "2020-01-01T00:00:00Z"
    for state in ("scheduled/unsubmitted", "open/unsubmitted", "closed/unsubmitted"):
        await t.act("merchant", t.stage("merchant", state), "open")
        for when in (future, past, None):
            given = {} if when is None else {"new_fulfill_at": when}
            await t.act("merchant", t.stage("merchant", state), "reschedule", {"fulfillment_order": given})
    due = t.stage("merchant", "scheduled/unsubmitted")
    soon = {"fulfillment_order": {"new_fulfill_at": "2030-01-01T10:00:00Z"}}
    await t.act("merchant", due, "reschedule", soon)
    t.sandbox.store.clock.advance(86400)
    await t.look(due)
    named_ones = [t.stage("merchant", "open/unsubmitted"), t.stage("service", "open/unsubmitted")]
    for ids in ([fo.id for fo in named_ones], [named_ones[0].id, 5]):
        given = {"fulfillment_order_ids": ids, "fulfillment_deadline": "2031-05-05T05:05:05Z"}
        await t.ask("merchant", "POST", "fulfillment_orders/set_fulfillment_orders_deadline", given)
        for fo in named_ones:
            await t.look(fo)
    part = {"reason": "other", "fulfillment_order_line_items": named(named_ones[0], 1)}
    await t.act("merchant", named_ones[0], "hold", {"fulfillment_hold": part})


async def fulfilling_story(t: Transcript) -> None:
    for place, actor, state in (
        ("merchant", "merchant", "open/unsubmitted"),
        ("service", "service", "in_progress/accepted"),
        ("service", "merchant", "in_progress/accepted"),
        ("merchant", "merchant", "closed/unsubmitted"),
        ("service", "service", "closed/accepted"),
    ):
        for units in ((), (1,), (9,)):
            one = t.stage(place, state)
            body = work(one, *units)
            body["fulfillment"]["tracking_info"] = {"number": "1", "company": "c", "url": "u"}
            done = await t.ask(actor, "POST", "fulfillments", body)
            await t.look(one)
            await t.ask(actor, "POST", "fulfillments", work(one))
            await t.look(one)
            if "fulfillment" in done:
                path = f"fulfillments/{done['fulfillment']['id']}"
                again = {"fulfillment": {"tracking_info": {"number": "2", "company": "d"}}}
                await t.ask(actor, "POST", f"{path}/update_tracking", again)
                await t.ask(actor, "POST", f"{path}/cancel")
                await t.look(one)
    divided = t.stage("merchant", "open/unsubmitted")
    second = list(t.sandbox.store.locations)[1]
    given = {"new_location_id": second, "fulfillment_order_line_items": named(divided, 1)}
    await t.act("merchant", divided, "move", {"fulfillment_order": given})
    part = await t.ask("merchant", "POST", "fulfillments", work(divided, 1))
    await t.look(divided)
    if "fulfillment" in part:
        await t.ask("merchant", "POST", f"fulfillments/{part['fulfillment']['id']}/cancel")
        await t.look(divided)


async def reading_story(t: Transcript) -> None:
    lines = [{"title": f"x{units}", "price": "1.00", "quantity": units} for units in (1, 2, 3)]
    order = await t.ask(
        "merchant", "POST", "orders", {"order": {"line_items": lines, "shipping_address": {"zip": "1"}}}
    )
    here = t.stage("merchant", "open/unsubmitted")
    accepted = t.stage("service", "in_progress/accepted")
    t.stage("service", "open/submitted")
    t.stage("service", "closed/accepted")
    for actor in ("merchant", "service", "other_service", "outsider", None):
        await t.ask(actor, "GET", f"orders/{order['order']['id']}/fulfillment_orders")
        for fo in (here, accepted):
            await t.ask(actor, "GET", f"fulfillment_orders/{fo.id}")
            await t.ask(actor, "GET", f"orders/{fo.order.id}/fulfillment_orders")
            await t.ask(actor, "POST", f"fulfillment_orders/{fo.id}/cancel")
    asked = "include_order_reference_fields=true&include_financial_summaries=true"
    await t.ask("merchant", "GET", f"fulfillment_orders/{here.id}", query=asked)
    for status in ("", "cancellation_requested", "fulfillment_accepted", "nonsense"):
        query = f"assignment_status={status}" if status else ""
        await t.ask("service", "GET", "assigned_fulfillment_orders", query=query)
    await t.ask("service", "GET", "assigned_fulfillment_orders", query="location_ids[]=5")
    await t.ask("merchant", "GET", "fulfillment_orders/5")
    await t.ask("merchant", "POST", f"fulfillment_orders/{here.id}/hold", raw=b"{")


STORIES = {
    reading_story: "reading shapes scopes errors",
    requests_story: "requests answers invariants",
    cancellations_story: "cancellations cancelling closing",
    holds_story: "holds",
    moves_story: "moves",
    timing_story: "timing",
    fulfilling_story: "fulfilling",
}
"""The stories, each with the modules of mutants that it is about: those are told that one first."""


def told(story: Callable[[Any], Awaitable[None]], kind: type[Transcript] = Transcript, **options: Any) -> list[Any]:
    """Return the transcript of a story, told to a fresh sandbox."""

    async def tell() -> None:
        await story(transcript)

    tokens = {actor: actor for actor in ("merchant", "service", "other_service", "outsider")}
    transcript = kind(Sandbox(tokens=tokens, clock=Fixed(), **options))
    try:
        asyncio.run(tell())
    except (AttributeError, IndexError, KeyError, TypeError):
        transcript.lines.append("the story ends early")
    return transcript.lines


@cache
def plain(story: Callable[[Transcript], Awaitable[None]]) -> list[Any]:
    return told(story)


def differs(change: type[Change] | None = None, **options: Any) -> bool:
    """Say whether a client can tell the difference; looks where it is to be expected first."""
    area = change.__module__.rpartition(".")[2] if change else ""
    stories = sorted(STORIES, key=lambda story: area not in STORIES[story].split())
    return any(told(story, **options) != plain(story) for story in stories)


def test_stories_are_told_to_the_end_and_alike_each_time() -> None:
    assert not differs()
    lines = [line for story in STORIES for line in plain(story)]
    assert "the story ends early" not in lines
    assert {line[3] for line in lines} == {200, 201, 400, 401, 403, 404, 422}


@cache
def shown_by_suites() -> frozenset[str]:
    """Return the changes that are not in a transcript yet."""
    lines = (Path(__file__).parent / "shown_by_suites.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def test_changes_that_are_in_no_transcript_exist() -> None:
    names = {line for line in shown_by_suites() if not line.startswith("over ")}
    assert names <= {*mutants(), *variants()}


@pytest.mark.parametrize(
    "name",
    [name for name, mutant in mutants().items() if module(mutant) not in ELSEWHERE and name not in shown_by_suites()],
)
def test_mutant_shows(name: str) -> None:
    assert differs(mutants()[name], mutants=[name])


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, variant in variants().items()
        if name not in SLOW_ONLY and not module(variant).startswith("graphql") and name not in shown_by_suites()
    ],
)
def test_variant_shows(name: str) -> None:
    assert differs(variants()[name], variants=[name])
