"""A base URL that is named and empty is wrong use: it must not lead to the embedded sandbox."""

from typing import Any

import pytest

from fulfillspec.target.profile import BadTarget, load


@pytest.mark.parametrize(
    ("option", "variable", "named"),
    [("", None, "--base-url"), ("  ", None, "--base-url"), (None, "", "FULFILLSPEC_BASE_URL")],
)
def test_empty_base_url_is_refused(option: str | None, variable: str | None, named: str) -> None:
    env: dict[str, str] = {} if variable is None else {"FULFILLSPEC_BASE_URL": variable}
    options: dict[str, Any] = {"base_url": option}
    with pytest.raises(BadTarget, match=f"{named} is empty"):
        load(None, env, options)


def test_base_url_that_is_not_named_is_none() -> None:
    assert load(None, {}, {"base_url": None}).base_url == ""
