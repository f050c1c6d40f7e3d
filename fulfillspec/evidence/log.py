"""The run's log: every exchange, as it was, one JSON line each; and reading it back.

The file begins with a line that carries `schema` and what the run said about itself, and ends with one that carries
`end`. What is written is redacted; what is handed back to the caller is not.
"""

import contextlib
import json
import shlex
import threading
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final, Literal, TextIO

from fulfillspec.evidence.global_ids import GlobalIds
from fulfillspec.evidence.redaction import Redactor

SCHEMA: Final = "fulfillspec/evidence/1"
STORED_OF_A_BROKEN_BODY: Final = 64 * 1024
"""Characters kept of a body that is not whole or not readable."""
LONGEST_LINE: Final = 128 * 1024 * 1024
"""Bytes of a line of the file at most: a body of the greatest length, escaped throughout, is below."""
_RECENT: Final = 512
_CREDENTIAL: Final = "x-shopify-access-token"
WRONG_TOKEN: Final = "fulfillspec-nobody-has-this-token"  # noqa: S105 - it opens nothing, which is what it is for
"""The token of the actor `stranger`; it stands in curl lines as it is."""
_NOT_IN_CURL: Final = frozenset({_CREDENTIAL, "user-agent", "accept-encoding", "connection", "content-length"})


class NotJson(Enum):
    """The data of a body that holds none."""

    NOT_JSON = "NOT_JSON"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "NOT_JSON"


NOT_JSON: Final = NotJson.NOT_JSON


class DamagedEvidence(ValueError):
    """An evidence file holds a line, other than a cut last one, that is none of ours."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request and its response, as recorded.

    `n` counts from 1. `at` is when it was sent, ISO 8601 in UTC. `phase` is why: `probe`, `setup`, `act`, `look` or
    `cleanup`. `headers` have lower-cased names. `data` is the parsed body or `NOT_JSON`. `error` is None or a named
    kind with what was seen (`fulfillspec.wire.limits.Trouble`); without any answer `status` is None. `ms` are
    milliseconds until the last byte. `truncated`: the body goes on, or broke off. `notes` are oddities that are no
    error. `follows` is the number of the exchange whose throttling, redirect, lost connection or fault this one answers.
    """

    n: int
    at: str
    case: str
    actor: str
    transport: str
    operation: str
    phase: str
    method: str
    url: str
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: str | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    data: Any = NOT_JSON
    error: str | None = None
    ms: float = 0.0
    truncated: bool = False
    notes: tuple[str, ...] = ()
    follows: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def client_error(self) -> bool:
        """Whether the status is 4xx."""
        return self.status is not None and 400 <= self.status < 500

    @property
    def server_error(self) -> bool:
        """Whether the status is 5xx."""
        return self.status is not None and self.status >= 500


@dataclass(frozen=True, slots=True)
class _Request:
    """What a curl line needs of an exchange, redacted."""

    actor: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: str | None


class Evidence:
    """Writes the exchanges of a run to a file, or only counts them (`path` None).

    `token_env` names for each actor the environment variable that a curl line takes the token from. `case` and
    `phase` are set by whoever runs the cases and are stamped on each exchange. Lines are buffered; they are on disk
    when the case changes, on `flush` and on `close`. `sent` counts exchanges by transport, `waited` their milliseconds;
    `ids` are the global ids as the answers told them, `passing` the operations and numbers of the exchanges that tell of
    a fault of the server that passed.
    """

    def __init__(
        self,
        path: Path | None,
        redactor: Redactor,
        *,
        meta: Mapping[str, Any] | None = None,
        token_env: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.redactor = redactor
        self.phase = "probe"
        self.exchanges = 0
        self.throttled = 0
        self.failure = ""
        self.ids = GlobalIds()
        self.passing: list[tuple[str, int]] = []
        self.sent: Counter[str] = Counter()
        self.waited: Counter[str] = Counter()
        self._case = ""
        self._token_env = dict(token_env or {})
        self._recent: deque[tuple[int, _Request]] = deque(maxlen=_RECENT)
        self._lock = threading.Lock()
        self._file: TextIO | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w", encoding="utf-8", errors="backslashreplace", buffering=1 << 16)
            self._write({"schema": SCHEMA, **(meta or {})})
            self.flush()

    @property
    def case(self) -> str:
        """The case that the next exchanges belong to."""
        return self._case

    @case.setter
    def case(self, case: str) -> None:
        if case != self._case:
            self.flush()
        self._case = case

    def context(self, *, case: str | None = None, phase: str | None = None) -> None:
        """Set the case, the phase, or both."""
        if case is not None:
            self.case = case
        if phase is not None:
            self.phase = phase

    def now(self) -> str:
        """Return the instant as exchanges carry it: ISO 8601, UTC, milliseconds."""
        return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def record(
        self,
        *,
        actor: str,
        transport: str,
        operation: str,
        method: str,
        url: str,
        phase: str | None = None,
        at: str | None = None,
        **answer: Any,
    ) -> Exchange:
        """Write an exchange down and return it. `answer` are the other fields of `Exchange`."""
        with self._lock:
            exchange = Exchange(
                n=self.exchanges + 1,
                at=at or self.now(),
                case=self._case,
                actor=actor,
                transport=transport,
                operation=operation,
                phase=phase or self.phase,
                method=method,
                url=url,
                **answer,
            )
            request = self._redacted(exchange)
            self._recent.append((exchange.n, request))
            line = _text(_line(exchange, request, self.redactor)) if self._file is not None else ""
            # counted only now: a Ctrl-C while the line was made leaves no number without one
            self.exchanges = exchange.n
            self._put(line)
            self.sent[transport] += 1
            self.waited[transport] += round(exchange.ms)
            self.ids.learn(exchange.data)
        return exchange

    def flush(self) -> None:
        """Bring the lines written so far to the file."""
        if self._file is not None and not self._file.closed:
            try:
                self._file.flush()
            except OSError as error:
                self._give_up(error)

    def close(self, footer: Mapping[str, Any] | None = None) -> None:
        """Write the last line and close the file. A second call does nothing."""
        if self._file is None or self._file.closed:
            return
        self._write({"end": True, "exchanges": self.exchanges, "throttled": self.throttled, **(footer or {})})
        try:
            if self._file is not None:
                self._file.close()
        except OSError as error:
            self._give_up(error)

    def curl(self, exchange: Exchange | int) -> str:
        """Return a shell line that repeats the request of an exchange (or of the one with that number).

        It names the environment variable with the token instead of the token. Empty if the number is not to be found.
        """
        if isinstance(exchange, Exchange):
            return curl(self._redacted(exchange), self._token_env)
        for n, request in reversed(self._recent):
            if n == exchange:
                return curl(request, self._token_env)
        self.flush()
        stored = read(self.path, parsed=False) if self.path is not None else iter(())
        found = next((each for each in stored if each.n == exchange), None)
        return curl(self._redacted(found), self._token_env) if found else ""

    def _redacted(self, exchange: Exchange) -> _Request:
        redactor, body = self.redactor, exchange.request_body
        return _Request(
            exchange.actor,
            exchange.method,
            redactor.text(exchange.url),
            redactor.headers(exchange.request_headers),
            redactor.body(body) if body else body,
        )

    def _write(self, line: Mapping[str, Any]) -> None:
        self._put(_text(line))

    def _put(self, text: str) -> None:
        """Write a text; what cannot be written is given up, so that the clean-up can still send its requests."""
        if self._file is not None:
            try:
                self._file.write(text)
            except OSError as error:
                self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self.failure = self.failure or str(error)
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()


def curl(request: Exchange | _Request, token_env: Mapping[str, str] | None = None) -> str:
    """Return the shell line that repeats a request; what it is given must be redacted already."""
    headers = request.request_headers if isinstance(request, Exchange) else request.headers
    body = request.request_body if isinstance(request, Exchange) else request.body
    words = ["curl", "-sS", "-i"]
    if request.method != "GET" or body is not None:
        words += ["-X", shlex.quote(request.method)]
    words.append(shlex.quote(request.url))
    if any(name.lower() == _CREDENTIAL for name in headers):
        variable = (token_env or {}).get(request.actor) or f"FULFILLSPEC_{request.actor.upper()}_TOKEN"
        token = WRONG_TOKEN if request.actor == "stranger" else f"${variable}"
        words += ["-H", f'"X-Shopify-Access-Token: {token}"']
    for name, value in headers.items():
        if name.lower() not in _NOT_IN_CURL:
            words += ["-H", shlex.quote(f"{name}: {value}")]
    if body is not None:
        words += ["--data-raw", shlex.quote(body)]
    return " ".join(words)


def _text(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def _line(exchange: Exchange, request: _Request, redactor: Redactor) -> dict[str, Any]:
    line: dict[str, Any] = {
        "n": exchange.n,
        "at": exchange.at,
        "case": redactor.tokens(exchange.case),
        "actor": exchange.actor,
        "transport": exchange.transport,
        "operation": exchange.operation,
        "phase": exchange.phase,
        "request": {"method": request.method, "url": request.url, "headers": request.headers, "body": request.body},
        "response": None,
        "error": redactor.text(exchange.error) if exchange.error else None,
        "ms": round(exchange.ms, 3),
    }
    if exchange.status is not None:
        body, truncated = exchange.body, exchange.truncated
        broken = exchange.error is not None and len(body) > STORED_OF_A_BROKEN_BODY
        if broken:
            body, truncated = body[:STORED_OF_A_BROKEN_BODY], True
        line["response"] = {
            "status": exchange.status,
            "headers": redactor.headers(exchange.headers),
            "body": redactor.body(body, cut=truncated) if body else body,
            "truncated": truncated,
        }
    if exchange.notes:
        line["notes"] = [redactor.text(note) for note in exchange.notes]
    if exchange.follows is not None:
        line["follows"] = exchange.follows
    return line


def read(path: Path, *, parsed: bool = True) -> Iterator[Exchange]:
    """Yield the exchanges of an evidence file; a cut last line is passed over.

    Bodies are parsed into `data` unless `parsed` is false. Raises `DamagedEvidence` for a line that is none of ours.
    """
    for each in rows(path):
        if "n" in each:
            exchange = exchange_of(each)
            yield replace(exchange, data=data_of(exchange)) if parsed else exchange


def meta(path: Path) -> dict[str, Any]:
    """Return the first line of an evidence file: `schema` and what the run said about itself."""
    first = next(rows(path), {})
    if first.get("schema") != SCHEMA:
        raise DamagedEvidence(f"{path} does not begin with the schema {SCHEMA!r}: it is no evidence of ours")
    return first


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield every line of an evidence file as it stands, the first and the last of the run among them."""
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
            if len(line) == LONGEST_LINE:
                raise DamagedEvidence(f"{path}, line {number}, is longer than any that we write")
            try:
                yield row(line)
            except DamagedEvidence as error:
                if not line.endswith(b"\n"):
                    return
                raise DamagedEvidence(f"{path}, line {number}, {error}") from error


def row(line: bytes) -> dict[str, Any]:
    """Return what a line of an evidence file says. Raises `DamagedEvidence`."""
    try:
        found = json.loads(line.decode(errors="replace"))
    except (ValueError, RecursionError) as error:
        raise DamagedEvidence(f"is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise DamagedEvidence("is no JSON object")
    return found


def exchange_of(line: Mapping[str, Any]) -> Exchange:
    """Return the exchange that a line holds, its body not parsed. Raises `DamagedEvidence` where it holds none."""
    try:
        request, response = line["request"], line["response"] or {}
        found = Exchange(
            n=line["n"],
            at=line["at"],
            case=line["case"],
            actor=line["actor"],
            transport=line["transport"],
            operation=line["operation"],
            phase=line["phase"],
            method=request["method"],
            url=request["url"],
            request_headers=request["headers"],
            request_body=request["body"],
            status=response.get("status"),
            headers=response.get("headers", {}),
            body=response.get("body", ""),
            error=line["error"],
            ms=line["ms"],
            truncated=response.get("truncated", False),
            notes=tuple(line.get("notes", ())),
            follows=line.get("follows"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise DamagedEvidence(f"the line of exchange {line.get('n')} is not as we write them: {error!r}") from error
    for name in _FORMS:
        if type(getattr(found, name)) not in _FORMS[name]:
            raise DamagedEvidence(
                f"the line of exchange {line.get('n')} is not as we write them: {name} has another type"
            )
    if not all(type(value) is str for value in (*found.request_headers.values(), *found.headers.values())):
        raise DamagedEvidence(f"the line of exchange {line.get('n')} is not as we write them: a header is no text")
    return found


_FORMS: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(("n",), (int,)),
    **dict.fromkeys(("at", "case", "actor", "transport", "operation", "phase", "method", "url", "body"), (str,)),
    **dict.fromkeys(("request_body", "error"), (str, type(None))),
    **dict.fromkeys(("status", "follows"), (int, type(None))),
    **dict.fromkeys(("request_headers", "headers"), (dict,)),
    **dict.fromkeys(("ms",), (int, float)),
    **dict.fromkeys(("truncated",), (bool,)),
}
"""What the fields of an exchange are, read from a line."""


def data_of(exchange: Exchange) -> Any:
    """Return what the body of an exchange says as JSON, `NOT_JSON` where it is none or the exchange has an error."""
    if exchange.error is not None or not exchange.body:
        return NOT_JSON
    try:
        return json.loads(exchange.body)
    except (ValueError, RecursionError):
        return NOT_JSON
