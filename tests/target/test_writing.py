"""A target file that is written can be read again, and says no more than was answered."""

from pathlib import Path

import pytest

from fulfillspec.target.file import BadTarget
from fulfillspec.target.profile import ConnectorSettings, Notifications, load
from fulfillspec.target.writing import TargetFile, write

WHOLE = TargetFile(
    "https://store.example",
    "2026-01",
    ("rest", "connector"),
    ("holds", "moves"),
    {"merchant": "M", "service": "S", "outsider": ""},
    "/connector",
    "127.0.0.1:8099",
    allow_writes=True,
)


def test_whole_file_reads_as_it_was_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("M", "m")
    path = tmp_path / "target.toml"
    write(WHOLE, path)
    found = load(path, {"M": "m", "S": "s"}, {})
    assert (found.base_url, found.api_version) == ("https://store.example", "2026-01")
    assert (found.transports, found.areas) == (("rest", "connector"), ("holds", "moves"))
    assert (found.token("merchant"), found.token("service"), found.token("outsider")) == ("m", "s", None)
    assert found.connector == ConnectorSettings("/connector")
    assert found.notifications == Notifications("127.0.0.1", 8099)
    assert found.allow_writes
    assert path.read_text("utf-8") == WHOLE.text
    assert [each.name for each in tmp_path.iterdir()] == ["target.toml"], "no draft is left"


def test_file_says_what_was_answered_and_nothing_else() -> None:
    assert TargetFile("http://127.0.0.1:1").text == 'base_url = "http://127.0.0.1:1"\n'
    assert TargetFile("http://h", tokens={"merchant": ""}).text == 'base_url = "http://h"\n'
    assert TargetFile("http://h", areas=["holds"], listen="0").text == (
        'base_url = "http://h"\nareas = ["holds"]\n\n[notifications]\nlisten = "0"\n'
    )
    assert TargetFile("http://ü", tokens={"merchant": "M"}, allow_writes=True).text == (
        'base_url = "http://ü"\n\n[actors.merchant]\ntoken_env = "M"\n\n[guard]\nallow_writes = true\n'
    )


def test_file_that_stands_there_is_replaced_where_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "target.toml"
    path.write_text("x")
    with pytest.raises(BadTarget, match=r"exists already\. Name another file, or replace it with --force"):
        write(TargetFile("http://127.0.0.1:1"), path)
    assert path.read_text() == "x"
    write(TargetFile("http://127.0.0.1:1"), path, over=True)
    assert path.read_text().startswith("base_url")


@pytest.mark.parametrize(
    "wanted", [TargetFile("no url"), TargetFile("http://h", "latest"), TargetFile("http://h", connector="x")]
)
def test_answers_that_make_no_target_are_not_written(wanted: TargetFile, tmp_path: Path) -> None:
    with pytest.raises(BadTarget):
        write(wanted, tmp_path / "target.toml")
    assert list(tmp_path.iterdir()) == []


def test_environment_does_not_stand_in_for_what_the_file_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULFILLSPEC_API_VERSION", "latest")
    write(TargetFile("http://127.0.0.1:1"), tmp_path / "target.toml")
    with pytest.raises(BadTarget, match=r"cannot be written .*Name another file"):
        write(TargetFile("http://127.0.0.1:1"), tmp_path / "absent" / "target.toml")
