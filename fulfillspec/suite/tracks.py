"""The cases of a run by tracks: which belongs to which, in which order, and how they are asked one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final

import pytest

from fulfillspec.evidence.times import RecordedStop, RecordedTimes
from fulfillspec.runs.run import Run
from fulfillspec.runs.track import Track

FLAG: Final = "--side-by-side"
Group = tuple[Track, list[pytest.Item]]


def transport_of(item: pytest.Item) -> str:
    """Return the transport that a case is asked over; that of REST where it names none."""
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("transport", "rest")) if callspec else "rest"


def is_alone(item: pytest.Item) -> bool:
    """Tell whether a case compares what the cases of other tracks would change meanwhile."""
    return item.get_closest_marker("alone") is not None


def in_turn(run: Run, items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return cases by tracks: of each what is asked first, most, what is asked last, and what wants to be alone.

    Otherwise they come as they are written, whichever other transports are part of the run: pytest itself puts those
    together that have a parameter in common.
    """

    def turn(item: pytest.Item) -> tuple[int, int, str, int]:
        path, line, _ = item.location
        marks = [place for place, name in enumerate(("first", "", "last", "alone")) if item.get_closest_marker(name)]
        return run.tracks.index(run.track_of(transport_of(item))), max(marks, default=1), path, line or 0

    return sorted(items, key=turn)


def groups(run: Run, items: Sequence[pytest.Item]) -> list[Group]:
    """Return the tracks that have cases, with these in their order."""
    found = [(track, [item for item in items if run.track_of(transport_of(item)) is track]) for track in run.tracks]
    return [(track, own) for track, own in found if own]


def ready(run: Run, item: pytest.Item) -> Track:
    """Let the track of a case be the one whose case runs now."""
    track = run.track_of(transport_of(item))
    run.enter(track)
    if is_alone(item) and not track.alone:
        run.be_alone(track)
    return track


def counts(run: Run) -> tuple[int, int, int]:
    """Return how many requests, orders and deviations there were so far."""
    deviations = sum(len(run.counted(track.ledger.deviations)) for track in run.tracks)
    return run.evidence.exchanges, run.orders_created, deviations


def walk(session: pytest.Session, run: Run, parts: Sequence[Group]) -> None:
    """Ask the cases of one track after those of the other. Raise what pytest's own loop raises.

    In a recording every track that was begun is asked again: each may have been stopped in a case of its own.
    """
    stopped, goes_on = False, True
    recorded = run.times if isinstance(run.times, RecordedTimes) else None
    for track, items in parts:
        if recorded is not None and track.name not in recorded.tracks:
            continue
        try:
            ask(session, items)
        except KeyboardInterrupt as stop:
            stopped, goes_on = True, isinstance(stop, RecordedStop)
            run.stop()
            _forget(session)
        run.leave(track)
        if not goes_on:
            break
    if stopped:
        raise KeyboardInterrupt


def _forget(session: pytest.Session) -> None:
    """Forget the case that was left in its middle, without its clean-up: that would go on asking."""
    session._setupstate.stack.clear()  # noqa: SLF001 - pytest has no word for it
    for found in session._fixturemanager._arg2fixturedefs.values():  # noqa: SLF001 - as above
        for fixture in found:
            fixture.cached_result = None
            fixture._finalizers.clear()  # noqa: SLF001 - as above


def ask(session: pytest.Session, items: Sequence[pytest.Item]) -> None:
    """Ask cases in their order, as pytest does."""
    for item, following in zip_longest(items, items[1:]):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
