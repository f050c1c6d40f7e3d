"""A recorded run instead of a target: the same cases get the answers that were recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fulfillspec.evidence import log
from fulfillspec.evidence.log import Evidence, Exchange
from fulfillspec.evidence.redaction import blurred
from fulfillspec.wire import body as bodies
from fulfillspec.wire.http import UNSET, located, payload
from fulfillspec.wire.limits import Limits
from fulfillspec.wire.throttle import REFUSALS, OrderPace, throttled


class NotRecorded(LookupError):
    """The suite asks for what the recording does not hold: other cases, other code, or another target profile."""


_Key = tuple[str, str, str]


@dataclass(slots=True)
class _Case:
    """The calls of one actor in one case, in their order; `at` is where the next one is looked for."""

    calls: list[tuple[_Key, int, int]] = field(default_factory=list)
    at: int = 0


class Recording:
    """An evidence file, by case and actor. Only places in the file are kept in memory, not the bodies.

    `meta` is what the recorded run said about itself. A line that continues a throttled, redirected or lost request
    belongs to the call of that request: the call's answer is its last line.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.meta = log.meta(path)
        self.base_url = str(self.meta.get("base_url", ""))
        self._cases: dict[tuple[str, str], _Case] = {}
        self._file = path.open("rb")
        heads: dict[int, tuple[_Case, int]] = {}
        offset = 0
        for row, line in zip(log.rows(path), self._file, strict=False):
            if "n" in row:
                self._add(log.exchange_of(row), (offset, len(line)), heads)
            offset += len(line)

    def _add(self, exchange: Exchange, place: tuple[int, int], heads: dict[int, tuple[_Case, int]]) -> None:
        if exchange.follows in heads:
            case, index = heads[exchange.follows]
            case.calls[index] = (case.calls[index][0], *place)
        else:
            case = self._cases.setdefault((exchange.case, exchange.actor), _Case())
            index = len(case.calls)
            below = exchange.url.removeprefix(self.base_url)
            case.calls.append((_key(exchange.method, below, exchange.request_body), *place))
        heads[exchange.n] = case, index

    def answer(self, case: str, actor: str, key: _Key) -> Exchange:
        """Return the next recorded exchange of the case that has this request. Raises `NotRecorded`."""
        calls = self._cases.get((case, actor))
        if calls is None:
            raise NotRecorded(f"{self.path} holds nothing of {actor} in the case {case!r}; asked for: {_shown(key)}")
        for index in range(calls.at, len(calls.calls)):
            recorded, offset, length = calls.calls[index]
            if recorded == key:
                calls.at = index + 1
                self._file.seek(offset)
                return log.exchange_of(log.row(self._file.read(length)))
        rest = calls.calls[calls.at :]
        after = f"recorded next: {_shown(rest[0][0])}" if rest else "nothing more was recorded there"
        raise NotRecorded(f"{self.path} has no such request of {actor} in the case {case!r}: {_shown(key)}; {after}")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _key(method: str, path: str, body: str | None) -> _Key:
    return method, blurred(path), blurred(body or "")


def _shown(key: _Key) -> str:
    return " ".join(key)[:300]


class Replay:
    """Answers as the recorded target did; what it answers is recorded anew in `evidence`, as `Http` does.

    Answers carry pseudonyms where the target had said personal data. The run must ask as the recorded one did:
    whatever it makes up (names, tags) it takes from `Recording.meta`.
    """

    def __init__(self, recording: Recording | Path, *, actor: str, evidence: Evidence) -> None:
        self.recording = recording if isinstance(recording, Recording) else Recording(recording)
        self.base_url = self.recording.base_url
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
        key = _key(method, redactor.text(located("", path, params)), redactor.body(text) if text else text)
        found = self.recording.answer(redactor.tokens(self.evidence.case), self.actor, key)
        read = bodies.parse(found.body, depth=self._depth) if found.error is None else None
        exchange = self.evidence.record(
            actor=self.actor,
            transport=transport,
            operation=operation,
            phase=phase,
            method=method,
            url=found.url,
            at=found.at,
            request_headers=found.request_headers,
            request_body=text,
            status=found.status,
            headers=found.headers,
            body=found.body,
            data=read.data if read else log.NOT_JSON,
            error=found.error,
            ms=found.ms,
            truncated=found.truncated,
            notes=found.notes,
        )
        if exchange.status in REFUSALS or throttled(exchange.data):
            self.evidence.throttled += 1
        return exchange

    def close(self) -> None:
        """Close the recording."""
        self.recording.close()
