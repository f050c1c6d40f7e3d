"""From the options of a run to its plan: which target, which part of it, where the results go."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from fulfillspec.documents import register
from fulfillspec.runs import ending
from fulfillspec.runs.plan import Plan
from fulfillspec.suite import versions
from fulfillspec.target.profile import ConnectorSettings, Notifications, load
from fulfillspec.verdicts import command

_WAIT = 15.0
"""Seconds for which a notification of the embedded sandbox is waited for: it sends them at once."""


def plan_of(config: pytest.Config) -> Plan:
    """Return the plan of the run that the options ask for; without a target the embedded sandbox is started."""
    option, part = config.option, versions.part_of(config)
    known = register.load()
    only = frozenset(identity for part in option.only for identity in part.split(",")) or None
    for identity in sorted(only or ()):
        known.get(identity)
    env = dict(os.environ)
    given = {
        "base_url": option.base_url,
        "api_version": part.version if part else option.api_version[-1] if option.api_version else None,
        "transports": option.transport or None,
        "areas": option.area or None,
        "listen": option.listen,
        "strict": option.strict_profile,
    }
    target = load(Path(option.target) if option.target else None, env, given)
    seeded: dict[str, list[int]] = {}
    embedded = not target.base_url
    if not embedded and (option.sandbox_mutant or option.sandbox_variant):
        raise pytest.UsageError(
            f"Mutants and variants belong to the embedded sandbox, and the target is {target.base_url}: leave out the base URL, "
            "or start a sandbox with them (fulfillspec sandbox --mutant NAME)."
        )
    if embedded:
        from fulfillspec.sandbox.changes import UnknownChangeError  # noqa: PLC0415 - a run against a target needs none
        from fulfillspec.sandbox.connector import PATH as CONNECTOR_PATH  # noqa: PLC0415
        from fulfillspec.sandbox.serve import Server  # noqa: PLC0415

        try:
            server = Server(mutants=option.sandbox_mutant, variants=option.sandbox_variant).start()
        except UnknownChangeError as reason:
            raise pytest.UsageError(str(reason)) from None
        config.add_cleanup(server.stop)
        seeded = server.seeded
        env |= {f"FULFILLSPEC_{actor.upper()}_TOKEN": token for actor, token in server.tokens.items()}
        target = load(Path(option.target) if option.target else None, env, {**given, "base_url": server.url})
        hears = target.notifications or Notifications(wait=_WAIT)
        target = replace(
            target,
            connector=target.connector or ConnectorSettings(CONNECTOR_PATH),
            notifications=replace(hears, secret=hears.secret or server.app_secret),
        )
    named = part.out if part else Path(option.out) if option.out else None
    out = named or ending.folder_for(target.base_url)
    ending.writable(out)
    options = command.given({**vars(option), "api_version": [part.version] if part else option.api_version})
    return Plan(
        target,
        out,
        depth=option.depth,
        only=only,
        seed=option.seed,
        seeded=seeded,
        embedded=embedded,
        mutants=tuple(option.sandbox_mutant),
        variants=tuple(option.sandbox_variant),
        options=options,
    )
