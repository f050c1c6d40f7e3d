"""Walks at random: the same for the same seed, within their budget, each rule with a mutant that one of them finds."""

import re
from pathlib import Path
from typing import Any

import pytest
from explored import Explored, explored, request_of

from fulfillspec.exploration.walks import STEPS, USUAL, Walk, plan

RULES = (
    ("accept-loses-a-unit", "rest", "FO-INV-QUANTITY"),
    ("accept-loses-a-unit", "graphql", "FO-INV-QUANTITY"),
    ("accept-gives-a-new-id", "rest", "FO-INV-IDS"),
    ("accept-gives-a-new-id", "graphql", "FO-INV-IDS"),
    ("lines-name-another-parent", "rest", "FO-INV-PARENT"),
    ("fulfillable-above-quantity", "rest", "FO-INV-RANGE"),
    ("list-disagrees-with-get", "rest", "FO-INV-OBSERVERS"),
    ("updated-at-goes-back", "rest", "FO-INV-UPDATED-AT"),
    ("updated-at-goes-back", "graphql", "FO-INV-UPDATED-AT"),
    ("closed-offers-actions", "rest", "FO-INV-ENDED-NO-ACTIONS"),
    ("hold-spreads", "rest", "FO-INV-SIBLINGS"),
)
"""A mutant of each rule that the walks hold a target to, the transport, and the rule."""

SHORTEST = (
    ("accept-loses-a-unit", "FO-INV-QUANTITY", ["submit", "accept"]),
    ("second-rejection-closes", "FO-REJECT-STATE", ["submit", "reject", "submit", "reject"]),
)
"""Mutants with the shortest history that shows them: accept needs a request, and a second rejection two of them."""


def requests(walked: Explored) -> list[tuple[str, ...]]:
    known: dict[str, str] = {}
    return [request_of(one, known) for one in walked.acts]


def deviations(walked: Explored, requirement: str) -> list[dict[str, Any]]:
    return [row for row in walked.found["deviations"] if row["requirement"] == requirement]


@pytest.mark.parametrize("transport", ["rest", "graphql"])
def test_same_seed_asks_the_same_of_any_store_and_another_seed_something_else(tmp_path: Path, transport: str) -> None:
    walks = [Walk(1, 12), Walk(2, 12)]
    first = requests(explored(tmp_path / "1", transport, walks, 7))
    assert len(first) > 50
    assert requests(explored(tmp_path / "2", transport, walks, 7)) == first
    assert requests(explored(tmp_path / "3", transport, walks, 7, variants=("huge-ids", "reversed-keys"))) == first
    assert requests(explored(tmp_path / "4", transport, walks, 8)) != first


def test_both_transports_take_the_same_steps(tmp_path: Path) -> None:
    over = {name: explored(tmp_path / name, name, [Walk(1, 15)], 3).acts for name in ("rest", "graphql")}
    asked = {name: [(one.actor, one.operation) for one in acts if one.phase == "act"] for name, acts in over.items()}
    assert asked["rest"] == asked["graphql"]


@pytest.mark.parametrize(("mutant", "transport", "rule"), RULES, ids=str)
def test_each_rule_has_a_mutant_that_a_walk_finds(tmp_path: Path, mutant: str, transport: str, rule: str) -> None:
    walked = explored(tmp_path / "run", transport, plan(None, "certify"), 1, mutant, until=rule)
    assert deviations(walked, rule)
    (told,) = walked.found["walks"]
    (counted,) = told["rules"]
    assert counted["requirement"] == rule
    assert counted["checked"] >= counted["violations"] > 0


@pytest.mark.parametrize("seed", [0, 4])
@pytest.mark.parametrize(("mutant", "rule", "shortest"), SHORTEST, ids=["two-steps", "four-steps"])
def test_history_that_shows_a_deviation_is_the_shortest(
    tmp_path: Path, mutant: str, rule: str, shortest: list[str], seed: int
) -> None:
    walked = explored(tmp_path / "run", "rest", plan(None, "certify"), seed, mutant, until=rule)
    row = deviations(walked, rule)[0]
    assert walked.explorer.steps + walked.explorer.repetitions > len(shortest)
    told = re.search(r"the shortest of \d+ histories: (.*)\)$", row["received"])
    assert told
    assert told[1] == ", then ".join(shortest)
    lines = [line for line in row["reproduce"].splitlines() if "curl" in line and "/fulfillment_orders/" in line]
    assert len([line for line in lines if "-X POST" in line]) == len(shortest)


@pytest.mark.parametrize(("budget", "steps"), [(0, []), (1, [1]), (30, [30]), (75, [30, 30, 15])])
def test_budget_is_what_the_steps_of_all_walks_come_to(budget: int, steps: list[int]) -> None:
    assert [walk.steps for walk in plan(budget, "core")] == steps
    assert [walk.number for walk in plan(budget, "certify")] == list(range(1, len(steps) + 1))


def test_budget_is_none_at_core_and_some_walks_at_certify() -> None:
    assert plan(None, "core") == []
    assert sum(walk.steps for walk in plan(None, "certify")) == USUAL["certify"] > STEPS


def test_walk_takes_no_step_beyond_its_own(tmp_path: Path) -> None:
    walked = explored(tmp_path / "run", "rest", [Walk(1, 5)], 2)
    assert walked.explorer.steps == 5
    assert walked.explorer.walks == 1
    assert walked.found["walks"][0]["repetitions"] == 0
