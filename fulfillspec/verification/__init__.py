"""Whether a stored run agrees with itself and with the suite: checked by a third person, without the target.

The same cases are asked over the recording, and have to come to the same results byte for byte. It cannot show that the
evidence is what the target really answered.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fulfillspec import __version__
from fulfillspec.documents import register
from fulfillspec.evidence import packed, times
from fulfillspec.evidence.log import DamagedEvidence
from fulfillspec.evidence.times import NotRecorded
from fulfillspec.reporting.run import parse
from fulfillspec.reporting.text import one_line
from fulfillspec.target.probe import NotUsable
from fulfillspec.verdicts import by_version, checksums, stored
from fulfillspec.verdicts.results import NOT_SELECTED, Scope
from fulfillspec.verdicts.stored import NotARun, Stored
from fulfillspec.verdicts.text import words
from fulfillspec.verification import again, beside, conclusions, files, log, recomputed, rejudged
from fulfillspec.verification.finding import Disagreement

__all__ = ["Disagreement", "Verification", "told", "verify"]

_TOLD = 60
"""Disagreements that are told in a line each."""
_LINE = 400
"""Columns of a line at most."""
_NOT_SHOWN = (
    "Not shown by this: that the recording is what the target answered. Who makes every file anew from invented answers "
    "is found by a digest or signature that was handed over separately, or by another run. Not made anew: pytest.html, and "
    "what results.json says of Python and of the proof of the suite (suite.python, suite.kill_matrix, suite.source_mutants)."
)


_AGREES_BUT = "it agrees with itself, and by the rules of this suite its verdicts change"


@dataclass
class Verification:
    """What does not agree, what was left out and why, how much was looked at, and what `run` it was, in words.

    Of the `requirements`, `recomputed` had their verdicts made anew from the recording, with the same outcome.
    `rejudged` are the lines on a recording of another suite that was judged by today's rules, `changed` that any verdict is
    another by them.
    """

    disagreements: list[Disagreement] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    exchanges: int = 0
    judged: int = 0
    requirements: int = 0
    recomputed: int = 0
    run: str = ""
    rejudged: list[str] = field(default_factory=list)
    changed: bool = False

    def add(self, found: Iterable[Disagreement]) -> bool:
        """Take disagreements in; tell whether there was none."""
        before = len(self.disagreements)
        self.disagreements += found
        return len(self.disagreements) == before


def verify(folder: Path, *, recompute: bool = True, rejudge: bool = False) -> Verification:
    """Check a stored run. Raises `NotARun` where there is none to check.

    Without `recompute` the cases are not asked over the recording. With `rejudge` the recording is judged by the rules
    of this suite, whichever suite made it, and what changes is told.
    """
    run = stored.read(folder)
    done = Verification()
    if _check(run, done, _Wanted(recompute=recompute, rejudge=rejudge)):
        done.run = described(run.results)
    done.add(files.of_secrets(folder))
    return done


def in_words(done: Verification, folder: Path) -> str:
    """Return what a verification found, one disagreement a line."""
    count = len(done.disagreements)
    looked_at = (
        f"{done.exchanges:,} exchanges, {done.judged:,} answers judged again, {done.recomputed:,} of "
        f"{done.requirements:,} requirements recomputed"
    )
    lines = [one_line(f"{found.where}: {found.what}", _LINE) for found in done.disagreements[:_TOLD]]
    if count > _TOLD:
        lines.append(f"… and {count - _TOLD} more")
    lines += [one_line(line, _LINE) for line in done.rejudged]
    lines += [one_line(f"Note: {note}", _LINE) for note in done.notes]
    name = one_line(str(folder), 200)
    lines.append(
        f"{name}: {count} thing{'s do' if count > 1 else ' does'} not agree ({looked_at})."
        if count
        else f"{name}: {_AGREES_BUT if done.changed else 'everything agrees'} ({looked_at})."
    )
    return "\n".join(filter(None, (*lines, "" if count else _NOT_SHOWN, done.run)))


def described(results: dict[str, Any]) -> str:
    """Return in a line what a run says of itself: its verdict, and of what that is."""
    run = parse(results)
    areas = len(run.target.get("areas") or ())
    failed = sum(row.level == "must" and row.verdict == "fail" for row in run.requirements)
    told = [
        f"The run is {'a partial one, ' if run.narrowed else ''}{run.verdict}"
        + (f" ({failed} must{'s' * (failed != 1)} failed)" if failed else ""),
        run.tested,
        f"depth {words(run.suite.get('depth')) or 'core'}",
        f"{areas} area{'s' * (areas != 1)}",
        ", ".join(run.transports),
        f"{run.profile} profile",
        *(run.narrowed or ()),
    ]
    return one_line(" · ".join(told), _LINE)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Whether the cases are asked over the recording, and whether a recording of another suite is judged by this one."""

    recompute: bool
    rejudge: bool


def _check(run: Stored, done: Verification, wanted: _Wanted) -> bool:
    """Check a run; tell whether its results could be read."""
    done.add(files.of_kind(run.folder))
    if not files.plain(run.folder, checksums.NAME):
        done.notes.append(
            f"{run.folder.name} has no {checksums.NAME}: a file that nothing else speaks of may be another."
        )
    done.add(files.of_sums(run.folder))
    if strangers := files.strangers(run.folder):
        named = ", ".join(one_line(name, 80) for name in strangers[:5])
        more = f" and {len(strangers) - 5} more" if len(strangers) > 5 else ""
        done.notes.append(f"{named}{more} {'is' if len(strangers) == 1 else 'are'} not of this run: not checked.")
    if not done.add(Disagreement("results.json", text) for text in stored.breaches(run.results)):
        done.notes.append("Nothing else was checked: results that do not follow their schema cannot be read.")
        return False
    suite = run.results["suite"]
    another = [*same_suite(suite["version"], suite["register_digest"])]
    same = not another
    if wanted.rejudge:
        done.notes += [one.what for one in another]
    elif another:
        done.add(another)
        done.notes.append(
            "Nothing was judged or written again, and no row compared with the register: that needs the suite of the run. "
            "With --rejudge it is judged by the rules of this one."
        )
    done.add(beside.of_form(run.folder, run.results))
    if run.has_versions:
        _check_versions(run, done, wanted, same=same)
    else:
        done.add(beside.of_statement(run.folder, run.results))
        whole = _check_one(run, done, same=same)
        if whole and same and wanted.recompute and not wanted.rejudge:
            _recompute(run, done)
        if whole and wanted.rejudge:
            found = rejudged.rejudge(run.folder, run.results)
            done.rejudged += found.lines()
            done.changed = found.moved
    if same:
        done.add(files.of_projections(run.folder))
    return True


def same_suite(version: str, digest: str) -> Iterator[Disagreement]:
    ours = register.load().digest
    if (version, digest) != (__version__, ours):
        yield Disagreement(
            "results.json",
            f"it is of another suite: version {version} with register {digest}, this is {__version__} with {ours}",
        )


def _recompute(run: Stored, done: Verification) -> None:
    """Ask the cases over the recording: every verdict anew."""
    if not recomputed.has_times(run.folder):
        done.notes.append(
            f"{run.folder.name} has no {times.FILE}: verdicts that rest on several exchanges were not made anew."
        )
        return
    found = recomputed.again(run.folder, run.results)
    done.recomputed += found.same
    done.add(found.disagreements)


def _check_one(run: Stored, done: Verification, *, same: bool) -> bool:
    """Check a run over one version: evidence, rows, verdicts. Tell whether its log could be read to the end."""
    found, known, whole = run.results, register.load(), False
    done.requirements += len(found["requirements"])
    path = packed.found(run.folder, log.FILE)
    scope: Scope | None = None
    if not files.plain(run.folder, path.name):
        done.add([Disagreement(log.FILE, "it is missing, so nothing could be judged again")])
    else:
        try:
            counted, within = log.read(path)
            done.add(within)
            done.exchanges += counted.exchanges
            done.add(log.against(counted, found))
            whole = True
            if same:
                scope = _judge_again(path, run, done)
        except (DamagedEvidence, OSError) as error:
            done.add([Disagreement(log.FILE, str(error).removeprefix(f"{path}, "))])
    done.add(conclusions.of_deviations(found))
    if same:
        done.add(conclusions.of_register(found, known))
        done.add(conclusions.of_verdicts(found, known, scope))
        if scope is not None:
            done.add(conclusions.of_scope(found, known, scope))
    return whole


def _judge_again(path: Path, run: Stored, done: Verification) -> Scope | None:
    """Let the standing judges read the evidence again; return what the run set out to judge, None if that is not known."""
    found = run.results
    try:
        seen = again.probed(path, found["target"])
    except (NotUsable, NotRecorded) as reason:
        if found["verdict"] == "aborted":
            done.notes.append(f"Nothing was judged again: the run was stopped before it knew its target ({reason}).")
        else:
            done.add([Disagreement(log.FILE, f"the probe of the target cannot be followed: {reason}")])
        return None
    for name, here, there in (
        ("api_version.served", seen.named(found["target"]["transports"]), found["target"]["api_version"]["served"]),
        ("kind", seen.kind, found["target"]["kind"]),
    ):
        if here != there:
            done.add(
                [Disagreement("results.json", f"target.{name} is {there!r}, the probe in {log.FILE} says {here!r}")]
            )
    scope = again.scope_of(found, seen)
    judged = again.judge(path, seen, scope)
    done.judged += len(judged.callers)
    done.add(again.against(judged, found, register.load(), scope))
    if scope.only is not None:
        left_out = sum(row["reason"] == NOT_SELECTED for row in found["requirements"])
        done.notes.append(f"{left_out} requirements were not selected for this run (--only).")
    return scope


def _check_versions(run: Stored, done: Verification, wanted: _Wanted, *, same: bool) -> None:
    """Check each version of a run over several, and that the whole is made of them."""
    walked = []
    for row in run.results["versions"]:
        name = by_version.folder_of(row["results"])
        if name is None:
            walked.append(by_version.Walked(row["asked"], row["asked"]))
            continue
        part = Verification()
        try:
            one = stored.read(run.folder / name)
            _check(one, part, wanted)
            walked.append(by_version.Walked(row["asked"], name, one.results))
        except NotARun as reason:
            part.add([Disagreement("results.json", str(reason))])
        done.add(dataclasses.replace(found, where=f"{name}/{found.where}") for found in part.disagreements)
        done.notes += [f"{name}: {note}" for note in part.notes]
        done.rejudged += [f"{name}: {line}" for line in part.rejudged]
        done.changed |= part.changed
        done.exchanges += part.exchanges
        done.judged += part.judged
        done.requirements += part.requirements
        done.recomputed += part.recomputed
    if not same or len(walked) < len(run.results["versions"]) or done.disagreements:
        return  # what does not agree with itself says nothing of the whole
    worst = by_version.telling(walked)
    if worst is None:
        done.add([Disagreement("results.json", "none of its versions has results")])
        return
    whole = by_version.merged(walked, register.load())
    done.add(
        Disagreement("results.json", f"{key} is not what the results of the versions come to")
        for key in whole
        if run.results.get(key) != whole[key]
    )
    telling, whole_log = (packed.found(folder, log.FILE) for folder in (run.folder / worst.folder, run.folder))
    if not files.plain(run.folder, whole_log.name) or checksums.digest(telling) != checksums.digest(whole_log):
        done.add([Disagreement(log.FILE, f"it is not that of {worst.folder}, which decided the verdict")])
