"""The pytest plugin: hands the suites a run, judges cases by the ledger, writes results and report."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.documents import paths
from fulfillspec.documents.register import RegisterError
from fulfillspec.evidence import interrupts
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.evidence.times import NotRecorded
from fulfillspec.exploration.walks import budget
from fulfillspec.generation.graphql_driver import generated_queries  # noqa: F401 - a fixture
from fulfillspec.generation.rest_driver import generated_requests  # noqa: F401 - a fixture
from fulfillspec.runs import ending, finishing, outlook
from fulfillspec.runs.plan import Plan
from fulfillspec.runs.run import Run
from fulfillspec.suite import abreast, parameters, replaying, tracks, versions
from fulfillspec.suite.action_fixtures import *  # noqa: F403 - the fixtures become this plugin's
from fulfillspec.suite.answer_fixtures import *  # noqa: F403 - the fixtures become this plugin's
from fulfillspec.suite.fixtures import *  # noqa: F403 - the fixtures become this plugin's
from fulfillspec.suite.page_fixtures import *  # noqa: F403 - the fixtures become this plugin's
from fulfillspec.suite.parameters import requirements_of
from fulfillspec.suite.record_fixtures import *  # noqa: F403 - the fixtures become this plugin's
from fulfillspec.suite.refusal_fixtures import *  # noqa: F403 - the fixtures become this plugin's
from fulfillspec.suite.target_of_options import plan_of
from fulfillspec.suite.times_fixtures import *  # noqa: F403
from fulfillspec.suite.webhook_fixtures import *  # noqa: F403 - the fixtures become this plugin's
from fulfillspec.target.probe import NotUsable
from fulfillspec.target.profile import BadTarget
from fulfillspec.verdicts import results
from fulfillspec.verdicts.baseline import BadBaseline
from fulfillspec.verdicts.command import DEPTHS, OPTIONS, named_and_empty
from fulfillspec.verdicts.earlier import NothingFailed
from fulfillspec.verdicts.statuses import BROKEN
from fulfillspec.verdicts.stored import NotARun

IN_VAIN: Final = 40
"""Requests in a row without an answer, or refused by throttling, after which no further case is begun."""
_STATES = pytest.StashKey[dict[str, Any]]()
_PROGRESS = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `fulfillspec run`."""
    group = parser.getgroup("fulfillspec", "conformance of a FulfillmentOrder API")
    kinds: dict[str, dict[str, Any]] = {
        "list": {"action": "append", "default": []},
        "choice": {"choices": DEPTHS, "default": DEPTHS[0]},
        "number": {"type": int, "default": 0},
        "steps": {"type": budget},
        "seconds": {"type": _seconds},
        "flag": {"action": "store_true"},
    }
    for option in OPTIONS:
        group.addoption(option.flag, help=option.help, **kinds.get(option.kind, {}))
    group.addoption(tracks.FLAG, action="store_true", help="run the cases of each transport in a process of its own")
    group.addoption("--bare", action="store_true", help="write results.json and evidence only, no reports")
    group.addoption("--replay", help="ask the recording of this stored run in the place of a target")
    group.addoption("--recorded-only", action="store_true", help="with --replay: only cases of which it has something")
    group.addoption("--until", help="stop once this requirement was seen to deviate; the run counts as interrupted")


def _seconds(text: str) -> float:
    """Read a time in seconds. Raise `ValueError` where it is none."""
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"expected 0 or more seconds, got {text}")
    return seconds


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Refuse an empty option; walk several versions in turn, each in a session of its own."""
    if not _judges(config):
        return None
    if empty := named_and_empty(vars(config.option)):
        raise ending.wrong_use(empty)
    asked = versions.asked(config)
    return versions.walk(config, asked) if asked else None


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, read the target, and tell pytest-html where its log goes."""
    config.addinivalue_line("markers", "certify: judged with --depth certify only")
    config.addinivalue_line("markers", "generated: sends what schemathesis makes; chosen by -m generated at core too")
    config.addinivalue_line("markers", "first: asked before all else, since what it leaves serves all else")
    config.addinivalue_line("markers", "last: asked after all else, of what has stood for a while by then")
    config.addinivalue_line("markers", "alone: compares what other transports' cases of the run would change meanwhile")
    config.addinivalue_line("markers", "area(name): judges the requirements of an area without naming them")
    config.addinivalue_line("markers", "transports(*names): only over these transports")
    if not _judges(config):
        return
    try:
        plan = replaying.plan(config) if config.option.replay else plan_of(config)
    except (BadTarget, BadBaseline, RegisterError, NotARun, NothingFailed) as reason:
        raise ending.wrong_use(str(reason)) from None
    config.stash[Plan.KEY] = plan
    if not hasattr(config.option, "tbstyle"):  # there is no terminal to read more than Python's own traceback
        config.option.tbstyle = "native"
    # autoloaded by `pytest suites` it has the name of its entry point, `-p` gives it that of its module
    html = any(config.pluginmanager.hasplugin(name) for name in ("pytest_html.plugin", "html"))
    if not config.option.bare and html and config.getoption("htmlpath", None) is None:
        config.option.htmlpath, config.option.self_contained_html = str(plan.out / "pytest.html"), True


def _judges(config: pytest.Config) -> bool:
    """Tell whether pytest is to run the suites and not, say, the project's own tests."""
    if config.option.collectonly or config.option.help:
        return False
    suites = paths.suites()
    named = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    return any(suites == path or suites in path.parents for path in named)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Ask the target what it is and prepare the stage."""
    plan = session.config.stash.get(Plan.KEY, None)
    if plan is None:
        return
    # a CI that cancels gets the clean-up of Ctrl-C, and one that starts us with Ctrl-C ignored gets it too
    session.config.add_cleanup(interrupts.listen(ending.SIGNALS))
    try:
        run = Run(plan)
    except NotUsable as reason:
        raise ending.wrong_use(str(reason)) from None
    session.config.stash[Run.KEY] = run
    if plan.recorded is not None:  # a recording that was made to break this may end it before its log is closed
        session.config.add_cleanup(run.evidence.close)
    try:
        run.ask()
        begun = outlook.banner(run) if not session.config.option.bare else []
        _say(run, begun)
        run.prepare()
    except (NotUsable, NotRecorded) as reason:
        run.abandon()
        raise ending.wrong_use(run.evidence.redactor.sentence(str(reason))) from None
    except KeyboardInterrupt:
        _report(session.config, run, _finished(run, aborted=True))
        raise
    _say(run, run.warnings if begun else [])


def _say(run: Run, lines: list[str]) -> None:
    for line in lines:
        ending.say(run.evidence.redactor.sentence(line))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask every case over each transport of the run, and table cases in each state."""
    if paths.suites() in metafunc.definition.path.parents:
        parameters.parametrize(metafunc, metafunc.config.stash.get(Run.KEY, None))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the run does not set out to judge."""
    run = config.stash.get(Run.KEY, None)
    if run is None:
        return
    certify: set[str] = set()
    core: set[str] = set()
    kept: list[pytest.Item] = []
    gone: list[pytest.Item] = []
    # what no case names is held by standing judges, which any case may bring to speak
    standing = run.only is not None and not run.only <= set().union(*map(requirements_of, items))
    for item in items:
        names = requirements_of(item)
        deep = item.get_closest_marker("certify") is not None
        (certify if deep else core).update(names)
        rows = [run.register.get(name) for name in names]
        wanted = any(
            row.area in run.scope.areas
            and row.id not in run.scope.unclaimed
            and (run.only is None or standing or row.id in run.only)
            for row in rows
        )
        wanted = wanted or (not names and run.only is None)
        only_over = item.get_closest_marker("transports")
        wanted = wanted and (only_over is None or not set(only_over.args).isdisjoint(run.scope.transports))
        callspec = getattr(item, "callspec", None)
        # a case over none of the run's transports, or a walk of a run that walks none
        wanted = wanted and not (callspec and callspec.params.get("walk", "") is None)
        wanted = wanted and not (callspec and not isinstance(callspec.params.get("transport", ""), str))
        chosen = item.get_closest_marker("generated") is not None and "generated" in config.option.markexpr
        wanted = wanted and not replaying.left_out(config, item.nodeid)
        (kept if wanted and not (deep and run.depth == "core" and not chosen) else gone).append(item)
    run.scope = results.Scope(**{**vars(run.scope), "judged_at_certify": frozenset(certify - core)})
    if gone:
        config.hook.pytest_deselected(items=gone)
    items[:] = tracks.in_turn(run, kept)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Ask the cases of all tracks, side by side where that can be."""
    run = session.config.stash.get(Run.KEY, None)
    if run is None or session.testsfailed or session.config.option.collectonly:
        return None
    groups = tracks.groups(run, session.items)
    if abreast.possible(session.config, run, groups):
        abreast.walk(session, run, groups, session.config.stash.get(_PROGRESS, None))
    else:
        tracks.walk(session, run, groups)
    return True


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to tell how far the run is, where pytest itself does not."""
    config = session.config
    run = config.stash.get(Run.KEY, None)
    if run is None or config.option.bare or config.pluginmanager.hasplugin("terminalreporter"):
        return
    from fulfillspec.reporting.progress import Progress  # noqa: PLC0415 - a run begins faster without it

    def counts() -> tuple[int, int, int]:
        return tracks.counts(run)

    # pytest captures what is written to sys.stderr, and would put it into its log
    progress = Progress(sys.__stderr__ or sys.stderr, counts=counts)
    config.stash[_PROGRESS] = progress
    config.add_cleanup(progress.stop)
    progress.start(len(session.items))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Let evidence and ledger know which case runs, and enter the case into the results."""
    run = item.config.stash.get(Run.KEY, None)
    if run is None:
        return (yield)
    name, track = item.nodeid, tracks.ready(run, item)
    run.evidence.context(case=name, phase="act")
    if run.evidence.failure:
        item.session.shouldfail = "evidence cannot be written"
    run.ledger.begin(name, requirements_of(item))
    first, began, before = run.evidence.exchanges + 1, run.times.seconds("a case"), len(run.ledger.deviations)
    state: dict[str, Any] = {"outcome": "passed", "reason": None, "deviations": before}
    item.stash[_STATES] = state
    progress = item.config.stash.get(_PROGRESS, None)
    if progress is not None:
        progress.case(name.partition("::")[2])
    try:
        return (yield)
    except KeyboardInterrupt:
        run.stop()
        raise
    finally:
        last = run.evidence.exchanges
        track.cases.append(
            {
                "id": name,
                "outcome": state["outcome"],
                "seconds": round(run.times.seconds("a case") - began, 4),
                "exchanges": [first, last] if last >= first else [],
                "requirements": sorted(run.ledger.touched & requirements_of(item)),
                "reason": state["reason"],
            }
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn what the ledger holds after a case into its outcome."""
    report = yield
    run = item.config.stash.get(Run.KEY, None)
    if run is None:
        return report
    state = item.stash[_STATES]
    error = call.excinfo.value if call.excinfo is not None else None
    transport = tracks.transport_of(item)
    if isinstance(error, (Unobservable, Inapplicable, NotRecorded)):
        note = run.ledger.inapplicable if isinstance(error, Inapplicable) else run.ledger.unseen
        for name in sorted(requirements_of(item) - run.ledger.touched):
            if run.only is None or name in run.only:
                note(name, transport, str(error))
        state["reason"] = str(error)
        inapplicable = isinstance(error, Inapplicable)
        state["outcome"] = "inapplicable" if inapplicable else "inconclusive"
        report.outcome = "skipped" if inapplicable else "failed"
        report.longrepr = (
            (str(item.path), item.location[1] or 0, f"Skipped: {error}") if inapplicable else f"inconclusive: {error}"
        )
    elif error is not None and not isinstance(error, (KeyboardInterrupt, pytest.exit.Exception)):
        state["outcome"], state["reason"] = "error", f"{type(error).__name__}: {error}"
    if run.evidence.in_vain >= IN_VAIN and not run.stopped_early:
        run.stop_early(results.SILENT)
        item.session.shouldstop = results.SILENT
    if call.when == "call" or error is not None:
        fresh = run.counted(run.ledger.deviations[state["deviations"] :])
        state["deviations"] = len(run.ledger.deviations)
        if any(one.requirement == item.config.option.until for one in fresh):
            item.session.shouldstop = f"{item.config.option.until} deviates"
        if item.config.option.fail_fast and any(map(run.fails, fresh)):
            run.stop_early()
            item.session.shouldstop = "a must deviates"
        if fresh and state["outcome"] != "error":
            state["outcome"] = "deviation"
            report.outcome = "failed"
            report.longrepr = "\n".join(
                f"{one.requirement}: documented {one.documented}; received {one.received}" for one in fresh
            )
        elif call.when == "call" and error is None and run.ledger.judged_in_case == 0 and run.only is None:
            state["outcome"], state["reason"] = "error", "the case judged nothing"
            report.outcome, report.longrepr = "failed", "suite error: the case judged nothing"
    _redact(report, run.evidence.redactor)
    return report


def _redact(report: pytest.TestReport, redactor: Redactor) -> None:
    """Take secrets out of what pytest shows of a case: its reason, its traceback, what was logged."""
    if isinstance(report.longrepr, tuple):
        path, line, reason = report.longrepr
        report.longrepr = (path, line, redactor.sentence(reason))
    elif report.longrepr is not None:
        told = str(report.longrepr)
        clean = redactor.sentence(told)
        report.longrepr = clean if clean != told else report.longrepr
    report.sections = [(name, redactor.sentence(text)) for name, text in report.sections]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Iterator[None]:
    """Clean up, write results and report, and set the exit status of the contract."""
    run = session.config.stash.get(Run.KEY, None)
    if run is None:
        return (yield)
    aborted = int(exitstatus) == int(pytest.ExitCode.INTERRUPTED) and not run.stopped_early
    if (progress := session.config.stash.get(_PROGRESS, None)) is not None:
        progress.stop()
    found, result, broken = None, None, run.evidence.failure or run.broken
    with ending.undisturbed():
        try:
            found = _finished(run, aborted=aborted)
        except Exception as error:  # noqa: BLE001 - a fault of ours must never pass for one of the target
            broken = _confess(run, error)
        try:
            result = yield
        except Exception as error:  # noqa: BLE001 - nor one of a plugin: pytest.html on a full device
            broken = _confess(run, error)
        try:
            if found is not None:
                _report(session.config, run, found)
        except Exception as error:  # noqa: BLE001 - as above
            broken = _confess(run, error)
    session.exitstatus = BROKEN if broken or found is None else ending.status_of(found)
    return result


def _confess(run: Run, error: Exception) -> str:
    """Say that the suite itself failed, and what is left on the target; return what was said."""
    told = run.evidence.redactor.sentence(f"fulfillspec itself failed: {type(error).__name__}: {error}")
    left = len(run.left_behind)
    ending.say(told)
    ending.say(f"{left} left behind; `fulfillspec sweep {run.out}` removes it." if left else "Nothing is left behind.")
    return told


def _finished(run: Run, *, aborted: bool) -> dict[str, Any]:
    if aborted:
        run.stop()
    with ending.undisturbed():
        with ending.undisturbed(stoppable=True):
            run.clean_up()
        if run.evidence.failure:
            ending.say(f"fulfillspec itself failed: evidence could not be written: {run.evidence.failure}")
        return finishing.finish(run, aborted=aborted or bool(run.evidence.failure or run.broken))


def _report(config: pytest.Config, run: Run, found: dict[str, Any]) -> None:
    part = versions.part_of(config)
    if part is not None:
        part.found = found
    if not config.option.bare:
        ending.report(found, run.out, in_terminal=part is None)
        if config.option.out is None and part is None:
            ending.point_at(run.out)
        if config.option.open_report and part is None:
            ending.show(run.out)
