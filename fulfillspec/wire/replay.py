"""A recorded run instead of a target: the same cases get the answers that were recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fulfillspec.evidence import log, packed
from fulfillspec.evidence.log import Evidence, Exchange
from fulfillspec.evidence.redaction import blurred, restored
from fulfillspec.evidence.times import NotRecorded, RecordedStop
from fulfillspec.wire import body as bodies
from fulfillspec.wire.faults import faulty
from fulfillspec.wire.http import UNSET, located, payload
from fulfillspec.wire.limits import Limits
from fulfillspec.wire.throttle import REFUSALS, OrderPace, throttled

_Key = tuple[str, str, str]


@dataclass(slots=True)
class _Case:
    """The calls of one actor in one case, in their order; `at` is where the next one is looked for.

    A call is what it asks for, and the places of its lines in the file: offset and length of each.
    """

    calls: list[tuple[_Key, list[tuple[int, int]]]] = field(default_factory=list)
    at: int = 0


class Recording:
    """An evidence file, by case and actor. Only places in the file are kept in memory, not the bodies.

    `meta` is what the recorded run said about itself. A line that continues a throttled, redirected or lost request
    belongs to the call of that request: the call's answer is its last line. `values` are what pseudonyms stand for that
    the run sent itself. Where a case that the run was stopped in (`stopped_in`) asks for more, a `KeyboardInterrupt` comes again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.meta = log.meta(path)
        self.base_url = str(self.meta.get("base_url", ""))
        self.stopped_in: frozenset[str] = frozenset()
        self.values: dict[str, str] = {}
        self._cases: dict[tuple[str, str], _Case] = {}
        heads: dict[int, tuple[_Case, int]] = {}
        offset = 0
        with packed.opened(path) as lines:
            for row, line in zip(log.rows(path), lines, strict=False):
                if "n" in row:
                    self._add(log.exchange_of(row), (offset, len(line)), heads)
                offset += len(line)
        self._file = packed.opened(path)

    def _add(self, exchange: Exchange, place: tuple[int, int], heads: dict[int, tuple[_Case, int]]) -> None:
        if exchange.follows in heads:
            case, index = heads[exchange.follows]
            case.calls[index][1].append(place)
        else:
            case = self._cases.setdefault((exchange.case, exchange.actor), _Case())
            index = len(case.calls)
            below = exchange.url.removeprefix(self.base_url)
            case.calls.append((_key(exchange.method, below, exchange.request_body), [place]))
        heads[exchange.n] = case, index

    @property
    def cases(self) -> frozenset[str]:
        """The cases that sent something."""
        return frozenset(case for case, _ in self._cases)

    def call(self, case: str, actor: str, key: _Key) -> list[Exchange]:
        """Return the exchanges of the next recorded call of the case that has this request. Raises `NotRecorded`."""
        calls = self._cases.get((case, actor))
        if calls is None:
            if case in self.stopped_in:
                raise RecordedStop
            raise NotRecorded(
                f"the recording holds nothing of {actor} in the case {case!r}; asked for: {_in_words(key)}"
            )
        for index in range(calls.at, len(calls.calls)):
            recorded, places = calls.calls[index]
            if recorded == key:
                calls.at = index + 1
                return [self._at(*place) for place in places]
        if case in self.stopped_in:
            raise RecordedStop
        rest = calls.calls[calls.at :]
        after = f"recorded next: {_in_words(rest[0][0])}" if rest else "nothing more was recorded there"
        raise NotRecorded(
            f"the recording has no such request of {actor} in the case {case!r}: {_in_words(key)}; {after}"
        )

    def _at(self, offset: int, length: int) -> Exchange:
        self._file.seek(offset)
        return log.exchange_of(log.row(self._file.read(length)))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _key(method: str, path: str, body: str | None) -> _Key:
    return method, blurred(path), blurred(body or "")


def _in_words(key: _Key) -> str:
    return " ".join(key)[:300]


class Replay:
    """Answers as the recorded target did; what it answers is recorded anew in `evidence`, as `Http` does.

    Answers carry pseudonyms where the target had said personal data. The run must ask as the recorded one did:
    whatever it makes up (names, tags) it takes from `Recording.meta`. `base_url` is that of the requests, where it is
    not the target's.
    """

    def __init__(
        self, recording: Recording | Path, *, actor: str, evidence: Evidence, base_url: str | None = None
    ) -> None:
        self.recording = recording if isinstance(recording, Recording) else Recording(recording)
        self.base_url = self.recording.base_url if base_url is None else base_url
        self.actor = actor
        self.evidence = evidence
        self._depth = Limits().depth

    def send(
        self,
        method: str,
        path: str,
        *,
        transport: str,
        operation: str,
        phase: str | None = None,
        json: Any = UNSET,
        body: bytes | None = None,
        params: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        pace: OrderPace | None = None,
    ) -> Exchange:
        """Return the recorded answer to the request, as `Http.send` would. Raises `NotRecorded`.

        `headers` and `pace` have no part in it.
        """
        del headers, pace
        redactor = self.evidence.redactor
        content = payload(json, body)
        text = None if content is None else content.decode(errors="backslashreplace")
        below = located(self.base_url, path, params).removeprefix(self.recording.base_url)
        redacted = redactor.body(text) if text else text
        key = _key(method, redactor.text(below), redacted)
        call = self.recording.call(redactor.tokens(self.evidence.case), self.actor, key)
        if redacted:
            self.recording.values |= redactor.adopt(redacted, call[0].request_body or "")
        faulted = False
        for found in call:
            exchange = self._recorded(found, transport=transport, operation=operation, phase=phase)
            if exchange.status in REFUSALS or throttled(exchange.data):
                self.evidence.throttled += 1
                continue
            fault = faulty(exchange.status, exchange.data)
            if faulted and not fault:
                self.evidence.passing.append((operation, exchange.n))
            faulted = fault
        return exchange

    def _recorded(self, found: Exchange, *, transport: str, operation: str, phase: str | None) -> Exchange:
        """Write a recorded exchange down once more, as one of this run."""
        body = restored(found.body, self.recording.values) if self.recording.values else found.body
        read = bodies.parse(body, depth=self._depth) if found.error is None else None
        follows = None if found.follows is None else self.evidence.exchanges
        return self.evidence.record(
            actor=self.actor,
            transport=transport,
            operation=operation,
            phase=phase,
            method=found.method,
            url=found.url,
            at=found.at,
            request_headers=found.request_headers,
            request_body=found.request_body,
            status=found.status,
            headers=found.headers,
            body=body,
            data=read.data if read else log.NOT_JSON,
            error=found.error,
            ms=found.ms,
            truncated=found.truncated,
            notes=found.notes,
            follows=follows,
        )

    def close(self) -> None:
        """Close the recording."""
        self.recording.close()
