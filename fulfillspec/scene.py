"""Acting on a target and looking at what became of it: one scene per transport.

Every answer passes the standing judges here, whichever case or preparation asked for it; after every action the scene
looks at all fulfillment orders of the order. What a case itself expects is judged on the `Step` that an action returns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from fulfillspec import lifecycle
from fulfillspec.evidence import Evidence
from fulfillspec.judge import connector, graphql, invariants, schema
from fulfillspec.judge.finding import Difference, Finding, fails, holds
from fulfillspec.judge.schema import MOST_FINDINGS, Compared, SchemaFinding
from fulfillspec.ledger import Deviation, Ledger
from fulfillspec.model import FulfillmentOrder, Picture
from fulfillspec.wire.answer import Answer, Ask, Transport
from fulfillspec.wire.documents import Document


class Unobservable(Exception):
    """Something that a verdict needs could not be brought about or seen; the message names it."""


class Inapplicable(Exception):
    """A requirement has no meaning for this target or this run; the message says why."""


class Tainted(Unobservable):
    """The fulfillment order took part in a deviation and is no ground for further verdicts."""


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


@dataclass
class Scene:
    """A target over one transport, as far as it was seen.

    `places` tells whose location an id is (`service`, `merchant`, `other_service`), `pictures` what each order looked
    like last, `tainted` the orders that took part in a deviation.
    """

    transport: Transport
    ledger: Ledger
    evidence: Evidence
    version: str
    observer: str = "merchant"
    places: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    tainted: set[str] = field(default_factory=set)
    advertised: set[str] = field(default_factory=set)
    names_version: bool = False
    latest: Answer | None = None
    eyes: Scene | None = None
    _seen_fine: set[int] = field(default_factory=set)
    phase: str = "act"
    requirements: frozenset[str] | None = None

    @property
    def name(self) -> str:
        """The transport's name."""
        return self.transport.name

    @property
    def looks_are_brief(self) -> bool:
        """Whether holds and times show in the answers of actions only: the samples of REST before 2023-01 read so."""
        return self.name == "rest" and self.version < "2023-01"

    def place(self, order: FulfillmentOrder) -> str | None:
        """Tell whose location a fulfillment order is at, None if that is not known."""
        return self.places.get(order.location_id or "")

    def state(self, order: FulfillmentOrder | None) -> str | None:
        """Name the state of a fulfillment order as `place:status/request_status`."""
        return None if order is None else f"{self.place(order) or 'unknown'}:{order.pair}"

    def ask(
        self,
        actor: str,
        operation: str,
        order: str | None = None,
        /,
        *,
        raw: bytes | None = None,
        includes: frozenset[str] = frozenset(),
        document: Document | None = None,
        **arguments: Any,
    ) -> Answer:
        """Send one operation and let the standing judges read the answer; no look follows."""
        answer = self.transport.perform(
            actor,
            Ask(operation, order, {**arguments, **dict.fromkeys(includes, True)}, raw, document),
            phase=self.phase,
        )
        self.latest = answer
        self._read(answer, includes)
        return answer

    def look(self, order_id: str) -> Picture:
        """List the fulfillment orders of an order; raise `Unobservable` if they cannot be seen.

        A scene with `eyes` looks over their transport: what it did and what it sees are on two ways then.
        """
        if self.eyes is not None:
            picture = self.pictures[order_id] = self.eyes.look(order_id)
            return picture
        picture = self.pictures[order_id] = self.glance(order_id)
        return picture

    def glance(self, order_id: str) -> Picture:
        """Look without taking the order's fulfillment orders for one's own stage."""
        phase, self.phase = self.phase, "look"
        try:
            answer = self.ask(self.observer, "list", order_id=order_id)
        finally:
            self.phase = phase
        if not answer.accepted:
            requirement = "FO-RESP-LIST" if self.name == "rest" else "FO-LIST-ALL"
            self.record(fails(requirement, "the list of an order's fulfillment orders", answer.described()), answer)
            self.tainted.add(order_id)  # what cannot be seen is no ground for verdicts
            raise Unobservable(f"the fulfillment orders of order {order_id} could not be listed: {answer.described()}")
        for order in answer.listed:
            self.advertised.update(order.actions or ())
            self.record_all(invariants.of_actions(order, self.place(order)), answer)
            self.record_all(invariants.of_pair(order), answer)
        strangers = [order.id for order in answer.listed if order.order_id not in {None, order_id}]
        self.record(
            fails("FO-LIST-ONLY-ORDER", f"only fulfillment orders of order {order_id}", f"also {', '.join(strangers)}")
            if strangers
            else holds("FO-LIST-ONLY-ORDER"),
            answer,
        )
        return Picture(
            order_id, {order.id: order for order in answer.listed if order.id not in strangers}, answer.exchange.n
        )

    def before(self, order: FulfillmentOrder) -> Picture:
        """Return what the order of a fulfillment order looked like last; raise `Tainted` if it is no ground any more."""
        if order.order_id is None:
            raise Unobservable(f"fulfillment order {order.id} shows no order_id")
        if order.order_id in self.tainted:
            raise Tainted(f"order {order.order_id} took part in a deviation before")
        known = self.eyes.pictures if self.eyes is not None else self.pictures
        return known.get(order.order_id) or self.look(order.order_id)

    def documented_accept(self, state: str | None, action: str) -> bool:
        """Tell whether the documents promise the merchant that an action succeeds in a state."""
        known = lifecycle.load()
        named = known.named(state or "")
        return named is not None and known.cell(named.id, action, "merchant", self.version).outcome == "accept"

    def is_broken(self, requirement: str) -> bool:
        """Tell whether a requirement was seen broken over this transport."""
        return self.times_broken(requirement) > 0

    def times_broken(self, requirement: str) -> int:
        """Count how often a requirement was seen broken over this transport."""
        sight = self.ledger.sights.get((requirement, self.name))
        return 0 if sight is None else sight.broken

    def unseen(self, requirement: str, reason: str) -> None:
        """Note that a requirement could not be observed."""
        if self.requirements is None or requirement in self.requirements:
            self.ledger.unseen(requirement, self.name, reason)

    def refused(self, requirement: str, operation: str, documented: str) -> None:
        """Note a documented refusal that was met."""
        if self.requirements is None or requirement in self.requirements:
            self.ledger.refused(requirement, self.name, operation, documented)

    def record(
        self, finding: Finding, answer: Answer, *, state: str | None = None, exchanges: tuple[int, ...] = ()
    ) -> None:
        """Enter a finding of an answer into the ledger."""
        if self.requirements is not None and finding.requirement not in self.requirements:
            return
        if finding.holds:
            self.ledger.held(finding.requirement, self.name)
            return
        shown = tuple(dict.fromkeys((answer.exchange.n, *exchanges)))
        self.ledger.broken(
            Deviation(
                requirement=finding.requirement,
                case=self.ledger.case,
                transport=self.name,
                actor=answer.actor,
                operation=answer.ask.operation,
                state=state,
                documented=self.evidence.redactor.text(finding.documented),
                received=self.evidence.redactor.text(finding.received),
                diff=finding.diff,
                exchanges=shown,
                reproduce=self.evidence.curl(answer.exchange),
            )
        )
        if finding.taints:
            self._taint(answer)

    def record_all(
        self, findings: Iterable[Finding], answer: Answer, *, state: str | None = None, exchanges: tuple[int, ...] = ()
    ) -> None:
        """Enter findings of standing judges, counted as invariants."""
        for finding in findings:
            self.ledger.invariants[finding.requirement] += 1
            self.record(finding, answer, state=state, exchanges=exchanges)

    def _taint(self, answer: Answer) -> None:
        orders = {order.order_id for order in (*answer.slots.values(), *answer.listed) if order is not None}
        for picture in self.pictures.values():
            if answer.ask.order in picture.orders:
                orders.add(picture.order_id)
        self.tainted |= {order for order in orders if order is not None}

    def _read(self, answer: Answer, includes: frozenset[str]) -> None:
        exchange = answer.exchange
        self._read_form(answer)
        if answer.accepted and exchange.status != 204:
            kind = exchange.headers.get("content-type", "")
            self.record(
                holds("FO-ERR-JSON")
                if "json" in kind
                else fails(
                    "FO-ERR-JSON", "an answer with a JSON content type", kind or "no content type", taints=False
                ),
                answer,
            )
            self._read_body(answer, includes)
            self.ledger.accepted(answer.ask.operation, self.name)
        elif answer.refused:
            self._read_refusal(answer)
        elif answer.outcome == "failed" and exchange.status is not None and exchange.status < 300:
            enveloped = self.name == "graphql" and isinstance(exchange.data, dict)
            self.record(
                fails("FO-GQL-ENVELOPE", "data, and errors where there are any", answer.said, taints=False)
                if enveloped
                else fails("FO-ERR-JSON", "a JSON object", exchange.error or answer.said, taints=False),
                answer,
            )

    def _read_form(self, answer: Answer) -> None:
        """Judge what holds of every answer whatever it says: that there is one, its status, the version it names."""
        exchange, status = answer.exchange, answer.exchange.status
        silent = status is None or status >= 500 or (self.name == "graphql" and answer.outcome == "failed")
        self.record(
            fails(
                "FO-ERR-ANSWERS", "a whole answer, in time and without a server error", answer.described(), taints=False
            )
            if silent
            else holds("FO-ERR-ANSWERS"),
            answer,
        )
        if exchange.ok and not answer.refused and self.name == "rest":
            fitting = {200, 201} if answer.ask.operation == "create_fulfillment" else {200}
            self.record(
                holds("FO-ERR-SUCCESS-FORM")
                if status in fitting
                else fails(
                    "FO-ERR-SUCCESS-FORM",
                    f"{answer.ask.operation} that succeeds answers HTTP 200",
                    f"HTTP {status}",
                    taints=False,
                ),
                answer,
            )
        if self.names_version and answer.accepted:
            named = exchange.headers.get("x-shopify-api-version")
            self.record(
                holds("FO-READ-VERSION-HEADER")
                if named == self.version
                else fails(
                    "FO-READ-VERSION-HEADER",
                    f"X-Shopify-API-Version names {self.version}, as before",
                    named or "no such header",
                    taints=False,
                ),
                answer,
            )

    def _read_body(self, answer: Answer, includes: frozenset[str]) -> None:
        operation = answer.ask.operation
        if answer.ask.document is not None:
            compared = graphql.check_query(answer.ask.document, answer.body)
        else:
            compared = self._shape(operation, answer.body, includes)
        for found in compared.findings:
            self.record(
                fails(
                    found.requirement,
                    f"{found.path or 'the answer'}: {found.documented}",
                    received := _withheld(found),
                    Difference(found.path, found.documented, received),
                    taints=False,
                ),
                answer,
            )
        for requirement in compared.judged - {found.requirement for found in compared.findings}:
            self.record(holds(requirement), answer)
        if operation == "get" and answer.order is not None:
            same = answer.order.id == answer.ask.order
            self.record(
                holds("FO-GET-ONE")
                if same
                else fails("FO-GET-ONE", f"fulfillment order {answer.ask.order}", f"{answer.order.id}", taints=False),
                answer,
            )
        for order in (*answer.slots.values(), *answer.listed):
            if order is not None:
                self.record_all(invariants.of_order(order, self.place(order)), answer)

    def _shape(self, operation: str, body: Any, includes: frozenset[str]) -> Compared:
        """Compare an answer's form with the documents.

        The fulfillment orders of a list are judged one by one, and one that was seen in this very form before is not
        judged again: most of a list is as it was.
        """
        rows = body.get("fulfillment_orders") if isinstance(body, dict) else None
        bodies = [body]
        if self.name == "rest" and isinstance(rows, list) and rows:
            bodies = [{**body, "fulfillment_orders": [row]} for row in rows]
        findings: list[SchemaFinding] = []
        judged: set[str] = set()
        for n, one in enumerate(bodies):
            key = hash((operation, includes, json.dumps(one))) if len(bodies) > 1 else 0
            if key in self._seen_fine:
                continue
            found = self._judge.compare(operation, one, version=self.version, includes=includes)
            if key and not found.findings:
                self._seen_fine.add(key)
            findings += [replace(row, path=row.path.replace("[0]", f"[{n}]", 1)) for row in found.findings]
            judged |= found.judged
        return Compared(findings[:MOST_FINDINGS], frozenset(judged))

    def _read_refusal(self, answer: Answer) -> None:
        status = answer.exchange.status
        if answer.client_form:
            self.record(holds("FO-ERR-CLIENT-FORM"), answer)
        else:
            self.record(
                fails(
                    "FO-ERR-CLIENT-FORM",
                    "a refusal answers with a client error (HTTP 4xx)",
                    f"HTTP {status}: {answer.said}",
                    taints=False,
                ),
                answer,
            )
        if self.name == "graphql":
            self._read_graphql_refusal(answer)
            return
        findings = schema.check_error(answer.body)
        if findings:
            self.record(
                fails(findings[0].requirement, findings[0].documented, findings[0].received, taints=False), answer
            )
        else:
            self.record(holds("FO-ERR-READABLE"), answer)

    def _read_graphql_refusal(self, answer: Answer) -> None:
        operation, status = answer.ask.operation, answer.exchange.status or 0
        compared = graphql.check_refusal(operation, answer.body, version=self.version, status=status)
        for found in compared.findings:
            self.record(
                fails(
                    found.requirement, f"{found.path or 'the answer'}: {found.documented}", found.received, taints=False
                ),
                answer,
            )
        for requirement in compared.judged - {found.requirement for found in compared.findings}:
            self.record(holds(requirement), answer)

    @property
    def _judge(self) -> Any:
        """The judge of what this transport's answers look like."""
        return {"rest": schema, "graphql": graphql, "connector": connector}[self.name]
