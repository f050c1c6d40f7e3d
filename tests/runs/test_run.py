"""A run that was begun can be finished at any moment, whatever it came to know."""

import json
from pathlib import Path

import pytest

from fulfillspec.documents import register
from fulfillspec.runs import finishing
from fulfillspec.runs.plan import Plan
from fulfillspec.runs.run import Run
from fulfillspec.target.probe import NotUsable
from fulfillspec.target.profile import ActorSettings, Target

NOBODY = "http://127.0.0.1:9"
MERCHANT = {"merchant": ActorSettings("merchant", "merchant-secret-token")}


def test_plan_without_a_token_for_the_merchant_makes_no_run(tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="No token for the merchant actor"):
        Run(Plan(Target(NOBODY), tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_run_that_was_not_asked_anything_yet_claims_everything(tmp_path: Path) -> None:
    run = Run(Plan(Target(NOBODY, actors=MERCHANT, transports=("graphql",)), tmp_path))
    assert run.scope.areas == frozenset(register.AREAS)
    assert run.scope.transports == ("graphql",)
    run.clean_up()
    found = finishing.finish(run, aborted=True)
    assert found["verdict"] == "aborted"
    assert found["left_behind"] == []
    assert json.loads((tmp_path / "results.json").read_text("utf-8"))["orders_created"] == 0


def test_run_whose_target_cannot_be_reached_can_be_cleaned_up(tmp_path: Path) -> None:
    run = Run(Plan(Target(NOBODY, actors=MERCHANT), tmp_path))
    with pytest.raises(NotUsable, match="could not be read"):
        run.begin()
    run.abandon()
    run.abandon()
    assert run.left_behind == []


def test_token_stands_nowhere_in_the_evidence(tmp_path: Path) -> None:
    run = Run(Plan(Target(NOBODY, actors=MERCHANT), tmp_path))
    with pytest.raises(NotUsable):
        run.begin()
    run.abandon()
    assert "merchant-secret-token" not in (tmp_path / "evidence.ndjson").read_text("utf-8")


def test_run_that_stops_early_counts_what_it_found_and_says_why_the_rest_is_open(tmp_path: Path) -> None:
    run = Run(Plan(Target(NOBODY, actors=MERCHANT), tmp_path))
    run.stop_early()
    run.clean_up()
    found = finishing.finish(run, aborted=False)
    assert found["narrowed"] == ["stopped at the first must that deviates"]
    reasons = {row["reason"] for row in found["requirements"] if row["verdict"] == "inconclusive"}
    assert "the run was stopped before" in reasons
    assert not any("no case came" in reason for reason in reasons)
