"""A log that another process went on with in a file of its own: taken in, its exchanges have the next numbers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fulfillspec.evidence.log import Evidence, Exchange, read
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.evidence.times import FILE, Clock


def noted(log: Evidence, case: str, **more: Any) -> Exchange:
    log.case = case
    url = "http://127.0.0.1/orders.json"
    return log.record(
        actor="merchant",
        transport="rest",
        operation="list",
        method="GET",
        url=url,
        request_headers={},
        request_body=None,
        ms=1.0,
        **more,
    )


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Evidence]:
    log = Evidence(tmp_path / "evidence.ndjson", Redactor())
    noted(log, "")
    noted(log, "")
    yield log
    log.close()


def part(log: Evidence, path: Path) -> Path:
    """Write two exchanges as a process does that was forked after two."""
    other = Evidence(path.with_suffix(".head"), Redactor())
    noted(other, "")
    noted(other, "")
    other.go_on_in(path)
    first = noted(other, "b")
    noted(other, "b", follows=first.n, error='a body that ends with ,"follows":7}')
    other.close()
    assert other.inherited is not None
    other.inherited.close()
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if '"end"' not in line), "utf-8")
    return path


def numbers(path: Path) -> list[tuple[int, int | None]]:
    return [(one.n, one.follows) for one in read(path)]


def test_exchanges_of_a_part_come_after_all_others(log: Evidence, tmp_path: Path) -> None:
    noted(log, "a")
    assert log.take_in(part(log, tmp_path / "part"), 2) == 1
    noted(log, "")
    log.close()
    assert numbers(tmp_path / "evidence.ndjson") == [(1, None), (2, None), (3, None), (4, None), (5, 4), (6, None)]


def test_first_part_stays_as_it_is(log: Evidence, tmp_path: Path) -> None:
    written = part(log, tmp_path / "part").read_text("utf-8")
    assert log.take_in(tmp_path / "part", 2) == 0
    assert (tmp_path / "evidence.ndjson").read_text("utf-8").endswith(written)


def test_cut_last_line_of_a_part_is_left_out(log: Evidence, tmp_path: Path) -> None:
    path = part(log, tmp_path / "part")
    path.write_text(path.read_text("utf-8")[:-9], "utf-8")
    log.take_in(path, 2)
    assert log.exchanges == 3


def test_times_of_a_part_come_after_those_before(tmp_path: Path) -> None:
    clock, other = Clock(tmp_path / FILE, {}), Clock(tmp_path / "head")
    other.go_on_in(tmp_path / "part")
    assert other.value("the other tracks", {"rest": [1]}) == {"rest": [1]}
    other.close()
    clock.take_in(tmp_path / "part")
    clock.close()
    last = json.loads((tmp_path / FILE).read_text("utf-8").splitlines()[-1])
    assert last == {"what": "the other tracks", "is": {"rest": [1]}}
