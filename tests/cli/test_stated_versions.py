"""API versions: each era is judged by its own documents, and a target that serves another version is said to."""

from pathlib import Path

import pytest
from cli_process import results, run, serving

JUDGED = ("FO-HOLD-CREATES-HOLD", "FO-RESCHEDULE-STATE", "FO-DEADLINE-SETS", "FO-CLOSE-STATE")
ONLY = tuple(option for identity in JUDGED for option in ("--only", identity))


def verdicts(out: Path) -> dict[str, str]:
    return {row["id"]: row["verdict"] for row in results(out)["requirements"] if row["id"] in JUDGED}


@pytest.mark.parametrize(
    ("version", "transport"),
    [("2022-04", "rest"), ("2023-01", "rest"), ("2026-07", "rest"), ("2024-10", "graphql")],
)
def test_sandbox_conforms_at_every_era(version: str, transport: str, tmp_path: Path) -> None:
    ended = run("run", "--api-version", version, "--transport", transport, *ONLY, "--out", "run", cwd=tmp_path)
    assert ended.status == 0, ended.said
    found = results(tmp_path / "run")
    assert found["target"]["api_version"] == {"asked": version, "served": version}
    assert [case for case in found["cases"] if case["outcome"] == "error"] == []
    # the deadline that was set shows since 2023-01
    absent = {"FO-DEADLINE-SETS"} if version < "2023-01" else set()
    seen = verdicts(tmp_path / "run")
    assert {identity for identity, verdict in seen.items() if verdict == "not-applicable"} == absent
    assert {verdict for identity, verdict in seen.items() if identity not in absent} == {"pass"}


def test_version_that_fell_forward_is_said_in_terminal_and_report(tmp_path: Path) -> None:
    with serving("--oldest", "2025-01", cwd=tmp_path) as store:
        arguments = [
            "--base-url",
            store.url,
            "--api-version",
            "2024-04",
            "--only",
            "FO-CLOSE-STATE",
            "--transport",
            "rest",
            "--out",
            "run",
        ]
        ended = run("run", *arguments, cwd=tmp_path, env=store.env)
    assert ended.status == 0, ended.said
    assert "2025-01 (2024-04 was asked for)" in " ".join(ended.out.split())
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert "Version 2024-04 was asked for, 2025-01 was served (it fell forward)" in page
    assert results(tmp_path / "run")["target"]["api_version"] == {"asked": "2024-04", "served": "2025-01"}


def test_graphql_that_fell_forward_alone_is_held_to_its_own_version(tmp_path: Path) -> None:
    only = ["--only", "FO-CLOSE-STATE", "--only", "FO-READ-VERSION-HEADER", "--area", "reading", "--area", "closing"]
    ended = run("run", "--api-version", "2023-01", *only, "--out", "run", cwd=tmp_path)
    assert ended.status == 0, ended.said
    assert "2023-01 (2024-10 over graphql)" in " ".join(ended.out.split())
    assert results(tmp_path / "run")["deviations"] == []


def test_version_that_the_target_does_not_know_ends_the_run(tmp_path: Path) -> None:
    ended = run("run", "--api-version", "2031-01", "--out", "run", cwd=tmp_path)
    assert ended.status == 4, ended.said
    assert len(ended.sentences) == 1
    assert "The target does not serve API version 2031-01" in ended.sentences[0]


def test_header_that_lies_is_said_in_terminal_and_report(tmp_path: Path) -> None:
    only = ["--only", "FO-READ-VERSION-HEADER", "--area", "reading", "--transport", "rest"]
    ended = run("run", "--mutant", "version-header-of-lists-lies", *only, "--out", "run", cwd=tmp_path)
    said = "X-Shopify-API-Version names 2025-10, as before"
    assert f"{said} · received 2023-04" in ended.out
    assert said in (tmp_path / "run" / "report.html").read_text("utf-8")
