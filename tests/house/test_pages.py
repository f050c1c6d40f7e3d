"""What the pages say is so: commands, links, keys, options, the workflow to copy, and no word of where they were written."""

import json
import re
import stat
import tomllib
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from tree import ROOT, tracked

from fulfillspec import cli
from fulfillspec.documents import register
from fulfillspec.target import profile
from fulfillspec.verdicts import statuses

PAGES = [
    ROOT / "README.md",
    ROOT / "reports" / "README.md",
    ROOT / "benchmarks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
TARGETS = sorted((ROOT / "fixtures" / "targets").glob("*.toml"))
WRITTEN_BY_COMMANDS = {"kill-matrix.md", "kill-matrix-cells.md"}


def first_block(section: str) -> str:
    text = (ROOT / "README.md").read_text("utf-8").split(f"\n## {section}\n")[1]
    found = re.search(r"```sh\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1].strip()


def test_run_and_test_are_one_line_each() -> None:
    assert "\n" not in first_block("Run")
    assert "\n" not in first_block("Test")
    assert first_block("Run").endswith("fulfillspec run")


def test_ci_runs_the_test_line_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    lines = script.read_text("utf-8").splitlines()
    assert lines[0] == "#!/bin/sh"
    assert "set -e" in lines
    assert lines[-1] == first_block("Test")
    assert script.stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert [link for link in missing if Path(link).name not in WRITTEN_BY_COMMANDS] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_files_of_the_repository_exist(page: Path) -> None:
    named = re.findall(
        r"`((?:docs|fixtures|schemas|scripts|benchmarks|tests|suites|fulfillspec)/[\w./-]*\w)/?`",
        page.read_text("utf-8"),
    )
    assert [name for name in named if not (ROOT / name).exists() and not name.startswith("fixtures/S")] == []


def test_every_option_that_pages_name_exists() -> None:
    known = {option for command in cli.main.commands.values() for one in command.params for option in one.opts}
    known |= {"--version", "--base-url", "--out"}
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(rf"fulfillspec (?:{'|'.join(cli.main.commands)})[^\n`]*", text))
    used = {option for line in named for option in re.findall(r"(?<=\s)--[a-z-]+", line.partition("#")[0])}
    assert used - known == set()


def test_every_requirement_that_pages_name_exists() -> None:
    known = register.load().requirements
    text = "\n".join(page.read_text("utf-8") for page in PAGES if page.name not in WRITTEN_BY_COMMANDS)
    named = {re.sub(r"-\d+$", "", name) for name in re.findall(r"FO-[A-Z0-9-]*[A-Z0-9]", text)}
    assert {name for name in named if name not in known and name != "FO-PROP"} == set()


def test_every_key_of_the_target_file_is_explained() -> None:
    sources = ((ROOT / "fulfillspec" / "target" / name).read_text("utf-8") for name in ("profile.py", "file.py"))
    asked = [call for source in sources for call in re.findall(r"\.only\(([^*)]*)\)", source)]
    keys = {key for call in asked for key in re.findall(r'"(\w+)"', call)} | {
        *profile.LIMITS,
        "merchant_location",
        "service_location",
        "other_location",
    }
    page = (ROOT / "docs" / "target-file.md").read_text("utf-8")
    assert "allow_writes" in keys
    assert {key for key in keys if key not in page} == set()


@pytest.mark.parametrize("file", TARGETS, ids=lambda file: file.stem)
def test_example_target_file_is_read(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / file.name
    copy.write_bytes(file.read_bytes())
    for name in ("merchant.token", "service.token"):
        (tmp_path / name).write_text("a-token", "utf-8")
    read = profile.load(copy, {"MOCK_MERCHANT_TOKEN": "a", "FULFILLSPEC_MERCHANT_TOKEN": "a"}, {})
    assert read.base_url
    assert read.token("merchant")
    assert read.notes == ()


def test_exit_statuses_of_the_readme_are_those_of_the_program() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert [int(status) for status in re.findall(r"^\| (\d) \|", text, re.MULTILINE)] == [0, 1, 2, 3, 4, 5]
    assert sorted({*statuses.OF_VERDICT.values(), statuses.BROKEN, statuses.BAD_USE}) == [0, 1, 2, 3, 4, 5]


def test_workflow_to_copy_is_yaml_and_runs_the_command() -> None:
    yaml = pytest.importorskip("yaml")
    workflow = yaml.safe_load((ROOT / "docs" / "ci-workflow.yml").read_text("utf-8"))
    steps = workflow["jobs"]["conformance"]["steps"]
    assert any("fulfillspec run --base-url" in step.get("run", "") for step in steps)


def test_sample_report_is_of_a_mutant_and_by_the_schema() -> None:
    found = json.loads((ROOT / "reports" / "sample" / "results.json").read_text("utf-8"))
    schema = json.loads((ROOT / "schemas" / "results.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)
    assert found["verdict"] == "nonconformant"
    page = (ROOT / "reports" / "sample" / "report.html").read_text("utf-8")
    assert all(one["requirement"] in page for one in found["deviations"])


def test_picture_is_small() -> None:
    assert 20_000 < (ROOT / "docs" / "images" / "report.png").stat().st_size < 250_000


def test_lock_has_names_versions_and_hashes_only() -> None:
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    rows = re.compile(r"#.*|[a-z0-9-]+==[\w.]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in lines if not rows.fullmatch(line)] == []


def test_lock_has_every_dependency_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["dev"],
        *project["build-system"]["requires"],
    ]
    names = {re.split(r"[\[<>=!~; ]", one)[0].lower().replace("_", "-") for one in wanted}
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))
    assert names - locked == set()


def test_tracked_files_say_nothing_of_where_they_were_made() -> None:
    words = re.compile(
        rb"(?<![\w.~}/])/(?:work|home|root|Users|tmp|private|opt)/\w|(?:pypi|npmjs|pythonhosted)\.org|\.librar[y]/"
    )
    files = tracked()
    if not files:
        pytest.skip("there is no git, or this is no checkout")
    found = [f"{file.relative_to(ROOT)}: {hit[0][:60]!r}" for file in files if (hit := words.search(file.read_bytes()))]
    assert found == []


def test_help_is_shown_for_every_command() -> None:
    said = CliRunner().invoke(cli.main, ["--help"]).output
    assert all(name in said for name in cli.main.commands)
