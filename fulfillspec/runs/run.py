"""A run: one target, its evidence and ledger, and a theatre (scene, stage, actors) for each transport."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

from fulfillspec import reproduction
from fulfillspec.acting.actor import Actor
from fulfillspec.acting.callbacks import Listener
from fulfillspec.acting.session import Scene
from fulfillspec.documents import lifecycle, paths, register
from fulfillspec.evidence.log import WRONG_TOKEN, Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.runs import applicability
from fulfillspec.stage.given import Hook, Ids
from fulfillspec.stage.graphql_dialect import GraphQLDialect
from fulfillspec.stage.journal import Journal, sweep
from fulfillspec.stage.per_transport import Theatre
from fulfillspec.stage.pool import Stage
from fulfillspec.stage.provisioner import Provisioner
from fulfillspec.stage.rest_dialect import RestDialect
from fulfillspec.stage.source import NOTHING_STOCKED, CannotStage, World
from fulfillspec.target.probe import DEVELOPMENT_ORDERS, DEVELOPMENT_PLANS, NotUsable, Probe, held_to, probe, watched
from fulfillspec.target.profile import Target, is_loopback
from fulfillspec.verdicts import results
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.wire.answer import Transport
from fulfillspec.wire.connector import Connector
from fulfillspec.wire.graphql import GraphQL
from fulfillspec.wire.http import Http
from fulfillspec.wire.limits import Limits
from fulfillspec.wire.rest import Rest
from fulfillspec.wire.throttle import OrderPace, Throttle

ACTORS = ("merchant", "service", "other_service", "outsider")


@dataclass
class Run:
    """Everything of a run between its beginning and its results."""

    KEY: ClassVar[pytest.StashKey[Run]] = pytest.StashKey()

    target: Target
    out: Path
    depth: str = "core"
    only: frozenset[str] | None = None
    seed: int = 0
    seeded: Mapping[str, list[int]] = field(default_factory=dict)
    embedded: bool = False
    sleep: Callable[[float], None] = time.sleep
    cases: list[dict[str, Any]] = field(default_factory=list)
    left_behind: list[dict[str, str]] = field(default_factory=list)
    ended: bool = False

    def __post_init__(self) -> None:
        self.register = register.load()
        self.lifecycle = lifecycle.load()
        self.ledger = Ledger()
        self.started = datetime.now(UTC)
        self._began = time.monotonic()
        self.tag = f"fulfillspec-{self.started:%m%d%H%M%S}-{self.out.name[-4:]}"
        self.theatres: dict[str, Theatre] = {}
        self.probe = Probe()
        self.admin: Provisioner | None = None
        self.listener: Listener | None = None

    def begin(self) -> None:
        """Open the evidence, ask the target what it is, prepare the stage. Raise `NotUsable` where that cannot be."""
        self.out.mkdir(parents=True, exist_ok=True)
        tokens = {actor: token for actor in ACTORS if (token := self.target.token(actor))}
        if "merchant" not in tokens:
            raise NotUsable(
                "No token for the merchant actor: set FULFILLSPEC_MERCHANT_TOKEN, or name an environment variable or a "
                "file in [actors.merchant] of the target file."
            )
        self.evidence = Evidence(
            self.out / "evidence.ndjson",
            Redactor(self.target.secrets),
            meta={
                "started": self.started.isoformat(),
                "seed": self.seed,
                "base_url": self.target.base_url,
                "tag": self.tag,
            },
            token_env={actor: self.target.token_env(actor) for actor in tokens},
        )
        limits = Limits() if self.target.timeout is None else Limits(whole=self.target.timeout)
        throttles: dict[str, Throttle] = {}
        self.sessions: dict[str, Http] = {}
        for actor, token in tokens.items():
            throttle = throttles.setdefault(
                token, Throttle(requests_per_second=self.target.requests_per_second, longest=limits.retry_after)
            )
            self.sessions[actor] = Http(
                self.target.base_url, actor=actor, token=token, evidence=self.evidence, limits=limits, throttle=throttle
            )
        self.sessions["anonymous"] = Http(
            self.target.base_url, actor="anonymous", token=None, evidence=self.evidence, limits=limits
        )
        self.throttles = list(throttles.values())
        self.probe = probe(self.sessions, self.target.api_version)
        for actor in tokens:
            declared = self.target.scopes(actor)
            if declared is not None:
                self.probe.scopes[actor] = frozenset(declared)
        self.sessions["stranger"] = Http(
            self.target.base_url, actor="stranger", token=WRONG_TOKEN, evidence=self.evidence, limits=limits
        )
        self._guard()
        self.transports = self._transports()
        looked_over = tuple(dict.fromkeys((*self.transports, *self._watched)))
        self.versions, notes = held_to(self.probe, self.target.api_version, looked_over)
        self.ledger.notes += notes
        self.version = next(iter(self.versions.values()))
        self._prepare()
        self._claim()
        self.evidence.phase = "act"

    def theatre(self, transport: str) -> Theatre:
        """Return the theatre of a transport."""
        return self.theatres[transport]

    def _guard(self) -> None:
        """Write only to a target that proves to be no production store."""
        if self.target.allow_writes or is_loopback(self.target.base_url) or self.probe.plan in DEVELOPMENT_PLANS:
            return
        plan = f"its plan is {self.probe.plan}" if self.probe.plan else "it names no plan"
        raise NotUsable(
            f"{self.target.base_url} does not prove to be a development store ({plan}), and a run creates orders. "
            "If it is one, say allow_writes = true under [guard] in the target file."
        )

    def _transports(self) -> tuple[str, ...]:
        """Return the transports to test: those named, else those found."""
        found = [name for name, there in (("rest", self.probe.rest), ("graphql", self.probe.graphql)) if there]
        named = self.target.transports
        for name in named:
            if name in {"rest", "graphql"} and name not in found:
                raise NotUsable(
                    f"{name} was asked for, and the target does not answer it. It answers: {', '.join(found)}."
                )
            if name == "connector" and self.target.connector is None:
                raise NotUsable(
                    "The transport 'connector' needs a section [connector] with its path in the target file."
                )
        if named:
            return named
        return (*found, "connector") if self.target.connector is not None else tuple(found)

    @property
    def _watched(self) -> tuple[str, ...]:
        return watched(self.probe, self.transports)

    def _prepare(self) -> None:
        stage = self.target.stage
        self.journal = Journal(self.out / "journal.ndjson")
        ids = {state: [str(one) for one in found] for state, found in stage.ids.items()}
        for state, found in self.seeded.items():
            ids.setdefault(state, [str(one) for one in found])
        self.ids = Ids(ids)
        self.hook = None
        if stage.hook_url:
            base, _, path = stage.hook_url.partition("://")[2].partition("/")
            http = Http(
                f"{stage.hook_url.partition('://')[0]}://{base}", actor="hook", token=None, evidence=self.evidence
            )
            self.hook = Hook(http, f"/{path}")
        self.listener = self._listen()
        named = [one for one in (stage.merchant_location, stage.other_location) if one]
        self.told = World(merchant=named, service=stage.service_location)
        # fewer than two named locations are completed by looking
        wanted = World(merchant=named if len(named) > 1 else [], service=stage.service_location)
        if stage.method in {"admin", "auto"}:
            pace = OrderPace(self._orders_per_minute())
            dialect = (
                RestDialect(self.sessions, self.target.api_version)
                if "rest" in self._watched
                else GraphQLDialect(self.sessions, self.target.api_version, self.version)
            )
            callback = self.listener.url if self.listener else None
            self.admin = Provisioner(dialect, self.journal, self.tag, pace, wanted=wanted, callback=callback)
            self.evidence.phase = "setup"
            try:
                self.admin.prepare()
            except CannotStage as reason:
                self.ledger.notes.append(f"The stage could not be prepared: {reason}")
                if stage.method == "auto" and (self.hook or stage.ids):
                    self.admin = None
        self._open_theatres()

    def _orders_per_minute(self) -> float | Literal["auto"]:
        """Return the pace of new orders: as configured, else the one that development stores are known to keep."""
        known = self.probe.plan in DEVELOPMENT_PLANS and not is_loopback(self.target.base_url)
        return (
            DEVELOPMENT_ORDERS if self.target.orders_per_minute == "auto" and known else self.target.orders_per_minute
        )

    def _listen(self) -> Listener | None:
        where = self.target.notifications
        if where is None:
            return None
        try:
            return Listener(where.host, where.port)
        except OSError as error:
            raise NotUsable(
                f"{where.host}:{where.port} cannot be listened on ({error.strerror or error}). Name another address with "
                "--listen, or as listen in [notifications] of the target file; port 0 takes a free one."
            ) from None

    def _open_theatres(self) -> None:
        """Open a theatre for each transport of the run; the connector's actions are looked at over another one."""
        version = self.target.api_version
        if "rest" in self._watched:
            self._open(Rest(self.sessions, version))
        if "graphql" in self._watched:
            self._open(GraphQL(self.sessions, version, self.versions["graphql"]))
        if "connector" in self.transports and self.target.connector is not None:
            eyes = next(iter(self.theatres.values()))
            scene = self._scene(Connector(self.sessions, self.target.connector.path), eyes=eyes.scene)
            actors = {
                **eyes.actors,
                "service": Actor("service", scene),
                "merchant": Actor("merchant", scene),
                "outsider": Actor("outsider", scene),
            }
            actors = {name: actor for name, actor in actors.items() if name in self.sessions}
            self.theatres["connector"] = replace(eyes, transport="connector", scene=scene, actors=actors)

    def _scene(self, transport: Transport, *, eyes: Scene | None = None) -> Scene:
        scene = Scene(
            transport,
            self.ledger,
            self.evidence,
            self.versions.get(transport.name, self.version),
            requirements=self.only,
            names_version=self.probe.served is not None and transport.name != "connector",
            eyes=eyes,
        )
        scene.places.update((self.admin.world if self.admin is not None else self.told).places())
        return scene

    def _open(self, transport: Transport) -> None:
        scene = self._scene(transport)
        actors = {name: Actor(name, scene) for name in self.sessions}
        stage = Stage(
            scene,
            self.lifecycle,
            actors,
            self.admin,
            self.ids,
            self.hook,
            self.sleep,
            only_given=self.admin is None,
            thrifty=self.probe.paced,
            told=self.told,
        )
        self.theatres[transport.name] = Theatre(
            transport.name, scene, stage, actors, self.target, self.probe.scopes, self.started, self.depth, self.sleep
        )

    def _claim(self) -> None:
        """Decide which areas are claimed: those named, else those whose prerequisites were found."""
        stage = next(iter(self.theatres.values())).stage
        why, missing = applicability.prerequisites(
            self.target,
            stage,
            versions={name: version for name, version in self.versions.items() if name in self.transports},
            actors=self.sessions,
            names_version=self.probe.served is not None,
        )
        claimed = frozenset(self.target.areas or register.AREAS) - set(why)
        for area in register.AREAS:
            if area not in claimed:
                why.setdefault(area, "the area is not claimed by the target file")
        self.scope = results.Scope(
            areas=claimed,
            why_not=why,
            transports=self.transports,
            version=self.version,
            versions=self.versions,
            asked=self.target.api_version,
            depth=self.depth,
            only=self.only,
            missing=missing,
            unclaimed=applicability.unclaimed(self.target.areas, self.probe.scopes),
            strict=self.target.strict,
        )

    def claim_all(self) -> None:
        """Claim every area, for the results of a run that is stopped before it could decide."""
        self.scope = results.Scope(
            areas=frozenset(self.target.areas or register.AREAS),
            why_not={},
            transports=self.target.transports or ("rest",),
            version=self.target.api_version,
            depth=self.depth,
            only=self.only,
            strict=self.target.strict,
        )

    @property
    def begun(self) -> bool:
        """Whether there is evidence to keep."""
        return hasattr(self, "evidence")

    def clean_up(self) -> None:
        """Remove what the run created; what stays is listed with the reason."""
        if self.ended or not hasattr(self, "journal"):
            return
        self.ended = True
        self.ledger.begin("")
        self.evidence.context(case="", phase="cleanup")
        self.left_behind = sweep(self.journal, self.admin)
        if self.listener is not None:
            self.listener.close()
        self.journal.close()

    def finish(self, *, aborted: bool) -> dict[str, Any]:
        """Write `results.json` and close the evidence; return the results."""
        throttled = self.evidence.throttled
        self._note_custom_items()
        found = results.assemble(
            register=self.register,
            lifecycle=self.lifecycle,
            ledger=self.ledger,
            scope=self.scope,
            identity={
                "suite": {"depth": self.depth, "seed": self.seed, "kill_matrix": _kill_matrix()},
                "target": {
                    "base_url": self.target.base_url,
                    "embedded": self.embedded,
                    "file": self.target.file,
                    "api_version": {"asked": self.target.api_version, "served": self.probe.named(self.transports)},
                    "areas": sorted(self.scope.areas),
                    "transports": list(self.scope.transports),
                    "kind": self.probe.kind,
                    "stage": self.target.stage.method,
                    "actors": {
                        actor: {
                            "scopes": sorted(scopes) if (scopes := self.probe.scopes.get(actor)) is not None else None,
                            "token": actor in self.sessions,
                        }
                        for actor in ACTORS
                    },
                },
                "counts": {
                    "exchanges": self.evidence.exchanges,
                    "costs": self._costs(),
                    "orders_created": self.admin.orders_created if self.admin else 0,
                    "throttled": throttled,
                    "left_behind": self.left_behind,
                    "started": self.started.isoformat(timespec="milliseconds"),
                    "seconds": round(time.monotonic() - self._began, 3),
                },
                "notes": list(self.target.notes),
            },
            cases=self.cases,
            aborted=aborted,
        )
        self.evidence.close({"verdict": found["verdict"]})
        self._write(found)
        if found["deviations"]:
            self._reproduce(found)
            self._write(found)
        return found

    def _costs(self) -> dict[str, dict[str, float]]:
        """Return for each transport what was sent over it, how long that took, and the orders made for its cases."""
        orders = {name: theatre.stage.orders_made for name, theatre in self.theatres.items() if name != "connector"}
        return {
            name: {
                "requests": requests,
                "orders": orders.get(name, 0),
                "seconds": self.evidence.waited[name] / 1000,
            }
            for name, requests in self.evidence.sent.items()
        }

    def _note_custom_items(self) -> None:
        """Say in the notes where orders were made without products, and what could not be judged for it."""
        answered = self.admin.world.no_products if self.admin else None
        if answered:
            left_out = ", ".join(self.ledger.left_out(NOTHING_STOCKED)) or "nothing that this run set out to judge"
            self.ledger.notes.append(
                f"The store keeps no products ({answered}): orders were made of custom items, which no location stocks. "
                f"Not judged for it: {left_out}."
            )

    def _reproduce(self, found: dict[str, Any]) -> None:
        """Write a script for each deviation that brings it about anew; without them the results stand as they are."""
        setting = reproduction.Setting(
            self.target.base_url,
            self.tag,
            {actor: self.target.token_env(actor) for actor in self.sessions},
            self.evidence.redactor.text,
        )
        try:
            reproduction.attach(found["deviations"], self.out / "evidence.ndjson", setting)
        except Exception as error:  # noqa: BLE001 - whatever breaks a script must not take the results with it
            found["notes"].append(
                f"The scripts that reproduce deviations were not written: {type(error).__name__}: {error}"
            )

    def _write(self, found: dict[str, Any]) -> None:
        text = json.dumps(found, indent=1, ensure_ascii=False)
        (self.out / "results.json").write_text(text + "\n", "utf-8")


def _kill_matrix() -> dict[str, int] | None:
    """Return the totals that `scripts/kill_matrix.py` wrote down for this version of the suite."""
    path = paths.schemas() / "kill_matrix.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else None
