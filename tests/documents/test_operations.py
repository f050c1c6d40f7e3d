"""The rows of operations: one for each, about known things, and what must not contradict does not."""

from fulfillspec.documents import graphql_documents, lifecycle, register
from fulfillspec.documents.operations import NAMED, OPERATIONS, keeping


def test_each_operation_has_one_row() -> None:
    names = [row.name for row in OPERATIONS]
    assert len(names) == len(set(names))
    assert {edge.action for edge in lifecycle.load().edges} <= set(names)


def test_rows_name_areas_and_requirements_that_there_are() -> None:
    known = register.load().requirements
    assert {row.area for row in OPERATIONS} - {*register.AREAS} <= {""}
    assert {row.state for row in OPERATIONS} - {*known} <= {""}
    assert [row.name for row in OPERATIONS if bool(row.advertised) != bool(row.area)] == []


def test_rows_name_known_requirements_scopes_and_states() -> None:
    known, states = register.load().requirements, lifecycle.load().states
    assert {row.graphql for row in OPERATIONS} | {row.message for row in OPERATIONS} - {""} <= {*known, ""}
    assert {row.scope for row in OPERATIONS} == {"", "assigned", "third_party"}
    assert {row.stands for row in OPERATIONS} - {""} <= {*states}
    assert all(bool(row.rest) == bool(row.actor) == bool(row.stands) for row in OPERATIONS)
    assert {row.rest.partition(" ")[0] for row in OPERATIONS if row.reads} == {"GET"}
    assert {row.rest.partition(" ")[0] for row in OPERATIONS if not row.reads} == {"POST", ""}


def test_what_an_operation_keeps_is_one_of_what_is_looked_at() -> None:
    words = {word for row in OPERATIONS for word in row.keeps.split()}
    assert words == {"lines", "holds", "fulfill_at", "fulfill_by", "work", "requests"}
    assert {row.name for row in OPERATIONS if row.reads and row.keeps} == set()
    assert keeping("holds") == {row.name for row in OPERATIONS if "holds" in row.keeps.split()}
    assert [row.name for row in OPERATIONS if row.request] == [row.name for row in OPERATIONS if row.message]


def test_what_only_reads_does_nothing_else() -> None:
    doing = {row.name for row in OPERATIONS if row.state or row.leads_on or row.conserves or row.repeatable}
    assert {row.name for row in OPERATIONS if row.reads} & doing == set()


def test_requirement_of_the_state_is_that_of_a_documented_step() -> None:
    steps = {(edge.action, edge.requirement) for edge in lifecycle.load().edges}
    assert {(row.name, row.state) for row in OPERATIONS if row.state} <= steps


def test_what_an_answer_shows_is_what_its_graphql_document_asks_for() -> None:
    for row in OPERATIONS:
        text = graphql_documents.document(row.name, graphql_documents.versions()[-1]).text
        for name in (*row.shows.split(), *row.shows_over_graphql.split()):
            assert name == "fulfillment_order" or f"{name}FulfillmentOrder" in text, row.name
        assert row.within in text
        assert row.reads or all(field in text for field in row.done.split()), row.name
        assert not row.shows or row.primary in row.shows.split()
        assert not (row.lists and row.shows)


def test_request_status_that_says_what_happened_is_not_one_after_which_it_cannot_have() -> None:
    known = {state.request_status for state in lifecycle.load().states.values()}
    for row in (row for row in OPERATIONS if row.follows):
        assert {row.says, *row.not_after.split()} <= known
        assert row.says not in row.not_after.split()
        assert row.follows in register.load().requirements
    assert [row.name for row in OPERATIONS if bool(row.follows) != bool(row.says and row.not_after)] == []


def test_rows_of_fulfillments_are_those_whose_path_names_one() -> None:
    assert {row.name for row in OPERATIONS if row.of_fulfillment} == {"update_tracking", "cancel_fulfillment"}
    assert not NAMED["set_deadline"].by_id
    assert NAMED["close"].by_id


def test_requirements_of_parts_are_known_and_what_is_left_is_shown() -> None:
    known = {*register.load().requirements, ""}
    for row in OPERATIONS:
        assert {row.part, row.whole, row.left, row.keeps_request} <= known, row.name
        assert bool(row.left) == bool(row.left_shown)
        assert not row.left_shown or row.left_shown in row.shows.split()
        assert not row.part or row.in_parts
