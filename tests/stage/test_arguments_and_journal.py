"""Documented arguments of a run's steps, parts of what is left, and a journal that is opened again."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from staged import LIFE, Staged, fulfillment_order

from fulfillspec.acting.session import Unobservable
from fulfillspec.stage.journal import Journal, JournalEntry, sweep
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.stage.routes import smaller

STARTED = datetime(2026, 3, 1, 12, 30, 45, 7, tzinfo=UTC)
LATER = "2026-04-10T12:30:00+00:00"
ORDER = fulfillment_order("1", "9", "1", [1, 3])


@pytest.mark.parametrize(
    ("operation", "known", "unknown"),
    [
        ("hold", {"reason": "other"}, {"reason": "other"}),
        ("reject", {"reason": "other"}, {"reason": "other"}),
        ("reschedule", {"new_fulfill_at": LATER}, {"new_fulfill_at": LATER}),
        ("set_deadline", {"orders": ["1"], "deadline": LATER}, {"orders": [], "deadline": LATER}),
        ("move", {"location": "2"}, {"location": "1"}),
        ("split", {"part": [("1-1", 1)]}, {"part": []}),
        ("accept", {}, {}),
    ],
)
def test_arguments_of_an_operation_are_complete(operation: str, known: Any, unknown: Any) -> None:
    staged = Staged()
    context = TransportContext("rest", staged.session, staged.stage, {}, SimpleNamespace(), {}, STARTED)  # type: ignore[arg-type]
    assert context.arguments(operation, ORDER) == known
    assert context.arguments(operation, None) == unknown


@pytest.mark.parametrize("quantities", [[1], [], [0, 1]])
def test_one_unit_has_no_part(quantities: list[int]) -> None:
    with pytest.raises(Unobservable, match="has no two units left"):
        smaller(fulfillment_order("1", "9", "1", quantities))


def test_part_is_one_unit_of_the_biggest_line() -> None:
    assert smaller(ORDER) == [("1-1", 1)]
    assert smaller(fulfillment_order("1", "9", "1", [1, 1])) == [("1-0", 1)]


def journal(path: Path) -> Journal:
    found = Journal(path)
    for kind, note in (("order", "tag"), ("product", "tag"), ("fulfillment service", "tag other service")):
        found.intend(kind, note)
    found.created(1, "11")
    found.gone(2)
    found.close()
    return found


def test_journal_reads_back_as_it_was_left(tmp_path: Path) -> None:
    path = tmp_path / "journal.ndjson"
    left = journal(path).left()
    assert [(entry.number, entry.kind, entry.id, entry.actor) for entry in left] == [
        (3, "fulfillment service", None, "other_service"),
        (1, "order", "11", "merchant"),
    ]
    assert Journal.left_in(path) == left
    assert Journal.left_in(tmp_path / "absent") == []


def test_journal_goes_on_where_it_was_and_passes_over_what_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "journal.ndjson"
    journal(path)
    with path.open("a") as file:
        file.write('[1]\n{"kind": "x"}\n{"number": 9')
        file.write("\n")
    again = Journal.reopen(path)
    again.gone(3)
    assert again.intend("order", "tag") == 4
    again.close()
    assert [entry.number for entry in Journal.left_in(path)] == [4, 1]


def test_journal_that_several_processes_write_knows_what_each_left(tmp_path: Path) -> None:
    path = tmp_path / "journal.ndjson"
    journal = Journal(path)
    journal.created(journal.intend("product", "tag"), "1")
    for part in (2, 1):
        number = os.fork()
        if number == 0:
            journal.share(part)
            journal.created(journal.intend("order", "tag"), f"of {part}")
            os._exit(0)
        os.waitpid(number, 0)
    journal.put_in_order(path)
    left = [(3, "of 2"), (2, "of 1"), (1, "1")]
    assert [(entry.number, entry.id) for entry in journal.left()] == left
    assert journal.intend("order", "tag") == 4
    journal.close()
    assert [(entry.number, entry.id) for entry in Journal.left_in(path)] == [(4, None), *left]


def test_journal_that_is_closed_takes_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "journal.ndjson"
    closed = journal(path)
    written = path.read_text("utf-8")
    closed.gone(3)
    closed.close()
    assert path.read_text("utf-8") == written


def test_intention_is_written_before_anything_is_created(tmp_path: Path) -> None:
    path = tmp_path / "journal.ndjson"
    found = Journal(path)
    found.intend("order", "tag")
    assert [entry.note for entry in Journal.left_in(path)] == ["tag"]
    found.close()


def test_sweeping_removes_what_it_can_and_explains_the_rest() -> None:
    class Remover:
        def remove(self, entry: JournalEntry) -> str | None:
            return None if entry.kind == "product" else "refused"

    found = Journal(None)
    for kind in ("order", "product"):
        found.intend(kind, "tag")
    assert sweep(found, None) == [
        {"kind": "product", "id": "unknown", "why": "nothing here can remove it"},
        {"kind": "order", "id": "unknown", "why": "nothing here can remove it"},
    ]
    assert sweep(found, Remover()) == [{"kind": "order", "id": "unknown", "why": "refused"}]
    assert [entry.kind for entry in found.left()] == ["order"]


@pytest.mark.parametrize(
    ("action", "part", "arguments"),
    [
        ("hold", False, {"reason": "other", "notes": "Held by a conformance run."}),
        ("create_fulfillment", True, {"part": [("1-1", 1)]}),
        ("create_fulfillment", False, {}),
        ("move", True, {}),
        ("accept", True, {}),
    ],
)
def test_step_of_a_way_has_plain_arguments(action: str, *, part: bool, arguments: Any) -> None:
    edge = replace(next(iter(LIFE.edges)), action=action, part=part)
    assert Staged().stage.routes.arguments(edge, ORDER) == arguments
