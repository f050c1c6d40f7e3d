"""What the standing judges say of one answer, whichever case or preparation asked for it.

They need the answer, the version that its transport is held to, and nothing of the run: so a recorded answer is read
again as it was read when it came.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import ModuleType

from fulfillspec.documents.operations import ANSWERING, NAMED, READS
from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import connector, forms, graphql, schema
from fulfillspec.judge.finding import Difference, Finding, fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.judge.schema import MOST_FINDINGS, Compared, SchemaFinding
from fulfillspec.wire.answer import Answer
from fulfillspec.wire.gaps import Gap
from fulfillspec.wire.limits import Trouble

judging(__file__, Hears.ANSWERS)

_PERSONAL = frozenset(
    {
        "email",
        "phone",
        "first_name",
        "last_name",
        "company",
        "address1",
        "address2",
        "city",
        "zip",
        "latitude",
        "longitude",
    }
)
"""Keys whose values are a customer's, or may be, and are not repeated in results."""


def _withheld(found: SchemaFinding) -> str:
    """Return what was received, without the value where that is personal data."""
    return (
        "a value that is withheld"
        if found.path.rsplit(".", 1)[-1] in _PERSONAL and found.received.startswith('"')
        else found.received
    )


def orders_in(answer: Answer) -> Iterator[FulfillmentOrder]:
    """Yield the fulfillment orders that an answer shows, if it has a body that was held to the documents."""
    if answer.accepted and answer.exchange.status != 204:
        yield from (order for order in (*answer.slots.values(), *answer.listed) if order is not None)


def strangers(answer: Answer, order_id: str) -> list[str]:
    """Return the ids of the fulfillment orders in the list of an order that belong to another one."""
    return [order.id for order in answer.listed if order.order_id not in {None, order_id}]


def of_look(answer: Answer, order_id: str) -> Iterator[Finding]:
    """Judge the list of an order beyond its form: only its own fulfillment orders are in it."""
    others = strangers(answer, order_id)
    yield (
        fails("FO-LIST-ONLY-ORDER", f"only fulfillment orders of order {order_id}", f"also {', '.join(others)}")
        if others
        else holds("FO-LIST-ONLY-ORDER")
    )


def of_gap(gap: Gap, version: str) -> Iterator[Finding]:
    """Judge that the target's GraphQL schema has what an operation's document asks for."""
    requirement = graphql.requirement_of(gap.name, gap.operation)
    if requirement is not None:
        yield fails(requirement, f"{gap.name} is in the schema of {version}", "the target does not know it")


@dataclass
class Standing:
    """The standing judges of one transport (`rest`, `graphql`, `connector`), held to one API version.

    `names_version`: answers are to name the version that they were served by. What was seen in the very same form
    before is not judged again.

    A fault of the server is a deviation where it repeats: what reads was tried twice before it
    came here, of what acts the first fault says nothing yet.
    """

    transport: str
    version: str
    names_version: bool = False
    _seen_fine: set[int] = field(default_factory=set)
    _had_fault: bool = False

    def of_answer(self, answer: Answer, includes: frozenset[str] = frozenset()) -> Iterator[Finding]:
        """Judge form and shape of an answer; `includes` are the parameters of the request that ask for more keys."""
        exchange = answer.exchange
        yield from self._form(answer)
        if answer.accepted and exchange.status != 204:
            kind = exchange.headers.get("content-type", "")
            yield (
                holds("FO-ERR-JSON")
                if "json" in kind
                else fails("FO-ERR-JSON", "an answer with a JSON content type", kind or "no content type")
            )
            yield from self._body(answer, includes)
            yield from forms.early_keys(answer, self.version)
        elif answer.refused:
            yield from self._refusal(answer)
        elif answer.outcome == "failed" and not answer.faulted and exchange.ok:
            enveloped = self.transport == "graphql" and isinstance(exchange.data, dict)
            yield (
                fails("FO-GQL-ENVELOPE", "data, and errors where there are any", answer.said)
                if enveloped
                else fails("FO-ERR-JSON", "a JSON object", exchange.error or answer.said)
            )

    def _form(self, answer: Answer) -> Iterator[Finding]:
        """Judge what holds of every answer whatever it says: that there is one, its status, the version it names."""
        exchange, status = answer.exchange, answer.exchange.status
        if not answer.faulted:
            yield holds("FO-ERR-ANSWERS")
        elif not _gone(exchange) and not self._may_pass(answer):
            documented = "a whole answer, in time and without a server error"
            yield fails("FO-ERR-ANSWERS", documented, answer.described())
        if exchange.ok and not answer.refused and self.transport == "rest":
            fitting = {200, 201} if answer.ask.operation == "create_fulfillment" else {200}
            yield (
                holds("FO-ERR-SUCCESS-FORM")
                if status in fitting
                else fails(
                    "FO-ERR-SUCCESS-FORM", f"{answer.ask.operation} that succeeds answers HTTP 200", f"HTTP {status}"
                )
            )
        if self.names_version and answer.accepted:
            named = exchange.headers.get("x-shopify-api-version")
            yield (
                holds("FO-READ-VERSION-HEADER")
                if named == self.version
                else fails(
                    "FO-READ-VERSION-HEADER",
                    f"X-Shopify-API-Version names {self.version}, as before",
                    named or "no such header",
                )
            )

    def _may_pass(self, answer: Answer) -> bool:
        """Tell whether a fault may be one that passes: the first of an operation that is not tried again by itself."""
        first = not self._had_fault and answer.ask.operation not in READS
        self._had_fault = True
        return first

    def _body(self, answer: Answer, includes: frozenset[str]) -> Iterator[Finding]:
        asked = answer.ask.document
        compared = (
            self._shape(answer, includes)
            if asked is None
            else graphql.check_query(asked, answer.body, answer.ask.operation)
        )
        for found in compared.findings:
            yield fails(
                found.requirement,
                f"{found.path or 'the answer'}: {found.documented}",
                received := _withheld(found),
                Difference(found.path, found.documented, received),
            )
        for requirement in compared.judged - {found.requirement for found in compared.findings}:
            yield holds(requirement)
        yield from self.of_named(answer)

    def of_named(self, answer: Answer) -> Iterator[Finding]:
        """Judge that an answer has the fulfillment order that was named, in its place where the answer has others."""
        operation, named = answer.ask.operation, answer.ask.order
        place = "" if "beside" in answer.ask.arguments else NAMED[operation].named_shown
        shown = answer.slots.get(place) if place else answer.order
        if (operation not in {"get", *ANSWERING} and not place) or shown is None or named is None:
            return
        if named.startswith("gid://") or (named.isdigit() and not shown.id.isdigit()):
            return  # the id of something else; or a number stands for a word that the target has instead
        over_rest = "FO-GET-ONE" if operation == "get" else f"FO-RESP-{operation.upper().replace('_', '-')}"
        rows = {"graphql": NAMED[operation].graphql, "connector": "FO-CONN-ID"} if operation != "get" else {}
        row = rows.get(self.transport, over_rest)
        where = f"{place}: fulfillment order {named}" if place else f"fulfillment order {named}"
        yield holds(row) if shown.id == named else fails(row, where, shown.id)

    def _shape(self, answer: Answer, includes: frozenset[str]) -> Compared:
        """Compare an answer's form with the documents.

        The fulfillment orders of a list are judged one by one, and one that was seen in this very form before is not
        judged again: most of a list is as it was.
        """
        operation, body = answer.ask.operation, answer.body
        left_out = {"without": answer.without} if self.transport == "graphql" else {}
        rows = body.get("fulfillment_orders") if isinstance(body, dict) else None
        bodies = [body]
        if self.transport == "rest" and isinstance(rows, list) and rows:
            bodies = [{**body, "fulfillment_orders": [row]} for row in rows]
        findings: list[SchemaFinding] = []
        judged: set[str] = set()
        for n, one in enumerate(bodies):
            key = hash((operation, includes, json.dumps(one))) if len(bodies) > 1 else 0
            if key in self._seen_fine:
                continue
            found = self._judge.compare(operation, one, version=self.version, includes=includes, **left_out)
            if key and not found.findings:
                self._seen_fine.add(key)
            findings += [replace(row, path=row.path.replace("[0]", f"[{n}]", 1)) for row in found.findings]
            judged |= found.judged
        return Compared(findings[:MOST_FINDINGS], frozenset(judged))

    def _refusal(self, answer: Answer) -> Iterator[Finding]:
        yield (
            holds("FO-ERR-CLIENT-FORM")
            if answer.client_form
            else fails(
                "FO-ERR-CLIENT-FORM",
                "a refusal answers with a client error (HTTP 4xx)",
                f"HTTP {answer.exchange.status}: {answer.said}",
            )
        )
        if self.transport == "graphql":
            yield from self._graphql_refusal(answer)
            return
        findings = schema.check_error(answer.body)
        yield (
            fails(findings[0].requirement, findings[0].documented, findings[0].received)
            if findings
            else holds("FO-ERR-READABLE")
        )

    def _graphql_refusal(self, answer: Answer) -> Iterator[Finding]:
        compared = graphql.check_refusal(
            answer.ask.operation,
            answer.body,
            version=self.version,
            status=answer.exchange.status or 0,
            without=answer.without,
            document=answer.ask.document,
        )
        for found in compared.findings:
            yield fails(found.requirement, f"{found.path or 'the answer'}: {found.documented}", found.received)
        for requirement in compared.judged - {found.requirement for found in compared.findings}:
            yield holds(requirement)

    @property
    def _judge(self) -> ModuleType:
        """The judge of what this transport's answers look like."""
        return {"rest": schema, "graphql": graphql, "connector": connector}[self.transport]


def _gone(exchange: Exchange) -> bool:
    """Tell whether nobody was there to answer: that says nothing about how the target answers."""
    return (exchange.error or "").startswith((Trouble.NOT_CONNECTED, Trouble.NO_NAME))
