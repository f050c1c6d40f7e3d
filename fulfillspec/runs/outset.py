"""What a target lets a run do, as far as its first answers tell: nothing is written to it yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from fulfillspec.documents import scopes
from fulfillspec.target.probe import DEVELOPMENT_ORDERS, DEVELOPMENT_PLANS, NotUsable, Probe
from fulfillspec.target.profile import ACTORS, Target, is_loopback


def guard(target: Target, probe: Probe) -> list[str]:
    """Raise `NotUsable` for a target that does not prove to be a development store or a mock: a run writes to it.

    Returns a note where an address of this machine names the plan of a shop: it may be a tunnel to one.
    """
    if target.allow_writes or probe.plan in DEVELOPMENT_PLANS:
        return []
    if is_loopback(target.base_url) and not target.proxy:
        tunnel = f"shop.json names the plan {probe.plan}: if this address leads to a shop, stop now, for the run writes to it."
        return [tunnel] if probe.plan else []
    plan = f"its plan is {probe.plan}" if probe.plan else "it names no plan"
    raise NotUsable(
        f"{target.base_url} cannot be identified as a development store ({plan}), and a run creates orders. "
        "If it is one, say allow_writes = true under [guard] in the target file."
    )


def transports(target: Target, probe: Probe) -> tuple[tuple[str, ...], list[str]]:
    """Return the transports to test, those named or else those found, and a warning of what is left out for a fault.

    Raises `NotUsable` where one is named that the target does not answer.
    """
    found = [name for name, there in (("rest", probe.rest), ("graphql", probe.graphql)) if there]
    for name in target.transports:
        if name in {"rest", "graphql"} and name not in found:
            raise NotUsable(f"{name} was asked for, and the target does not answer it. It answers: {', '.join(found)}.")
        if name == "connector" and target.connector is None:
            raise NotUsable("The transport 'connector' needs a section [connector] with its path in the target file.")
    if target.transports:
        return target.transports, []
    warnings = []
    if probe.failing_graphql is not None:
        warnings.append(
            f"GraphQL fails: it answered its first query with HTTP {probe.failing_graphql}, and is not tested. "
            "Its own log should say why."
        )
    return (*found, *(["connector"] if target.connector is not None else [])), warnings


def lacking(
    target: Target, held: Mapping[str, frozenset[str] | None], actors: Collection[str]
) -> tuple[list[str], dict[str, str]]:
    """Return warnings of the scopes that tokens lack, and the places that the merchant cannot see for it, with the reason.

    `held` has the scopes of each actor's token, as far as they are known; `actors` are those with a token.
    """
    warnings = []
    for actor in (actor for actor in ACTORS if actor in actors):
        makes = target.stage.method in {"admin", "auto"}
        absent = scopes.expected(held.get(actor), actor, makes=makes)
        if absent:
            warnings.append(
                f"The {actor.replace('_', ' ')} actor's token lacks {', '.join(absent)}: what needs it cannot be observed."
            )
    blind = {}
    for place in ("merchant", "service"):
        scope = scopes.missing(held.get("merchant"), "merchant", "list", place)
        if scope is not None:
            blind[place] = f"the merchant actor's token lacks {scope}"
    return warnings, blind


def orders_per_minute(target: Target, probe: Probe) -> float | Literal["auto"]:
    """Return the pace of new orders: as configured, else the one that development stores are known to keep."""
    known = probe.plan in DEVELOPMENT_PLANS and not is_loopback(target.base_url)
    return DEVELOPMENT_ORDERS if target.orders_per_minute == "auto" and known else target.orders_per_minute
