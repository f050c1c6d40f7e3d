"""Whether the files of a stored run are there, unchanged, made of its results, and free of secrets."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fulfillspec.evidence import times
from fulfillspec.evidence.log import FILE
from fulfillspec.evidence.packed import ENDING, DamagedEvidence, opened
from fulfillspec.reporting import PROJECTIONS, stored_as, write_all
from fulfillspec.target import statement
from fulfillspec.verdicts import checksums
from fulfillspec.verdicts.checksums import DamagedSums
from fulfillspec.verification.finding import Disagreement

_PIECE: Final = 1 << 20
_COMPRESSED: Final = frozenset(f"{name}{ENDING}" for name in (FILE, *PROJECTIONS))
_OURS: Final = _COMPRESSED | {*PROJECTIONS, "results.json", FILE, times.FILE, statement.NAME}
"""What a run leaves, as far as each has a sum where it is there."""
_LONGEST_SECRET: Final = 4096
_SECRET = re.compile(
    rb"shp(?:at|ca|pa|ss|tka|ua)_[0-9A-Za-z]{16,}"
    rb"|(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"
    rb"|[Bb]earer [\w.~+/-]{20,}"
    rb"|gh[pousr]_[0-9A-Za-z]{30,}"
    rb"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
"""What tokens look like: those of the Admin API, JSON Web Tokens, others that end up in logs."""


def of_kind(folder: Path) -> Iterator[Disagreement]:
    """Yield what stands in the folder and is neither a file nor a folder: it is not read."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            yield Disagreement(path.relative_to(folder).as_posix(), "it is a link or no file, and was not read")


def plain(folder: Path, name: str) -> bool:
    """Tell whether a file of the run is there, and a file."""
    path = folder / name
    return path.is_file() and not any(one.is_symlink() for one in (path, *path.relative_to(folder).parents[:-1]))


def of_sums(folder: Path) -> Iterator[Disagreement]:
    """Compare the files with the sums that were taken at the end of the run, where there are any."""
    if not plain(folder, checksums.NAME):
        return
    try:
        sums = checksums.read(folder)
    except (DamagedSums, OSError) as error:
        yield Disagreement(checksums.NAME, str(error))
        return
    for name in sorted(_OURS - sums.keys()):
        if plain(folder, name):
            yield Disagreement(name, f"{checksums.NAME} has no sum of it")
    for name, digest in sums.items():
        if not plain(folder, name):
            yield Disagreement(name, f"{checksums.NAME} names it, and it is missing")
        elif checksums.digest(folder / name) != digest:
            yield Disagreement(name, f"it is not the file that {checksums.NAME} has the sum of: it was changed or cut")


def strangers(folder: Path) -> list[str]:
    """Return the files in a run's folder that its sums do not name: others put them there. None where there are no sums."""
    if not plain(folder, checksums.NAME):
        return []
    try:
        known = {*checksums.read(folder), *checksums.LATER}
    except (DamagedSums, OSError):
        return []
    found = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return sorted(name for name in found if name not in known)


def of_projections(folder: Path) -> Iterator[Disagreement]:
    """Make the files again that are made of results and evidence, and compare."""
    with tempfile.TemporaryDirectory(prefix="fulfillspec-") as made:
        for failed in write_all(folder, Path(made)):
            yield Disagreement(failed.name, f"it cannot be made again: {failed.reason}")
        for name in (stored_as(folder, one) for one in PROJECTIONS):
            again = Path(made) / name
            if not plain(folder, name):
                yield Disagreement(name, "it is missing")
            elif again.is_file() and not _same(again, folder / name):
                yield Disagreement(name, "it is not what results.json and evidence.ndjson come to")


def _same(made: Path, stored: Path) -> bool:
    """Tell whether two files say the same, unpacked where they are compressed."""
    try:
        with opened(made) as here, opened(stored) as there:
            while (piece := here.read(_PIECE)) == there.read(_PIECE):
                if not piece:
                    return True
    except DamagedEvidence:
        pass
    return False


def of_secrets(folder: Path) -> Iterator[Disagreement]:
    """Yield the files in which something looks like a token; it is not repeated."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        name = path.relative_to(folder).as_posix()
        try:
            line = _secret(path)
        except DamagedEvidence:
            yield Disagreement(name, "it cannot be unpacked, so nobody knows what it holds")
            continue
        if line:
            yield Disagreement(name, f"something in line {line} looks like a token")


def _secret(path: Path) -> int:
    """Return the line of the first thing that looks like a token, 0 if there is none."""
    lines, kept = 1, b""
    with opened(path) as file:
        while piece := file.read(_PIECE):
            text = kept + piece
            if found := _SECRET.search(text):
                return lines + text.count(b"\n", 0, found.start())
            lines += text.count(b"\n", 0, max(len(text) - _LONGEST_SECRET, 0))
            kept = text[-_LONGEST_SECRET:]
    return 0
