"""What a target announces and how its bodies are coded, at the bounds."""

import gzip
import zlib
from typing import Any

import pytest
from wired import Time

from fulfillspec.wire import body
from fulfillspec.wire.throttle import Throttle, retry_after, throttled


def paced(**options: Any) -> tuple[Time, Throttle]:
    time = Time()
    return time, Throttle(clock=time, sleep=time.sleep, **options)


@pytest.mark.parametrize(
    ("announced", "leak", "counts"),
    [
        ("1/40", 2.0, False),
        ("2/40", 2.0, True),
        ("80/80", 4.0, True),
        ("0/1", 0.05, False),
        ("0/0", None, False),
        ("0/0.5", None, False),
        ("x/40", None, False),
        ("40", None, False),
        ("", None, False),
        ("nan/40", None, False),
        ("1/inf", None, False),
        ("-5/40", 2.0, False),
        ("50/40", 2.0, True),
    ],
)
def test_calls_a_second_are_those_that_the_bucket_loses(announced: str, leak: float | None, *, counts: bool) -> None:
    _, throttle = paced()
    assert (throttle.leak, throttle.counts) == (None, False)
    throttle.after_rest({"x-shopify-shop-api-call-limit": announced})
    assert (throttle.leak, throttle.counts) == (leak, counts)
    throttle.after_rest({"x-shopify-shop-api-call-limit": "0/40"})
    assert throttle.counts is counts, "the most that was seen counts"


@pytest.mark.parametrize(("used", "waits"), [(38, 0.0), (39, 0.5), (40, 1.0), (99, 1.0), (0, 0.0)])
def test_one_call_of_the_bucket_is_left_free(used: int, waits: float) -> None:
    time, throttle = paced()
    throttle.after_rest({"x-shopify-shop-api-call-limit": f"{used}/40"})
    assert throttle.before("rest", "get") == waits
    assert throttle.waiting == time.now - 1000.0 == waits


def cost(requested: Any, available: Any, maximum: Any = 1000, restore: Any = 50) -> Any:
    status = {"currentlyAvailable": available, "maximumAvailable": maximum, "restoreRate": restore}
    return {"cost": {"requestedQueryCost": requested, "throttleStatus": status}}


@pytest.mark.parametrize(("available", "waits"), [(100, 0.0), (99, 0.02), (50, 1.0), (0, 2.0), (-9, 2.0)])
def test_points_are_waited_for_at_the_rate_at_which_they_come_back(available: int, waits: float) -> None:
    _, throttle = paced()
    throttle.after_graphql("get", cost(100, available))
    assert throttle.before("graphql", "get") == pytest.approx(waits)


@pytest.mark.parametrize(("restore", "waits"), [(50, 10.0), (10, 50.0), (5, 6.25), (0, 0.0)])
def test_rate_that_would_take_too_long_is_not_believed(restore: float, waits: float) -> None:
    """A bucket that is not full again within the longest wait is taken to be so in twenty seconds; at no rate it says nothing."""
    _, throttle = paced(in_a_row=100.0)
    throttle.after_graphql("get", cost(500, 0, 800 if restore == 5 else 1000, restore))
    if restore == 5:
        waits = 500 / (800 / 20)
    assert throttle.before("graphql", "get") == pytest.approx(waits)


def test_price_falls_by_a_tenth_and_the_dearest_stands_for_what_is_not_known() -> None:
    _, throttle = paced()
    for requested in (100, 10, 10):
        throttle.after_graphql("get", cost(requested, 0))
    assert throttle._costs == {"get": pytest.approx(81.0)}
    throttle.after_graphql("list", cost(200, 0))
    assert throttle.before("graphql", "unknown") == pytest.approx(4.0)
    _, limited = paced()
    limited.after_graphql("get", cost(5000, 0))
    assert limited.before("graphql", "get") == pytest.approx(20.0), "no more than a full bucket"


def test_refusals_double_up_to_a_bound_and_end_with_an_answer() -> None:
    _, throttle = paced(in_a_row=1000.0)
    assert [throttle.refused({}) for _ in range(7)] == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert throttle.refusals == 7
    throttle.answered()
    assert throttle.refused({}) == 1.0
    assert throttle.refused({"retry-after": "90"}) == 60.0, "no wait is longer"
    assert throttle.refused({"retry-after": "0"}) == 0.0


@pytest.mark.parametrize(
    ("asked", "gave_up", "seconds"), [("9.5", False, 9.5), ("10", False, 10.0), ("10.5", True, 1.0)]
)
def test_target_that_refuses_for_longer_than_is_waited_is_given_up(
    asked: str, seconds: float, *, gave_up: bool
) -> None:
    _, throttle = paced(in_a_row=10.0)
    assert throttle.refused({"retry-after": asked}) == seconds
    assert throttle.gave_up is gave_up
    assert throttle.before("rest", "get") == seconds
    throttle.answered()
    assert not throttle.gave_up


@pytest.mark.parametrize(("wait", "told"), [("4.9", False), ("5", True), ("6", True)])
def test_wait_is_told_from_five_seconds_on(wait: str, *, told: bool) -> None:
    said: list[str] = []
    _, throttle = paced(say=said.append)
    throttle.refused({"retry-after": wait})
    throttle.before("rest", "get")
    assert (said == [f"waiting {float(wait):.0f} s: the target throttles get"]) is told


def test_rate_of_the_target_file_spaces_what_is_sent() -> None:
    time, throttle = paced(requests_per_second=4)
    assert [throttle.before("rest", "get") for _ in range(3)] == [0.0, 0.25, 0.25]
    time.now += 0.125
    assert throttle.before("graphql", "get") == 0.125
    time.now += 5
    assert throttle.before("rest", "get") == 0.0


@pytest.mark.parametrize("value", ["", "x", "nan", "inf", "-inf"])
def test_wait_that_cannot_be_read_is_none(value: str) -> None:
    assert retry_after({"retry-after": value}) is None
    assert retry_after({}) is None
    assert retry_after({"retry-after": f" {5} "}) == 5.0


@pytest.mark.parametrize(
    ("errors", "by_cost"),
    [
        ([{"extensions": {"code": "THROTTLED"}}], True),
        ([{}, {"extensions": {"code": "THROTTLED"}}], True),
        ([{"extensions": {"code": "A"}}, {"extensions": {"code": "Z"}}], False),
        ([{"extensions": {}}], False),
        ([{"extensions": None}], False),
        ([], False),
        ({"extensions": {"code": "THROTTLED"}}, False),
    ],
)
def test_one_error_says_that_a_query_costs_too_much(errors: Any, *, by_cost: bool) -> None:
    assert throttled({"errors": errors}) is by_cost


TEXT = b'{"a": "' + b"x" * 500 + b'"}'


def deflated(raw: bytes, bits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    return packer.compress(raw) + packer.flush()


CODED = {
    "gzip": gzip.compress(TEXT),
    "X-GZIP": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    " Deflate ": deflated(TEXT, -zlib.MAX_WBITS),
    "identity": TEXT,
    "": TEXT,
    "gzip, deflate": zlib.compress(gzip.compress(TEXT)),
    "deflate,gzip": gzip.compress(zlib.compress(TEXT)),
    "gzip, identity,": gzip.compress(TEXT),
}


@pytest.mark.parametrize("coding", CODED)
def test_content_codings_are_undone_from_the_last_to_the_first(coding: str) -> None:
    assert body.decoded(CODED[coding], coding, limit=len(TEXT)) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", " Deflate ", "gzip, deflate"])
def test_decoding_ends_at_the_limit(coding: str) -> None:
    with pytest.raises(body.TooLong, match=f"more than {len(TEXT) - 1} bytes after decompression"):
        body.decoded(CODED[coding], coding, limit=len(TEXT) - 1)


def test_members_of_a_gzip_body_are_one_after_another() -> None:
    two = gzip.compress(b"ab") + gzip.compress(b"cd")
    assert body.decoded(two, "gzip", limit=4) == b"abcd"
    with pytest.raises(body.TooLong):
        body.decoded(two, "gzip", limit=3)
    with pytest.raises(body.BrokenCoding):
        body.decoded(two + b"x", "gzip", limit=4)


@pytest.mark.parametrize("coding", ["gzip", "deflate", " Deflate "])
@pytest.mark.parametrize("cut", [1, 3, 8])
def test_coded_body_that_is_cut_is_broken(coding: str, cut: int) -> None:
    with pytest.raises(body.BrokenCoding):
        body.decoded(CODED[coding][:-cut], coding, limit=10_000)
    assert body.decoded(b"", coding, limit=1) == b""


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br"])
def test_coding_that_nobody_asked_for_is_named(coding: str) -> None:
    with pytest.raises(body.UnknownCoding, match=coding.rpartition(" ")[2]):
        body.decoded(b"x", coding, limit=10)


def test_body_is_read_as_far_as_it_is_text() -> None:
    assert body.read(b"", depth=1).error is None
    assert body.read(b" \r\n\t", depth=1).error is None
    wrong = body.read(b"ab\xff", depth=1)
    assert (wrong.text, wrong.error) == ("ab\ufffd", "not UTF-8: byte 2 is 0xff")
