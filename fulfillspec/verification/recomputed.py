"""A stored run judged once more as a whole: the same cases over its recording, and what that comes to compared.

Every verdict is made anew, of single answers and of many steps, with the recorded clock and the recorded callbacks.
What comes out is to be the stored results and the stored log, byte for byte, and what is written beside them.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fulfillspec.evidence import packed, times
from fulfillspec.evidence.redaction import blurred
from fulfillspec.evidence.times import RecordedStop, RecordedTimes
from fulfillspec.suite import replaying
from fulfillspec.verdicts.statuses import INTERRUPTED
from fulfillspec.verification import beside, log
from fulfillspec.verification.alike import alike
from fulfillspec.verification.finding import Disagreement

RESULTS: Final = "results.json"
NOT_COMPARED: Final = ("python", "kill_matrix", "source_mutants")
"""Keys of `suite` that tell of the machine that ran, and of the proof of the suite, and not of the target."""
_TOLD: Final = 12
"""Rows of one kind that are told."""


@dataclass
class Recomputed:
    """What the cases come to over the recording. `rows` are those of its requirements, `same` those that are as stored."""

    rows: int = 0
    same: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)
    results: dict[str, Any] | None = None


def again(folder: Path, stored: Mapping[str, Any]) -> Recomputed:
    """Ask the cases of a run over its recording, and compare what comes out with what is stored."""
    done = Recomputed(rows=len(stored["requirements"]))
    with tempfile.TemporaryDirectory(prefix="fulfillspec-") as made:
        out = Path(made) / "again"
        try:
            clock = _ask(folder, out)
            found = _with_stored(stored, json.loads((out / RESULTS).read_text("utf-8")))
        except Exception as error:  # noqa: BLE001 - the recording may be made to break whatever reads it
            done.disagreements.append(Disagreement(log.FILE, _unasked(error)))
            return done
        done.results = found
        held = packed.found(folder, log.FILE)
        same_log = _alike(held, out / log.FILE)
        same_results = alike(_text_of(stored), _text_of(found))
        done.disagreements += beside.of_files(folder, out)
        if same_log and same_results:
            done.same = done.rows
            done.disagreements += beside.of_times(clock)
            return done
        rows = {row["id"]: row for row in found["requirements"]}
        done.same = sum(_blurred(row) == _blurred(rows.get(row["id"])) for row in stored["requirements"])
        if not same_log:
            done.disagreements += _of_log(held, out / log.FILE)
        if not same_results:
            done.disagreements += of_results(stored, found)
    return done


def asked(folder: Path, *, recorded_only: bool = False) -> dict[str, Any] | str:
    """Ask the cases over a recording; return the results, or in a sentence why there are none.

    `recorded_only`: those that were not recorded are left out.
    """
    with tempfile.TemporaryDirectory(prefix="fulfillspec-") as made:
        out = Path(made) / "again"
        try:
            _ask(folder, out, recorded_only=recorded_only)
            found: dict[str, Any] = json.loads((out / RESULTS).read_text("utf-8"))
        except Exception as error:  # noqa: BLE001 - the recording may be made to break whatever reads it
            return _unasked(error)
    return found


def _unasked(error: Exception) -> str:
    return f"the cases cannot be asked over it again: {error}"


def _with_stored(stored: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Return results with what is no matter of the recording as the stored ones have it: `NOT_COMPARED`."""
    kept = {key: stored["suite"][key] for key in NOT_COMPARED if key in stored["suite"]}
    return {**found, "suite": {**found["suite"], **kept}}


class _NoResults(Exception):
    """The cases over the recording came to no results; the message says what pytest said."""


def _ask(folder: Path, out: Path, *, recorded_only: bool = False) -> RecordedTimes | None:
    """Ask the cases again, without a word on the terminal; return the recorded clock as far as it was taken."""
    words = io.StringIO()
    with contextlib.redirect_stdout(words), contextlib.redirect_stderr(words):
        try:
            status, clock = replaying.replay(folder, out, recorded_only=recorded_only)
        except RecordedStop:
            raise _NoResults("it was stopped in a place where no run is") from None
    if status == INTERRUPTED and (clock is None or not clock.stopped_in):
        raise KeyboardInterrupt  # by whoever verifies
    if not (out / RESULTS).is_file():
        last = [line.strip() for line in words.getvalue().splitlines() if line.strip()]
        raise _NoResults(f"exit status {status}: {last[-1][:300] if last else 'nothing was said'}")
    return clock


def _alike(one: Path, other: Path) -> bool:
    """Tell whether two files say the same, but for the pseudonyms in them."""
    with packed.opened(one) as here, packed.opened(other) as there:
        for mine, yours in itertools.zip_longest(here, there):
            if mine == yours:
                continue
            if mine is None or yours is None or _text(mine) != _text(yours):
                return False
    return True


def _text(line: bytes) -> str:
    return blurred(line.decode(errors="replace"))


def _of_log(stored: Path, made: Path) -> Iterator[Disagreement]:
    """Yield the first line of the log that is not as it comes again."""
    with packed.opened(stored) as here, packed.opened(made) as there:
        for number, (mine, yours) in enumerate(itertools.zip_longest(here, there)):
            if mine is not None and yours is not None and _text(mine) == _text(yours):
                continue
            where = f"{log.FILE}, line {number + 1}"
            if yours is None:
                yield Disagreement(where, f"nothing asks for {_named(mine)}: the cases are through before it")
            elif mine is None:
                yield Disagreement(where, f"the cases ask for {_named(yours)}, and the log has ended")
            else:
                yield Disagreement(where, f"it is {_named(mine)}, the cases come to {_named(yours)} there")
            return


def _named(line: bytes | None) -> str:
    """Name what a line of a log holds."""
    try:
        row = json.loads(line or b"")
        if "n" not in row:
            return "the last line" if row.get("end") else "the first line"
        request = row["request"]
        return f"exchange {row['n']} ({row['operation']} by {row['actor']}: {request['method']} {request['url']})"[:200]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "a line that is no exchange"


def of_results(stored: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Yield what of the stored results is not what the recording comes to."""
    yield from _of_verdict(stored, found)
    yield from _of_rows(stored, found)
    yield from _of_deviations(stored, found)
    told = {"verdict", "requirements", "deviations"}
    for key in dict.fromkeys((*stored, *found)):
        if key not in told and _blurred(stored.get(key)) != _blurred(found.get(key)):
            yield Disagreement(
                RESULTS, f"{key} is not what the recording comes to{_where(stored.get(key), found.get(key))}"
            )


def _of_verdict(stored: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Disagreement]:
    if stored["verdict"] != found["verdict"]:
        yield Disagreement(RESULTS, f"the verdict is {stored['verdict']}, the recording comes to {found['verdict']}")


def _of_rows(stored: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Yield the rows that come to another verdict, and how many are different in something else."""
    rows = {row["id"]: row for row in found["requirements"]}
    turned = [row for row in stored["requirements"] if row["verdict"] != rows.get(row["id"], {}).get("verdict")]
    for row in turned[:_TOLD]:
        other = rows.get(row["id"])
        comes = f"the recording comes to {other['verdict']}{_why(other)}" if other else "the suite has no such row"
        yield Disagreement(RESULTS, f"{row['id']} is {row['verdict']}, {comes}")
    if len(turned) > _TOLD:
        yield Disagreement(RESULTS, f"{len(turned) - _TOLD} more rows come to another verdict")
    wrong = [row for row in stored["requirements"] if row not in turned and _blurred(row) != _blurred(rows[row["id"]])]
    if wrong:
        keys = dict.fromkeys(
            key for row in wrong for key in row if _blurred(row[key]) != _blurred(rows[row["id"]].get(key))
        )
        named = ", ".join(row["id"] for row in wrong[:3]) + (" …" if len(wrong) > 3 else "")
        yield Disagreement(
            RESULTS, f"{', '.join(keys)} of {len(wrong)} rows ({named}) is not what the recording comes to"
        )


def _why(row: Mapping[str, Any]) -> str:
    return f" ({row['reason']})" if row.get("reason") else ""


def _of_deviations(stored: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Disagreement]:
    here, there = ([_blurred(row) for row in each["deviations"]] for each in (stored, found))
    for rows, others, what in (
        (found["deviations"], here, "the recording shows a deviation that results.json does not name"),
        (stored["deviations"], there, "the recording does not show this deviation"),
    ):
        for row in [row for row in rows if _blurred(row) not in others][:_TOLD]:
            yield Disagreement(
                RESULTS, f"{row['requirement']} in {row['case']} (exchanges {row['exchanges'][:3]}): {what}"
            )
    if here != there and sorted(here) == sorted(there):
        yield Disagreement(RESULTS, "the deviations stand in another order than the recording shows them")


def _where(one: Any, other: Any) -> str:
    """Name the first place in which two values differ, if they are lists or objects."""
    if isinstance(one, list) and isinstance(other, list):
        pairs = enumerate(itertools.zip_longest(one, other))
        first = next((n for n, (here, there) in pairs if _blurred(here) != _blurred(there)), None)
        return "" if first is None else f": entry {first + 1} of {len(one)}"
    if isinstance(one, dict) and isinstance(other, dict):
        return (
            ": " + ", ".join(key for key in (*one, *other) if _blurred(one.get(key)) != _blurred(other.get(key)))[:200]
        )
    return f": {one!r}, {other!r}"[:200]


def _text_of(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _blurred(value: Any) -> str:
    return blurred(_text_of(value))


def has_times(folder: Path) -> bool:
    """Tell whether a run recorded the times that a replay needs."""
    path = folder / times.FILE
    return path.is_file() and not path.is_symlink()
