"""What a run took from the clock and its listener is handed to its replay, in the same order."""

import json
from pathlib import Path

import pytest

from fulfillspec.evidence.log import DamagedEvidence
from fulfillspec.evidence.times import FILE, Clock, RecordedTimes


def recorded(folder: Path, *lines: dict[str, object]) -> RecordedTimes:
    clock = Clock(folder / FILE, {})
    for line in lines:
        clock.write(line)
    clock.close()
    return RecordedTimes(folder / FILE)


def test_same_occasions_get_the_same_times(tmp_path: Path) -> None:
    live = Clock(tmp_path / FILE, {"plan": {"depth": "core"}})
    taken = [live.now("a wait"), live.seconds("a case"), live.count("heard", 0), live.seconds("a case")]
    live.close()
    again = RecordedTimes(tmp_path / FILE)
    assert again.head["plan"] == {"depth": "core"}
    assert taken == [again.now("a wait"), again.seconds("a case"), again.count("heard", 3), again.seconds("a case")]
    assert (again.left, again.differs) == (0, "")


def test_another_occasion_is_said_and_time_goes_on(tmp_path: Path) -> None:
    again = recorded(tmp_path, {"what": "a case", "is": 4.5}, {"what": "heard", "is": 2})
    assert again.seconds("a case") == 4.5
    assert again.seconds("a delivery") == 5.5
    assert "asks for the time of a delivery, recorded next: heard" in again.differs
    assert [again.count("heard", 9), again.count("heard", 9)] == [2, 2]


@pytest.mark.parametrize("said", [None, "soon", -1e300, float("inf"), [1]], ids=repr)
def test_time_that_is_none_does_not_break(said: object, tmp_path: Path) -> None:
    again = recorded(
        tmp_path, {"what": "a case", "is": said}, {"what": "a wait", "is": said}, {"what": "heard", "is": said}
    )
    assert again.seconds("a case") == 1
    assert again.now("a wait").tzinfo is not None
    assert again.count("heard", 1) == 0


def test_stop_of_the_recorded_run_comes_again(tmp_path: Path) -> None:
    live = Clock(tmp_path / FILE, {})
    live.stop("a case")
    live.seconds("the end")
    live.close()
    again = RecordedTimes(tmp_path / FILE)
    assert again.stopped_in == {"a case"}
    with pytest.raises(KeyboardInterrupt):
        again.seconds("a case")
    again.stop("")
    again.seconds("the end")
    assert again.differs == ""


def test_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(json.dumps({"schema": "other"}), "utf-8")
    with pytest.raises(DamagedEvidence, match="does not begin with the schema"):
        RecordedTimes(tmp_path / FILE)
