"""From the fleet file to jobs: each target at each version is a run of its own, described by what a worker needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from fulfillspec import __version__
from fulfillspec.documents import register
from fulfillspec.fleet.file import BadTarget, Fleet, FleetTarget
from fulfillspec.target.file import Section, text_of
from fulfillspec.target.profile import ACTORS, address, is_loopback
from fulfillspec.target.settings import SIGNED_WITH, variable_of
from fulfillspec.target.statement import NAME as STATEMENT
from fulfillspec.target.statement import beside
from fulfillspec.target.writing import TargetFile

TARGET_FILE: Final = "target.toml"
_HERE: Final = "this machine"


@dataclass(frozen=True, slots=True)
class Job:
    """A run of one target at one version. Holds no token: `reads` are the variables that it may see, by their names here.

    `unavailable`: why it cannot be run.

    `store` is what no other run may use at the same time, empty where the run has its own. `files` are the target file
    and what belongs beside it, `file` where the target file lies if a person wrote it. `busy`: it uses this machine's
    cores, where other runs mostly wait.
    """

    target: str
    version: str
    build: str = ""
    store: str = ""
    options: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    needs: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[str, str] = field(default_factory=dict)
    minutes: float = 240.0
    busy: bool = False
    title: str = ""
    kind: str = ""
    unavailable: str = ""

    @property
    def id(self) -> str:
        """The job's name: the target and its version."""
        return f"{self.target}@{self.version}"

    @property
    def digest(self) -> str:
        """Of everything that decides what the run finds, this suite and its register included."""
        told = {key: value for key, value in asdict(self).items() if key not in {"title", "minutes", "file"}}
        told["suite"] = [__version__, register.load().digest]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def jobs(fleet: Fleet) -> tuple[Job, ...]:
    """Return the jobs of a fleet in the order of its file. Raises `BadTarget` for a target file that cannot be used."""
    return tuple(job for target in fleet.targets for job in _of(target))


def _of(target: FleetTarget) -> tuple[Job, ...]:
    url, files, reads = target.base_url, _files(target), {name: name for name in target.tokens.values()}
    if target.file:
        url, reads = _of_file(target)
    store = target.store or (store_of(url) if url else "")
    return tuple(
        Job(
            target=target.name,
            version=version,
            build=target.build,
            store=store,
            options=("--api-version", version, *_options(target)),
            files=files,
            file=str(target.file.resolve()) if target.file else "",
            needs=target.tokens,
            reads=reads,
            minutes=target.minutes,
            busy=target.sandbox or is_loopback(url),
            title=target.title,
            kind=_kind(target, url),
            unavailable=target.unavailable,
        )
        for version in target.versions
    )


def store_of(url: str) -> str:
    """Return the host that a URL leads to, with its port: what one leaky bucket belongs to."""
    parts = urlsplit(url)
    host = _HERE if is_loopback(url) else (parts.hostname or "").rstrip(".")
    return f"{host}:{parts.port or {'http': 80}.get(parts.scheme, 443)}"


def _kind(target: FleetTarget, url: str) -> str:
    """Return what is tested, for the board."""
    if not target.sandbox:
        return url
    changes = [*target.mutants, *target.variants]
    return f"sandbox with {', '.join(changes)}" if changes else "sandbox"


def _options(target: FleetTarget) -> list[str]:
    lists = {"only": target.only, "mutant": target.mutants, "variant": target.variants}
    if target.file:  # else they stand in the file that is written
        lists |= {"transport": target.transports, "area": target.areas}
    words = [word for name, values in lists.items() for value in values for word in (f"--{name}", value)]
    return [*words, *(["--strict"] if target.strict else []), "--depth", target.depth]


def _files(target: FleetTarget) -> dict[str, str]:
    """Return the target file, and the vendor's statement that lies beside it, as texts."""
    stated = beside(target.file) if target.file else target.statement
    written = TargetFile(
        target.base_url,
        transports=target.transports,
        areas=target.areas,
        tokens=target.tokens,
        connector=target.connector,
        allow_writes=target.allow_writes,
        limits=target.limits,
    )
    text = target.file.read_text("utf-8-sig") if target.file else written.text
    return {TARGET_FILE: text, **({STATEMENT: stated.read_text("utf-8-sig")} if stated else {})}


def _of_file(target: FleetTarget) -> tuple[str, dict[str, str]]:
    """Return where a target file leads and which variables its run reads: the file's own, else those of the fleet file."""
    assert target.file is not None
    top = Section("at the top", text_of(target.file))
    url = top.string("base_url")
    if url is None:
        raise BadTarget(f"{target.file} has no base_url: the fleet must know which store a run uses.")
    actors: Mapping[str, Any] = {name: top.section("actors").section(name) for name in ACTORS}
    named = {name: section.string("token_env") or variable_of(name) for name, section in actors.items()}
    reads = {variable: variable for variable in named.values()}
    reads |= {variable_of(actor): variable for actor, variable in target.tokens.items()}
    secret = top.section("notifications").string("secret_env") or SIGNED_WITH
    return address(url), {**reads, secret: secret}
