"""A sandbox in another process, and one whole run against it that several tests look at."""

from collections.abc import Iterator

import pytest
from cli_process import Store, Walked, run, serving


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with serving(cwd=tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture(scope="session")
def walked(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """A run over REST with the tokens of two apps and more, without a target file."""
    folder = tmp_path_factory.mktemp("walked")
    before = store.contents
    ended = run("run", "--base-url", store.url, "--transport", "rest", "--out", "run", cwd=folder, env=store.env)
    return Walked(store, folder / "run", ended, before, store.contents)
