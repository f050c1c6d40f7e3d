"""Removing later what a run left behind: `fulfillspec sweep`."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from fulfillspec.documents.versions import is_version
from fulfillspec.evidence.log import FILE, DamagedEvidence, Evidence, meta
from fulfillspec.evidence.packed import found
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.stage.graphql_dialect import GraphQLDialect
from fulfillspec.stage.journal import Journal, sweep
from fulfillspec.stage.provisioner import Provisioner
from fulfillspec.stage.rest_dialect import RestDialect
from fulfillspec.target.profile import ACTORS, BadTarget, is_loopback, load
from fulfillspec.wire.http import Http
from fulfillspec.wire.throttle import OrderPace


class CannotSweep(Exception):
    """The folder or the target file does not allow it; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What is gone now, by its kind, and what stays: kind, id, and why."""

    gone: Counter[str]
    left: list[dict[str, str]]

    @property
    def in_words(self) -> str:
        """What is gone now, in words."""
        kinds = (
            f"{number} {kind.replace('_', ' ')}{'s' * (number != 1)}" for kind, number in sorted(self.gone.items())
        )
        return f"Gone now: {', '.join(kinds)}." if self.gone else "There was nothing to remove."


def sweep_run(directory: Path, target_file: Path | None, base_url: str | None = None) -> Swept:
    """Remove what the journal of a stored run, of each of its versions, still lists.

    A folder may come from anybody: the merchant's token goes to no host but the user's, named by `base_url`, a target
    file or the environment; a loopback address may be taken from the folder. Raise `CannotSweep`.
    """
    parts = [one.parent for one in sorted(directory.glob("*/journal.ndjson")) if is_version(one.parent.name)]
    swept = [_sweep(part, target_file, base_url) for part in parts or [directory]]
    return Swept(sum((one.gone for one in swept), Counter()), [row for one in swept for row in one.left])


def _named(directory: Path) -> str:
    """Return the base URL that the evidence of a run names, also of one that was killed; empty where none does."""
    path = found(directory, FILE)
    if path.is_symlink() or not path.is_file():
        return ""
    try:
        return str(meta(path).get("base_url", ""))
    except (OSError, DamagedEvidence):
        return ""


def _sweep(directory: Path, target_file: Path | None, base_url: str | None) -> Swept:
    path, results = directory / "journal.ndjson", directory / "results.json"
    if path.is_symlink() or not path.is_file():
        raise CannotSweep(f"{directory} holds no journal.ndjson: expected the folder of a run.")
    given: dict[str, str] = {}
    stored = json.loads(results.read_text("utf-8"))["target"] if results.is_file() else {}
    if stored:
        given["api_version"] = stored["api_version"]["asked"]
    if base_url:
        given["base_url"] = base_url
    try:
        target = load(target_file, dict(os.environ), given)
        if not target.base_url and (named := stored.get("base_url") or _named(directory)):
            if not is_loopback(named):
                raise CannotSweep(
                    f"The folder says that the run was against {named}. If that is yours, add: --base-url {named}"
                )
            target = load(target_file, dict(os.environ), {**given, "base_url": named})
    except BadTarget as reason:
        raise CannotSweep(str(reason)) from None
    tokens = {actor: token for actor in ACTORS if (token := target.token(actor))}
    if "merchant" not in tokens or not target.base_url:
        raise CannotSweep(
            "A base URL and the merchant's token are needed: set FULFILLSPEC_MERCHANT_TOKEN, or name a target file."
        )
    journal = Journal.reopen(path)
    evidence = Evidence(None, Redactor(tokens.values()))
    clients = {
        actor: Http(
            target.base_url,
            actor=actor,
            token=token,
            evidence=evidence,
            verify=target.ca_file or True,
            proxy=target.proxy,
        )
        for actor, token in tokens.items()
    }
    over_rest = "graphql" not in stored.get("transports", ()) or "rest" in stored["transports"]
    dialect = (
        RestDialect(clients, target.api_version)
        if over_rest
        else GraphQLDialect(clients, target.api_version, stored["api_version"]["served"])
    )
    try:
        listed = Counter(entry.kind for entry in journal.left())
        left = sweep(journal, Provisioner(dialect, journal, "", OrderPace("auto")))
        return Swept(listed - Counter(row["kind"] for row in left), left)
    finally:
        journal.close()
