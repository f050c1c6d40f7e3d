"""Pacing against simulated buckets and a simulated clock: no refusal, and no slower than the leak demands."""

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hostile import answer, answering
from wired import Time, ask

from fulfillspec.evidence.log import Evidence
from fulfillspec.wire.throttle import OrderPace, Throttle, retry_after, throttled


class Bucket:
    """A leaky bucket of calls as the documents describe it, with the given rounding of what it announces."""

    def __init__(self, time: Time, size: int, *, announce: Any = math.ceil) -> None:
        self.time, self.size, self.leak, self.announce = time, size, size / 20, announce
        self.used, self.at, self.refused = 0.0, time.now, 0

    def call(self) -> dict[str, str]:
        self.used = max(0.0, self.used - (self.time.now - self.at) * self.leak)
        self.at = self.time.now
        if self.used + 1 > self.size + 1e-9:
            self.refused += 1
        else:
            self.used += 1
        return {"x-shopify-shop-api-call-limit": f"{self.announce(self.used)}/{self.size}"}


@pytest.mark.parametrize("size", [40, 80, 400])
@pytest.mark.parametrize("announce", [math.ceil, math.floor, round])
@pytest.mark.parametrize("latency", [0.0, 0.05, 0.4, 0.7])
def test_bucket_never_overflows_and_no_time_is_lost(size: int, announce: Any, latency: float) -> None:
    time = Time()
    bucket = Bucket(time, size, announce=announce)
    throttle = Throttle(clock=time, sleep=time.sleep)
    begun, calls = time.now, size * 6
    for _ in range(calls):
        throttle.before("rest", "get")
        time.now += latency / 2
        headers = bucket.call()
        time.now += latency / 2
        throttle.after_rest(headers)
    took = time.now - begun
    at_the_leak_rate = calls / bucket.leak
    emptied_at_the_leak_rate = (calls - size) / bucket.leak
    assert bucket.refused == 0
    assert throttle.refusals == 0
    assert took <= 1.03 * max(at_the_leak_rate, calls * latency)
    assert took <= 1.03 * max(emptied_at_the_leak_rate, calls * latency) + 1 / bucket.leak
    assert throttle.waiting <= took


def test_bucket_shared_with_others_is_paced_by_what_it_announces() -> None:
    time = Time()
    bucket = Bucket(time, 40)
    throttle = Throttle(clock=time, sleep=time.sleep, slack=2)
    for number in range(200):
        throttle.before("rest", "get")
        throttle.after_rest(bucket.call())
        if number % 3 == 0:
            bucket.used = min(40.0, bucket.used + 1)
            throttle.after_rest({"x-shopify-shop-api-call-limit": f"{math.ceil(bucket.used)}/40"})
    assert bucket.refused == 0


@pytest.mark.parametrize(
    ("transport", "counts"), [("rest", True), ("connector", True), ("hook", True), ("graphql", False)]
)
def test_call_that_others_do_not_see_answered_is_counted(transport: str, *, counts: bool, time: Time) -> None:
    throttle = Throttle(clock=time, sleep=time.sleep, slack=0)
    throttle.share(1)
    throttle.after_rest({"x-shopify-shop-api-call-limit": "38/40"})
    for _ in range(2):
        throttle.before(transport, "get")
    assert (throttle.before("rest", "get") > 0) is counts


def test_target_that_announces_nothing_is_not_paced(time: Time) -> None:
    throttle = Throttle(clock=time, sleep=time.sleep)
    for headers in ({}, {"x-shopify-shop-api-call-limit": "nonsense"}, {"x-shopify-shop-api-call-limit": "nan/inf"}):
        throttle.before("rest", "get")
        throttle.after_rest(headers)
    throttle.before("rest", "get")
    assert (time.now, throttle.waiting) == (1000.0, 0.0)


def test_configured_rate_paces_a_target_that_announces_nothing(time: Time) -> None:
    throttle = Throttle(requests_per_second=4, clock=time, sleep=time.sleep)
    for _ in range(9):
        throttle.before("rest", "get")
    assert time.now == pytest.approx(1002.0)


def test_bucket_of_one_call_is_no_deadlock(time: Time) -> None:
    throttle = Throttle(clock=time, sleep=time.sleep)
    throttle.after_rest({"x-shopify-shop-api-call-limit": "1/1"})
    assert throttle.before("rest", "get") == pytest.approx(20.0)


def cost(requested: float, available: float, maximum: float = 2000, rate: float = 100) -> dict[str, Any]:
    status = {"maximumAvailable": maximum, "currentlyAvailable": available, "restoreRate": rate}
    return {"cost": {"requestedQueryCost": requested, "actualQueryCost": requested, "throttleStatus": status}}


def test_points_never_run_out_and_no_time_is_lost(time: Time) -> None:
    throttle = Throttle(clock=time, sleep=time.sleep)
    points, at, begun, spent = 1000.0, time.now, time.now, 0.0
    for number in range(200):
        operation, price = ("list", 150.0) if number % 3 == 0 else ("get", 40.0)
        throttle.before("graphql", operation)
        points, at = min(1000.0, points + (time.now - at) * 50), time.now
        assert points >= price - 1e-6
        points -= price
        spent += price
        throttle.after_graphql(operation, cost(price, points, 1000, 50))
    assert time.now - begun <= 1.03 * (spent - 1000) / 50


def test_operation_that_costs_more_than_the_bucket_is_asked_when_it_is_full(time: Time) -> None:
    throttle = Throttle(clock=time, sleep=time.sleep)
    throttle.after_graphql("list", cost(5000, 1500))
    assert throttle.before("graphql", "list") == pytest.approx(5.0)


@pytest.mark.parametrize(
    "extensions", [None, [], {"cost": 1}, {"cost": {"requestedQueryCost": "x", "throttleStatus": {}}}]
)
def test_malformed_cost_teaches_nothing(extensions: Any, time: Time) -> None:
    throttle = Throttle(clock=time, sleep=time.sleep)
    throttle.after_graphql("list", extensions)
    assert throttle.before("graphql", "list") == 0.0


def test_calls_do_not_wait_for_points(time: Time) -> None:
    throttle = Throttle(clock=time, sleep=time.sleep)
    throttle.after_graphql("list", cost(1000, 0))
    assert throttle.before("rest", "get") == 0.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2.0", 2.0),
        ("0", 0.0),
        ("-3", 0.0),
        ("Sun, 01 Nov 2026 00:00:05 GMT", 5.0),
        ("soon", None),
        ("", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, now=datetime(2026, 11, 1, tzinfo=UTC)) == seconds


def test_refusal_without_retry_after_waits_twice_as_long_each_time(time: Time) -> None:
    throttle = Throttle(clock=time, sleep=time.sleep)
    assert [throttle.refused({}) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    throttle.answered()
    assert throttle.refused({}) == 1
    assert throttle.refused({"retry-after": "86400"}) == 60


@pytest.mark.parametrize("asked", ["3600", "-5", "soon", None])
def test_refusals_for_ever_are_waited_for_two_minutes_in_a_row(time: Time, asked: str | None) -> None:
    throttle, begun = Throttle(clock=time, sleep=time.sleep), time.now
    for _ in range(12):
        throttle.before("rest", "get")
        throttle.refused({} if asked is None else {"retry-after": asked})
    assert time.now - begun <= 120 + 12
    assert throttle.gave_up is (asked != "-5")
    throttle.answered()
    assert not throttle.gave_up


@pytest.mark.parametrize("limit", ["4000/40", "-7/40", f"{'9' * 400}/{'9' * 400}", "1e308/1e308"])
def test_absurd_number_of_calls_costs_seconds_not_hours(time: Time, limit: str) -> None:
    throttle, begun = Throttle(clock=time, sleep=time.sleep), time.now
    for _ in range(10):
        throttle.before("rest", "get")
        throttle.after_rest({"x-shopify-shop-api-call-limit": limit})
    assert time.now - begun < 20


@pytest.mark.parametrize(
    ("available", "restore"), [(-5000, 50), (0, 0.0001), (10**400, 50), (0, 10**400), (-(10**12), 1e-9)]
)
def test_absurd_number_of_points_costs_seconds_not_hours(time: Time, available: float, restore: float) -> None:
    throttle, begun = Throttle(clock=time, sleep=time.sleep), time.now
    status = {"currentlyAvailable": available, "maximumAvailable": 1000, "restoreRate": restore}
    for _ in range(10):
        throttle.before("graphql", "get")
        throttle.after_graphql("get", {"cost": {"requestedQueryCost": 10, "throttleStatus": status}})
    assert time.now - begun < 20


def test_long_wait_is_told(time: Time) -> None:
    told: list[str] = []
    throttle = Throttle(clock=time, sleep=time.sleep, say=told.append)
    throttle.refused({"retry-after": "30"})
    throttle.before("rest", "get")
    assert told == ["waiting 30 s: the target throttles get"]


def test_throttled_request_is_repeated_when_allowed(connect: Any, evidence: Evidence, time: Time) -> None:
    refusal = answer(b'{"errors":"Exceeded"}', status="429 Too Many Requests", headers="Retry-After: 2.0\r\n")
    with answering(refusal, refusal, answer(b'{"a":1}')) as server:
        http = connect(server.url)
        exchange = ask(http, method="POST", json={"b": 2})
        assert len(server.requests) == 3
    assert exchange.data == {"a": 1}
    assert (exchange.n, exchange.follows) == (3, 2)
    assert (evidence.throttled, http.throttle.waiting, time.now) == (2, 4.0, 1004.0)


def test_target_that_only_refuses_does_not_hold_up_every_request(connect: Any) -> None:
    refusal = answer(status="429 Too Many Requests", headers="Retry-After: 86400\r\n")
    with answering(*[refusal] * 5, answer(), refusal, answer(b"1")) as server:
        http = connect(server.url)
        assert [ask(http).status for _ in range(4)] == [429, 429, 429, 200]
        assert ask(http).data == 1
    assert http.throttle.waiting <= 7 * 60


@pytest.mark.parametrize("status", ["429 Too Many Requests", "430 Shopify Security Rejection"])
def test_target_that_only_refuses_is_given_up(status: str, connect: Any, evidence: Evidence) -> None:
    with answering(answer(status=status, headers="Retry-After: 1\r\n")) as server:
        exchange = ask(connect(server.url))
    assert exchange.status == int(status[:3])
    assert evidence.throttled == 3


def test_query_throttled_for_its_cost_is_repeated(connect: Any, evidence: Evidence, time: Time) -> None:
    refusal = (
        b'{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost"'
        b':500,"throttleStatus":{"maximumAvailable":1000,"currentlyAvailable":100,"restoreRate":50}}}}'
    )
    with answering(answer(refusal), answer(b'{"data":{}}')) as server:
        exchange = ask(connect(server.url), method="POST", json={"query": "{shop{id}}"}, transport="graphql")
    assert exchange.data == {"data": {}}
    assert time.now == 1008.0
    assert evidence.throttled == 1


@pytest.mark.parametrize("data", [None, [], {"errors": "no"}, {"errors": [1, {"extensions": 2}]}])
def test_other_errors_are_not_throttling(data: Any) -> None:
    assert not throttled(data)


def test_orders_keep_the_number_in_every_minute(time: Time) -> None:
    pace = OrderPace(5, clock=time, sleep=time.sleep)
    made = []
    for _ in range(23):
        pace.before()
        made.append(time.now)
        time.now += 1
    assert all(later - earlier >= 60 for earlier, later in zip(made, made[5:], strict=False))
    assert made[-1] - made[0] <= 60 * 4 + 5


def test_orders_below_one_a_minute_are_spaced(time: Time) -> None:
    pace = OrderPace(0.5, clock=time, sleep=time.sleep)
    for _ in range(3):
        pace.before()
    assert time.now == 1240.0


def test_orders_are_not_paced_until_the_target_refuses_one(time: Time) -> None:
    pace = OrderPace(clock=time, sleep=time.sleep)
    for _ in range(5):
        pace.before()
        time.now += 1
    assert pace.waiting == 0
    pace.before()
    pace.refused()
    assert pace.per_minute == 5
    assert pace.before() == pytest.approx(55.0)
    assert time.now == 1060.0


def test_refused_order_is_created_later_by_the_client(connect: Any, time: Time) -> None:
    refusal = answer(b'{"errors":"too many"}', status="429 Too Many Requests")
    pace = OrderPace(clock=time, sleep=time.sleep)
    with answering(refusal, answer(status="201 Created")) as server:
        exchange = ask(connect(server.url), "/orders.json", "POST", json={}, pace=pace)
    assert exchange.status == 201
    assert pace.waiting > 0


def test_cost_of_an_operation_is_remembered_and_falls_slowly(time: Time) -> None:
    throttle = Throttle(clock=time, sleep=time.sleep)
    throttle.after_graphql("list", cost(500, 2000))
    throttle.after_graphql("list", cost(10, 0))
    assert throttle.before("graphql", "list") == pytest.approx(4.5), "a cheap list does not make the next one cheap"


def test_operation_that_was_never_sent_is_taken_for_the_dearest(time: Time) -> None:
    throttle = Throttle(clock=time, sleep=time.sleep)
    throttle.after_graphql("list", cost(500, 2000))
    throttle.after_graphql("get", cost(100, 0))
    assert throttle.before("graphql", "get") == pytest.approx(1.0)
    assert throttle.before("graphql", "hold") == pytest.approx(4.0)


def test_price_that_is_not_told_leaves_the_remembered_one(time: Time) -> None:
    throttle = Throttle(clock=time, sleep=time.sleep)
    throttle.after_graphql("list", cost(300, 2000))
    throttle.after_graphql("list", {"cost": {"throttleStatus": cost(0, 0)["cost"]["throttleStatus"]}})
    assert throttle.before("graphql", "list") == pytest.approx(3.0)


def test_wait_that_a_refusal_asks_for_is_bounded_and_one_that_the_user_asks_for_is_not() -> None:
    for given, longest in (("auto", 5.0), (1.0, 60.0)):
        time = Time()
        pace = OrderPace(given, in_a_row=5.0, clock=time, sleep=time.sleep)  # type: ignore[arg-type]
        pace.before()
        if given == "auto":
            pace.refused()
        assert pace.before() == longest


def test_requests_in_vain_are_counted_until_one_is_answered(connect: Any, evidence: Evidence) -> None:
    refusal = answer(b'{"errors":"Exceeded"}', status="429 Too Many Requests")
    with answering(*[refusal] * 3, answer(b"{}")) as server:
        client = connect(server.url)
        assert (ask(client).status, evidence.in_vain) == (429, 3)
        assert (ask(client).status, evidence.in_vain) == (200, 0)
