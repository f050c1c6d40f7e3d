"""How the results of a run come about: counts, costs, scripts that reproduce deviations, `results.json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fulfillspec import reproduction
from fulfillspec.documents import proof
from fulfillspec.evidence.log import FILE
from fulfillspec.evidence.packed import named
from fulfillspec.runs import files
from fulfillspec.runs.run import Run
from fulfillspec.stage.source import NOTHING_STOCKED
from fulfillspec.target.profile import ACTORS
from fulfillspec.verdicts import baseline, claimed, results


def assembled(run: Run, *, aborted: bool) -> dict[str, Any]:
    """Return the results of a run that was cleaned up, as they are: nothing is written, nothing redacted."""
    throttled = run.evidence.throttled
    _note_custom_items(run)
    _note_passing_faults(run)
    found = results.assemble(
        register=run.register,
        lifecycle=run.lifecycle,
        ledger=run.whole,
        scope=run.scope,
        identity={
            "suite": {
                "depth": run.depth,
                "seed": run.seed,
                "kill_matrix": proof.figures(),
                "source_mutants": proof.source_figures(),
            },
            "target": {
                "base_url": run.target.base_url,
                "embedded": run.plan.embedded,
                "mutants": list(run.plan.mutants),
                "variants": list(run.plan.variants),
                "file": run.target.file,
                "api_version": {"asked": run.target.api_version, "served": run.probe.named(run.transports)},
                "areas": sorted(run.scope.areas),
                "transports": list(run.scope.transports),
                "kind": run.probe.kind,
                "stage": run.target.stage.method,
                "actors": {
                    actor: {
                        "scopes": sorted(scopes) if (scopes := run.probe.scopes.get(actor)) is not None else None,
                        "token": actor in run.clients,
                    }
                    for actor in ACTORS
                },
            },
            "counts": {
                "exchanges": run.evidence.exchanges,
                "costs": _costs(run),
                "orders_created": run.orders_created,
                "throttled": throttled,
                "left_behind": run.left_behind,
                "started": run.started.isoformat(timespec="milliseconds"),
                "seconds": round(run.times.seconds("the end") - run.began, 3),
            },
            "options": dict(run.plan.options),
            "notes": list(run.target.notes),
        },
        cases=run.cases,
        aborted=aborted,
    )
    if run.plan.baseline is not None:
        baseline.mark(run.plan.baseline, found)
        found["baseline"] = asdict(baseline.check(run.plan.baseline, found, today=run.started.date()))
    if run.plan.before:
        found["before"] = dict(run.plan.before)
    return found


def finish(run: Run, *, aborted: bool) -> dict[str, Any]:
    """Write `results.json` and close the evidence; return the results."""
    found = _clean(run, assembled(run, aborted=aborted))
    run.earlier.forget()
    run.evidence.close({"verdict": found["verdict"]})
    files.put_results(run.out, found)
    if found["deviations"]:
        reproduce(run, found)
        found = _clean(run, found)
        files.put_results(run.out, found)
    run.times.close()
    return found


def _clean(run: Run, found: dict[str, Any]) -> dict[str, Any]:
    """Return results without secrets and personal values: every report is made of them."""
    clean = {name: run.evidence.redactor.everything(part, name) for name, part in found.items()}
    return _stated(run, clean)


def _stated(run: Run, found: dict[str, Any]) -> dict[str, Any]:
    """Return results with what the vendor claims of the target, if anything, as it was written: a contact stays one."""
    claim = run.plan.statement
    if claim is None:
        return found
    return {**found, "statement": {"claim": dict(claim), "differences": claimed.differences(claim, found)}}


def _costs(run: Run) -> dict[str, dict[str, float]]:
    """Return for each transport what was sent over it, how long that took, and the orders made for its cases."""
    orders = {track.name: track.orders for track in run.tracks}
    return {
        name: {
            "requests": requests,
            "orders": orders.get(name, 0),
            "seconds": run.evidence.waited[name] / 1000,
        }
        for name, requests in run.evidence.sent.items()
    }


def _note_passing_faults(run: Run) -> None:
    """Say in the notes what was answered by a fault of the server at first."""
    faults = run.evidence.passing
    if faults:
        named = ", ".join(f"{operation} (exchange {number})" for operation, number in faults[:10])
        more = f" and {len(faults) - 10} more" if len(faults) > 10 else ""
        run.whole.notes.append(
            f"Answered by a fault of the server at first, and asked again where that does no harm: {named}{more}. A fault "
            "that repeats is a deviation from FO-ERR-ANSWERS."
        )


def _note_custom_items(run: Run) -> None:
    """Say in the notes where orders were made without products, and what could not be judged for it."""
    worlds = [track.admin.world for track in run.tracks if track.admin is not None]
    answered = next(filter(None, (world.no_products for world in worlds)), None)
    if answered:
        left_out = ", ".join(run.whole.left_out(NOTHING_STOCKED)) or "nothing that this run set out to judge"
        run.whole.notes.append(
            f"The store keeps no products ({answered}): orders were made of custom items, which no location stocks. "
            f"Not judged for it: {left_out}."
        )


def reproduce(run: Run, found: dict[str, Any]) -> None:
    """Write a script for each deviation that brings it about anew; without them the results stand as they are."""
    setting = reproduction.Setting(
        run.target.base_url,
        run.tag,
        {actor: run.target.token_env(actor) for actor in run.clients},
        run.evidence.redactor.sentence,
    )
    try:
        reproduction.attach(found["deviations"], run.out / named(FILE, compressed=run.plan.compressed), setting)
    except Exception as error:  # noqa: BLE001 - whatever breaks a script must not take the results with it
        found["notes"].append(
            f"The scripts that reproduce deviations were not written: {type(error).__name__}: {error}"
        )
