"""The run's log: every exchange, as it was, one JSON line each. `lines` reads it back.

The file begins with a line that carries `schema` and what the run said about itself, and ends with one that carries
`end`. What is written is redacted; what is handed back to the caller is not.
"""

import contextlib
import json
import re
import shlex
import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TextIO

from fulfillspec.evidence.exchange import NOT_JSON, Exchange, NotJson
from fulfillspec.evidence.global_ids import GlobalIds
from fulfillspec.evidence.lines import FILE, SCHEMA, data_of, exchange_of, meta, read, row, rows
from fulfillspec.evidence.packed import DamagedEvidence, written
from fulfillspec.evidence.redaction import Redactor

__all__ = [
    "FILE",
    "NOT_JSON",
    "SCHEMA",
    "DamagedEvidence",
    "Evidence",
    "Exchange",
    "NotJson",
    "curl",
    "data_of",
    "exchange_of",
    "meta",
    "read",
    "row",
    "rows",
]
STORED_OF_A_BROKEN_BODY: Final = 64 * 1024
"""Characters kept of a body that is not whole or not readable."""
_RECENT: Final = 512
_CREDENTIAL: Final = "x-shopify-access-token"
WRONG_TOKEN: Final = "fulfillspec-nobody-has-this-token"  # noqa: S105 - it opens nothing, which is what it is for
"""The token of the actor `stranger`; it stands in curl lines as it is."""
_N: Final = re.compile(rb'\A({"n":)(\d+)(,)')
_FOLLOWS: Final = re.compile(rb'(,"follows":)(\d+)(}\n)\Z')
_NOT_IN_CURL: Final = frozenset({_CREDENTIAL, "user-agent", "accept-encoding", "connection", "content-length"})


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
    a fault of the server that passed, `in_vain` how many requests in a row were throttled or not answered.
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
        self.in_vain = 0
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
        self.inherited: TextIO | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = written(path)
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
            if "gid:" in exchange.body:
                self.ids.learn(exchange.data)
        return exchange

    def go_on_in(self, path: Path) -> None:
        """Write what comes to another file, in a process that was forked once all before it was flushed."""
        if self._file is not None:
            self.inherited = self._file  # not closed here: a compressed file would be ended for the other process too
            self._file = path.open("w", encoding="utf-8", errors="backslashreplace", buffering=1 << 16)

    def take_in(self, path: Path, after: int) -> int:
        """Add the lines of a file that `go_on_in` began after this many exchanges; return by how much they are renumbered.

        A cut last line is left out. The counters of the exchanges are the business of whoever wrote them.
        """
        by = self.exchanges - after
        with path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                self._put((_renumbered(line, after, by) if by else line).decode(errors="backslashreplace"))
                self.exchanges += 1
        self.flush()
        return by

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


def _renumbered(line: bytes, after: int, by: int) -> bytes:
    """Return the line of an exchange with a number, its own and the one that it follows, that is higher by so much."""

    def moved(found: re.Match[bytes]) -> bytes:
        number = int(found[2])
        return b"%s%d%s" % (found[1], number + by * (number > after), found[3])

    return _FOLLOWS.sub(moved, _N.sub(moved, line, count=1), count=1)


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
