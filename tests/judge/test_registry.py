"""Judges register themselves: what no module of the engine registers nobody is said to judge."""

from pathlib import Path

import fulfillspec
from fulfillspec.documents import register
from fulfillspec.judge.naming import module
from fulfillspec.judge.registry import Hears
from fulfillspec.suite import coverage

PACKAGE = Path(fulfillspec.__file__).parent
SPEAK_OF_THEM_ONLY = {"documents", "reporting", "reproduction", "runs", "sandbox", "suite", "traffic", "verification"}
"""Rooms that name requirements and judge none in a run: `traffic` judges what others recorded."""


def test_every_module_that_judges_is_registered() -> None:
    files = [file for file in PACKAGE.rglob("*.py") if file.relative_to(PACKAGE).parts[0] not in SPEAK_OF_THEM_ONLY]
    judging = {file for file in files if module(file).requirements}
    assert sorted(judging - coverage.registered_judges().keys()) == []


def test_every_registered_judge_is_a_file_of_the_engine() -> None:
    found = coverage.registered_judges()
    assert dict.fromkeys(Hears, 0).keys() == set(found.values())
    assert [file for file in found if not file.is_file() or PACKAGE not in file.parents] == []


def test_listing_names_the_file_of_a_judge() -> None:
    assert "every step (judge/times.py)" in coverage.judges()["FO-INV-UPDATED-AT"]
    assert coverage.is_standing("FO-INV-PARENT")
    assert not coverage.is_standing("FO-SUBMIT-PART")


def test_what_is_named_is_in_the_register() -> None:
    known = register.load().requirements
    assert {name for name in coverage.judges() if name not in known} == set()
    assert coverage.of_answers_alone() <= known.keys()
