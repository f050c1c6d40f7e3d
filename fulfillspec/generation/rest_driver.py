"""Generated requests: every operation of the OpenAPI document, driven with what the document allows and what it forbids.

What is sent is made by `generation`, aimed here at a staged fulfillment order (its ids, its line items, a time to come)
and sent through the session: so each answer passes the standing judges, each deviation has its exchanges and its script.
That a request is well-formed demands no acceptance here; that it is broken demands a refusal only where `BREACHES` names
the row of the register that does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pytest

from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.acting.step import Asked, Step
from fulfillspec.documents import access
from fulfillspec.documents.operations import LOOKS, OF_FULFILLMENTS, OPERATIONS, READS
from fulfillspec.evidence.observation import FulfillmentOrder, digits
from fulfillspec.generation.bodies import FORMS, NotGenerated, RequestDocument
from fulfillspec.generation.breaches import BREACHES, Breach, put, too_long, without_lines
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.runs.run import Run
from fulfillspec.stage.per_transport import TransportContext

judging(__file__, Hears.REQUESTS)

STANDS = {row.name: (row.actor, row.stands) for row in OPERATIONS if row.rest}
"""Who may take each operation, and in which state the documents have it succeed: a refusal there has no other reason."""

_ASKED_BARE = LOOKS | access.tried_by("anonymous")
"""Operations that other cases ask for without a token: reads in `suites/test_scopes.py`."""
_ANSWERED = frozenset({"FO-ERR-ANSWERS", "FO-ERR-SUCCESS-FORM", "FO-ERR-JSON"})
_MOST_QUERIES = 4


@dataclass(frozen=True, slots=True)
class Driven:
    """An operation that a case drives, with the rows that its answers may come to break."""

    operation: str
    requirements: frozenset[str]


@lru_cache(maxsize=1)
def operations() -> tuple[str, ...]:
    """Return the operations of the OpenAPI document, in its order."""
    return tuple(RequestDocument().operations)


def driven(kind: str) -> list[Driven]:
    """Return what the cases of a kind (`operation_asked`, `operation_sent`, `operation_broken`) drive."""
    if kind == "operation_asked":
        return [Driven(name, frozenset({"FO-SCOPE-ANONYMOUS"})) for name in operations()]
    if kind == "operation_sent":
        return [Driven(name, _ANSWERED) for name in operations()]
    rows = {name: frozenset(row.requirement for row in BREACHES if row.operation == name) for name in operations()}
    return [Driven(name, found) for name, found in rows.items() if found]


class GeneratedRequests:
    """Drives operations on the stage of a transport with generated requests. `seed` decides every one of them."""

    def __init__(self, context: TransportContext, seed: int) -> None:
        self._document = RequestDocument(seed)
        self._session, self._stage, self._actors = context.session, context.stage, context.actors
        self._arguments, self._started, self._deep = context.arguments, context.started, context.depth == "certify"
        self._fulfillment: str | None = None
        self._fulfilled: FulfillmentOrder | None = None
        self.sent = self.refused = 0

    # --- what is documented ----------------------------------------------------------------------------------------

    def send(self, what: Driven) -> None:
        """Send requests that the document allows; the standing judges read the answers, whether accepted or refused."""
        name = what.operation
        actor, state = STANDS[name]
        if name in READS:
            for query in self._document.queries(name, _MOST_QUERIES if self._deep else 2) or [{}]:
                self._count(self._read(actor, name, self._stage.order(state), query))
            return
        forms = FORMS if self._document.has_text(name) else FORMS[:1]
        bodies = [body for form in forms for body in self._document.bodies(name, form)]
        for body in bodies if self._deep else bodies[-2:]:
            order = self._order(state, name)
            self._count(self._act(actor, name, order, self._aimed(body, order)))

    def _read(self, actor: str, name: str, order: FulfillmentOrder, query: dict[str, Any]) -> Asked:
        includes = frozenset(key for key, value in query.items() if key.startswith("include_") and value == "true")
        rest = {key.removesuffix("[]"): value for key, value in query.items() if key not in includes}
        if "location_ids" in rest:
            rest["location_ids"] = [self._stage.service_location for _ in rest["location_ids"]]
        if name == "list":
            return self._actors[actor].ask(name, order_id=order.order_id, includes=includes, **rest)
        named = None if name == "assigned" else order.id
        return self._actors[actor].ask(name, named, includes=includes, **rest)

    def _act(self, actor: str, name: str, order: FulfillmentOrder, body: Any, raw: bytes | None = None) -> Step:
        """Send a body as it is; what it says of line items is told to the judges beside it."""
        told: dict[str, Any] = {}
        if name in OF_FULFILLMENTS:
            told["fulfillment"] = self._made(order)
            order = self._fulfilled or order  # its picture is the one that changes
        lines = _lines(body)
        if lines:
            told["part"] = lines
        return self._actors[actor].act(name, order, raw=raw or json.dumps(body).encode(), **told)

    def _aimed(self, body: Any, order: FulfillmentOrder, *, much: bool = False) -> Any:
        """Return a body with the ids, the line items and the times of this run in the places of generated ones.

        Units are brought within what there is, unless there are to be too many. Nobody is written to.
        """
        lines = [line for line in order.lines if line.remaining]

        def aim(node: Any, key: str) -> Any:
            match key:
                case "fulfillment_order_line_items":
                    rows = list(zip(node, lines, strict=False))
                    return [
                        {"id": int(line.id), "quantity": units(row["quantity"], line.remaining)} for row, line in rows
                    ]
                case "fulfillment_order_line_item_id":
                    return int(lines[0].id) if lines else node
                case "new_location_id":
                    return int(self._stage.elsewhere(order))
                case "fulfillment_order_id":
                    return int(order.id)
                case "fulfillment_order_ids":
                    return [int(order.id)]
                case "new_fulfill_at" | "fulfillment_deadline":
                    return self._arguments("reschedule", order)["new_fulfill_at"]
                case "notify_customer":
                    return False
            if isinstance(node, dict):
                return {name: aim(part, name) for name, part in node.items()}
            return [aim(part, "") for part in node] if isinstance(node, list) else node

        def units(wanted: float, left: int | None) -> int:
            return int(wanted) + (left or 0) if much else 1 + int(wanted) % max(left or 1, 1)

        return aim(body, "")

    # --- what is forbidden -----------------------------------------------------------------------------------------

    def send_broken(self, what: Driven) -> None:
        """Send what the register has refused, to one parked fulfillment order; it stays as it is."""
        for row in (row for row in BREACHES if row.operation == what.operation):
            actor, state = STANDS[row.operation]
            for value in self._values(row):
                order = self._order(state, row.operation)
                if row.at == ("path",):
                    asked: Asked = self._ask_unknown(actor, row.operation, value)
                else:
                    asked = self._act_broken(actor, row, order, value)
                asked.expect_refused(row.requirement, because=f"{'.'.join(row.at) or 'the body'}: {row.how}")
                self.sent += 1

    def _values(self, row: Breach) -> list[Any]:
        """Return the broken values of a breach: what schemathesis makes of the negated schema, as far as it is this breach."""
        if row.how in {"missing", "null", "past", "syntax", "much", "unknown"}:
            return [None]
        schema = self._document.part(row.operation, *row.at)
        found = [value for value in self._document.breaking(row.operation, schema, 12) if too_long(value, schema)]
        if not found:
            raise NotGenerated(f"{row.operation}: no value of {'.'.join(row.at)} is {row.how}")
        return found[:1]

    def _act_broken(self, actor: str, row: Breach, order: FulfillmentOrder, value: Any) -> Step:
        # every key is there, and nothing that a store may refuse by itself
        whole = self._aimed(self._document.bodies(row.operation, "plain")[0], order, much=row.how == "much")
        if row.how != "much":
            whole = without_lines(whole)
        elif not _lines(whole):
            raise Unobservable(f"fulfillment order {order.id} has no line items to ask too much of")
        if row.how == "syntax":
            return self._act(actor, row.operation, order, None, json.dumps(whole).encode()[:-1])
        if row.how == "past":
            value = self._started.replace(microsecond=0, year=self._started.year - 1, day=1).isoformat()
        if row.how == "unknown":
            value = self._unknown() if row.operation == "move" else [self._unknown()]
        broken = whole if row.how == "much" else put(whole, row.at, value, missing=row.how == "missing")
        return self._act(actor, row.operation, order, broken)

    def _ask_unknown(self, actor: str, name: str, _value: Any) -> Asked:
        unknown, arguments = str(self._unknown()), self._arguments(name, None)
        if name == "list":
            return self._actors[actor].ask(name, order_id=unknown)
        if name in OF_FULFILLMENTS:
            return self._actors[actor].ask(
                name, fulfillment=unknown, tracking={"number": "1"} if "track" in name else {}
            )
        return self._actors[actor].ask(name, unknown, **arguments)

    def _unknown(self) -> int:
        """Return an id that nothing seen in this run has, another one each time."""
        pictures = self._session.pictures.values()
        seen = [int(one) for picture in pictures for one in (picture.order_id, *picture.orders)]
        return max(seen, default=10**9) + 987_000_000 + self.sent

    # --- who may ask -----------------------------------------------------------------------------------------------

    def ask_without_token(self, what: Driven) -> None:
        """Ask without a token, and with one that nobody has: nothing is shown and nothing is done."""
        self.ask_operation_without_token(what.operation, "FO-SCOPE-ANONYMOUS")

    def ask_operation_without_token(self, name: str, requirement: str) -> None:
        """Ask for an operation without a token that is known."""
        state = STANDS[name][1]
        order = self._order(state, name)
        arguments = self._arguments(name, order)
        if name in OF_FULFILLMENTS:
            arguments = {"fulfillment": self._made(order)} | ({"tracking": {"number": "1"}} if "track" in name else {})
        before, answers = self._session.before(order), []
        for caller in ("anonymous", "stranger") if name not in _ASKED_BARE else ("stranger",):
            if name in READS:
                self._judge_hidden(self._read_as(caller, name, order))
                continue
            answers.append(self._session.ask(caller, name, order.id, **arguments))
            if not answers[-1].refused:
                break
        if answers:
            after = self._session.look(before.order_id)
            steps = [Step(self._session, answer, state, before, after) for answer in answers]
            steps[-1].compare()
            for step in steps:
                step.expect_refused(requirement)

    def _judge_hidden(self, asked: Asked) -> None:
        if asked.answer.accepted and not has_something(asked.answer.body):
            asked.judge("FO-SCOPE-ANONYMOUS", True, "nothing is shown")  # noqa: FBT003 - it is the verdict
        else:
            asked.expect_refused("FO-SCOPE-ANONYMOUS")

    def _read_as(self, caller: str, name: str, order: FulfillmentOrder) -> Asked:
        if name == "list":
            return self._actors[caller].ask(name, order_id=order.order_id)
        return self._actors[caller].ask(name, None if name == "assigned" else order.id)

    # --- on the stage ----------------------------------------------------------------------------------------------

    def _order(self, state: str, name: str) -> FulfillmentOrder:
        for actor in (STANDS[name][0], "merchant"):
            if actor not in self._actors:
                raise Inapplicable(f"the target file names no token for the actor {actor}")
        if state.startswith("service:scheduled"):
            return self._stage.given(state)
        return self._stage.order(state, movable=name == "move", units=2 if name == "create_fulfillment" else 1)

    def _made(self, order: FulfillmentOrder) -> str:
        """Return the id of a fulfillment of one unit; it is made where the run has none to change yet."""
        if self._fulfillment is None:
            line = next((line for line in order.lines if line.remaining), None)
            if line is None:
                raise Unobservable(f"fulfillment order {order.id} has nothing left to fulfil")
            step = self._actors["merchant"].fulfil(order, part=[(line.id, 1)])
            body = step.answer.body if isinstance(step.answer.body, dict) else {}
            self._fulfillment = step.needs(digits((body.get("fulfillment") or {}).get("id")))
            self._fulfilled = step.order
        return self._fulfillment

    def _count(self, asked: Asked) -> None:
        self.sent += 1
        self.refused += asked.answer.refused

    def tell(self) -> None:
        """Note in the results what was generated."""
        if self.sent:
            self._session.ledger.notes.append(
                f"Generated requests over {self._session.name}: {self.sent}; {self.refused} of those that the document "
                "allows were refused, which is not a deviation."
            )


def _lines(body: Any) -> list[tuple[str, int]]:
    """Return the line items that a body names, with their units."""
    found: list[tuple[str, int]] = []

    def gather(node: Any) -> None:
        if isinstance(node, dict):
            found.extend((str(row["id"]), row["quantity"]) for row in node.get("fulfillment_order_line_items") or ())
        for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            gather(part)

    gather(body)
    return list(dict.fromkeys(found))


def has_something(body: Any) -> bool:
    """Tell whether an answer shows anything: a value that is not empty."""
    parts = body.values() if isinstance(body, dict) else body if isinstance(body, list) else [body]
    return any(has_something(part) if isinstance(part, (dict, list)) else part is not None for part in parts)


@pytest.fixture(scope="session")
def generated_requests(request: pytest.FixtureRequest, transport: str) -> Iterator[GeneratedRequests]:
    """Return who drives the operations with generated requests: one for the whole run."""
    run: Run = request.config.stash[Run.KEY]
    found = GeneratedRequests(run.context(transport), run.seed)
    yield found
    found.tell()
