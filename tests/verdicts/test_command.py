"""The command to run next repeats how the run was started: whatever was given, and whatever decides what is tested."""

import argparse
from typing import Any

import pytest

from fulfillspec import cli
from fulfillspec.verdicts.command import OPTIONS, given, next_run

STORE = {
    "base_url": "https://store.example",
    "embedded": False,
    "file": "",
    "api_version": {"asked": "2025-10", "served": "2025-10"},
    "transports": ["rest", "graphql"],
}
SANDBOX = {**STORE, "base_url": "http://127.0.0.1:1", "embedded": True}
GIVEN = {
    "target": "store.toml",
    "base_url": "https://other.example",
    "api_version": ["2025-07"],
    "transport": ["rest", "connector"],
    "area": ["closing", "holds"],
    "listen": "127.0.0.1:0",
    "strict": True,
    "depth": "certify",
    "seed": 7,
    "walk_steps": 0,
    "mutant": ["close-completes", "hold-leaves-open"],
    "variant": ["slow"],
    "baseline": "baseline.toml",
}


def read(words: list[str]) -> dict[str, Any]:
    """Return what the command line understands of a command."""
    assert words[:2] == ["fulfillspec", "run"]
    with cli.run.make_context("run", words[2:]) as context:
        return dict(context.params)


def test_every_option_that_was_given_is_repeated() -> None:
    assert {option.key for option in OPTIONS if option.again} == set(GIVEN)
    understood = read(next_run({"target": SANDBOX, "options": GIVEN}))
    assert {key: list(v) if isinstance(v := understood[key], tuple) else v for key in GIVEN} == GIVEN


def test_what_was_given_comes_by_the_names_of_pytest() -> None:
    names = {option.key: option.pytest_key for option in OPTIONS}
    values = {names[key]: value for key, value in GIVEN.items()} | {"only": ["FO-CLOSE-STATE"], "out": "run"}
    assert given(values) == GIVEN
    assert given({"depth": "core", "seed": 0, "sandbox_mutant": [], "strict_profile": False}) == {}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_pytest_is_given_what_the_command_line_was_given(option: Any) -> None:
    parser = argparse.ArgumentParser()
    kinds: dict[str, dict[str, Any]] = {
        "list": {"action": "append"},
        "flag": {"action": "store_true"},
        "number": {"type": int},
    }
    parser.add_argument(option.flag, **kinds.get(option.kind, {}))
    usual = {"list": ["FO-CLOSE-STATE"], "flag": True}.get(option.kind, "run")
    value = GIVEN.get(option.key, usual)
    read_back = getattr(parser.parse_args(option.joined(value)), option.pytest_key)
    assert read_back == (str(value) if option.kind == "steps" else value)


@pytest.mark.parametrize(
    ("results", "command"),
    [
        ({"target": SANDBOX}, "--api-version 2025-10"),
        ({"target": STORE}, "--base-url https://store.example --api-version 2025-10"),
        ({"target": {**STORE, "file": "store.toml"}}, "--target store.toml --api-version 2025-10"),
        ({"target": {**SANDBOX, "transports": ["graphql"]}}, "--api-version 2025-10 --transport graphql"),
        ({"target": SANDBOX, "suite": {"depth": "certify"}}, "--api-version 2025-10 --depth certify"),
        ({"target": SANDBOX, "profile": "strict"}, "--api-version 2025-10 --strict"),
        ({}, ""),
    ],
    ids=["sandbox", "store", "file", "one-transport", "depth", "profile", "nothing-stored"],
)
def test_what_decides_is_named_though_it_was_not_given(results: dict[str, Any], command: str) -> None:
    assert next_run(results) == ["fulfillspec", "run", *command.split()]


def test_requirements_and_versions_are_selected() -> None:
    words = next_run({"target": SANDBOX}, versions=["2022-10", "2025-10"], only=["FO-CLOSE-STATE", "FO-HOLD-STATE"])
    understood = read(words)
    assert understood["api_version"] == ("2022-10", "2025-10")
    assert understood["only"] == ("FO-CLOSE-STATE", "FO-HOLD-STATE")
