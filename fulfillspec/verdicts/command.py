"""The options of `fulfillspec run`, in one table, and the command that starts a stored run once more.

The command line and the pytest plugin both declare their options from the table; what was given of them is stored with
the results, so that the command to run next repeats it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fulfillspec.documents.versions import UNSTABLE

DEPTHS = ("core", "certify")
"""How deep the table is walked."""

Kind = Literal["text", "file", "folder", "list", "choice", "number", "steps", "seconds", "flag"]


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a run. `pytest` is its name there, where its own is taken; `again`: a repeated run has it too."""

    name: str
    kind: Kind
    help: str
    metavar: str | None = None
    pytest: str = ""
    again: bool = True

    @property
    def key(self) -> str:
        """The name as the command line hands it over and results store it."""
        return self.name.replace("-", "_")

    @property
    def flag(self) -> str:
        """The option as pytest takes it."""
        return f"--{self.pytest or self.name}"

    @property
    def pytest_key(self) -> str:
        """The name as pytest hands it over."""
        return (self.pytest or self.name).replace("-", "_")

    def words(self, value: Any) -> list[str]:
        """Return the words of a command that give this option a value; none for none."""
        return [
            word
            for one in _each(value)
            for word in ([f"--{self.name}", str(one)] if one is not True else [f"--{self.name}"])
        ]

    def joined(self, value: Any) -> list[str]:
        """Return the arguments by which pytest is given a value."""
        return [self.flag if one is True else f"{self.flag}={one}" for one in _each(value)]


def _each(value: Any) -> list[Any]:
    if value is None or value is False:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


OPTIONS = (
    Option("target", "file", "Target file (TOML)."),
    Option("base-url", "text", "Where the target is; without it a sandbox is started on a free port."),
    Option(
        "api-version",
        "list",
        f"API version to ask for: YYYY-MM or {UNSTABLE}; repeatable: each is tested in turn, and they are compared.",
    ),
    Option("transport", "list", "rest, graphql or connector; repeatable. Default: those found."),
    Option("area", "list", "Claim only these areas; repeatable. Default: those whose prerequisites were found."),
    Option(
        "listen",
        "text",
        "host:port, or a port of 127.0.0.1, where the target can reach this run: callbacks of the fulfillment service "
        "are heard there. Default: the target file's.",
        metavar="ADDR",
    ),
    Option(
        "strict",
        "flag",
        "A should that deviates fails the verdict too: nonconformant, exit status 1.",
        pytest="strict-profile",
    ),
    Option("depth", "choice", "How deep the table of states and actions is tested."),
    Option("seed", "number", "Seed of the random walks."),
    Option(
        "walk-steps",
        "steps",
        "Steps of the random walks in all. Default: none at core, 360 at certify.",
    ),
    Option("mutant", "list", "Switch a defect of the embedded sandbox on; repeatable.", pytest="sandbox-mutant"),
    Option(
        "variant", "list", "Switch a legal variant of the embedded sandbox on; repeatable.", pytest="sandbox-variant"
    ),
    Option(
        "wait",
        "seconds",
        "Wait up to so many seconds for a target that is still starting.",
        metavar="SECONDS",
        again=False,
    ),
    Option("only", "list", "Judge only these requirements; repeatable.", metavar="ID", again=False),
    Option(
        "baseline",
        "file",
        "Known deviations (TOML): exit status 0 where no other must deviates and no entry is stale.",
        metavar="FILE",
    ),
    Option(
        "failed-from",
        "folder",
        "Judge only what failed or could not be observed in this stored run, and say what is fixed.",
        metavar="DIR",
        again=False,
    ),
    Option("compressed", "flag", "Write evidence and HAR compressed (gzip), as they come.", again=False),
    Option("fail-fast", "flag", "Stop at the first must that deviates.", again=False),
    Option("open", "flag", "Open the report in the browser at the end.", pytest="open-report", again=False),
    Option("out", "folder", "Folder for results and report. Default: reports/<time>-<target>.", again=False),
)
"""Every option of a run, in the order in which a command names them."""


def named_and_empty(value_of: Mapping[str, Any]) -> str:
    """Say which option was given without a value, from values by key or by the keys of pytest; empty where none was.

    An unset variable in a CI job must not widen what is tested, or move where the results go.
    """
    for option in OPTIONS:
        value = value_of.get(option.pytest_key, value_of.get(option.key))
        if any(isinstance(one, str) and not one.strip() for one in _each(value)):
            usual = {"base-url": "Name the target, or leave it out to test the embedded sandbox."}
            return f"--{option.name} is empty. {usual.get(option.name, 'Give it a value, or leave it out.')}"
    return ""


def given(value_of: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given of the options that a repeated run has too, by key, from values by the keys of pytest."""
    found: dict[str, Any] = {}
    for option in OPTIONS:
        value = value_of.get(option.pytest_key)
        usual = {"choice": DEPTHS[0], "number": 0}.get(option.kind)
        if option.again and _each(value) and (usual is None or value != usual):
            found[option.key] = list(value) if isinstance(value, (list, tuple)) else value
    return found


def next_run(results: Mapping[str, Any], *, versions: Sequence[str] = (), only: Iterable[str] = ()) -> list[str]:
    """Return the words of the command that runs stored results once more.

    `versions` are those of a run over several, `only` the requirements to select. What was not given on the command line
    but decides what is tested (address, version, the one transport, depth, profile) is named as well.
    """
    target, suite = results.get("target") or {}, results.get("suite") or {}
    options: dict[str, Any] = {**(results.get("options") or {}), "only": list(only)}
    if target.get("file"):
        options.setdefault("target", target["file"])
    elif not target.get("embedded") and target.get("base_url"):
        options.setdefault("base_url", target["base_url"])
    asked = (target.get("api_version") or {}).get("asked")
    options["api_version"] = list(versions) or options.get("api_version") or ([asked] if asked else [])
    for change in ("mutant", "variant"):
        if target.get(f"{change}s"):
            options.setdefault(change, target[f"{change}s"])
    transports = target.get("transports") or []
    if len(transports) == 1:
        options.setdefault("transport", list(transports))
    if suite.get("depth") not in (None, "", DEPTHS[0]):
        options.setdefault("depth", suite["depth"])
    if results.get("profile") == "strict":
        options.setdefault("strict", True)
    return ["fulfillspec", "run", *(word for option in OPTIONS for word in option.words(options.get(option.key)))]
