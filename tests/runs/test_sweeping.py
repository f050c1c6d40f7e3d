"""A folder may come from anybody: sweeping sends the token to no host that the user did not name."""

import json
from pathlib import Path

import pytest

from fulfillspec.runs.sweeping import CannotSweep, sweep_run


def killed(folder: Path, base_url: str) -> Path:
    (folder / "journal.ndjson").write_text("", "utf-8")
    first = {"schema": "fulfillspec/evidence/1", "base_url": base_url}
    (folder / "evidence.ndjson").write_text(json.dumps(first) + "\n", "utf-8")
    return folder


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FULFILLSPEC_BASE_URL", "FULFILLSPEC_TARGET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FULFILLSPEC_MERCHANT_TOKEN", "shpat_0123456789abcdef")


def test_host_that_only_the_folder_names_is_asked_for(tmp_path: Path) -> None:
    folder = killed(tmp_path, "https://stranger.example")
    with pytest.raises(CannotSweep, match=r"--base-url https://stranger\.example"):
        sweep_run(folder, None)
    assert sweep_run(folder, None, "http://127.0.0.1:9").left == []


def test_run_that_was_killed_is_swept_from_folder_and_tokens(tmp_path: Path) -> None:
    assert sweep_run(killed(tmp_path, "http://127.0.0.1:9"), None).in_words == "There was nothing to remove."


def test_journal_that_is_a_link_is_none(tmp_path: Path) -> None:
    (tmp_path / "journal.ndjson").symlink_to("/dev/zero")
    with pytest.raises(CannotSweep, match="holds no journal"):
        sweep_run(tmp_path, None, "http://127.0.0.1:9")
