"""`results.json` is put together from what the ledger holds: rows, deviations in their order, readings, invariants."""

from typing import Any

from fulfillspec.documents import lifecycle, register
from fulfillspec.verdicts import results, statuses
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.verdicts.results import Scope

KNOWN = register.load()
LIFE = lifecycle.load()
MUST, GENERAL = "FO-CLOSE-STATE", "FO-INV-PARENT"
SHOULD = next(row.id for row in KNOWN.requirements.values() if row.level == "should" and "rest" in row.transports)


def deviation(requirement: str, received: str = "open", transport: str = "rest") -> Deviation:
    return Deviation(
        requirement, "a case", transport, "service", "close", None, "incomplete", received, (), (3, 4), "curl"
    )


def assembled(ledger: Ledger, *, aborted: bool = False, **scope: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "areas": frozenset(register.AREAS), "why_not": {}, "transports": ("rest", "graphql"), "version": "2025-10",
    }  # fmt: skip
    identity = {
        "suite": {"depth": "core"}, "target": {"embedded": True, "transports": ["rest"]}, "options": {},
        "counts": {"exchanges": 7}, "notes": ["once", "once"],
    }  # fmt: skip
    return results.assemble(
        register=KNOWN, lifecycle=LIFE, ledger=ledger, scope=Scope(**plain | scope), identity=identity, cases=[],
        aborted=aborted,
    )  # fmt: skip


def row(found: dict[str, Any], requirement: str) -> dict[str, Any]:
    return next(one for one in found["requirements"] if one["id"] == requirement)


def test_row_counts_what_was_judged_and_names_each_case_once() -> None:
    ledger = Ledger()
    ledger.begin("a case", frozenset({MUST}))
    for transport in ("rest", "rest", "graphql"):
        ledger.held(MUST, transport)
    ledger.broken(deviation(MUST))
    found = row(assembled(ledger), MUST)
    assert (found["judged"], found["cases"], found["verdict"]) == (4, ["a case"], "fail")
    assert found["by_transport"] == {"rest": "fail", "graphql": "pass"}
    assert (found["level"], found["area"], found["quote"]) == ("must", "closing", KNOWN.get(MUST).quote)


def test_every_requirement_has_a_row_and_those_that_cannot_be_tested_say_why() -> None:
    found = assembled(Ledger())
    assert [one["id"] for one in found["requirements"]] == list(KNOWN.requirements)
    untested = next(one for one in KNOWN.requirements.values() if one.not_tested)
    assert (row(found, untested.id)["verdict"], row(found, untested.id)["reason"]) == (
        "not-tested",
        untested.not_tested,
    )
    assert found["verdict"] == "inconclusive"
    assert assembled(Ledger(), aborted=True)["verdict"] == "aborted"


def test_requirement_has_a_verdict_over_its_own_transports_of_this_run_only() -> None:
    assert list(row(assembled(Ledger(), transports=("graphql",)), MUST)["by_transport"]) == ["graphql"]
    only_graphql = next(one for one in KNOWN.requirements.values() if set(one.transports) == {"graphql"})
    found = row(assembled(Ledger(), transports=("rest",)), only_graphql.id)
    assert (found["by_transport"], found["verdict"]) == (
        {},
        "not-applicable" if not only_graphql.not_tested else "not-tested",
    )


def test_deviations_come_musts_first_and_those_of_one_operation_before_those_of_all() -> None:
    ledger = Ledger()
    for one in (SHOULD, GENERAL, MUST):
        ledger.broken(deviation(one))
    found = assembled(ledger)
    assert [one["requirement"] for one in found["deviations"]] == [MUST, GENERAL, SHOULD]
    first = found["deviations"][0]
    assert (first["level"], first["exchanges"], first["baseline"], first["statement"]) == (
        "must", [3, 4], None, KNOWN.get(MUST).statement,
    )  # fmt: skip
    assert MUST in found["next_action"]


def test_deviation_of_what_the_run_does_not_judge_is_left_out() -> None:
    ledger = Ledger()
    ledger.broken(deviation(MUST))
    found = assembled(ledger, areas=frozenset(register.AREAS) - {"closing"})
    assert found["deviations"] == []
    assert row(found, MUST)["verdict"] == "not-applicable"


def test_readings_and_invariants_are_those_that_were_seen() -> None:
    ledger = Ledger()
    name = next(iter(KNOWN.ambiguities))
    ledger.reading(name, "this one", "rest", 5)
    ledger.invariants.update({"FO-INV-PARENT": 3, "FO-INV-IDS": 2})
    ledger.broken(deviation("FO-INV-IDS"))
    ledger.broken(deviation("FO-INV-IDS", "closed", "graphql"))
    found = assembled(ledger)
    seen = {one["id"]: one["seen"] for one in found["ambiguities"]}
    assert seen[name] == [{"reading": "this one", "transport": "rest", "exchanges": [5]}]
    assert [identity for identity, rows in seen.items() if rows] == [name]
    assert found["invariants"] == [
        {"requirement": "FO-INV-IDS", "checked": 2, "violations": 2},
        {"requirement": "FO-INV-PARENT", "checked": 3, "violations": 0},
    ]


def test_results_say_what_was_asked_and_by_which_profile() -> None:
    found = assembled(Ledger(notes=["first", "once"]), strict=True, narrowed=("--only FO-X",))
    assert (found["profile"], found["scope"], found["narrowed"]) == ("strict", "partial", ["--only FO-X"])
    assert (found["exchanges"], found["notes"]) == (7, ["first", "once"])
    whole = assembled(Ledger())
    assert (whole["profile"], whole["scope"], whole["narrowed"]) == ("standard", "whole", [])
    assert whole["suite"]["register_digest"] == KNOWN.digest


def test_version_is_told_with_what_makes_it_unlike_the_one_asked_for() -> None:
    def told(**scope: Any) -> str:
        return Scope(areas=frozenset(), why_not={}, transports=("rest",), version="2025-10", **scope).version_in_words

    assert told() == "2025-10"
    assert told(asked="2025-10") == "2025-10"
    assert told(asked="2025-07", versions={"graphql": "2026-01", "rest": "2025-10"}) == (
        "2025-10 (2025-07 was asked for, 2026-01 over graphql)"
    )


def test_exit_status_tells_the_verdict() -> None:
    assert statuses.OF_VERDICT == {"conformant": 0, "nonconformant": 1, "aborted": 2, "inconclusive": 5}
    assert (statuses.INTERRUPTED, statuses.BROKEN, statuses.BAD_USE) == (2, 3, 4)
    assert statuses.WORST_FIRST == (2, 1, 3, 5, 0)


def test_step_of_the_lifecycle_comes_before_what_follows_from_it() -> None:
    ledger = Ledger()
    for requirement in (GENERAL, "FO-DEADLINE-LEAVES-STATE", SHOULD, "FO-SUBMIT-STATE"):
        ledger.broken(deviation(requirement))
    found = assembled(ledger)
    named = [one["requirement"] for one in found["deviations"]]
    assert named == ["FO-SUBMIT-STATE", "FO-DEADLINE-LEAVES-STATE", GENERAL, SHOULD]
    assert "FO-SUBMIT-STATE" in found["next_action"]


def test_what_cannot_be_tested_says_so_over_whichever_transports() -> None:
    for transports in ((), ("connector",), ("rest",), ("rest", "graphql", "connector")):
        rows = {one["id"]: one for one in assembled(Ledger(), transports=transports)["requirements"]}
        for requirement in KNOWN.requirements.values():
            if requirement.not_tested:
                found = rows[requirement.id]
                assert (found["verdict"], found["reason"]) == ("not-tested", requirement.not_tested)


def test_progress_counts_the_deviations_that_the_results_have() -> None:
    ledger = Ledger()
    elsewhere = next(one.id for one in KNOWN.requirements.values() if one.area == "moves" and not one.not_tested)
    found = [deviation(MUST), deviation(elsewhere), deviation(SHOULD)]
    for one in found:
        ledger.broken(one)
    claimed: dict[str, Any] = {
        "areas": frozenset({"closing"}),
        "only": frozenset({MUST, elsewhere}),
        "transports": ("rest",),
    }
    scope = Scope(**{"why_not": {}, "version": "2025-10", **claimed})
    told = [one.requirement for one in found if results.counted(one, KNOWN, scope)]
    assert told == [one["requirement"] for one in assembled(ledger, **claimed)["deviations"]] == [MUST]
    assert not results.counted(deviation(MUST), KNOWN, Scope(frozenset(), {}, ("connector",), "2025-10"))
    assert not results.counted(deviation("FO-NONE"), KNOWN, scope)
