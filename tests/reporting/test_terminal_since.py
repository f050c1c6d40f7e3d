"""A run that judges again what an earlier one left says first what became of it."""

from pathlib import Path

from stored_results import MUST, OTHER, results

from fulfillspec.reporting import terminal


def test_what_became_of_each_stands_before_the_deviations() -> None:
    found = results({MUST: {"rest": "fail"}, OTHER: {"rest": "pass"}}, before={MUST: "fail", OTHER: "fail"})
    said = terminal.summary(found, Path("out"), width=None, colour=False)
    assert f"STILL FAILING  {MUST}\nFIXED          {OTHER}\n" in said
    assert said.index("STILL FAILING") < said.index(f"✖ {MUST}")


def test_usual_run_says_nothing_of_it() -> None:
    said = terminal.summary(results({MUST: {"rest": "fail"}}), Path("out"), width=None, colour=False)
    assert "STILL" not in said
