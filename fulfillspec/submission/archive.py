"""A run as one file to hand in: a zip that is the same byte for byte whenever it is made of the same run.

Three levels. `full` has everything that cannot be made again from the rest. `vendor` has no body that held personal
data: the SHA-256 of each stands in its place. `public` has the verdicts with what they quote, and no exchange at all.
Every level carries the `SHA256SUMS` of the run, so that one digest names the run at each of them.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fulfillspec.evidence import log, packed, times
from fulfillspec.evidence.redaction import holds_personal
from fulfillspec.reporting import PROJECTIONS
from fulfillspec.verdicts import checksums

MANIFEST: Final = "manifest.json"
SCHEMA: Final = "fulfillspec/archive/1"
LEVELS: Final = ("full", "vendor", "public")
LARGEST: Final = 4 * 1024**3
"""Bytes that an archive may have when it is unpacked."""
_MOST_FILES: Final = 10_000
_NEVER: Final = frozenset({*PROJECTIONS, *(f"{name}{packed.ENDING}" for name in PROJECTIONS), MANIFEST})
"""What is made again from the rest of a full archive."""
_PUBLIC: Final = frozenset({"results.json", "statement.toml", checksums.NAME})
_NAME: Final = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*){0,2}")
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
_PIECE: Final = 1 << 20


class BadArchive(Exception):
    """The file is no archive of a run that can be unpacked; the message says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself: its level, the digest of the run, the digest of each file in it."""

    level: str
    run: str
    files: Mapping[str, str]
    withheld: int = 0

    def text(self) -> str:
        """Return the manifest as it stands in the archive."""
        document = {
            "schema": SCHEMA,
            "level": self.level,
            "run": {"sha256": self.run},
            "withheld_bodies": self.withheld,
        }
        return json.dumps({**document, "files": dict(sorted(self.files.items()))}, indent=1) + "\n"


def pack(folder: Path, archive: Path, level: str) -> Manifest:
    """Write the archive of a run at a level. Raises `OSError`, and `BadArchive` where the run has no sums."""
    if not (folder / checksums.NAME).is_file():
        raise BadArchive(
            f"{folder} has no {checksums.NAME}, and so no digest that names the run: expected a whole run."
        )
    digests: dict[str, str] = {}
    withheld = 0
    draft = archive.with_name(f".{archive.name}.draft")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archived:
            for name in _names(folder, level):
                hashed = hashlib.sha256()
                with archived.open(_entry(name), "w", force_zip64=True) as into:
                    for piece, hidden in _pieces(folder / name, bare=level == "vendor"):
                        into.write(piece)
                        hashed.update(piece)
                        withheld += hidden
                digests[name] = hashed.hexdigest()
            manifest = Manifest(level, checksums.digest(folder / checksums.NAME), digests, withheld)
            archived.writestr(_entry(MANIFEST), manifest.text())
        draft.replace(archive)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _names(folder: Path, level: str) -> Iterator[str]:
    """Yield the files of a run that an archive of a level has."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.is_symlink() or not _NAME.fullmatch(name):
            continue
        if level == "public" and name.rpartition("/")[2] not in _PUBLIC:
            continue
        if level == "vendor" and (name.startswith("reproduce/") or "/reproduce/" in name or path.name == "pytest.html"):
            continue
        if path.name not in _NEVER:
            yield name


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = 3, 0o100644 << 16
    return entry


def _pieces(path: Path, *, bare: bool) -> Iterator[tuple[bytes, int]]:
    """Yield a file piece by piece, with how many bodies were taken out of each; `bare`: those with personal data are."""
    compressed = path.name == packed.named(log.FILE, compressed=True)
    with packed.opened(path) if bare and compressed else path.open("rb") as file:
        if bare and (compressed or path.name in {log.FILE, times.FILE}):
            zipping = zlib.compressobj(wbits=31) if compressed else None
            for line in file:
                piece, hidden = _without_bodies(line)
                yield (zipping.compress(piece) if zipping else piece), hidden
            if zipping:
                yield zipping.flush(), 0
        else:
            while piece := file.read(_PIECE):
                yield piece, 0


def _without_bodies(line: bytes) -> tuple[bytes, int]:
    """Return a line of the log with the digests of those bodies that hold personal data, and how many those are."""
    row = log.row(line)
    holders = [part for part in (row.get("request"), row.get("response"), row) if isinstance(part, dict)]
    hidden = 0
    for part in holders:
        body = part.get("body")
        if isinstance(body, str) and holds_personal(body):
            part["body"] = ""
            part["body_sha256"] = hashlib.sha256(body.encode(errors="surrogatepass")).hexdigest()
            hidden += 1
    return (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n").encode(), hidden


def unpack(archive: Path, folder: Path) -> Manifest:
    """Unpack an archive into an empty folder, and hold it to its manifest. Raises `BadArchive`."""
    try:
        with zipfile.ZipFile(archive) as archived:
            entries = archived.infolist()
            _check(archive, entries)
            manifest = _manifest(archive, archived)
            for entry in entries:
                if entry.filename != MANIFEST:
                    _extract(archive, archived, entry, folder, manifest)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise BadArchive(f"{archive} cannot be unpacked: {str(error)[:200]}.") from None
    missing = sorted(set(manifest.files) - {entry.filename for entry in entries})
    if missing:
        raise BadArchive(f"{archive} lacks {missing[0][:80]}, which its manifest names.")
    if f"{checksums.NAME}" not in manifest.files or checksums.digest(folder / checksums.NAME) != manifest.run:
        raise BadArchive(f"{archive} says that it is of run {manifest.run[:16]}…, and its {checksums.NAME} is another.")
    return manifest


def _check(archive: Path, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    wrong = next((name for name in names if not _NAME.fullmatch(name) or ".." in name), None)
    if wrong is not None:
        raise BadArchive(f"{archive} holds {wrong[:80]!r}, which is not a file of a run.")
    if len(set(names)) < len(names) or len(names) > _MOST_FILES:
        raise BadArchive(f"{archive} holds a file twice, or more than {_MOST_FILES:,}.")
    if sum(entry.file_size for entry in entries) > LARGEST:
        raise BadArchive(f"{archive} unpacks to more than {LARGEST:,} bytes, and no run has that much.")


def _manifest(archive: Path, packed: zipfile.ZipFile) -> Manifest:
    try:
        with packed.open(MANIFEST) as file:
            document: Any = json.loads(file.read(_PIECE * 4))
        if document["schema"] != SCHEMA or document["level"] not in LEVELS:
            raise BadArchive(f"{archive} has another schema or level than {SCHEMA} has.")
        files = {str(name): str(digest) for name, digest in document["files"].items()}
        return Manifest(document["level"], str(document["run"]["sha256"]), files, int(document["withheld_bodies"]))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise BadArchive(f"{archive} has no {MANIFEST} of ours: expected what `fulfillspec pack` wrote.") from None


def _extract(archive: Path, packed: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, manifest: Manifest) -> None:
    path = folder / entry.filename
    path.parent.mkdir(parents=True, exist_ok=True)
    hashed, left = hashlib.sha256(), entry.file_size
    with packed.open(entry) as file, path.open("wb") as into:
        while piece := file.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise BadArchive(f"{archive}: {entry.filename} is longer than the archive says.")
            hashed.update(piece)
            into.write(piece)
    if manifest.files.get(entry.filename) != hashed.hexdigest():
        raise BadArchive(f"{archive}: {entry.filename} is not what its manifest has the digest of.")
