"""The connections of a run: a client for each actor with a token, for nobody, and for one with a wrong token."""

from __future__ import annotations

import contextlib
import sys

from fulfillspec.evidence.log import WRONG_TOKEN, Evidence
from fulfillspec.target.probe import NotUsable
from fulfillspec.target.profile import ACTORS, Target
from fulfillspec.wire.http import Http
from fulfillspec.wire.limits import Limits
from fulfillspec.wire.throttle import Throttle


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

    def sessions(self) -> dict[str, Http]:
        """Return a client for each actor with a token and one for `anonymous`."""
        found = {actor: self._client(actor, token) for actor, token in tokens_of(self._target).items()}
        return {**found, "anonymous": self._client("anonymous", None)}

    def stranger(self) -> Http:
        """Return a client whose token nobody gave out."""
        return self._client("stranger", WRONG_TOKEN)

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
        )
