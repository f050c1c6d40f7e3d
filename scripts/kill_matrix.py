"""Run every mutant over each transport that it shows on, and write what killed it.

    python scripts/kill_matrix.py [--cells | NAME…]

Writes docs/kill-matrix.md, docs/kill-matrix-cells.md and schemas/kill_matrix.json (the totals that each report states
as long as the mutants are the same, by a digest);
with --cells the second alone, of the mutants of single cells of the table; nothing where mutants are named.
A trial begins with the cases that judge the mutant's own requirement and ends when that was seen to deviate; where it
was not, all cases are run before the mutant counts as a survivor. A trial of a single cell walks its state to the end,
and fails as well where anything is laid on another cell. Exit status 1 where a mutant survives.
"""

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "kill"))

import cells  # noqa: E402 - from the folder named above
import matrix  # noqa: E402
from harness import Outcome, Trial, brief, run_all  # noqa: E402

from fulfillspec.documents import proof, register  # noqa: E402
from fulfillspec.sandbox.mutants import mutants  # noqa: E402
from fulfillspec.sandbox.mutants.cells import MUTANTS  # noqa: E402

Found = dict[str, dict[str, Outcome]]
"""What the trials of each mutant found, by transport (`all` where one trial is over all of them)."""


def _row(name: str, found: Mapping[str, Outcome]) -> str:
    own = mutants()[name].requirement
    sin = " ".join((mutants()[name].__doc__ or "").split()).replace("|", "\\|")
    seen = ", ".join(
        f"{over} {outcome.broken.get(own, '**survives**')} ({outcome.exchanges})" for over, outcome in found.items()
    )
    others = sorted({each for outcome in found.values() for each in outcome.broken} - {own})
    shown = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    return f"| {name} | {sin} | {own} | {register.load().get(own).level} | {seen} | {shown} |"


def _fault(name: str, outcome: Outcome) -> str:
    """Say what is wrong with a trial, empty where the mutant was killed as it has to be."""
    if cells.is_of_a_cell(name):
        return cells.misjudged(outcome)
    own = mutants()[name].requirement
    return "" if own in outcome.broken else f"survives {own}"


def _tried(trial: Trial) -> Outcome:
    """Run a trial of a mutant, where its own cases do not show it as a user's run goes; say what is wrong with it."""
    name, outcome = trial.mutants[0], brief(trial)
    if _fault(name, outcome) and not cells.is_of_a_cell(name):
        outcome = brief(replace(trial, only="", keyword="", as_written=True))
    if fault := _fault(name, outcome):
        print(f"{name} over {trial.transport or 'all'}: {fault}", *outcome.errors[:3], flush=True)
    return outcome


def _run(names: Sequence[str]) -> Found:
    found: Found = {name: {} for name in names}
    for outcome in run_all([trial for name in names for trial in matrix.trials_for(name)], _tried):
        found[outcome.trial.mutants[0]][outcome.trial.transport or "all"] = outcome
    return found


def _survivors(found: Found) -> list[str]:
    return sorted(name for name, by in found.items() if any(_fault(name, outcome) for outcome in by.values()))


def _totals(found: Found) -> list[str]:
    tried, killed = Counter[str](), Counter[str]()
    for name, by in found.items():
        tried.update(by.keys())
        killed.update(over for over, outcome in by.items() if not _fault(name, outcome))
    survivors = _survivors(found)
    alone = sum(
        all(set(outcome.broken) == {mutants()[name].requirement} for outcome in by.values())
        for name, by in found.items()
    )
    return [
        proof.statement(),
        f"- mutants: {len(found)}",
        f"- killed by their own requirement's check on every transport they show on: {len(found) - len(survivors)}",
        f"- survivors: {', '.join(survivors) or 'none'}",
        *(f"- trials over {over}: {tried[over]}, killed {killed[over]}" for over in sorted(tried)),
        f"- nothing but that requirement was seen to deviate until then: {alone}",
    ]


def _write_areas(found: Found) -> None:
    head = (
        "# Kill matrix\n\nWritten by `python scripts/kill_matrix.py`: every mutant of the sandbox, and what its own "
        "requirement's check said over each transport (`all`: REST, GraphQL and the connector in one run), with the "
        "requests it took until then. *Also broken* are other requirements that deviated before. The mutants of single "
        "cells of the table have [a page of their own](kill-matrix-cells.md).\n\n"
    )
    table = "| mutant | sin | own requirement | level | killed over | also broken |\n|---|---|---|---|---|---|\n"
    rows = [_row(name, by) for name, by in found.items()]
    _write("kill-matrix.md", head, found, table, rows)


def _write_cells(found: Found) -> None:
    head = (
        "# Kill matrix: cells\n\nWritten by `python scripts/kill_matrix.py --cells`: two mutants for every cell of the "
        "table state × action that must be refused. One carries the action out in that cell alone, and has to be found "
        "by the requirement that the cell rests on; the other does so and answers with the refusal nevertheless, and has "
        "to be found by FO-ERR-UNCHANGED. Either has to be found in its own cell, and nothing may be laid on another. "
        "In brackets the requests of the trial, which walks all cells of the state; – where doing it leaves everything "
        "as it is.\n\n"
    )
    table = "| state | action | actor | requirement | carried out | refused, and done |\n|---|---|---|---|---|---|\n"
    rows = []
    for cell, both in MUTANTS.items():
        seen = [
            ", ".join(
                f"{over} {'**survives**' if _fault(mutant.label(), outcome) else 'killed'} ({outcome.exchanges})"
                for over, outcome in found[mutant.label()].items()
            )
            for mutant in both
        ]
        rows.append(f"| {' | '.join([*cell, *seen, *['–'] * (2 - len(seen))])} |")
    _write("kill-matrix-cells.md", head, found, table, rows)


def _write(page: str, head: str, found: Found, table: str, rows: Sequence[str]) -> None:
    text = "\n".join([*_totals(found), "", table + "\n".join(rows)])
    (ROOT / "docs" / page).write_text(f"{head}{text}\n", "utf-8")


def main() -> int:
    """Run the trials, write the files, print the totals."""
    begun = time.monotonic()
    asked = sys.argv[1:]
    whole = not asked
    of_cells = [mutant.label() for both in MUTANTS.values() for mutant in both]
    sections = [matrix.names(), of_cells] if whole else [of_cells] if asked == ["--cells"] else [asked]
    found = [_run(section) for section in sections]
    for section in found:
        print("\n".join(_totals(section)))
    print(f"\nseconds: {time.monotonic() - begun:.0f}")
    if whole:
        _write_areas(found[0])
        proof.record(sum(map(len, found)), sum(len(each) - len(_survivors(each)) for each in found))
    if whole or asked == ["--cells"]:
        _write_cells(found[-1])
    return 1 if any(map(_survivors, found)) else 0


if __name__ == "__main__":
    sys.exit(main())
