"""What a fulfillment service was to be told in a run, what its callback URL heard, and what is judged of the two.

A notification bears nothing but its kind, and no document says how long one may take. So a step is judged by what came
after it only where all that was due before had come; what did not come in time is given up for lost where something
that was due after it came instead, or where nothing ever came at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from fulfillspec.acting.listener import Heard, Hearing
from fulfillspec.acting.step import Step
from fulfillspec.documents.operations import REQUEST_OF
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge.finding import fails, holds

KINDS: Final = {name: kind.upper() for name, kind in REQUEST_OF.items()}
"""The kind of notification that is due, by what was carried out."""
SILENCE: Final = 1.0
"""Seconds for which nothing is to come; longer where a notification was seen to take longer."""
_MOMENTS: Final = 3
"""How many moments are tried where one after the other brings something."""
_PATH: Final = "/fulfillment_order_notification"
_UNSIGNED: Final = (
    "the secret that the app signs callbacks with is not known: set FULFILLSPEC_APP_SECRET, or name another variable as "
    "secret_env in [notifications] of the target file"
)


@dataclass(frozen=True)
class Due:
    """A notification that is due since a moment of the clock."""

    kind: str
    since: float


@dataclass(frozen=True)
class Missing:
    """A step whose notification did not come in time, the requirement that says so, and the case."""

    step: Step
    requirement: str
    due: Due
    case: str


@dataclass
class Deliveries:
    """The notifications of a run: what is due by its own requests, and what the listener heard.

    `wait` is how long one may take, `locations` those of the services that this run made. `alone`: nobody but this run
    has made requests of them so far. `ours`: their callback URL is the listener's for certain.
    """

    listener: Hearing
    wait: float
    locations: Callable[[], frozenset[str]]
    alone: Callable[[], bool] = lambda: True
    ours: bool = True
    clock: Callable[[], float] = time.monotonic
    elsewhere: Callable[[], Sequence[Due]] = tuple
    of_these_cases: list[Due] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    slowest: float = 0.0
    again: int = 0
    _more: bool = False
    _given_up: int = 0
    _gave_up: bool = False

    def note(self, operation: str, location: str) -> None:
        """Note that a request was carried out at a location: the service is to be told if it is one of this run's."""
        if location not in self.locations():
            return
        self.of_these_cases.append(Due(KINDS[operation], self.clock()))

    def note_again(self, _operation: str, location: str) -> None:
        """Note that a request was taken while one waited: no document says whether the service is told of it."""
        self.again += location in self.locations()

    @property
    def due(self) -> list[Due]:
        """All that is due, as it became due: by the requests of these cases, and by those of other tracks."""
        others = self.elsewhere()
        return sorted((*self.of_these_cases, *others), key=lambda due: due.since) if others else self.of_these_cases

    @property
    def as_rows(self) -> list[tuple[str, float]]:
        """What is due by the requests of these cases, as it can be written down."""
        return [(due.kind, due.since) for due in self.of_these_cases]

    def take_over(self, rows: Iterable[tuple[str, float]]) -> None:
        """Let this be due, and nothing else."""
        self.of_these_cases = [Due(str(kind), float(since)) for kind, since in rows]

    def settled(self) -> bool:
        """Wait for all that is due; tell whether it came, so that what comes next is of the next step."""
        wanted = len(self.due) - self._given_up
        posts = self._until(lambda posts: len(posts) >= wanted)
        if len(posts) < wanted:
            self._given_up = len(self.due) - len(posts)
        self._more |= len(posts) > len(self.due)
        return self.alone() and not self._more and len(posts) == len(self.due)

    def told_of_cancellations(self) -> bool:
        """Tell whether somebody else makes fulfillment requests, and all that is due of cancellation requests has come."""
        kind = KINDS["submit_cancellation"]
        came = sum(post.kind == kind for post in self.listener.posts)
        return not self.alone() and came >= sum(due.kind == kind for due in self.due)

    def take(
        self, action: Callable[[FulfillmentOrder], Step], order: FulfillmentOrder, secret: str | None
    ) -> Callbacks:
        """Take a step once all that was due before has come."""
        settled = self.settled()
        quiet = settled or self._quiet()
        before, owed = len(self.listener.posts), len(self.due)
        again = self.again
        return Callbacks(action(order), self, before, secret, settled, owed, quiet, again)

    def _quiet(self) -> bool:
        """Tell whether more has come than was due, and comes no more for a moment.

        Once it has, nothing is told by their number any more: a target may deliver each of them twice.
        """
        window = SILENCE + 2 * self.slowest
        for _ in range(_MOMENTS):
            came = len(self.listener.posts)
            self._more |= came > len(self.due)
            if not self.alone() or not self._more:
                return False
            if len(self.listener.until(_more_than(came), window)) == came:
                return True
        return False

    def came(self, before: int, kind: str, *, settled: bool) -> Heard | None:
        """Wait for the notification of a step: of its kind, or whatever comes where nothing else can come."""

        def fits(posts: list[Heard]) -> bool:
            return (settled and len(posts) > before) or any(post.kind == kind for post in posts[before:])

        begun = self.clock()
        posts = self._until(fits)
        if not fits(posts):
            return None
        self.slowest = max(self.slowest, self.clock() - begun)
        return next((post for post in posts[before:] if post.kind == kind), posts[before])

    def settle(self, *, over: bool = False) -> None:
        """Judge what did not come in time, as far as that can be told by now; `over`: nothing more will come."""
        posts = self._last() if over and self.missing else self.listener.posts
        lost = self._lost(posts)
        left: list[Missing] = []
        for missing in self.missing:
            ledger, step = missing.step.session.ledger, missing.step
            ledger.case, case = missing.case, ledger.case
            if len(posts) >= len(self.due) and not self._is_short(missing.due.kind, posts):
                step.judge_finding(holds(missing.requirement))
            elif self.ours and (missing.due.kind in lost or (over and self._is_lost(missing.due))):
                documented = "the callback URL is notified"
                received = "nothing came in the whole run" if not posts else "it never came, though more was due later"
                step.judge_finding(fails(missing.requirement, documented, received))
            else:
                left.append(missing)
            ledger.case = case
        self.missing = left

    def _is_short(self, kind: str, posts: list[Heard]) -> bool:
        """Tell whether fewer came that may be of a kind than were due; one of no documented kind may be of any."""
        others = {*KINDS.values()} - {kind}
        came = sum(post.kind not in others for post in posts)
        return came < sum(due.kind == kind for due in self.due)

    def _last(self) -> list[Heard]:
        """Wait until all that is due has come, or would have."""
        left = self.wait - (self.clock() - max(due.since for due in self.due)) if self.due else 0
        return self.listener.until(lambda posts: len(posts) >= len(self.due), max(left, 0))

    def _is_lost(self, due: Due) -> bool:
        """Tell whether nothing came at all, or fewer than are overdue of a kind of which more was due afterwards."""
        posts, now, later = self.listener.posts, self.clock(), due is not self.due[-1]
        overdue = sum(each.kind == due.kind and now - each.since >= self.wait for each in self.due)
        return not posts or (later and sum(post.kind == due.kind for post in posts) < overdue)

    def _lost(self, posts: list[Heard]) -> set[str]:
        """Return the kinds of which one was skipped: what was due later came, and its time is over."""
        kinds = iter([post.kind for post in posts])
        came = next(kinds, None)
        skipped: set[str] = set()
        lost: set[str] = set()
        for due in self.due:
            if came == due.kind:
                lost |= skipped
                came = next(kinds, None)
            elif came is not None and self.clock() - due.since >= self.wait:
                skipped.add(due.kind)
            else:
                break
        return lost

    def _until(self, fits: Callable[[list[Heard]], bool]) -> list[Heard]:
        """Wait as long as a notification may take, once in a run that does not bring it; then only for a moment."""
        brief = min(self.wait, SILENCE + 2 * self.slowest)
        posts = self.listener.until(fits, brief if self._gave_up else self.wait)
        self._gave_up = self._gave_up or not fits(posts)
        return posts


def _more_than(number: int) -> Callable[[list[Heard]], bool]:
    return lambda posts: len(posts) > number


@dataclass(frozen=True)
class Callbacks:
    """What was heard after a step. `settled`: all that was due before had come, and `owed` were due before, `again` taken again.

    `quiet`: nothing was to be expected any more, though more than was due may have come.
    """

    step: Step
    deliveries: Deliveries
    before: int
    secret: str | None
    settled: bool
    owed: int = 0
    quiet: bool = False
    again: int = 0

    def expect(self, told: str, path: str, kind_of: str, signature: str, *, kind: str) -> None:
        """Judge that the service was told, where, of what, and signed; one requirement each."""
        step, deliveries = self.step, self.deliveries
        if not step.accepted:
            step.check(told, False, "the callback URL is notified")  # noqa: FBT003 - it was not carried out
            return
        heard = deliveries.came(self.before, kind, settled=self.settled)
        if heard is None:
            due = next((due for due in reversed(deliveries.due) if due.kind == kind), Due(kind, deliveries.clock()))
            deliveries.missing.append(Missing(step, told, due, step.session.ledger.case))
            for requirement in (told, path, kind_of, signature):
                step.session.unseen(
                    requirement, f"no notification of {step.operation} came within {deliveries.wait:g} s"
                )
            return
        of_another = heard.kind in KINDS.values() and heard.kind != kind
        step.check(told, not of_another, f"the callback URL is notified of {kind}", heard.kind)
        step.check(path, heard.path.endswith(_PATH), f"a POST to …{_PATH}", heard.path)
        step.check(kind_of, heard.kind == kind, f"kind {kind}", heard.kind)
        if self.secret:
            signed, documented = heard.signed(self.secret), "the HMAC of the body under the app's secret"
            step.check(signature, signed, documented, "another one or none")
        else:
            step.session.unseen(signature, _UNSIGNED)

    def follow(self) -> None:
        """Wait for what is told of the step, to learn whether what was due before it is lost."""
        self.deliveries.came(self.before, KINDS.get(self.step.operation, ""), settled=False)

    def expect_silence(self, requirement: str) -> None:
        """Judge that nothing came but what is due since, where nothing else can come."""
        step, deliveries = self.step, self.deliveries
        quiet = self.settled or self.quiet
        if not quiet and not deliveries.told_of_cancellations():
            step.session.unseen(requirement, "notifications that were due before had not all come")
            return

        due = len(deliveries.due) - self.owed + deliveries.again - self.again

        def of_step(posts: list[Heard]) -> list[Heard]:
            return [post for post in posts[self.before :] if quiet or post.kind != KINDS["submit"]][due:]

        window = SILENCE + 2 * deliveries.slowest
        late = of_step(deliveries.listener.until(lambda posts: bool(of_step(posts)), window))
        finding = fails(requirement, "the service is not told", f"told of {late[0].kind}") if late else None
        step.judge_finding(finding or holds(requirement))
