"""An interrupt ends a run where it waits, and a second one anywhere."""

import os
import signal
from collections.abc import Iterator

import pytest

from fulfillspec.evidence.interrupts import Interrupts


@pytest.fixture
def heard() -> Iterator[Interrupts]:
    interrupts = Interrupts()
    restore = interrupts.listen([signal.SIGINT])
    yield interrupts
    restore()


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_interrupt_between_waits_comes_with_the_next_one(heard: Interrupts) -> None:
    interrupt()
    begun = False
    with pytest.raises(KeyboardInterrupt), heard.waiting():
        begun = True
    assert not begun
    with heard.waiting():
        pass


def test_interrupt_while_it_waits_comes_at_once(heard: Interrupts) -> None:
    with pytest.raises(KeyboardInterrupt), heard.waiting():
        interrupt()
    with heard.waiting():
        pass


def test_second_interrupt_waits_for_nothing(heard: Interrupts) -> None:
    interrupt()
    with pytest.raises(KeyboardInterrupt):
        interrupt()


def test_handler_is_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    Interrupts().listen([signal.SIGINT])()
    assert signal.getsignal(signal.SIGINT) is before


def test_hangup_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        restore = Interrupts().listen([signal.SIGHUP])
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        restore()
    finally:
        signal.signal(signal.SIGHUP, before)
