"""A recorded run as one to begin again: its plan without secrets, its clients, its clock, what its listener heard."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from fulfillspec import __version__
from fulfillspec.acting.listener import Heard
from fulfillspec.documents import paths, register
from fulfillspec.evidence import packed, times
from fulfillspec.evidence.log import FILE, DamagedEvidence, Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.evidence.times import RecordedTimes
from fulfillspec.runs.plan import Plan, Recorded
from fulfillspec.target.profile import ActorSettings, ConnectorSettings, Notifications, StageSettings, Target
from fulfillspec.verdicts.baseline import BaselineEntry
from fulfillspec.wire.replay import Recording, Replay

_UNSIGNED: Final = "x-shopify-hmac-sha256"
_STAND_IN: Final = "recorded-{}"
"""What stands for a secret that a recorded run had."""


def head(plan: Plan, redactor: Redactor) -> dict[str, Any]:
    """Return what is to be written down of a plan so that it can be begun again: no secret is in it."""
    target = plan.target
    tokens = list(dict.fromkeys(actor.token for actor in target.actors.values() if actor.token))
    hears = target.notifications
    profile = {
        **{name: getattr(target, name) for name in _PLAIN},
        "actors": {
            name: {
                "app": tokens.index(actor.token) if actor.token else None,
                "token_env": actor.token_env,
                "scopes": actor.scopes,
            }
            for name, actor in target.actors.items()
        },
        "stage": asdict(target.stage),
        "connector": asdict(target.connector) if target.connector else None,
        "notifications": {**asdict(hears), "secret": hears.secret is not None} if hears else None,
    }
    told = {name: getattr(plan, name) for name in _OF_THE_PLAN}
    told["baseline"] = None if plan.baseline is None else [_of_baseline(entry) for entry in plan.baseline]
    told |= {"only": sorted(plan.only) if plan.only is not None else None, "target": profile}
    suite = {"version": __version__, "register_digest": register.load().digest}
    clean: dict[str, Any] = json.loads(redactor.tokens(json.dumps({"suite": suite, "plan": told})))
    return clean


def _of_baseline(entry: BaselineEntry) -> dict[str, Any]:
    return {**asdict(entry), "until": None if entry.until is None else entry.until.isoformat()}


def _baseline(rows: list[dict[str, Any]] | None) -> tuple[BaselineEntry, ...] | None:
    if rows is None:
        return None
    days = [None if row["until"] is None else date.fromisoformat(row["until"]) for row in rows]
    return tuple(BaselineEntry(**{**row, "until": day}) for row, day in zip(rows, days, strict=True))


_PLAIN: Final = (
    "base_url",
    "api_version",
    "transports",
    "areas",
    "orders",
    "orders_per_minute",
    "requests_per_second",
    "timeout",
    "wait",
    "allow_writes",
    "notes",
    "file",
    "strict",
)
_OF_THE_PLAN: Final = (
    "depth",
    "seed",
    "seeded",
    "embedded",
    "mutants",
    "variants",
    "options",
    "before",
    "selection",
    "statement",
)


@dataclass(frozen=True, slots=True)
class Suite:
    """The suite that made a recording."""

    version: str
    register_digest: str


def suite_of(folder: Path) -> Suite:
    """Return the suite that made a recording. Raises `DamagedEvidence` and `OSError`."""
    return Suite(**_checked(RecordedTimes(folder / times.FILE))["suite"])


def cases_of(folder: Path) -> list[str]:
    """Return the files and cases that a run named to pytest. Raises `DamagedEvidence` and `OSError`."""
    return [*_checked(RecordedTimes(folder / times.FILE))["plan"]["selection"]["cases"]]


def plan_of(folder: Path, out: Path) -> Plan:
    """Return the plan that begins a recorded run again, with results in `out`. Raises `DamagedEvidence`, `OSError`."""
    clock = RecordedTimes(folder / times.FILE)
    told = _checked(clock)["plan"]
    recorded = Recorded(Recording(packed.found(folder, FILE)), clock)
    recorded.recording.stopped_in = clock.stopped_in
    return Plan(
        _target(told["target"]),
        out,
        only=frozenset(told["only"]) if told["only"] is not None else None,
        recorded=recorded,
        baseline=_baseline(told["baseline"]),
        **{name: _frozen(told.get(name)) for name in _OF_THE_PLAN},  # an older recording has no statement
    )


def _checked(clock: RecordedTimes) -> dict[str, Any]:
    error = next(_validator().iter_errors(clock.head), None)
    if error is not None:
        raise DamagedEvidence(f"{times.FILE} does not begin as we write it: {error.json_path}")
    return clock.head


@functools.cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads((paths.schemas() / "times.schema.json").read_text("utf-8")))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _target(told: Mapping[str, Any]) -> Target:
    actors = {
        name: ActorSettings(
            name,
            None if actor["app"] is None else _STAND_IN.format(f"token-{actor['app']}"),
            actor["token_env"],
            _frozen(actor["scopes"]),
        )
        for name, actor in told["actors"].items()
    }
    stage, hears = told["stage"], told["notifications"]
    stage = {**stage, "ids": {state: tuple(found) for state, found in stage["ids"].items()}}
    secret = {"secret": _STAND_IN.format("secret") if hears and hears["secret"] else None}
    return Target(
        actors=actors,
        stage=StageSettings(**stage),
        connector=ConnectorSettings(**told["connector"]) if told["connector"] else None,
        notifications=Notifications(**{**hears, **secret}) if hears else None,
        **{name: _frozen(told[name]) for name in _PLAIN},
    )


def written(heard: Heard, secret: str | None, redactor: Redactor) -> dict[str, Any]:
    """Return what is written down of a request that came in; its signature is judged now, for its body may change."""
    headers = {name: value for name, value in heard.headers.items() if name != _UNSIGNED}
    return {
        "heard": heard.method,
        "path": redactor.text(heard.path),
        "headers": redactor.headers(headers),
        "body": redactor.body(heard.body.decode(errors="backslashreplace")),
        "signed": heard.signed(secret) if secret else None,
    }


def heard(clock: RecordedTimes) -> list[Heard]:
    """Return what the listener of a recorded run heard. Raises `DamagedEvidence`."""
    try:
        return [
            Heard(
                str(row["heard"]),
                str(row["path"]),
                {str(name): str(value) for name, value in row["headers"].items()},
                str(row["body"]).encode(errors="replace"),
                bool(row["signed"]),
            )
            for row in clock.heard
        ]
    except (KeyError, AttributeError) as error:
        raise DamagedEvidence(f"a request in {times.FILE} is not as we write them: {error!r}") from None


class RecordedConnections:
    """Opens the clients of a recorded run: nothing is sent, so no limit is kept."""

    leak: float | None = None
    counts = False

    def __init__(self, recording: Recording, target: Target, evidence: Evidence) -> None:
        self._recording, self._target, self._evidence = recording, target, evidence

    def clients(self) -> dict[str, Replay]:
        """Return a client for each actor with a token and one for `anonymous`."""
        actors = [name for name, actor in self._target.actors.items() if actor.token]
        return {actor: self._client(actor) for actor in (*actors, "anonymous")}

    def share(self, others: int) -> None:
        """Keep no limit: nothing is sent."""

    def stranger(self) -> Replay:
        """Return a client whose token nobody gave out."""
        return self._client("stranger")

    def hook(self, base_url: str) -> Replay:
        """Return the client that asks the hook."""
        return self._client("hook", base_url)

    def _client(self, actor: str, base_url: str | None = None) -> Replay:
        return Replay(self._recording, actor=actor, evidence=self._evidence, base_url=base_url)
