"""The exchanges of a stored run, read one line at a time: a log of any length costs the memory of one line."""

import io
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fulfillspec.evidence import packed
from fulfillspec.evidence.log import FILE
from fulfillspec.reporting.text import pretty, shorten
from fulfillspec.verdicts.text import words

BODY = 6_000
"""Characters of a body that the page shows at most."""

TIGHT_BODY = 500
"""Characters of a body that the page shows once it has become long."""

WHOLE = 1_000_000
"""Characters of a body that is shown by itself."""

BUDGET = 900_000
"""Characters of exchanges after which bodies are shown tight."""

LISTED = 120
"""Exchanges of one case that the page lists at most."""


class NoEvidence(Exception):
    """The folder has no `evidence.ndjson` that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response as the page shows it: the first line, headers, body and what was cut from it."""

    line: str
    headers: tuple[tuple[str, str], ...]
    body: str
    note: str | None


@dataclass(frozen=True, slots=True)
class ShownExchange:
    """One exchange as the page shows it."""

    n: int
    at: str
    case: str
    actor: str
    transport: str
    operation: str
    phase: str
    method: str
    path: str
    status: str
    ms: str
    request: Message
    response: Message | None
    error: str


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One exchange of a case in short."""

    n: int
    actor: str
    phase: str
    operation: str
    method: str
    path: str
    status: str
    ms: str


@dataclass
class Excerpt:
    """What the page needs of a log: some exchanges in full, the steps of some cases, and how complete the log is."""

    full: dict[int, ShownExchange] = field(default_factory=dict)
    short: dict[int, CaseStep] = field(default_factory=dict)
    steps: dict[str, list[CaseStep]] = field(default_factory=dict)
    unlisted: dict[str, int] = field(default_factory=dict)
    total: int = 0
    broken: int = 0
    ended: bool = False
    missing: str | None = None


def log_of(folder: Path) -> Path:
    """Return the evidence of the run in a folder, compressed or not."""
    return packed.found(folder, FILE)


@dataclass
class ExcerptLog:
    """A log on disk. Iterating gives its exchanges; afterwards `broken` and `ended` tell how complete it was."""

    path: Path
    broken: int = 0
    ended: bool = False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the exchanges in order; lines that are no exchange are counted in `broken`. Raises NoEvidence."""
        self.broken, self.ended = 0, False
        try:
            with io.TextIOWrapper(packed.opened(self.path), encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    yield from self._read(line)
        except OSError as error:
            raise NoEvidence(f"{self.path.name} cannot be read: {error.strerror}") from error
        except packed.DamagedEvidence as error:
            raise NoEvidence(str(error)) from error

    def _read(self, line: str) -> Iterator[dict[str, Any]]:
        if not line.strip():
            return
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            self.broken += 1
            return
        if not isinstance(record, dict):
            self.broken += 1
        elif record.get("end") is True:
            self.ended = True
        elif isinstance(record.get("n"), int):
            yield record
        elif "schema" not in record:
            self.broken += 1


def gather(path: Path, numbers: Collection[int], cases: Collection[str], short: Collection[int] = ()) -> Excerpt:
    """Read from a log the exchanges in `numbers` in full, those in `short` and the steps of `cases` in short.

    Bodies shrink once BUDGET is spent, so that the page stays small.
    """
    found = Excerpt()
    log = ExcerptLog(path)
    spent = 0
    try:
        for record in log:
            found.total += 1
            case = words(record.get("case"))
            if case in cases:
                _list(found, case, record)
            if record["n"] in short:
                found.short[record["n"]] = _step(record)
            if record["n"] in numbers:
                exchange = full(record, BODY if spent < BUDGET else TIGHT_BODY)
                spent += _size(exchange)
                found.full[exchange.n] = exchange
    except NoEvidence as error:
        found.missing = str(error)
    found.broken, found.ended = log.broken, log.ended
    return found


def find(path: Path, number: int) -> ShownExchange:
    """Return one exchange of a log whole. Raises NoEvidence where the log cannot be read or does not have it."""
    if path.is_symlink() or not path.is_file():
        raise NoEvidence(f"there is no {path.name}: expected the folder of a run")
    last = 0
    for record in ExcerptLog(path):
        last = record["n"]
        if last == number:
            return full(record, WHOLE)
    raise NoEvidence(f"{path.name} has no exchange {number}; the last one is {last}")


def _list(found: Excerpt, case: str, record: dict[str, Any]) -> None:
    steps = found.steps.setdefault(case, [])
    if len(steps) >= LISTED:
        found.unlisted[case] = found.unlisted.get(case, 0) + 1
        return
    steps.append(_step(record))


def _step(record: dict[str, Any]) -> CaseStep:
    return CaseStep(
        n=record["n"],
        actor=words(record.get("actor")),
        phase=words(record.get("phase")),
        operation=words(record.get("operation")),
        method=words(_part(record, "request").get("method")),
        path=path_of(words(_part(record, "request").get("url")))[:160],
        status=status_of(record),
        ms=_milliseconds(record.get("ms")),
    )


def full(record: dict[str, Any], limit: int) -> ShownExchange:
    """Return an exchange as the page shows it, bodies laid out and cut to `limit` characters."""
    request, response = _part(record, "request"), record.get("response")
    method, url = words(request.get("method")), words(request.get("url"))
    return ShownExchange(
        n=record["n"],
        at=words(record.get("at")),
        case=words(record.get("case")),
        actor=words(record.get("actor")),
        transport=words(record.get("transport")),
        operation=words(record.get("operation")),
        phase=words(record.get("phase")),
        method=method,
        path=path_of(url)[:400],
        status=status_of(record),
        ms=_milliseconds(record.get("ms")),
        request=_message(f"{method} {url[:1000]}", request, limit),
        response=_message(f"HTTP {response.get('status')}", response, limit) if isinstance(response, dict) else None,
        error=words(record.get("error"))[:2000],
    )


def _message(line: str, part: dict[str, Any], limit: int) -> Message:
    body, note = shorten(pretty(words(part.get("body"))), limit)
    if part.get("truncated"):
        note = "; ".join(filter(None, ("the recorder had already cut this body", note)))
    return Message(line, tuple((name[:200], value[:500]) for name, value in headers_of(part)[:60]), body, note)


def headers_of(part: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the headers of a request or response, one pair per value."""
    headers = part.get("headers") or {}
    pairs = headers.items() if isinstance(headers, dict) else headers
    return [
        (words(name), words(one)) for name, value in pairs for one in (value if isinstance(value, list) else [value])
    ]


def path_of(url: str) -> str:
    """Return path and query of a URL."""
    rest = url.partition("://")[2]
    return "/" + rest.partition("/")[2] if rest else url


def status_of(record: dict[str, Any]) -> str:
    """Return the status code as text, or a dash where no response came."""
    response = record.get("response")
    return words(response.get("status")) if isinstance(response, dict) else "—"


def _part(record: dict[str, Any], name: str) -> dict[str, Any]:
    part = record.get(name)
    return part if isinstance(part, dict) else {}


def _milliseconds(value: Any) -> str:
    return f"{value:,.0f} ms" if isinstance(value, (int, float)) else ""


def _size(exchange: ShownExchange) -> int:
    messages = [exchange.request, *([exchange.response] if exchange.response else [])]
    return 1500 + sum(
        len(message.body) + sum(len(name) + len(value) for name, value in message.headers) for message in messages
    )
