"""The target of a run: the one that was named, or the embedded sandbox, started for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from fulfillspec.target.profile import BadTarget, ConnectorSettings, Notifications, Target, load

_WAIT: Final = 15.0
"""Seconds for which a notification of the embedded sandbox is waited for: it sends them at once."""


def _nothing() -> None:
    """End nothing: a target that was named is somebody else's."""


@dataclass(frozen=True, slots=True)
class Tested:
    """What is tested; `seeded` are ids that stand in given states, `stop` ends a sandbox that was started for it."""

    target: Target
    embedded: bool = False
    seeded: Mapping[str, list[int]] = field(default_factory=dict)
    stop: Callable[[], None] = _nothing


def chosen(
    file: Path | None,
    env: Mapping[str, str],
    given: Mapping[str, Any],
    *,
    mutants: Sequence[str] = (),
    variants: Sequence[str] = (),
) -> Tested:
    """Return the target that is named, else start the embedded sandbox with these changes. Raises `BadTarget`."""
    target = load(file, env, given)
    if not target.base_url:
        return _sandbox(file, env, given, mutants, variants)
    if mutants or variants:
        raise BadTarget(
            f"Mutants and variants belong to the embedded sandbox, and the target is {target.base_url}: leave out the base URL, "
            "or start a sandbox with them (fulfillspec sandbox --mutant NAME)."
        )
    return Tested(target)


def _sandbox(
    file: Path | None, env: Mapping[str, str], given: Mapping[str, Any], mutants: Sequence[str], variants: Sequence[str]
) -> Tested:
    from fulfillspec.sandbox.changes import UnknownChangeError  # noqa: PLC0415 - a run against a target needs none
    from fulfillspec.sandbox.connector import PATH as CONNECTOR_PATH  # noqa: PLC0415
    from fulfillspec.sandbox.serve import Server  # noqa: PLC0415

    try:
        server = Server(mutants=mutants, variants=variants).start()
    except UnknownChangeError as reason:
        raise BadTarget(str(reason)) from None
    tokens = {f"FULFILLSPEC_{actor.upper()}_TOKEN": token for actor, token in server.tokens.items()}
    target = load(file, {**env, **tokens}, {**given, "base_url": server.url})
    hears = target.notifications or Notifications(wait=_WAIT)
    target = replace(
        target,
        connector=target.connector or ConnectorSettings(CONNECTOR_PATH),
        notifications=replace(hears, secret=hears.secret or server.app_secret),
    )
    return Tested(target, embedded=True, seeded=server.seeded, stop=server.stop)
