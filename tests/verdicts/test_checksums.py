"""The sums of a run's files: which files have one, how they read back, and what is no sum."""

import hashlib
from pathlib import Path

import pytest

from fulfillspec.verdicts import checksums


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def run(folder: Path) -> Path:
    (folder / "reproduce").mkdir()
    for name in ("results.json", "reproduce/FO-1.sh", "journal.ndjson", ".hidden", checksums.NAME):
        (folder / name).write_text(name, "utf-8")
    (folder / "link").symlink_to(folder / "results.json")
    return folder


def test_every_file_of_a_run_has_a_sum_but_those_that_go_on_or_lead_elsewhere(tmp_path: Path) -> None:
    checksums.write(run(tmp_path))
    assert checksums.read(tmp_path) == {name: sha(name) for name in ("results.json", "reproduce/FO-1.sh")}
    assert (tmp_path / checksums.NAME).read_text("utf-8") == (
        f"{sha('reproduce/FO-1.sh')}  reproduce/FO-1.sh\n{sha('results.json')}  results.json\n"
    )


def test_sums_of_some_files_are_renewed_and_the_others_stay(tmp_path: Path) -> None:
    checksums.write(run(tmp_path))
    for name in ("results.json", "reproduce/FO-1.sh", "report.html"):
        (tmp_path / name).write_text("changed", "utf-8")
    checksums.refresh(tmp_path, ["results.json", "report.html", "absent"])
    assert checksums.read(tmp_path) == {
        "results.json": sha("changed"),
        "report.html": sha("changed"),
        "reproduce/FO-1.sh": sha("reproduce/FO-1.sh"),
    }


def test_run_without_sums_gets_none_by_renewing(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text("x", "utf-8")
    checksums.refresh(tmp_path, ["results.json"])
    assert not (tmp_path / checksums.NAME).exists()


@pytest.mark.parametrize(
    "line", ["", "0 results.json", f"{'0' * 64} ../results.json", f"{'0' * 64}  a/b/c", f"{'0' * 64}  {'a' * 5000}"]
)
def test_line_that_is_no_sum_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / checksums.NAME).write_text(f"{'1' * 64}  results.json\n{line}\n", "utf-8")
    with pytest.raises(checksums.DamagedSums, match="line 2 is no sum"):
        checksums.read(tmp_path)


def test_sums_of_binary_mode_are_read_too(tmp_path: Path) -> None:
    (tmp_path / checksums.NAME).write_text(f"{'1' * 64} *results.json\n", "utf-8")
    assert checksums.read(tmp_path) == {"results.json": "1" * 64}
