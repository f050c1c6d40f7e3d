"""Reports of a stranger's folder are written into it, and nowhere else, whatever links stand there."""

from pathlib import Path

import pytest
import stored_run

from fulfillspec.reporting import PROJECTIONS, write_all
from fulfillspec.runs import files
from fulfillspec.verdicts import checksums


@pytest.mark.parametrize("form", ["{}", ".{}.draft"], ids=["report", "draft"])
def test_link_in_the_place_of_a_report_leads_nowhere(form: str, tmp_path: Path) -> None:
    folder, precious = tmp_path / "run", tmp_path / "precious"
    folder.mkdir()
    stored_run.make(folder, sound=True)
    precious.write_text("precious", "utf-8")
    for name in PROJECTIONS:
        (folder / form.format(name)).unlink(missing_ok=True)
        (folder / form.format(name)).symlink_to(precious)
    assert write_all(folder) == []
    assert precious.read_text("utf-8") == "precious"
    assert not any((folder / report).is_symlink() for report in PROJECTIONS)


def test_link_in_the_place_of_the_sums_leads_nowhere(tmp_path: Path) -> None:
    folder, precious = tmp_path / "run", tmp_path / "precious"
    folder.mkdir()
    precious.write_text(f"{'0' * 64}  results.json\n", "utf-8")
    (folder / "results.json").write_text("{}", "utf-8")
    (folder / checksums.NAME).symlink_to(precious)
    with pytest.raises(checksums.DamagedSums, match="it is a link"):
        checksums.refresh(folder, ["results.json"])
    checksums.write(folder)
    assert precious.read_text("utf-8").startswith("0" * 64)
    assert not (folder / checksums.NAME).is_symlink()


def test_link_in_the_place_of_a_draft_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious", "utf-8")
    (tmp_path / ".results.json.draft").symlink_to(tmp_path / "precious")
    files.put_results(tmp_path, {"schema": "x"})
    assert (tmp_path / "precious").read_text("utf-8") == "precious"
