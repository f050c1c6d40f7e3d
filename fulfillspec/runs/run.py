"""A run: one target, its evidence and ledger, and a track (ledger, stage, sessions, actors) for each transport."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from fulfillspec.acting.callbacks import Deliveries
from fulfillspec.acting.listener import Heard, Hearing, Listener, RecordedListener
from fulfillspec.documents import lifecycle, register
from fulfillspec.evidence import interrupts, times
from fulfillspec.evidence.global_ids import GlobalIds
from fulfillspec.evidence.log import FILE, Evidence
from fulfillspec.evidence.packed import named
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.evidence.times import Clock, Times
from fulfillspec.runs import applicability, outset, recorded
from fulfillspec.runs.connections import Connections, tokens_of, wait_for
from fulfillspec.runs.earlier import EarlierRun
from fulfillspec.runs.plan import Plan
from fulfillspec.runs.track import Track, opened
from fulfillspec.stage.budget import MOST, Budget
from fulfillspec.stage.dialect import Dialect
from fulfillspec.stage.graphql_dialect import GraphQLDialect
from fulfillspec.stage.journal import Journal, sweep
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.stage.provisioner import Provisioner
from fulfillspec.stage.rest_dialect import RestDialect
from fulfillspec.stage.source import CannotStage, World
from fulfillspec.target.probe import NotUsable, Probe, held_to, probe, watched
from fulfillspec.verdicts import results
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.wire.gaps import Gaps
from fulfillspec.wire.http import Client
from fulfillspec.wire.throttle import OrderPace


class Run:
    """A run that was begun: everything between its first request and its results.

    It can be finished at any moment: until the target was asked, every area is claimed.
    """

    KEY: ClassVar[pytest.StashKey[Run]] = pytest.StashKey()

    def __init__(self, plan: Plan) -> None:
        """Open evidence and journal; nothing is sent yet. Raise `NotUsable` without a token for the merchant."""
        self.plan = plan
        self.target, self.out, self.depth, self.only, self.seed = (
            plan.target,
            plan.out,
            plan.depth,
            plan.only,
            plan.seed,
        )
        tokens = tokens_of(self.target)
        self.earlier = EarlierRun(self.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.register = register.load()
        self.lifecycle = lifecycle.load()
        self.whole = Ledger()
        self.tracks: tuple[Track, ...] = ()
        self.track: Track | None = None
        self.broken = ""
        self.left_behind: list[dict[str, str]] = []
        self.ended = self.stopped_early = False
        redactor = Redactor(self.target.secrets if plan.recorded is None else ())
        self.times = self._times(redactor)
        self.started = self.times.now("the beginning")
        self.began = self.times.seconds("the beginning")
        self.probe = Probe()
        self.admin: Provisioner | None = None
        self.source: Provisioner | None = None
        self.why_not = ""
        self.gaps = Gaps()
        self.pace = OrderPace()
        self.hooked: tuple[Client, str] | None = None
        self.listener: Hearing | None = None
        self.blind: dict[str, str] = {}
        self.warnings: list[str] = []
        self.journal = Journal(self.out / "journal.ndjson")
        meta = {
            "started": self.started.isoformat(),
            "seed": self.seed,
            "base_url": self.target.base_url,
            "tag": f"fulfillspec-{self.started:%m%d%H%M%S}-{self.out.name[-4:]}",
        }
        if plan.recorded is not None:
            meta["tag"] = str(plan.recorded.recording.meta.get("tag", ""))
        self.tag = str(meta["tag"])
        self.evidence = Evidence(
            self.out / named(FILE, compressed=plan.compressed),
            redactor,
            meta=meta,
            token_env={actor: self.target.token_env(actor) for actor in tokens},
        )
        self.connections = (
            Connections(self.target, self.evidence)
            if plan.recorded is None
            else recorded.RecordedConnections(plan.recorded.recording, self.target, self.evidence)
        )
        self.clients: dict[str, Client] = {**self.connections.clients()}
        self.transports = self.target.transports or ("rest",)
        self.version = self.target.api_version
        self.versions = dict.fromkeys(self.transports, self.version)
        self.scope = results.Scope(
            areas=frozenset(self.target.areas or register.AREAS),
            why_not={},
            transports=self.transports,
            version=self.version,
            depth=self.depth,
            only=self.only,
            strict=self.target.strict,
        )

    def _times(self, redactor: Redactor) -> Times:
        """Return the clock of the run, which writes its times down, or that of the run that is replayed."""
        if self.plan.recorded is not None:
            return self.plan.recorded.times
        return Clock(self.out / times.FILE, recorded.head(self.plan, redactor))

    def begin(self) -> None:
        """Ask the target what it is, prepare the stage. Raise `NotUsable` where that cannot be."""
        self.ask()
        self.prepare()

    def ask(self) -> None:
        """Ask the target what it is; nothing is written to it yet. Raise `NotUsable` where nothing can be judged on it."""
        if self.plan.wait:
            with interrupts.waiting():
                wait_for(self.target, self.plan.wait)
        self.probe = probe(self.clients, self.target.api_version)
        for actor in self.clients:
            declared = self.target.scopes(actor)
            if declared is not None:
                self.probe.scopes[actor] = frozenset(declared)
        self.clients["stranger"] = self.connections.stranger()
        self.whole.notes += outset.guard(self.target, self.probe)
        self.transports, failing = outset.transports(self.target, self.probe)
        looked_over = tuple(dict.fromkeys((*self.transports, *self.watched)))
        self.versions, notes = held_to(self.probe, self.target.api_version, looked_over)
        self.whole.notes += notes
        self.version = next(iter(self.versions.values()))
        lacking, self.blind = outset.lacking(self.target, self.probe.scopes, self.clients)
        self.warnings += [*failing, *lacking]
        self.whole.notes += self.warnings
        self.listener = self._listen()

    def prepare(self) -> None:
        """Make what the cases need, and decide what is judged. Raise `NotUsable` where that cannot be."""
        self._prepare()
        stages = [track.contexts[track.name].stage for track in self.tracks]
        self.claim(lambda state: any(stage.offers(state) for stage in stages))
        for context in (context for track in self.tracks for context in track.contexts.values()):
            for session in (context.session, *context.others.values()):
                session.areas = self.scope.areas
        self.evidence.phase = "act"
        self.earlier.forget()

    @property
    def ledger(self) -> Ledger:
        """The ledger of the track whose case runs now; that of the run before and after."""
        return self.whole if self.track is None else self.track.ledger

    @property
    def deliveries(self) -> Deliveries | None:
        """The notifications of the track whose case runs now."""
        return None if self.track is None else self.track.deliveries

    @property
    def cases(self) -> list[dict[str, Any]]:
        """What became of each case, by tracks."""
        return [case for track in self.tracks for case in track.cases]

    @property
    def orders_created(self) -> int:
        """How many orders the run created."""
        return sum(track.orders_created for track in self.tracks)

    def context(self, transport: str) -> TransportContext:
        """Return what the cases of a transport work with."""
        return self.track_of(transport).contexts[transport]

    def track_of(self, transport: str) -> Track:
        """Return the track that asks the cases of a transport."""
        return next((track for track in self.tracks if transport in track.contexts), self.tracks[0])

    def enter(self, track: Track) -> None:
        """Ask cases of a track from now on."""
        if not track.begun:
            track.begun = True
            self.times.write({"track": track.name})
            track.hear({"due": [], "hook": False})  # of a recording: what it will do is not done yet
        self.track, self.evidence.ids = track, track.ids

    def be_alone(self, track: Track) -> None:
        """Note that no other track acts while this one goes on; what they did before is due before what it does."""
        track.alone = True
        others = {other.name: other for other in self.tracks if other is not track}
        pending = self.times.value("the other tracks", {name: other.pending for name, other in others.items()})
        for name, other in others.items():
            if isinstance(pending, dict) and name in pending:
                other.hear(pending[name])

    def leave(self, track: Track) -> None:
        """End a track: judge what is still open of what was due to be told."""
        if track.begun and not track.over:
            track.over = True
            self.track = track
            track.ledger.begin("")
            if track.deliveries is not None:
                track.deliveries.settle(over=True)

    @property
    def watched(self) -> tuple[str, ...]:
        """The transports that fulfillment orders are looked at over."""
        return watched(self.probe, self.transports)

    def _prepare(self) -> None:
        stage = self.target.stage
        ids = {state: [str(one) for one in found] for state, found in stage.ids.items()}
        for state, found in self.plan.seeded.items():
            ids.setdefault(state, [str(one) for one in found])
        self.given = ids
        if stage.hook_url:
            base, _, path = stage.hook_url.partition("://")[2].partition("/")
            self.hooked = self.connections.hook(f"{stage.hook_url.partition('://')[0]}://{base}"), f"/{path}"
        self.budget = Budget(self.target.orders or MOST[self.depth], self.watched)
        named = [one for one in (stage.merchant_location, stage.other_location) if one]
        self.known_world = World(merchant=named, service=stage.service_location)
        # fewer than two named locations are completed by looking
        wanted = World(merchant=named if len(named) > 1 else [], service=stage.service_location)
        if stage.method in {"admin", "auto"}:
            self.pace = OrderPace(outset.orders_per_minute(self.target, self.probe), in_a_row=self.target.wait)
            callback = self.listener.url if self.listener else None
            self.admin = Provisioner(
                self.admin_api(),
                self.journal,
                self.tag,
                self.pace,
                callback=callback,
                wanted=wanted,
                sleep=self.times.sleep,
            )
            self.evidence.phase = "setup"
            try:
                self.admin.prepare()
                self.source = self.admin
            except CannotStage as reason:
                said = f"The stage could not be prepared: {reason}"
                self.warnings.append(said)
                self.why_not = str(reason)
                self.whole.notes.append(said)
                # what was made is removed at the end, whoever gives the fulfillment orders now
                self.source = None if stage.method == "auto" and (self.hooked or stage.ids) else self.admin
        names = self.watched
        self.tracks = tuple(opened(self, name, number, len(names)) for number, name in enumerate(names))

    def deliveries_of(self, track: Track) -> Deliveries | None:
        """Return the notifications of a track; None where nothing listens."""
        stage, hears = self.target.stage, self.target.notifications
        if self.listener is None or hears is None:
            return None
        return Deliveries(
            self.listener,
            hears.wait,
            lambda: self._own_services(track),
            alone=lambda: not any(each.hook is not None and each.hook.requested for each in self.tracks),
            ours=stage.service_location is None and stage.method in {"admin", "auto"},
            clock=lambda: self.times.seconds("a delivery"),
            elsewhere=lambda: [
                due
                for other in self.tracks
                if other is not track and other.deliveries is not None
                for due in other.deliveries.of_these_cases
            ],
        )

    def dialect(self, transport: str) -> Dialect | None:
        """Return the Admin API over a transport, for what the run makes and may remove again; None where it may not."""
        track = self.track
        if self.admin is None or track is None:
            return None
        return self._dialect(transport, track.gaps, track.ids)

    def admin_api(self, gaps: Gaps | None = None, ids: GlobalIds | None = None) -> Dialect:
        """Return the Admin API over the transport that the stage uses."""
        name = "rest" if "rest" in self.watched else "graphql"
        return self._dialect(name, gaps or self.gaps, ids or self.evidence.ids)

    def _dialect(self, transport: str, gaps: Gaps, ids: GlobalIds) -> Dialect:
        services = {"service", "other_service"} if "service" in self.blind else set()
        makers = {actor: client for actor, client in self.clients.items() if actor not in services}
        if transport == "rest":
            return RestDialect(makers, self.target.api_version)
        return GraphQLDialect(makers, self.target.api_version, self.versions.get("graphql", self.version), ids, gaps)

    def _own_services(self, track: Track) -> frozenset[str]:
        """Return the locations of the services that the run made, or was told to use, for itself."""
        world = track.admin.world if track.admin is not None else self.known_world
        return frozenset(place for place in (world.service, world.other_service) if place is not None)

    def _listen(self) -> Hearing | None:
        where = self.target.notifications
        if where is None:
            return None
        if self.plan.recorded is not None:
            clock = self.plan.recorded.times
            return RecordedListener(clock.listened, recorded.heard(clock), clock)

        def note(heard: Heard) -> None:
            self.times.write(recorded.written(heard, where.secret, self.evidence.redactor))

        try:
            listener = Listener(where.host, where.port, self.times, note)
        except OSError as error:
            raise NotUsable(
                f"{where.host}:{where.port} cannot be listened on ({error.strerror or error}). Name another address with "
                "--listen, or as listen in [notifications] of the target file; port 0 takes a free one."
            ) from None
        self.times.write({"listening": listener.url})
        return listener

    def claim(self, offers: Callable[[str], bool]) -> None:
        """Decide which areas are claimed: those named, else those whose prerequisites were found.

        `offers` tells whether a fulfillment order can be staged in a state.
        """
        why, missing = applicability.prerequisites(
            self.target,
            offers,
            versions={name: version for name, version in self.versions.items() if name in self.transports},
            actors=self.clients,
            names_version=self.probe.served is not None,
        )
        claimed = frozenset(self.target.areas or register.AREAS) - set(why)
        for area in register.AREAS:
            if area not in claimed:
                why.setdefault(area, "the area was not selected, by --area or by areas in the target file")
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
            narrowed=applicability.narrowed(self.target, self.probe, self.transports, self.only),
        )

    def counted(self, deviations: Iterable[Deviation]) -> list[Deviation]:
        """Return the deviations that come into the results."""
        return [one for one in deviations if results.counted(one, self.register, self.scope)]

    def fails(self, deviation: Deviation) -> bool:
        """Tell whether a deviation makes the target nonconformant."""
        level = self.register.get(deviation.requirement).level
        return level == "must" or (level == "should" and self.target.strict)

    def stop_early(self, why: str = results.STOPPED) -> None:
        """Note that no further case runs, by choice: what was found counts, the rest was not tried."""
        self.stopped_early = True
        self.scope = replace(self.scope, narrowed=(*self.scope.narrowed, why))

    def stop(self) -> None:
        """Note, for a replay, that the run was interrupted here."""
        self.times.stop(self.evidence.redactor.tokens(self.evidence.case))

    def clean_up(self) -> None:
        """Remove what the run created; what stays is listed with the reason."""
        if self.ended:
            return
        self.ended = True
        for track in self.tracks:
            self.leave(track)
            self.whole.take_in(track.ledger)
        self.track = None
        self.whole.begin("")
        self.evidence.context(case="", phase="cleanup")
        self.left_behind = sweep(self.journal, self.admin)
        if self.listener is not None:
            self.listener.close()
        self.journal.close()

    def abandon(self) -> None:
        """Clean up after a target that cannot be judged: there will be no results, and those of an earlier run stay."""
        self.clean_up()
        self.evidence.close()
        self.times.close()
        if self.left_behind:
            self.earlier.forget()
        else:
            self.earlier.put_back()
