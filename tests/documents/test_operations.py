"""The rows of operations: one for each, about known things, and what must not contradict does not."""

from fulfillspec.documents import lifecycle, register
from fulfillspec.documents.operations import OPERATIONS


def test_each_operation_has_one_row() -> None:
    names = [row.name for row in OPERATIONS]
    assert len(names) == len(set(names))
    assert {edge.action for edge in lifecycle.load().edges} <= set(names)


def test_rows_name_areas_and_requirements_that_there_are() -> None:
    known = register.load().requirements
    assert {row.area for row in OPERATIONS} - {*register.AREAS} <= {""}
    assert {row.state for row in OPERATIONS} - {*known} <= {""}
    assert [row.name for row in OPERATIONS if bool(row.advertised) != bool(row.area)] == []


def test_what_only_reads_does_nothing_else() -> None:
    doing = {row.name for row in OPERATIONS if row.state or row.leads_on or row.conserves or row.repeatable}
    assert {row.name for row in OPERATIONS if row.reads} & doing == set()


def test_requirement_of_the_state_is_that_of_a_documented_step() -> None:
    steps = {(edge.action, edge.requirement) for edge in lifecycle.load().edges}
    assert {(row.name, row.state) for row in OPERATIONS if row.state} <= steps
