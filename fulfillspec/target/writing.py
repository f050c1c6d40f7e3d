"""A target file and a statement written from a few answers: `fulfillspec init`. Tokens are named by their variables."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fulfillspec.target import statement
from fulfillspec.target.file import BadTarget, text_of
from fulfillspec.target.profile import load


@dataclass(frozen=True, slots=True)
class TargetFile:
    """What the file is to say; what is empty is left out. `tokens` has the name of a variable for each actor."""

    base_url: str
    api_version: str = ""
    transports: Sequence[str] = ()
    areas: Sequence[str] = ()
    tokens: Mapping[str, str] | None = None
    connector: str = ""
    listen: str = ""
    allow_writes: bool = False
    limits: Mapping[str, float | str] | None = None

    @property
    def text(self) -> str:
        """The file's text."""
        top = {
            "base_url": self.base_url,
            "api_version": self.api_version,
            "transports": list(self.transports),
            "areas": list(self.areas),
        }
        sections: dict[str, Mapping[str, object]] = {
            f"actors.{actor}": {"token_env": variable} for actor, variable in (self.tokens or {}).items() if variable
        }
        sections["connector"] = {"path": self.connector}
        sections["notifications"] = {"listen": self.listen}
        sections["limits"] = self.limits or {}
        sections["guard"] = {"allow_writes": self.allow_writes}
        lines = _lines(top)
        for name, values in sections.items():
            if any(values.values()):
                lines += ["", f"[{name}]", *_lines(values)]
        return "\n".join(lines) + "\n"


def _lines(values: Mapping[str, object]) -> list[str]:
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if value]


@dataclass(frozen=True, slots=True)
class StatementFile:
    """What the statement is to say; where the product is not named it is one to fill in, which states nothing yet."""

    vendor: str = ""
    product: str = ""
    version: str = ""
    contact: str = ""
    areas: Sequence[str] = ()
    transports: Sequence[str] = ()
    api_versions: Sequence[str] = ()

    @property
    def text(self) -> str:
        """The file's text."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        if self.vendor or self.product or self.version:
            return "\n".join(_lines(values)) + "\n"
        usual = {"vendor": "Example Ltd", "product": "Example API", "version": "1.0", "contact": "api@example.com"}
        return _UNSTATED + "".join(f"# {line}\n" for line in _lines({**values, **usual}))


_UNSTATED: Final = """\
# What you claim of your product: it heads the report, is compared with what is observed, and travels with the run.
# Nothing is stated until the # before vendor, product and version is gone.
"""


def write_statement(wanted: StatementFile, target_file: Path, *, over: bool = False) -> Path | None:
    """Write a statement beside a target file; None where one stands already (not `over`). Raises `BadTarget`."""
    path = target_file.with_name(statement.NAME)
    if path.exists() and not over:
        return None
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_text(wanted.text, "utf-8")
        if text_of(draft):
            statement.load(draft)
        draft.replace(path)
    except OSError as error:
        raise BadTarget(f"{path} cannot be written ({error.strerror}). Name another file.") from None
    finally:
        draft.unlink(missing_ok=True)
    return path


def write(wanted: TargetFile, path: Path, *, over: bool = False) -> None:
    """Write a target file that can be read again. Raise `BadTarget` where it could not, or stands already (not `over`)."""
    if path.exists() and not over:
        raise BadTarget(f"{path} exists already. Name another file, or replace it with --force.")
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_text(wanted.text, "utf-8")
        load(draft, {name: value for name, value in os.environ.items() if not name.startswith("FULFILLSPEC_")}, {})
        draft.replace(path)
    except OSError as error:
        raise BadTarget(f"{path} cannot be written ({error.strerror}). Name another file.") from None
    finally:
        draft.unlink(missing_ok=True)
