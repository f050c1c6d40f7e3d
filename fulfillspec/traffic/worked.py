"""What answers about fulfillments say of the work that was asked for, and whether filtered lists have what was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fulfillspec.documents.operations import FULFILLING
from fulfillspec.evidence.observation import digits
from fulfillspec.judge import fulfillments, sources, times
from fulfillspec.judge.finding import Finding, fails, holds, plain
from fulfillspec.judge.fulfillments import Record
from fulfillspec.traffic.views import MOST, NEAR
from fulfillspec.wire import nodes
from fulfillspec.wire.answer import Answer

_FILTERS: Final = {
    "fulfillment_requested": ("FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED", frozenset({"submitted"})),
    "cancellation_requested": (
        "FO-ASSIGNED-STATUS-CANCELLATION-REQUESTED",
        frozenset({"cancellation_requested"}),
    ),
    "fulfillment_accepted": (
        "FO-ASSIGNED-STATUS-FULFILLMENT-ACCEPTED",
        frozenset({"accepted", "cancellation_requested", "cancellation_rejected"}),
    ),
}
"""By filter: its requirement, and the request statuses that may be in the list."""
_TRACKING: Final = ("number", "company", "url")


@dataclass
class Work:
    """The fulfillments that were made in this traffic, by origin and fulfillment order, with the tracking last sent."""

    _made: dict[tuple[str, str], dict[str, tuple[Answer, Mapping[str, str]]]] = field(default_factory=dict)

    def of_answer(self, answer: Answer, place: str) -> Iterator[Finding]:
        """Judge an answer that was carried out."""
        operation = answer.ask.operation
        if operation == "assigned":
            yield from _filtered(answer)
        elif operation in FULFILLING:
            row = answer.body.get("fulfillment") if isinstance(answer.body, dict) else None
            record = fulfillments.read(row)
            if record is not None:
                yield from self._of_record(answer, record, place)
        elif operation == "list_fulfillments":
            yield from self._listed(answer, place)

    def _of_record(self, answer: Answer, record: Record, place: str) -> Iterator[Finding]:
        operation, sent = answer.ask.operation, _sent(answer.ask.arguments.get("tracking"))
        if operation == "cancel_fulfillment":
            yield from _one_of("FO-FULFIL-CANCEL", record, answer, frozenset({"cancelled"}))
            for made in self._made.values():
                made.pop(record.id, None)
            return
        if sent and _tells(answer, "trackingInfo"):
            misses = record.misses(sent)
            documented = f"fulfillment {record.id} shows the tracking {sent}"
            yield (
                holds("FO-FULFIL-TRACKING")
                if not misses
                else fails("FO-FULFIL-TRACKING", documented, "; ".join(misses))
            )
        if operation == "update_tracking":
            for made in self._made.values():
                if record.id in made:
                    made[record.id] = (answer, sent)
            return
        if record.status is not None:
            documented = f"fulfillment {record.id}, which was just made, stands"
            row = "FO-FULFIL-STATUS"
            yield holds(row) if record.stands else fails(row, documented, record.status)
        yield from _units(answer, record)
        if record.created_at is not None:
            what = f"created_at of fulfillment {record.id}"
            yield times.of_now("FO-FULFIL-CREATED-NOW", what, record.created_at, answer)
        orders = (answer.ask.order, *(order for order, _ in answer.ask.arguments.get("beside", ())))
        for order in filter(None, orders):
            self._made.setdefault((place, order), {})[record.id] = (answer, sent)
        while len(self._made) > MOST:
            self._made.pop(next(iter(self._made)))

    def _listed(self, answer: Answer, place: str) -> Iterator[Finding]:
        made = self._made.get((place, answer.ask.order or ""), {})
        rows = answer.body.get("fulfillments") if isinstance(answer.body, dict) else None
        listed = {record.id: record for record in fulfillments.read_all(rows if isinstance(rows, list) else ())}
        now = times.over(answer.exchange)
        for identity, (maker, sent) in made.items():
            then = times.over(maker.exchange)
            if now is None or then is None or not 0 <= (now - then).total_seconds() <= NEAR:
                continue
            record = listed.get(identity)
            documented = f"fulfillment {identity} is among those of fulfillment order {answer.ask.order}"
            yield (
                holds("FO-FULFIL-RECORD")
                if record is not None
                else fails("FO-FULFIL-RECORD", documented, sorted(listed))
            )
            if record is not None and sent and answer.transport == maker.transport == "rest":
                misses = record.misses(sent)
                documented = f"fulfillment {identity} shows its own tracking, {plain(sent)}"
                yield (
                    holds("FO-FULFIL-TRACKING-KEPT")
                    if not misses
                    else fails("FO-FULFIL-TRACKING-KEPT", documented, "; ".join(misses))
                )


def locations(answer: Answer) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the locations that an answer names, with what it says of them."""
    rows = answer.body.get("locations_for_move") if isinstance(answer.body, dict) else None
    for row in nodes.rows(rows):
        identity, content = (
            digits(nodes.at(row, "location", "id")),
            sources.of_location(nodes.at(row, "location") or {}),
        )
        if identity is not None and content:
            yield identity, content


def _one_of(requirement: str, record: Record, answer: Answer, fine: frozenset[str]) -> Iterator[Finding]:
    if record.status is not None:
        documented = f"{answer.ask.operation}: fulfillment {record.id} is {' or '.join(sorted(fine))}"
        yield holds(requirement) if record.status in fine else fails(requirement, documented, record.status)


def _units(answer: Answer, record: Record) -> Iterator[Finding]:
    """Judge the units of a fulfillment by those that were asked for, where all of them were named."""
    part = answer.ask.arguments.get("part")
    if not part or answer.ask.arguments.get("beside") or record.units is None or answer.ask.raw is not None:
        return
    wanted = sum(units for _, units in part)
    if record.units == wanted:
        yield holds("FO-FULFIL-UNITS")
    else:
        yield fails("FO-FULFIL-UNITS", f"fulfillment {record.id} is of {wanted} units", record.units)


def _tells(answer: Answer, name: str) -> bool:
    """Tell whether an answer was asked for a field of the fulfillment; REST shows all of it."""
    if answer.transport != "graphql":
        return True
    data = nodes.at(answer.body, "data")
    payload = next(iter(data.values()), None) if isinstance(data, dict) else None
    return isinstance(nodes.at(payload, "fulfillment", name), list)


def _sent(tracking: Any) -> dict[str, str]:
    """Return the tracking that was sent, where it is one number with its company and address; without pseudonyms."""
    if not isinstance(tracking, dict) or tracking.keys() - set(_TRACKING):
        return {}
    return {name: value for name, value in tracking.items() if isinstance(value, str) and value and "«" not in value}


def _filtered(answer: Answer) -> Iterator[Finding]:
    given = answer.ask.arguments
    row, allowed = _FILTERS.get(str(given.get("assignment_status")), ("", frozenset[str]()))
    others = [
        order for order in answer.listed if order.request_status is not None and order.request_status not in allowed
    ]
    if row and others:
        documented = f"only fulfillment orders that are {' or '.join(sorted(allowed))}"
        yield fails(row, documented, f"{others[0].id} is {others[0].pair}")
    elif row and answer.listed:
        yield holds(row)
    wanted: tuple[str, ...] = given.get("location_ids") or ()
    elsewhere = [order for order in answer.listed if wanted and order.location_id not in {None, *wanted}]
    if elsewhere:
        documented = f"only fulfillment orders at {', '.join(wanted)}"
        yield fails("FO-ASSIGNED-LOCATION-IDS", documented, f"{elsewhere[0].id} is at {elsewhere[0].location_id}")
    elif wanted and answer.listed:
        yield holds("FO-ASSIGNED-LOCATION-IDS")
