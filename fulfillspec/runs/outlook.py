"""What a run is about to do, told before it writes anything: the target, who calls, what it makes, what it costs."""

from __future__ import annotations

from collections.abc import Iterator

from fulfillspec.documents import cost
from fulfillspec.runs.run import Run
from fulfillspec.target.probe import DEVELOPMENT_ORDERS, DEVELOPMENT_PLANS
from fulfillspec.target.profile import ACTORS, is_loopback


def banner(run: Run) -> list[str]:
    """Return the first lines of a run, whose target was asked and not yet written to."""
    return [
        f"Target: {target(run)}",
        f"Actors: {', '.join(_actors(run))}",
        f"Creates: {creates(run)}",
        f"Cost: {costs(run)}",
    ]


def target(run: Run) -> str:
    """Return what is tested: address, versions, transports, plan."""
    where = "embedded sandbox" if run.plan.embedded else run.target.base_url
    changes = [
        f"{kind}{'s' * (len(names) > 1)} {', '.join(names)}"
        for kind, names in (("mutant", run.plan.mutants), ("variant", run.plan.variants))
        if names
    ]
    told = [
        f"{where} with {' and '.join(changes)}" if changes else where,
        f"version {run.version}",
        ", ".join(run.transports),
        f"plan {run.probe.plan}" if run.probe.plan else "no plan named",
    ]
    return " · ".join(told)


def _actors(run: Run) -> Iterator[str]:
    for actor in ACTORS:
        if actor in run.clients:
            held = run.probe.scopes.get(actor)
            scopes = "scopes unknown" if held is None else f"{len(held)} scope{'s' * (len(held) != 1)}"
            yield f"{actor.replace('_', ' ')} ({scopes})"


def creates(run: Run) -> str:
    """Return what a run makes on its target."""
    stage = run.target.stage
    if stage.method == "ids":
        return "nothing: it uses the fulfillment orders that [stage.ids] lists"
    if stage.method == "hook":
        return "nothing itself: the hook makes fulfillment orders"
    services = sum(actor in run.clients for actor in ("service", "other_service"))
    made = [
        f"{services} fulfillment service{'s' * (services != 1)}" if services else "",
        "1 product",
        f"about {_cost(run).orders} orders, all tagged fulfillspec-…, and removes them at the end",
    ]
    return ", ".join(filter(None, made))


def costs(run: Run) -> str:
    """Return what a whole run costs at this target's limits."""
    expected = _cost(run)
    most = "at most" if run.only is not None or run.target.areas else "about"
    leak, needed = run.connections.leak, f"{most} {expected.requests:,} requests and {expected.orders} orders"
    fast = f"{_minutes(_seconds(run, None))} at the speed of its first answers"
    if not leak:
        return f"{needed}, {fast}"
    limited = f"{_minutes(_seconds(run, leak))} at {leak:g} calls a second for each app"
    return (
        f"{needed}, {limited}"
        if run.connections.counts
        else f"{needed}, {fast}, or {limited} if it keeps the limit it announces"
    )


def _seconds(run: Run, leak: float | None) -> float:
    """Return about how long a whole run takes with so many calls a second, or at the speed of the answers so far."""
    expected, sent = _cost(run), run.evidence.sent.total()
    answer = run.evidence.waited.total() / sent / 1000 if sent else 0.0
    pace = run.target.orders_per_minute
    if pace == "auto":
        development = run.probe.plan in DEVELOPMENT_PLANS and not is_loopback(run.target.base_url)
        pace = DEVELOPMENT_ORDERS if development or leak else 0
    by_orders = 60 * ((expected.orders - 1) // pace) if pace else 0
    return max(expected.seconds_at(leak, answer), by_orders)


def _cost(run: Run) -> cost.RunCost:
    return cost.of_a_run(run.depth, run.transports)


def _minutes(length: float) -> str:
    if length < 90:
        return f"{max(1, round(length))} s"
    return f"{round(length / 60)} minutes"
