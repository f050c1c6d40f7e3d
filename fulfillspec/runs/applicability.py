"""What a run can set out to judge: areas whose prerequisites are missing, and requirements that nothing can show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from fulfillspec.documents import lifecycle, register
from fulfillspec.judge.graphql import OPERATIONS
from fulfillspec.target.probe import Probe
from fulfillspec.target.profile import Target

UNSCHEDULED: Final = (
    "no scheduled fulfillment order was given, and no API makes one: list the ids of scheduled ones in [stage.ids] of the "
    'target file, as "merchant:scheduled/unsubmitted" = [ID, …] or "service:scheduled/unsubmitted" = [ID, …], or name a '
    "[stage.hook] that makes them"
)
SCOPES_UNKNOWN: Final = "the target does not tell its tokens' scopes, and the target file does not name them"
VERSION_UNNAMED: Final = "no answer to the first questions named a version: none had the header X-Shopify-API-Version"
_SERVICE_AREAS = ("requests", "cancellation-requests", "closing", "cancelling")


def prerequisites(
    target: Target,
    offers: Callable[[str], bool],
    *,
    versions: Mapping[str, str],
    actors: Collection[str],
    names_version: bool,
) -> tuple[dict[str, str], dict[str, str]]:
    """Return why areas are not claimed, by area, and why requirements cannot be seen to hold, by id.

    `offers` tells whether a fulfillment order can be staged in a state. `versions` has the version of each transport of
    the run, `actors` are those with a token, `names_version` tells
    whether the target named a version when it was probed. Areas that the target names are claimed whatever is missing.
    """
    scheduled = any(offers(f"{place}:scheduled/unsubmitted") for place in ("service", "merchant"))
    missing = {} if scheduled else dict.fromkeys(_of_scheduled_orders(), UNSCHEDULED)
    if not names_version:
        missing["FO-READ-VERSION-HEADER"] = VERSION_UNNAMED
    if target.areas:
        return {}, missing
    why: dict[str, str] = {}
    if target.connector is None:
        why["connector"] = "no path of its action is named ([connector] of the target file)"
    if target.notifications is None:
        why["notifications"] = "nothing listens for callbacks (--listen, or [notifications] of the target file)"
    if "graphql" not in versions:
        why["graphql"] = "GraphQL is not part of this run"
    if not {"rest", "graphql"} <= versions.keys():
        why["equivalence"] = "only one of REST and GraphQL is part of this run"
    elif versions["rest"] != versions["graphql"]:
        why["equivalence"] = "REST and GraphQL serve different versions: {rest}, {graphql}".format(**versions)
    if not scheduled:
        why["scheduling"] = UNSCHEDULED
    if "service" not in actors:
        why.update(
            dict.fromkeys(_SERVICE_AREAS, "these need the app of a fulfillment service: set FULFILLSPEC_SERVICE_TOKEN")
        )
    return why, missing


def unclaimed(named: Collection[str], scopes: Mapping[str, frozenset[str] | None]) -> dict[str, str]:
    """Return why requirements of claimed areas are not claimed themselves, by id.

    Without known scopes (`scopes`: those that an actor's app is known to have) only that is judged which concerns
    callers without a token, unless the area is among those that the target names.
    """
    if "scopes" in named or any(known is not None for known in scopes.values()):
        return {}
    rows = register.load().by_area()["scopes"]
    return {row.id: SCOPES_UNKNOWN for row in rows if set(row.actors) != {"anonymous"}}


def _of_scheduled_orders() -> frozenset[str]:
    """Return the requirements that only an action shows which no documented state but a given one allows."""
    life = lifecycle.load()
    elsewhere = {edge.action for edge in life.edges if not life.states[edge.source].given}
    actions = {edge.action for edge in life.edges} - elsewhere
    rows = register.load().by_area()["scheduling"]
    return frozenset(row.id for row in rows) | {OPERATIONS[action] for action in actions}


def narrowed(
    target: Target, probe: Probe, transports: Collection[str], only: Collection[str] | None
) -> tuple[str, ...]:
    """Return what a run is limited to by choice, in words: requirements (`only`), areas, transports."""
    there = {name for name, found in (("rest", probe.rest), ("graphql", probe.graphql)) if found}
    found = []
    if only is not None:
        found.append("selected requirements")
    if target.areas and set(target.areas) < set(register.AREAS):
        found.append(f"{'area' if len(target.areas) == 1 else 'areas'} {', '.join(target.areas)}")
    if there - set(transports):
        found.append(f"over {', '.join(transports)} only")
    return tuple(found)
