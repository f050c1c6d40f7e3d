"""Every mutant and variant of GraphQL, the connector and the callbacks shows: transcripts beside the plain sandbox's."""

from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from typing import Any

import pytest
from graphql_client import gid
from graphql_transcript import ASSIGNED, DEADLINE, ORDER, GraphQLTranscript
from test_sandbox_differences import (
    STORIES,
    Transcript,
    cancellations_story,
    fulfilling_story,
    holds_story,
    module,
    moves_story,
    reading_story,
    requests_story,
    shown_by_suites,
    timing_story,
    told,
)

from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.mutants import AREAS, mutants
from fulfillspec.sandbox.notifications import Notifier
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.variants import variants
from fulfillspec.sandbox.views import Views

SPLIT = (
    "mutation($s: [FulfillmentOrderSplitInput!]!) { fulfillmentOrderSplit(fulfillmentOrderSplits: $s) { "
    "fulfillmentOrderSplits { fulfillmentOrder { ...O } remainingFulfillmentOrder { ...O } } "
    f"userErrors {{ field message code }} }} }} {ORDER}"
)
MERGE = (
    "mutation($m: [FulfillmentOrderMergeInput!]!) { fulfillmentOrderMerge(fulfillmentOrderMergeInputs: $m) "
    f"{{ fulfillmentOrderMerges {{ fulfillmentOrder {{ ...O }} }} userErrors {{ field message code }} }} }} {ORDER}"
)
PATH = "/connector/fulfillment-orders/mark-incomplete"

OWN = {module.__name__.rpartition(".")[2] for module in AREAS if "graphql" in module.__name__} | {
    "equivalence",
    "connector",
}
"""Modules of mutants that show over GraphQL or the connector."""

Story = Callable[[Any], Awaitable[None]]


def identity(fo: FulfillmentOrder) -> str:
    return gid("FulfillmentOrder", fo.id)


def units(fo: FulfillmentOrder, *amounts: int) -> list[dict[str, Any]]:
    return [
        {"id": gid("FulfillmentOrderLineItem", line.id), "quantity": amount}
        for line, amount in zip(fo.lines, amounts, strict=False)
    ]


async def cuts_story(t: GraphQLTranscript) -> None:
    one, other = t.stage("merchant", "open/unsubmitted"), t.stage("merchant", "open/unsubmitted")
    for part in (units(one, 1, 2), units(one, 9), [], units(other, 1)):
        rows = [{"fulfillmentOrderId": identity(one), "fulfillmentOrderLineItems": part}]
        await t.document("merchant", SPLIT, {"s": rows})
        await t.look(one)
    made = one.order.fulfillment_orders[1]
    for orders in ((one, other), (one, made)):
        intents = [{"fulfillmentOrderId": identity(each)} for each in orders]
        await t.document("merchant", MERGE, {"m": [{"mergeIntents": intents}]})
        await t.look(one)


async def forms_story(t: GraphQLTranscript) -> None:
    await t.document("merchant", "{ shop { name nothing } }", {})
    close = "mutation($id: ID!) { fulfillmentOrderClose(id: $id) { userErrors { field message } } }"
    explained = (
        'mutation($id: ID!) { fulfillmentOrderRejectFulfillmentRequest(id: $id, message: "m") '
        "{ userErrors { field message } } }"
    )
    reject = "mutation($id: ID!) { fulfillmentOrderRejectFulfillmentRequest(id: $id) { userErrors { field message } } }"
    read = "query($id: ID!) { fulfillmentOrder(id: $id) { id status } }"
    accepted, submitted = t.stage("service", "in_progress/accepted"), t.stage("service", "open/submitted")
    await t.document("service", explained, {"id": identity(t.stage("service", "open/submitted"))})
    for text in (close, reject, read):
        await t.document("service", text, {})
        await t.document("service", text, {"id": gid("FulfillmentOrder", 5)})
        for actor in ("merchant", "outsider", None):
            for fo in (accepted, submitted):
                await t.document(actor, text, {"id": identity(fo)})
                await t.look(fo)
    for actor in ("merchant", "service", "other_service", "outsider", None):
        await t.document(actor, ASSIGNED, {})
    held = t.stage("merchant", "on_hold/unsubmitted")
    hold = (
        "mutation($id: ID!, $h: FulfillmentOrderHoldInput!) { fulfillmentOrderHold(id: $id, fulfillmentHold: $h) "
        f"{{ fulfillmentHold {{ id handle }} fulfillmentOrder {{ ...O }} userErrors {{ field message code }} }} }} {ORDER}"
    )
    for wanted in ({"reason": "OTHER"}, {"reason": "OTHER", "handle": "x"}, {"reason": "OTHER", "handle": "x"}):
        await t.document("merchant", hold, {"id": identity(held), "h": wanted})
    release = (
        "mutation($id: ID!, $ids: [ID!]) { fulfillmentOrderReleaseHold(id: $id, holdIds: $ids) "
        f"{{ fulfillmentOrder {{ ...O }} userErrors {{ field message }} }} }} {ORDER}"
    )
    made = [gid("FulfillmentHold", hold.id) for hold in held.holds]
    for ids in (made[:1], made[1:]):
        await t.document("merchant", release, {"id": identity(held), "ids": ids})
        await t.look(held)
    for actor in ("merchant", "service"):
        await t.document(
            actor,
            "query($id: ID!) { node(id: $id) { ... on FulfillmentOrder { status } } }",
            {"id": identity(t.stage("merchant", "open/unsubmitted"))},
        )
    many = t.stage("merchant", "open/unsubmitted", 4)
    await t.document(
        "merchant",
        hold,
        {"id": identity(many), "h": {"reason": "OTHER", "fulfillmentOrderLineItems": units(many, 9)}},
    )
    await t.look(many)
    named = [t.stage("merchant", "open/unsubmitted") for _ in range(2)]
    at = {"ids": [identity(fo) for fo in named], "at": "2031-05-05T05:05:05Z"}
    await t.document("merchant", DEADLINE, at)
    for fo in named:
        await t.look(fo)


async def connector_story(t: Transcript) -> None:
    def envelope(subject: int, message: str | None = "Not enough inventory.") -> dict[str, Any]:
        return {"primaryResourceId": subject, "data": {"fulfillment_order": {"message": message}}}

    await t.ask("service", "POST", PATH, envelope(5))
    for actor in ("outsider", "merchant", "other_service", None, "service"):
        one = t.stage("service", "in_progress/accepted")
        await t.ask(actor, "POST", PATH, envelope(one.id))
        await t.look(one)
    for state in ("open/submitted", "incomplete/closed", "in_progress/accepted"):
        one = t.stage("service", state)
        await t.ask("service", "POST", PATH, envelope(one.id, None))
        await t.look(one)


async def callbacks_story(t: Transcript) -> None:
    service = next(iter(t.sandbox.store.services.values()))
    service.callback_url = "http://127.0.0.1:9/hooks"
    t.sandbox.notifier.secret = "secret"
    asked, cancelled = t.stage("service", "open/unsubmitted"), t.stage("service", "open/submitted")
    for actor, action in (
        ("merchant", "fulfillment_request"),
        ("merchant", "fulfillment_request"),
        ("service", "fulfillment_request/accept"),
        ("merchant", "cancellation_request"),
    ):
        await t.ask(actor, "POST", f"fulfillment_orders/{asked.id}/{action}", {})
        await t.ask("service", "GET", "assigned_fulfillment_orders", query="assignment_status=fulfillment_requested")
    await t.ask("merchant", "POST", f"fulfillment_orders/{cancelled.id}/cancel", {})


KINDS: dict[Story, type[Transcript]] = {
    **dict.fromkeys((cuts_story, forms_story, *STORIES), GraphQLTranscript),
    connector_story: Transcript,
    callbacks_story: Transcript,
}
OVER: dict[str, list[Story]] = {
    "graphql": [story for story, kind in KINDS.items() if kind is GraphQLTranscript],
    "connector": [connector_story],
    "notifications": [callbacks_story],
}

HINTS: dict[str, Story] = {
    "split": cuts_story,
    "merge": cuts_story,
    "cancel": cancellations_story,
    "close": cancellations_story,
    "hold": holds_story,
    "held": holds_story,
    "release": holds_story,
    "move": moves_story,
    "location": moves_story,
    "open": timing_story,
    "schedule": timing_story,
    "deadline": timing_story,
    "fulfil": fulfilling_story,
    "tracking": fulfilling_story,
    "submit": requests_story,
    "accept": requests_story,
    "reject": requests_story,
    "request": requests_story,
    "list": reading_story,
    "assigned": reading_story,
}
"""The story in which a word in a name is likely to show."""


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Keep what would be sent to a service."""
    found: list[Any] = []
    monkeypatch.setattr(Notifier, "send", lambda _self, notification: found.append(notification))
    return found


def transcript(story: Story, sent: list[Any], **options: Any) -> list[Any]:
    sent.clear()
    return [*told(story, KINDS[story], **options), *sent]


@cache
def plain(story: Story) -> list[Any]:
    found: list[Any] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Notifier, "send", lambda _self, notification: found.append(notification))
        return transcript(story, found)


def differs(over: str, sent: list[Any], name: str = "", **options: Any) -> bool:
    """Say whether a client can tell the difference over this transport; looks where the name hints to first."""
    hinted = next((story for word, story in HINTS.items() if word in name), forms_story)
    stories = sorted(OVER[over], key=lambda story: story is not hinted)
    return any(transcript(story, sent, **options) != plain(story) for story in stories)


def test_stories_are_told_to_the_end_and_alike_each_time(sent: list[Any]) -> None:
    for over, stories in OVER.items():
        assert not differs(over, sent)
        lines = [line for story in stories for line in plain(story)]
        assert "the story ends early" not in lines
    assert len([line for line in plain(callbacks_story) if len(line) == 3]) == 2


def cases() -> Iterator[tuple[str, str]]:
    """Give the mutants of these transports, and of the store's own the first of each area: they show over GraphQL too."""
    areas: set[str] = set()
    for name, mutant in mutants().items():
        area = module(mutant)
        if area == "notifications":
            yield name, "notifications"
        elif area in OWN and not issubclass(mutant, Views):
            yield from ((name, over) for over in mutant.transports if over != "rest")
        elif (
            issubclass(mutant, Store)
            and "graphql" in mutant.transports
            and area not in {*areas, "paths", "answer_forms", "cells"}
        ):
            areas.add(area)
            yield name, "graphql"


@pytest.mark.parametrize(
    ("name", "over"), [case for case in cases() if f"over {case[0]}-{case[1]}" not in shown_by_suites()]
)
def test_mutant_shows_over_its_transport(sent: list[Any], name: str, over: str) -> None:
    assert differs(over, sent, name, mutants=[name])


@pytest.mark.parametrize("name", [name for name, variant in variants().items() if module(variant) == "graphql"])
def test_variant_shows(sent: list[Any], name: str) -> None:
    assert differs("graphql", sent, name, variants=[name])
