"""The connections of a run: a client for each actor with a token, for nobody, and for one with a wrong token."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from typing import Final

from fulfillspec.evidence.log import WRONG_TOKEN, Evidence, Exchange
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.target.probe import NotUsable
from fulfillspec.target.profile import ACTORS, Target, is_loopback
from fulfillspec.wire.http import Http
from fulfillspec.wire.limits import Limits
from fulfillspec.wire.throttle import Throttle

_STARTING: Final = frozenset({502, 503, 504})
"""What a gateway answers while the server behind it is not up."""
_BETWEEN: Final = 0.25
"""Seconds between two questions to a target that is starting."""


def tokens_of(target: Target) -> dict[str, str]:
    """Return the token of each actor that has one. Raise `NotUsable` without that of the merchant."""
    tokens = {actor: token for actor in ACTORS if (token := target.token(actor))}
    if "merchant" not in tokens:
        raise NotUsable(
            "No token for the merchant actor: set FULFILLSPEC_MERCHANT_TOKEN, or name an environment variable or a "
            "file in [actors.merchant] of the target file."
        )
    return tokens


def _say(text: str) -> None:
    """Tell of a wait where no line moves that shows it."""
    stream = sys.__stderr__
    if stream is not None and not stream.isatty():
        with contextlib.suppress(OSError, ValueError):
            stream.write(f"{text}\n")
            stream.flush()


class Connections:
    """Opens the clients of a run; actors with the same token share one throttle."""

    def __init__(self, target: Target, evidence: Evidence) -> None:
        self._target, self._evidence = target, evidence
        self._limits = Limits() if target.timeout is None else Limits(whole=target.timeout)
        self._throttles: dict[str, Throttle] = {}

    def clients(self) -> dict[str, Http]:
        """Return a client for each actor with a token and one for `anonymous`."""
        found = {actor: self._client(actor, token) for actor, token in tokens_of(self._target).items()}
        return {**found, "anonymous": self._client("anonymous", None)}

    def share(self, others: int) -> None:
        """Keep the limits together with so many other processes, which are forked after this."""
        for throttle in self._throttles.values():
            throttle.share(others)

    @property
    def leak(self) -> float | None:
        """The calls a second that the target allows each app for long; None where it announces no limit."""
        return min(filter(None, (throttle.leak for throttle in self._throttles.values())), default=None)

    @property
    def counts(self) -> bool:
        """Whether the limit is kept, as far as that is known: a mock may announce one and count nothing."""
        return not is_loopback(self._target.base_url) or any(one.counts for one in self._throttles.values())

    def stranger(self) -> Http:
        """Return a client whose token nobody gave out."""
        return self._client("stranger", WRONG_TOKEN)

    def hook(self, base_url: str) -> Http:
        """Return the client that asks the hook."""
        return Http(base_url, actor="hook", token=None, evidence=self._evidence)

    def _client(self, actor: str, token: str | None) -> Http:
        throttle = None
        if token is not None and token != WRONG_TOKEN:
            pace = Throttle(
                requests_per_second=self._target.requests_per_second,
                longest=self._limits.retry_after,
                in_a_row=self._target.wait,
                say=_say,
            )
            throttle = self._throttles.setdefault(token, pace)
        return Http(
            self._target.base_url,
            actor=actor,
            token=token,
            evidence=self._evidence,
            limits=self._limits,
            throttle=throttle,
            verify=self._target.ca_file or True,
            proxy=self._target.proxy,
        )


def wait_for(
    target: Target,
    seconds: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until a target answers anything, without a token. Raise `NotUsable` where it does not in so many seconds."""
    until = clock() + seconds
    with contextlib.closing(Evidence(None, Redactor(target.secrets))) as unwritten:
        client = Http(
            target.base_url,
            actor="anonymous",
            token=None,
            evidence=unwritten,
            limits=Limits(whole=max(min(seconds, 5.0), 0.1)),
            verify=target.ca_file or True,
            proxy=target.proxy,
        )
        while not _is_up(answer := client.send("GET", "/", transport="rest", operation="wait")):
            if clock() >= until:
                came = answer.error or f"HTTP {answer.status}"
                raise NotUsable(
                    f"{target.base_url} did not answer within {seconds:g} s (--wait): {came}. Is it started?"
                )
            sleep(_BETWEEN)


def _is_up(answer: Exchange) -> bool:
    return answer.status is not None and answer.status not in _STARTING
