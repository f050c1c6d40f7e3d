"""What a case names: in its body and in the helpers of its module, not in what stands around it."""

from pathlib import Path

import pytest

from fulfillspec.judge.naming import module

TEXT = '''
"""Speak of FO-NOT-HERE."""
import pytest

USED = "FO-OUTSIDE-ALL"


def helper(step):
    """Speak of FO-IN-DOCSTRING."""
    return further(step, "FO-BY-HELPER")


def further(step, name):
    return [one for one in step if one == "FO-BY-FURTHER"] and helper


@pytest.mark.certify
@pytest.mark.parametrize("name", ["FO-BY-DECORATOR"])
def test_case(step, name):
    step.check(f"FO-{name}", "FO-BY-ITSELF", "FO-PROP-", "of FO-IN-A-SENTENCE")
    helper(step)


def test_other(step):
    def inner():
        return "FO-WITHIN"

    return inner
'''


@pytest.fixture
def written(tmp_path: Path) -> Path:
    file = tmp_path / "test_written.py"
    file.write_text(TEXT, "utf-8")
    return file


def test_case_names_what_its_body_and_its_helpers_name(written: Path) -> None:
    found = module(written)
    assert found.of_case("test_case") == {"FO-BY-ITSELF", "FO-BY-HELPER", "FO-BY-FURTHER"}
    assert found.of_case("test_other") == {"FO-WITHIN"}
    assert found.of_case("test_unknown") == frozenset()


def test_decorators_and_what_stands_outside_are_told_apart(written: Path) -> None:
    found = module(written)
    assert found.functions["test_case"].decorated == {"FO-BY-DECORATOR"}
    assert "certify" in found.functions["test_case"].marks
    assert "FO-OUTSIDE-ALL" in found.outside
    assert {"FO-BY-DECORATOR", "FO-OUTSIDE-ALL", "FO-WITHIN"} <= found.requirements
