"""From files of traffic to results: the same files as a run leaves, with the verdict of a part."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from fulfillspec.documents import lifecycle, register
from fulfillspec.documents.register import AREAS
from fulfillspec.evidence import lines, packed
from fulfillspec.evidence.exchange import Exchange
from fulfillspec.evidence.log import FILE, DamagedEvidence, Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.runs import files
from fulfillspec.traffic import asked, cleaned, har, in_time, recognised
from fulfillspec.traffic.har import NotHar
from fulfillspec.traffic.judged import Traffic
from fulfillspec.traffic.views import place_of
from fulfillspec.verdicts import results
from fulfillspec.wire.http import origin

NARROWED: Final = "recorded traffic"


class NoTraffic(Exception):
    """There is nothing to judge in the files; the message says why in a sentence."""


def judge(named: Iterable[Path], out: Path) -> tuple[dict[str, Any], Traffic]:
    """Judge files of traffic, write results and evidence into a folder. Raises `NoTraffic` and `OSError`."""
    named = list(named)
    sources = [packed.found(path, FILE) if path.is_dir() else path for path in named]
    for path, source in zip(named, sources, strict=True):
        if not source.exists():
            raise NoTraffic(f"{path} holds no {FILE}: expected the folder of a run, or a HAR file.")
    try:
        redactor = Redactor(_tokens(sources))
        out.mkdir(parents=True, exist_ok=True)
        evidence = Evidence(out / FILE, redactor, meta={"base_url": "", "seed": 0, "tag": ""})
        traffic, unread, stirs = Traffic(redactor), Counter[str](), deque[Exchange]()
        try:
            for read in asked.answers(
                _readable(_exchanges(sources, evidence, unread, traffic.unordered), unread, stirs)
            ):
                while stirs and stirs[0].n < read.answer.exchange.n:
                    traffic.stir(place_of(stirs.popleft()))
                traffic.take(read)
        finally:
            evidence.close({"verdict": "partial"})
    except (NotHar, DamagedEvidence) as reason:
        raise NoTraffic(str(reason)) from None
    traffic.not_concluded.update(unread)
    traffic.finish()
    if not traffic.answers:
        names = ", ".join(path.name for path in sources)
        raise NoTraffic(f"{names}: no request there is an operation on fulfillment orders of the Admin API.")
    found = _results(traffic, evidence)
    files.put_results(out, found)
    return found, traffic


def _is_har(path: Path) -> bool:
    with packed.opened(path) as file:
        return not file.read(64).lstrip().startswith(b'{"schema":"fulfillspec/evidence/')


def _tokens(sources: Iterable[Path]) -> set[str]:
    """Return the tokens in HAR files, so that they are replaced wherever they stand."""
    return set().union(*(recognised.tokens_in(har.entries(path)) for path in sources if _is_har(path)))


def _exchanges(
    sources: Iterable[Path], evidence: Evidence, unread: Counter[str], unordered: set[int]
) -> Iterator[Exchange]:
    """Yield the exchanges of all files: those of HAR files in the order of their times, whichever file they are in.

    The numbers of those whose place among the others is not known are put into `unordered`.
    """
    hars = [path for path in sources if _is_har(path)]
    streams = [in_time.ordered(_requests(path, unread), unread) for path in hars]
    for fields, known in in_time.merged(streams):
        exchange = _written(fields, evidence)
        if not known:
            unordered.add(exchange.n)
        yield exchange
    for path in sources:
        if path not in hars:
            yield from _of_our_log(path, evidence)


def _written(fields: dict[str, Any], evidence: Evidence) -> Exchange:
    """Write an exchange down without personal data, and return it as it was."""
    body, sent, clean = fields["body"], fields["request_body"], evidence.redactor.body
    told = {**fields, "body": clean(body)}
    if fields["transport"] == "graphql":
        told["body"] = cleaned.answer(recognised.sent(sent, fields["request_headers"]), body, clean)
        told["request_body"] = sent and cleaned.request(sent, clean)
    told["body"] = evidence.redactor.refusal(told["body"])
    return replace(evidence.record(phase="act", **told), body=body, request_body=sent)


def _requests(path: Path, unread: Counter[str]) -> Iterator[dict[str, Any]]:
    """Yield what a HAR file holds of operations that are known."""
    for entry in har.entries(path):
        fields = recognised.request_of(entry)
        if fields is None:
            continue
        why_not = recognised.passed_over(entry)
        if why_not is None:
            yield fields
            continue
        unread[why_not] += 1
        if recognised.may_change(fields):
            yield {**fields, "operation": recognised.OTHER}


def _of_our_log(path: Path, evidence: Evidence) -> Iterator[Exchange]:
    """Yield the exchanges of a log of ours, numbered on."""
    before = evidence.exchanges
    for each in lines.read(path):
        fields = {name: getattr(each, name) for name in Exchange.__dataclass_fields__ if name not in {"n", "case"}}
        fields["follows"] = None if each.follows is None else each.follows + before
        yield evidence.record(**fields)


def _readable(exchanges: Iterable[Exchange], unread: Counter[str], stirs: deque[Exchange]) -> Iterator[Exchange]:
    """Yield the exchanges that can be judged; keep those that may have changed what others show."""
    for exchange in exchanges:
        readable = asked.is_readable(exchange)
        if not readable:
            unread["a GraphQL request that cannot be read"] += 1
        if not readable or recognised.stirs(exchange):
            stirs.append(exchange)
        if readable and exchange.operation != recognised.OTHER:
            yield exchange


def _results(traffic: Traffic, evidence: Evidence) -> dict[str, Any]:
    transports = tuple(name for name in ("rest", "graphql", "connector") if _most(traffic, name))
    versions = {name: _most(traffic, name) for name in transports}
    version = versions[transports[0]]
    scope = results.Scope(
        areas=frozenset(AREAS),
        why_not={},
        transports=transports,
        version=version,
        versions=versions,
        only=frozenset(identity for identity, _ in traffic.ledger.tallies),
        narrowed=(NARROWED,),
    )
    for identity in scope.only or ():
        for name in transports:
            if (identity, name) not in traffic.ledger.tallies:
                traffic.ledger.inapplicable(identity, name, f"this traffic does not show it over {name}")
    places, first, last = _seen(evidence)
    traffic.ledger.notes += [
        f"Not concluded, {count} times: {reason}." for reason, count in traffic.not_concluded.most_common()
    ]
    found = results.assemble(
        register=register.load(),
        lifecycle=lifecycle.load(),
        ledger=traffic.ledger,
        scope=scope,
        identity={
            "suite": {"depth": "core", "seed": 0, "kill_matrix": None},
            "target": {
                "base_url": next(iter(places), ""),
                "embedded": False,
                "mutants": [],
                "variants": [],
                "file": "",
                "api_version": {"asked": version, "served": version},
                "areas": sorted(AREAS),
                "transports": list(transports),
                "kind": "traffic",
                "stage": "none",
                "actors": {},
            },
            "counts": {
                "exchanges": evidence.exchanges,
                "costs": {},
                "orders_created": 0,
                "throttled": 0,
                "left_behind": [],
                "started": first,
                "seconds": last,
            },
            "options": {},
            "notes": [],
        },
        cases=[],
        aborted=False,
    )
    clean = evidence.redactor.everything
    return {name: clean(part, name) for name, part in found.items()}


def _most(traffic: Traffic, transport: str) -> str:
    counted = {version: count for (name, version), count in traffic.versions.items() if name == transport}
    return max(counted, key=lambda version: counted[version], default="")


def _seen(evidence: Evidence) -> tuple[list[str], str, float]:
    """Return the addresses of the traffic, the most used first, when it began, and the seconds that its answers took."""
    places: Counter[str] = Counter()
    first, waited = "", 0.0
    for each in lines.read(evidence.path, parsed=False) if evidence.path is not None else ():
        scheme, host, port = origin(each.url)
        usual = {"http": 80, "https": 443}.get(scheme) == port
        places[f"{scheme}://{host}" + ("" if usual else f":{port}")] += 1
        first, waited = first or each.at, waited + each.ms / 1000
    return [place for place, _ in places.most_common()], first, round(waited, 3)
