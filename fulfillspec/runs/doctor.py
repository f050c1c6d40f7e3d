"""`fulfillspec doctor`: what a run would find at its target, without writing anything to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from fulfillspec.documents.register import WITH_A_TOKEN, Requirement
from fulfillspec.runs import outlook
from fulfillspec.runs.run import Run
from fulfillspec.target.profile import ActorSettings, is_loopback
from fulfillspec.verdicts.results import NOT_SELECTED, OTHER_VERSION, excluded, overall

_WIDE = 12
_OF_ORDERS = "_fulfillment_orders"
_NEED_TWO = ("service", "other_service")


@dataclass(frozen=True, slots=True)
class Prospects:
    """What a run would judge: requirements by level, and those that it would not, by reason."""

    judged: Counter[str]
    without: dict[str, list[Requirement]]
    not_observable: int
    other_version: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What doctor says: lines by their heading, and what keeps a run from observing all that it would claim."""

    lines: tuple[tuple[str, str], ...]
    missing: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """Everything, to be printed."""
        told = [f"{name:<{_WIDE}}{text}" for name, text in self.lines]
        told += [f"{'Missing' if not number else '':<{_WIDE}}{text}" for number, text in enumerate(self.missing)]
        end = "A run can judge what it claims." if not self.missing else "A run can start and will be inconclusive."
        return "\n".join([*told, "", end])


def examine(run: Run, *, deep: Collection[str]) -> Diagnosis:
    """Ask the target of a run what it is and what it has. Raise `NotUsable` where nothing can be judged on it.

    `deep` are the requirements that only `--depth certify` judges. Nothing is written to the target.
    """
    run.ask()
    missing = list(run.warnings)
    lines = [
        ("Target", outlook.target(run)),
        ("Writes", _guard(run)),
        ("Versions", _versions(run)),
        *_named("Actors", _actors(run)),
        *_named("Stage", _stage(run, missing)),
        ("Listener", _listener(run)),
    ]
    given = set(run.plan.seeded) | set(run.target.stage.ids)
    run.claim(lambda state: state in given or run.target.stage.hook_url is not None)
    run.scope = replace(run.scope, judged_at_certify=frozenset(deep))
    found = prospects(run)
    lines += [("Judged", _judged(run, found)), *_named("Not judged", _not_judged(run, found))]
    lines += [("Creates", outlook.creates(run)), ("Cost", outlook.costs(run))]
    missing += [f"{identity}: {why}" for identity, why in sorted(run.scope.missing.items()) if _claimed(run, identity)]
    notes = [*run.target.notes, *(note for note in run.ledger.notes if note not in run.warnings)]
    return Diagnosis((*lines, *_named("Note", notes)), tuple(missing))


def prospects(run: Run) -> Prospects:
    """Return what the run would judge of the register, and why not the rest."""
    judged: Counter[str] = Counter()
    without: defaultdict[str, list[Requirement]] = defaultdict(list)
    unseen = other = 0
    for row in run.register.requirements.values():
        over = [name for name in run.transports if name in row.transports]
        verdicts = {name: excluded(row, name, run.scope) for name in over}
        if row.not_tested:
            unseen += 1
        elif not over:
            elsewhere = f"only over {' and '.join(row.transports)}, which is not part of the run"
            without[run.scope.why_not.get(row.area, elsewhere)].append(row)
        elif None in verdicts.values():
            if (why := _later(row, run)) is None:
                judged[row.level] += 1
            else:
                without[why].append(row)
        else:
            reason = overall({name: one for name, one in verdicts.items() if one}).reason or ""
            if reason.startswith(OTHER_VERSION):
                other += 1
            else:
                without["the areas or requirements selected" if reason == NOT_SELECTED else reason].append(row)
    return Prospects(judged, dict(without), unseen, other)


def _later(row: Requirement, run: Run) -> str | None:
    """Return why a requirement of a claimed area would not be judged all the same, None where it would."""
    if run.depth == "core" and row.id in run.scope.judged_at_certify:
        return "needs --depth certify"
    callers = set(row.actors) - {"anonymous"}
    if callers and "anonymous" not in row.actors and not callers & set(run.clients):
        named = " or ".join(run.target.token_env(actor) for actor in WITH_A_TOKEN if actor in callers)
        return f"no token for {' or '.join(sorted(callers)).replace('_', ' ')}: set {named}"
    return None


def _claimed(run: Run, identity: str) -> bool:
    row = run.register.requirements[identity]
    return row.level == "must" and any(
        name in row.transports and excluded(row, name, run.scope) is None for name in run.transports
    )


def _named(name: str, texts: Collection[str] | Iterator[str]) -> list[tuple[str, str]]:
    return [(name if not number else "", text) for number, text in enumerate(texts)]


def _guard(run: Run) -> str:
    if run.target.allow_writes:
        return "allowed by allow_writes in the target file"
    if is_loopback(run.target.base_url):
        plan = f"names the plan {run.probe.plan}" if run.probe.plan else "names no plan"
        return f"allowed: the address is on this machine, and shop.json {plan}"
    return f"allowed: the plan {run.probe.plan} is that of a development store"


def _versions(run: Run) -> str:
    served = {"rest": run.probe.served, "graphql": run.probe.served_graphql}
    told = [
        f"{name} serves {served[name] or 'a version that it does not name'}"
        for name in served
        if name in run.transports
    ]
    return "; ".join([f"{run.target.api_version} is asked for", *told, f"judged by {run.version}"])


def _actors(run: Run) -> Iterator[str]:
    for actor in WITH_A_TOKEN:
        settings = run.target.actors.get(actor) or ActorSettings(actor)
        name = actor.replace("_", " ")
        if actor not in run.clients:
            yield f"{name}: no token (set {run.target.token_env(actor)})"
            continue
        held = run.probe.scopes.get(actor)
        scopes = "its scopes are not known" if held is None else _scopes(held)
        same = actor in _NEED_TWO and run.target.same_app("merchant", actor)
        also = "; the merchant's app too, so what needs two apps is not judged" if same else ""
        yield f"{name}: token in {settings.token_env}, {scopes}{also}"


def _scopes(held: Collection[str]) -> str:
    """Return how many scopes an app has, and which for fulfillment orders; write includes read."""
    written = {scope.replace("write_", "read_", 1) for scope in held if scope.startswith("write_")}
    shown = sorted(scope for scope in held if scope.endswith(_OF_ORDERS) and scope not in written)
    return f"{len(held)} scope{'s' * (len(held) != 1)}, for fulfillment orders: {', '.join(shown) or 'none'}"


def _stage(run: Run, missing: list[str]) -> Iterator[str]:
    stage = run.target.stage
    if stage.ids:
        yield f"{sum(map(len, stage.ids.values()))} fulfillment orders in {len(stage.ids)} states are listed in [stage.ids]"
    if stage.hook_url:
        yield f"the hook at {stage.hook_url} makes fulfillment orders (it was not asked)"
    if stage.method in {"ids", "hook"}:
        return
    api = run.admin_api()
    found = api.merchant_locations(frozenset())
    if found.value:
        yield f"orders are made over {api.name}; {len(found.value)} merchant-managed locations: {', '.join(found.value)}"
    else:
        yield f"orders cannot be made over {api.name}"
        missing.append(
            f"a merchant-managed location: {found.in_words if found.value is None else 'the store shows none'}"
        )
    if "service" in run.clients:
        known = stage.service_location or api.existing_service("service")
        made = f"there is one already, at location {known}" if known else "the app has none yet"
        yield f"fulfillment service: {made}" + ("" if stage.service_location else "; the run makes its own")


def _listener(run: Run) -> str:
    if run.listener is None:
        return "none: callbacks are not judged (--listen, or [notifications] in the target file)"
    return f"{run.listener.url} can be listened on; whether the target reaches it, a run shows"


def _judged(run: Run, found: Prospects) -> str:
    levels = ", ".join(f"{found.judged[level]} {level}s" for level in ("must", "should") if found.judged[level])
    areas = len({row.area for row in run.register.requirements.values() if row.area in run.scope.areas})
    return f"{levels} in {areas} areas at depth {run.depth}"


def _not_judged(run: Run, found: Prospects) -> Iterator[str]:
    for reason, rows in sorted(found.without.items(), key=lambda item: -len(item[1])):
        areas = [area for area in dict.fromkeys(row.area for row in rows) if area not in run.scope.areas]
        whole = f"{', '.join(areas)} " if areas and {row.area for row in rows} <= set(areas) else ""
        yield f"{whole}({len(rows)} requirement{'s' * (len(rows) != 1)}): {reason}"
    if found.other_version:
        yield f"({found.other_version} requirements): not documented for version {run.version}"
    if found.not_observable:
        yield f"({found.not_observable} requirements): cannot be observed over HTTP"
