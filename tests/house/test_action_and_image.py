"""The GitHub action and the image: their shell lines do what they say, and what they copy is there."""

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tree import ROOT

from fulfillspec import cli

yaml = pytest.importorskip("yaml")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
BASH = shutil.which("bash")
STUB = '#!/bin/sh\nprintf "%s\\n" "$0" "$@" >> "$HEARD"\nexit "$ENDS"\n'


def step(name: str) -> dict[str, Any]:
    return next(one for one in STEPS if one.get("name") == name)


@dataclass
class Job:
    """A job whose `python` and `fulfillspec` write down what they are called with, and end with a status."""

    folder: Path
    status: int = 0

    def runs(self, name: str, **given: str) -> subprocess.CompletedProcess[str]:
        for command in ("python", "fulfillspec"):
            stub = self.folder / "bin" / command
            stub.parent.mkdir(exist_ok=True)
            stub.write_text(STUB, "utf-8")
            stub.chmod(0o755)
        env = {
            "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin",
            "HEARD": str(self.folder / "heard"),
            "ENDS": str(self.status),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_ACTION_PATH": "/the/action",
            **self._environment(step(name), given),
        }
        assert BASH is not None
        lines = [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", step(name)["run"]]
        return subprocess.run(lines, env=env, cwd=self.folder, capture_output=True, text=True, check=False)

    def _environment(self, of: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a step, the inputs of the action in place of its expressions."""
        found = {}
        for name, text in of.get("env", {}).items():
            where = re.fullmatch(r"\$\{\{ (inputs|steps)\.(.+) \}\}", text)
            assert where, text
            key = where[2]
            usual = "" if where[1] == "steps" else ACTION["inputs"][key]["default"]
            found[name] = given.get(key.replace("-", "_").replace(".", "_"), usual)
        return found

    @property
    def heard(self) -> list[str]:
        return (self.folder / "heard").read_text("utf-8").splitlines()


pytestmark = pytest.mark.skipif(BASH is None, reason="there is no bash")


def test_suite_is_installed_from_the_action(tmp_path: Path) -> None:
    job = Job(tmp_path)
    assert job.runs("Install the suite").returncode == 0
    assert job.heard[1:] == ["-m", "pip", "install", "--quiet", "/the/action"]


def test_run_takes_the_inputs_and_keeps_its_status(tmp_path: Path) -> None:
    job = Job(tmp_path, status=1)
    given = {"base_url": "http://x y", "areas": "closing holds", "baseline": "b.toml", "options": "--strict --seed 1"}
    assert job.runs("Run the suite", **given).returncode == 0
    assert job.heard[1:] == [
        "run", "--wait", "30", "--out", "conformance", "--base-url", "http://x y", "--baseline", "b.toml",
        "--area", "closing", "--area", "holds", "--strict", "--seed", "1",
    ]  # fmt: skip
    assert (tmp_path / "output").read_text("utf-8") == "status=1\n"


def test_target_file_needs_no_base_url_and_nothing_named_is_wrong_use(tmp_path: Path) -> None:
    job = Job(tmp_path)
    job.runs("Run the suite", target="target.toml")
    assert job.heard[1:] == ["run", "--wait", "30", "--out", "conformance", "--target", "target.toml"]
    (tmp_path / "heard").unlink()
    job.runs("Run the suite")
    assert job.heard[-2:] == ["--base-url", ""]  # which the program refuses


@pytest.mark.parametrize("status", ["0", "1", "5"])
def test_verdict_decides_the_job(status: str, tmp_path: Path) -> None:
    assert Job(tmp_path).runs(
        "Tell the verdict", steps_run_outputs_status=status, run_outputs_status=status
    ).returncode == int(status)


def test_action_names_options_that_exist() -> None:
    known = {option for one in cli.main.commands["run"].params for option in one.opts}
    assert set(re.findall(r"(?<=\s)--[a-z-]+", step("Run the suite")["run"])) <= known


def test_report_is_kept_whatever_the_verdict() -> None:
    names = [one.get("name") for one in STEPS]
    assert names.index("Keep the report") < names.index("Tell the verdict")
    assert "always()" in step("Keep the report")["if"]


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def test_image_copies_what_the_package_is_built_of() -> None:
    copied = {source for name, rest in instructions() if name == "COPY" for source in rest.split()[:-1]}
    assert [source for source in copied if not (ROOT / source).exists()] == []
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = build["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {
        *wheel["packages"],
        *wheel["force-include"],
        build["project"]["readme"],
        *build["project"]["license-files"],
    }
    assert needed <= copied


def test_image_starts_the_program_as_nobody_special() -> None:
    found = dict(instructions())
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert json.loads(found["ENTRYPOINT"])[0] in scripts
    assert found["USER"] != "root"
