"""Whether a log is whole, and what can be counted in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from fulfillspec.evidence import log as evidence_log
from fulfillspec.evidence.log import DamagedEvidence, Exchange
from fulfillspec.evidence.observation import digits
from fulfillspec.evidence.redaction import Redactor, blurred, is_hidden
from fulfillspec.verification.finding import Disagreement
from fulfillspec.wire import nodes
from fulfillspec.wire.throttle import REFUSALS, throttled

FILE = evidence_log.FILE
_TOKEN = "x-shopify-access-token"  # noqa: S105 - the name of a header
_CLOCK_SET = 5.0
"""Seconds by which a clock may be set back during a run."""
_TRACKS = 2
"""Tracks that a run has at most: that of REST and that of GraphQL."""
_PSEUDONYM = "«token:"
"""What a case's name may hold where a token is an ordinary word."""


@dataclass
class CountedLog:
    """What was counted in a log.

    `callers` are transport and actor of each exchange, by its number less one, `milliseconds` are those until answers
    were whole, by transport, whole ones as the run counts them. `tokens` are what stands for the token of each actor,
    `latest` is when the last exchange was sent, `prepared` when the last before all cases, `case` is what it was of,
    `tracks` counts the tracks, as far as they were run side by side.
    """

    callers: list[tuple[str, str]] = field(default_factory=list)
    milliseconds: Counter[str] = field(default_factory=Counter)
    cases: dict[str, list[int]] = field(default_factory=dict)
    throttled: int = 0
    orders_created: int = 0
    tokens: dict[str, str] = field(default_factory=dict)
    latest: str = ""
    prepared: str = ""
    case: str = ""
    tracks: int = 1
    meta: Mapping[str, Any] = field(default_factory=dict)
    end: Mapping[str, Any] | None = None

    @property
    def exchanges(self) -> int:
        """How many exchanges it holds."""
        return len(self.callers)

    def has(self, number: int) -> bool:
        """Tell whether it holds the exchange of this number."""
        return 1 <= number <= len(self.callers)


def read(path: Path) -> tuple[CountedLog, list[Disagreement]]:
    """Read a log to its end; the disagreements are those that it has with itself. Raises `DamagedEvidence`, `OSError`."""
    log = CountedLog(meta=evidence_log.meta(path))
    found: list[Disagreement] = []
    redactor = Redactor()
    for number, row in enumerate(evidence_log.rows(path), 1):
        if log.end is not None:
            raise DamagedEvidence(f"line {number} comes after the last line of the run")
        if "n" in row:
            exchange = evidence_log.exchange_of(row)
            if exchange.n != log.exchanges + 1:
                raise DamagedEvidence(f"line {number} is exchange {exchange.n}: expected {log.exchanges + 1}")
            _count(log, exchange)
            found += _unredacted(exchange, redactor)
            found += _of_another_run(exchange, log)
        elif row.get("end") is True:
            log.end = row
        elif number > 1:
            raise DamagedEvidence(f"line {number} is no exchange")
    return log, found


def _count(log: CountedLog, exchange: Exchange) -> None:
    log.callers.append((exchange.transport, exchange.actor))
    log.milliseconds[exchange.transport] += round(exchange.ms)
    log.cases.setdefault(exchange.case, []).append(exchange.n)
    by_cost = exchange.transport == "graphql" and "THROTTLED" in exchange.body
    data = evidence_log.data_of(exchange) if by_cost or exchange.operation == "create_order" else None
    log.throttled += exchange.status in REFUSALS or (by_cost and throttled(data))
    log.orders_created += exchange.operation == "create_order" and exchange.ok and _ordered(data)


def _of_another_run(exchange: Exchange, log: CountedLog) -> Iterator[Disagreement]:
    """Yield what shows that an exchange was not made in this run, at this place: its token, its time."""
    where = f"{FILE}, exchange {exchange.n}"
    token = next((value for name, value in exchange.request_headers.items() if name.lower() == _TOKEN), None)
    if token is not None and log.tokens.setdefault(exchange.actor, token) != token:
        yield Disagreement(
            where, f"it has another token than the exchanges of {exchange.actor} before it: of another run?"
        )
    if not log.cases.keys() - {"", exchange.case} and not exchange.case:
        log.prepared = exchange.at
    back = bool(log.latest) and _since(log.latest, exchange.at) < -_CLOCK_SET
    beside = exchange.case not in {"", log.case} and _since(log.prepared, exchange.at) >= -_CLOCK_SET
    log.case = exchange.case
    if back and beside and log.tracks < _TRACKS:  # the next track begins, which was run beside the one before it
        log.tracks += 1
    elif back:
        yield Disagreement(where, f"it was sent at {exchange.at}, the one before it at {log.latest}")
    log.latest = exchange.at


def _since(before: str, after: str) -> float:
    """Return the seconds between two instants; 0 where one cannot be read."""
    try:
        return (datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds()
    except (ValueError, TypeError):
        return 0.0


def _ordered(data: Any) -> bool:
    """Tell whether an answer shows the order that was made."""
    answers = [data, *(nodes.at(data, "data") or {}).values()] if isinstance(nodes.at(data, "data"), dict) else [data]
    return any(digits(nodes.at(answer, "order", "id")) is not None for answer in answers)


def _unredacted(exchange: Exchange, redactor: Redactor) -> Iterator[Disagreement]:
    """Yield what should have been replaced before it was written down; it is not repeated."""
    where = f"{FILE}, exchange {exchange.n}"
    for headers in (exchange.request_headers, exchange.headers):
        for name, value in headers.items():
            if not is_hidden(name, value):
                yield Disagreement(where, f"the header {name} holds a credential that is not replaced")
    for body in (exchange.request_body, exchange.body):
        if body and blurred(redactor.body(body)) != blurred(body):
            yield Disagreement(where, "a body holds personal data that are not replaced")


COUNTS = ("exchanges", "throttled", "orders_created")


def against(log: CountedLog, results: Mapping[str, Any], counts: Sequence[str] = COUNTS) -> Iterator[Disagreement]:
    """Compare what was counted with what the results say of it."""
    for name in counts:
        if results[name] != getattr(log, name):
            yield Disagreement("results.json", f"{name} is {results[name]}, {FILE} shows {getattr(log, name)}")
    yield from _costs(log, results.get("costs") or {})
    if log.end is None:
        yield Disagreement(FILE, "it has no last line: the file is cut off, or the run was killed")
    else:
        for name, counted in (("exchanges", log.exchanges), ("throttled", log.throttled)):
            if log.end.get(name) != counted:
                yield Disagreement(FILE, f"its last line says {name} {log.end.get(name)!r}, it holds {counted}")
        if log.end.get("verdict") != results["verdict"]:
            yield Disagreement(
                FILE, f"its last line says {log.end.get('verdict')!r}, results.json says {results['verdict']!r}"
            )
    yield from _same_run(log.meta, results)
    yield from _cases(log, results)
    yield from _references(log, results)


def _costs(log: CountedLog, costs: Mapping[str, Any]) -> Iterator[Disagreement]:
    sent = Counter(transport for transport, _ in log.callers)
    for name, cost in costs.items():
        seconds = log.milliseconds[name] / 1000
        if cost["requests"] != sent[name] or abs(cost["seconds"] - seconds) > 0.01:
            yield Disagreement(
                "results.json",
                f"costs of {name}: {cost['requests']} requests in {cost['seconds']:.2f} s, "
                f"{FILE} shows {sent[name]} in {seconds:.2f} s",
            )


def _same_run(meta: Mapping[str, Any], results: Mapping[str, Any]) -> Iterator[Disagreement]:
    pairs = (
        ("base_url", meta.get("base_url"), results["target"]["base_url"]),
        ("seed", meta.get("seed"), results["suite"]["seed"]),
        ("started", _moment(meta.get("started")), _moment(results["started"])),
    )
    for name, here, there in pairs:
        if here != there:
            yield Disagreement(FILE, f"its first line says {name} {here!r}, results.json says {there!r}")


def _moment(text: object) -> str:
    """Return an instant to the millisecond; text that is none as it is."""
    try:
        return datetime.fromisoformat(str(text)).isoformat(timespec="milliseconds")
    except ValueError:
        return str(text)


def _cases(log: CountedLog, results: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Yield the cases whose exchanges are others than the log says."""
    if any(_PSEUDONYM in case for case in log.cases):
        return
    told = {case["id"]: case["exchanges"] for case in results["cases"]}
    for name in [*told, *(name for name in log.cases if name and name not in told)]:
        numbers = log.cases.get(name, [])
        spans = [numbers[0], numbers[-1]] if numbers else []
        if name not in told and results["verdict"] == "aborted":
            continue  # the case in which the run was stopped
        if told.get(name) != spans:
            yield Disagreement(
                "results.json", f"the case {name} has the exchanges {told.get(name)}, {FILE} shows {spans}"
            )
        elif numbers and len(numbers) != numbers[-1] - numbers[0] + 1:
            yield Disagreement(FILE, f"exchanges of other cases stand between those of {name}")


def _references(log: CountedLog, results: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Yield the exchanges that are named and do not exist, and deviations that are over none of theirs."""
    named = [
        *((f"the deviation from {row['requirement']}", row["exchanges"]) for row in results["deviations"]),
        *(
            (f"the cell {row['action']} in {row['state']}", row["exchanges"])
            for row in results["cells"]
            if row["exchanges"] or row["seen"] != "unreached"
        ),
        *(
            (f"the reading {seen['reading']} of {row['id']}", seen["exchanges"])
            for row in results["ambiguities"]
            for seen in row["seen"]
        ),
    ]
    for what, numbers in named:
        missing = [number for number in numbers if not log.has(number)]
        if missing or not numbers:
            shown = f"exchange {missing[0]}, which is not in {FILE}" if missing else "no exchange that shows it"
            yield Disagreement("results.json", f"{what} names {shown}")
    for row in results["deviations"]:
        callers = {log.callers[number - 1] for number in row["exchanges"] if log.has(number)}
        if callers and (row["transport"], row["actor"]) not in callers:
            yield Disagreement(
                "results.json",
                f"the deviation from {row['requirement']} names exchange {row['exchanges'][0]}, and none of its "
                f"exchanges is by {row['actor']} over {row['transport']}",
            )
