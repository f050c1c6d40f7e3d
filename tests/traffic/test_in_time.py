"""Requests come in the order of their times; of one that stands at the same time in another file nobody knows it."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from fulfillspec.traffic import in_time


def named(*requests: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "at": datetime.fromtimestamp(at, UTC).isoformat()} for name, at in requests]


def merged(*files: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    streams = [in_time.ordered(requests, Counter()) for requests in files]
    return [(fields["name"], known) for fields, known in in_time.merged(streams)]


def test_requests_of_several_files_come_in_the_order_of_their_times() -> None:
    found = merged(named(("c", 3), ("a", 1)), named(("b", 2)))
    assert found == [("a", True), ("b", True), ("c", True)]


def test_order_of_requests_of_the_same_time_is_that_of_their_file_or_nobody_knows_it() -> None:
    assert merged(named(("a", 1), ("b", 1))) == [("a", True), ("b", True)]
    assert merged(named(("a", 1), ("c", 2)), named(("b", 1))) == [("a", False), ("b", False), ("c", True)]
