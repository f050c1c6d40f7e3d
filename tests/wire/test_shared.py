"""Limits that two processes keep together: what one uses the other sees."""

import os
from collections.abc import Callable
from typing import Any

from wired import Time

from fulfillspec.wire.shared import Shared
from fulfillspec.wire.throttle import OrderPace, Throttle

SIZE = 40


def in_another_process(work: Callable[[], object]) -> None:
    number = os.fork()
    if number == 0:
        work()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]) == 0


class Counter:
    """Something to count with."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, shared: Shared) -> None:
        with shared.turn():
            self.count += 1


def test_what_one_process_counts_the_other_has() -> None:
    counter = Counter()
    shared = Shared(counter, ["count"])
    counter.add(shared)
    in_another_process(lambda: counter.add(shared))
    assert counter.count == 1
    with shared.turn():
        assert counter.count == 2


def test_process_that_ends_in_its_turn_leaves_it() -> None:
    counter = Counter()
    shared = Shared(counter, ["count"])

    def end() -> None:
        with shared.turn():
            os._exit(0)

    in_another_process(end)
    counter.add(shared)
    assert counter.count == 1


def test_bucket_of_calls_is_not_filled_twice() -> None:
    time = Time()
    throttle = Throttle(clock=time, sleep=time.sleep)
    throttle.after_rest({"x-shopify-shop-api-call-limit": f"30/{SIZE}"})
    throttle.share(1)

    def use_the_rest() -> None:
        for _ in range(8):
            throttle.before("rest", "get")

    in_another_process(use_the_rest)
    assert throttle.before("rest", "get") > 0


def test_bucket_of_points_is_not_spent_twice() -> None:
    time = Time()
    throttle = Throttle(clock=time, sleep=time.sleep)
    status: Any = {"currentlyAvailable": 100, "maximumAvailable": 2000, "restoreRate": 100}
    throttle.after_graphql("list", {"cost": {"requestedQueryCost": 40, "throttleStatus": status}})
    throttle.share(1)
    in_another_process(lambda: throttle.before("graphql", "list"))
    assert (
        round(throttle.before("graphql", "list"), 6) == 0.2
    )  # 60 are left, and the other may be about to spend 40 more


def test_orders_of_both_are_five_a_minute() -> None:
    time = Time()
    pace = OrderPace(5, clock=time, sleep=time.sleep)
    pace.share()
    assert [pace.before() for _ in range(3)] == [0, 0, 0]
    in_another_process(lambda: [pace.before() for _ in range(2)])
    assert pace.before() == 60
