"""--strict on the command line and in the target file: a should that deviates ends with exit status 1, and says so."""

from pathlib import Path
from xml.etree import ElementTree

from cli_process import results, run

ADVISED = ("--only", "FO-READ-VERSION-HEADER,FO-LIST-ALL", "--transport", "rest")


def test_strict_run_fails_for_a_should_and_names_its_profile(tmp_path: Path) -> None:
    done = run(
        "run", "--strict", "--mutant", "version-header-of-lists-lies", *ADVISED, "--out", tmp_path / "out", cwd=tmp_path
    )
    assert done.status == 1, done.said
    found = results(tmp_path / "out")
    assert (found["verdict"], found["profile"]) == ("nonconformant", "strict")
    assert "strict profile" in done.out
    failures = [
        case.get("name")
        for case in ElementTree.parse(tmp_path / "out" / "junit.xml").iter("testcase")
        if case.find("failure") is not None
    ]
    assert failures == ["FO-READ-VERSION-HEADER [rest]"]
    assert "a should that deviates blocks" in (tmp_path / "out" / "report.html").read_text("utf-8")
    checked = run("verify", tmp_path / "out", cwd=tmp_path)
    assert checked.status == 0, checked.said
