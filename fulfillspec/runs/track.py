"""A track: what the cases of one stage have for themselves, so that those of another can be run at the same time.

The tracks of a run share its target, its journal, its limits and its listener. Each has its own ledger, fulfillment
orders, given ids, and eyes over the other transports, so that its verdicts are the same whether the others were run
before it or are run beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.callbacks import Deliveries
from fulfillspec.acting.delay import Delay
from fulfillspec.acting.session import Session
from fulfillspec.evidence.global_ids import GlobalIds
from fulfillspec.stage.given import Hook, Ids
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.stage.pool import Stage
from fulfillspec.stage.provisioner import Provisioner
from fulfillspec.stage.supply import Supply
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.wire.answer import Transport
from fulfillspec.wire.connector import Connector
from fulfillspec.wire.gaps import Gaps
from fulfillspec.wire.graphql import GraphQL
from fulfillspec.wire.rest import Rest

if TYPE_CHECKING:
    from fulfillspec.runs.run import Run


@dataclass
class Track:
    """The cases of one stage: those over its transport `name`, and those whose actions are looked at over it.

    `ids` are the global ids that it was told, `gaps` what it found missing in the target's GraphQL schema, `delay` how late
    changes show. `made` are the orders of its cases, where another process made them. `begun`, `alone`, `over`: how far it
    is.
    """

    name: str
    gaps: Gaps
    ids: GlobalIds
    admin: Provisioner | None
    hook: Hook | None
    deliveries: Deliveries | None = None
    delay: Delay = field(default_factory=Delay)
    ledger: Ledger = field(default_factory=Ledger)
    contexts: dict[str, TransportContext] = field(default_factory=dict)
    cases: list[dict[str, Any]] = field(default_factory=list)
    made: int | None = None
    created_elsewhere: int = 0
    begun: bool = False
    alone: bool = False
    over: bool = False

    @property
    def orders(self) -> int:
        """How many orders were made for its cases."""
        return len(self.contexts[self.name].stage.supply.orders) if self.made is None else self.made

    @property
    def orders_created(self) -> int:
        """How many orders it created."""
        return self.created_elsewhere + (self.admin.orders_created if self.admin is not None else 0)

    @property
    def pending(self) -> dict[str, Any]:
        """What other tracks have to know of it to tell what a callback is about."""
        due = self.deliveries.as_rows if self.deliveries is not None else []
        return {"due": due, "hook": self.hook is not None and self.hook.requested}

    def hear(self, pending: Mapping[str, Any]) -> None:
        """Take over what another process, or a recording, says of this track."""
        if self.deliveries is not None:
            self.deliveries.take_over(pending["due"])
        if self.hook is not None:
            self.hook.requested = bool(pending["hook"])


def opened(run: Run, name: str, number: int, of: int) -> Track:
    """Return the track of a transport, the `number`th of so many: given ids are dealt out in turn."""
    gaps, ids = run.gaps.again(), run.evidence.ids.again()
    admin = run.admin.again(run.admin_api(gaps, ids)) if run.admin is not None else None
    hook = Hook(*run.hooked) if run.hooked is not None else None
    track = Track(name, gaps, ids, admin, hook)
    track.deliveries = run.deliveries_of(track)
    sessions = {other: _session(run, track, _transport(run, track, other)) for other in run.watched}
    session = sessions.pop(name)
    actors = {actor: Actor(actor, session) for actor in run.clients}
    source = admin if run.source is not None else None
    supply = Supply(
        session,
        source,
        run.budget,
        run.times.sleep,
        only_given=source is None,
        known_world=run.known_world,
        sees_all=not run.blind,
        why_not=run.why_not,
    )
    share = Ids({state: found[number::of] for state, found in run.given.items()})
    stage = Stage(session, run.lifecycle, actors, supply, share, hook, run.blind)
    context = TransportContext(
        name, session, stage, actors, run.target, run.probe.scopes, run.started, run.depth, run.times, others=sessions
    )
    track.contexts[name] = context
    if number == 0 and "connector" in run.transports and run.target.connector is not None:
        act = _session(run, track, Connector(run.clients, run.target.connector.path), eyes=session)
        callers = {actor: Actor(actor, act) for actor in actors}
        track.contexts["connector"] = replace(context, transport="connector", session=act, actors=callers)
    return track


def _transport(run: Run, track: Track, name: str) -> Transport:
    version = run.target.api_version
    if name == "rest":
        return Rest(run.clients, version)
    return GraphQL(run.clients, version, run.versions["graphql"], track.ids, track.gaps)


def _session(run: Run, track: Track, transport: Transport, *, eyes: Session | None = None) -> Session:
    session = Session(
        transport,
        track.ledger,
        run.evidence,
        run.versions.get(transport.name, run.version),
        requirements=run.only,
        names_version=run.probe.served is not None and transport.name != "connector",
        eyes=eyes,
        requested=track.deliveries.note if track.deliveries is not None else None,
        renewed=track.deliveries.note_again if track.deliveries is not None else None,
        scopes=run.probe.scopes,
        sleep=run.times.sleep,
        delay=track.delay,
    )
    source = track.admin if run.source is not None else None
    session.places.update((source.world if source is not None else run.known_world).places())
    return session
