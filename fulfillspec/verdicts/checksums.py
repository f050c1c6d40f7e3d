"""`SHA256SUMS`: what the files of a run were when it ended, in the form that `sha256sum -c` reads.

It tells whether a file was damaged, cut or changed by somebody who left the sums alone. It says nothing against one
who writes new sums, unless the digest of this file itself was handed over separately.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

NAME: Final = "SHA256SUMS"
LATER: Final = frozenset({NAME, "journal.ndjson"})
"""Files without a sum: this one, and the one that goes on when something is swept after the run."""
_BESIDE: Final = ("*", "reproduce/*")
_LINE = re.compile(r"([0-9a-f]{64}) [ *](\w[\w.-]*(?:/\w[\w.-]*)?)")


class DamagedSums(ValueError):
    """The file holds a line that is no sum of ours."""


def write(folder: Path) -> None:
    """Write the sums of the files of a run."""
    _put(folder, {name: digest(folder / name) for name in _files(folder)})


def refresh(folder: Path, names: Collection[str]) -> None:
    """Write the sums of these files anew, and leave the others as they are; nothing where there are no sums.

    Raises `DamagedSums`.
    """
    if (folder / NAME).is_symlink():
        raise DamagedSums("it is a link")
    if (folder / NAME).is_file():
        fresh = {name: digest(folder / name) for name in names if (folder / name).is_file()}
        _put(folder, {**read(folder), **fresh})


def read(folder: Path) -> dict[str, str]:
    """Return the sums by file name. Raises `DamagedSums` and `OSError`."""
    found: dict[str, str] = {}
    with (folder / NAME).open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            match = _LINE.fullmatch(line.rstrip("\n")) if len(line) < 4096 else None
            if match is None:
                raise DamagedSums(f"line {number} is no sum and file name")
            found[match[2]] = match[1]
    return found


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> Iterator[str]:
    for pattern in _BESIDE:
        for path in sorted(folder.glob(pattern)):
            if path.is_file() and not path.is_symlink() and path.name not in LATER and not path.name.startswith("."):
                yield path.relative_to(folder).as_posix()


def _put(folder: Path, sums: Mapping[str, str]) -> None:
    lines = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
    (folder / NAME).unlink(missing_ok=True)
    (folder / NAME).write_text(lines, encoding="utf-8")
