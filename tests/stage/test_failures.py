"""What failed alike twice is given up, and the first reason is the one that is told."""

from fulfillspec.stage.failures import Failures


def test_what_failed_once_may_be_tried_again() -> None:
    failures = Failures()
    failures.add("x", "HTTP 500")
    assert failures.final("x") is None


def test_reasons_that_differ_in_numbers_are_alike() -> None:
    failures = Failures()
    failures.add("x", "order 7 was refused")
    assert failures.add("x", "order 8 was refused") == "order 7 was refused"
    assert failures.final("x") == "order 7 was refused"
    assert failures.final("y") is None


def test_first_reason_is_told_whatever_failed_alike_later() -> None:
    failures = Failures()
    for reason in ("no locations", "name taken", "name taken"):
        failures.add("x", reason)
    assert failures.final("x") == "no locations"


def test_reasons_that_are_never_alike_come_to_an_end_too() -> None:
    failures = Failures()
    for reason in ("a", "b", "c"):
        failures.add("x", reason)
    assert failures.final("x") is None
    failures.add("x", "d")
    assert failures.final("x") == "a"


def test_what_succeeded_since_is_forgotten() -> None:
    failures = Failures()
    failures.add("x", "a")
    failures.forget("x")
    failures.add("x", "a")
    assert failures.final("x") is None
