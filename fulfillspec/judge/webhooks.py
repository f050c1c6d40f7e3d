"""Judging what a webhook of a fulfillment-order topic tells of a step: where it belongs, what it names, how it is sent.

Facts of the topics: Shopify's webhook reference. Its samples show some states that no answer of the API shows at that
moment; either passes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fulfillspec.evidence.observation import FulfillmentOrder, digits, prose
from fulfillspec.judge.finding import plain

GROUP = "fulfillment_orders"
WEBHOOK_ID = "x-shopify-webhook-id"
"""The header with the id of a webhook, which it keeps where it is delivered again."""
HEADERS = ("x-shopify-shop-domain", "x-shopify-api-version", WEBHOOK_ID)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: the key of the fulfillment order it is about, the keys beside, what its sample shows of the state."""

    about: str = "fulfillment_order"
    keys: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()


TOPICS: dict[str, Topic] = {
    "fulfillment_request_submitted": Topic(
        "submitted_fulfillment_order",
        ("original_fulfillment_order", "fulfillment_order_merchant_request"),
        ("open", "unsubmitted"),
    ),
    "fulfillment_request_accepted": Topic(keys=("message",), sample=("in_progress", "accepted")),
    "fulfillment_request_rejected": Topic(keys=("message",), sample=("open", "rejected")),
    "cancellation_request_submitted": Topic(
        keys=("fulfillment_order_merchant_request",), sample=("in_progress", "cancellation_request")
    ),
    "cancellation_request_accepted": Topic(keys=("message",), sample=("closed",)),
    "cancellation_request_rejected": Topic(keys=("message",), sample=("in_progress", "cancellation_rejected")),
    "cancelled": Topic(keys=("replacement_fulfillment_order",), sample=("cancelled",)),
    "fulfillment_service_failed_to_complete": Topic(keys=("message",), sample=("closed",)),
    "placed_on_hold": Topic(
        keys=("remaining_fulfillment_order", "held_fulfillment_order_line_items"), sample=("on_hold",)
    ),
    "hold_released": Topic(sample=("open",)),
    "moved": Topic(
        "moved_fulfillment_order",
        (
            "original_fulfillment_order",
            "destination_location_id",
            "fulfillment_order_line_items_requested",
            "source_location",
        ),
        ("open",),
    ),
    "rescheduled": Topic(sample=("scheduled",)),
    "split": Topic(
        keys=("remaining_fulfillment_order", "replacement_fulfillment_order", "split_line_items"), sample=("open",)
    ),
}
"""The topics of the steps that are taken, below `fulfillment_orders/`."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came in at the address of one subscription: headers with lower-cased names, the raw body, its signature.

    `signed` is None where the secret is not known.
    """

    headers: Mapping[str, str]
    raw: bytes
    signed: bool | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The body as an object; an empty one where it is anything else."""
        try:
            found = json.loads(self.raw)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def names(self, event: Event) -> bool:
        """Tell whether it is about the fulfillment order of an event."""
        return digits(self.payload(event).get("id")) == event.order.id

    def payload(self, event: Event) -> dict[str, Any]:
        """Return the fulfillment order that it shows; an empty one where it shows none."""
        found = self.body.get(TOPICS[event.topic].about)
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Event:
    """A step that was taken: its topic, the fulfillment order as a later look shows it, the message sent with it."""

    topic: str
    order: FulfillmentOrder
    message: str | None = None


Came = Sequence[Delivery]
"""What came at the address of an event's subscription, that which names its fulfillment order first."""


def _event(event: Event, came: Came) -> Iterator[str]:
    if not came:
        yield f"no webhook {event.topic} of fulfillment order {event.order.id}"


def _topic(event: Event, came: Came) -> Iterator[str]:
    named = came[0].headers.get("x-shopify-topic")
    if named != f"{GROUP}/{event.topic}":
        yield f"X-Shopify-Topic is {named}, expected {GROUP}/{event.topic}"
    others = {topic.about for topic in TOPICS.values()} - {TOPICS[event.topic].about}
    strange = [name for each in came[1:] if each.body and not each.payload(event) for name in others & each.body.keys()]
    if strange:
        yield f"what came at the address of {event.topic} shows {strange[0]}: it is of another topic"


def _headers(event: Event, came: Came) -> Iterator[str]:
    lacking = [name for name in HEADERS if not came[0].headers.get(name)]
    if lacking:
        yield f"{event.topic} comes without {', '.join(lacking)}"
    if "json" not in (kind := came[0].headers.get("content-type", "")):
        yield f"{event.topic} comes as {kind or 'no content type'}"


def _signature(event: Event, came: Came) -> Iterator[str]:
    if came[0].signed is False:
        yield f"{event.topic}: not the HMAC of the body under the app's secret"


def _keys(event: Event, came: Came) -> Iterator[str]:
    topic = TOPICS[event.topic]
    lacking = [key for key in (topic.about, *topic.keys) if key not in came[0].body]
    if lacking:
        yield f"{event.topic} has no {', '.join(lacking)}"


def _order(event: Event, came: Came) -> Iterator[str]:
    if not came[0].names(event):
        yield f"{event.topic} names {came[0].payload(event).get('id')}, expected fulfillment order {event.order.id}"


def _state(event: Event, came: Came) -> Iterator[str]:
    shown, sample = came[0].payload(event), TOPICS[event.topic].sample
    for place, key in enumerate(("status", "request_status")):
        looked = getattr(event.order, key)
        legal = {looked, *sample[place : place + 1]}
        if key in shown and str(shown[key]).lower() not in legal:
            yield f"{event.topic} shows {key} {shown[key]}, a later look {looked}"
    if "status" not in shown:
        yield f"{event.topic} shows no status"


def _message(event: Event, came: Came) -> Iterator[str]:
    if event.message is None:
        return
    request = came[0].body.get("fulfillment_order_merchant_request")
    shown = request.get("message") if isinstance(request, dict) else came[0].body.get("message")
    if prose(shown) != prose(event.message):
        yield f"{event.topic} says {plain(shown)}, sent was {plain(event.message)}"


def _once(event: Event, came: Came) -> Iterator[str]:
    ours = [delivery for delivery in came if delivery.names(event)]
    told = {delivery.headers.get(WEBHOOK_ID, str(place)) for place, delivery in enumerate(ours)}
    if len(told) > 1:  # one that is delivered anew keeps its id
        yield f"{event.topic} came {len(told)} times for fulfillment order {event.order.id}"


RULES: dict[str, Callable[[Event, Came], Iterator[str]]] = {
    "event": _event,
    "topic": _topic,
    "headers": _headers,
    "signature": _signature,
    "keys": _keys,
    "order": _order,
    "state": _state,
    "message": _message,
    "once": _once,
}
"""The rules by the name of what they are about."""


def complaints(rule: str, told: Sequence[tuple[Event, Came]]) -> list[str]:
    """Return what is wrong by a rule of `RULES`, in words; what did not come breaks the rule `event` alone."""
    return [text for event, came in told if came or rule == "event" for text in RULES[rule](event, came)]
