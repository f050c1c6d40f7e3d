"""Files of a run that may lie compressed: found, read and written in one way, whichever they are.

What is written is brought to the file at each flush, so a file whose run was killed can be read to that place.
"""

from __future__ import annotations

import errno
import gzip
import io
import tempfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO, Final, TextIO, cast

ENDING: Final = ".gz"
"""How the name of a compressed file ends."""
MOST: Final = 8 * 1024**3
"""Bytes that a file is unpacked to at most."""
_PIECE: Final = 1 << 20
_LEVEL: Final = 6


class DamagedEvidence(ValueError):
    """An evidence file holds what is none of ours: a line, other than a cut last one, or a compression that is broken."""


def found(folder: Path, name: str) -> Path:
    """Return where a file of a run lies: under its name, or compressed where only that is there."""
    compressed = folder / f"{name}{ENDING}"
    return compressed if compressed.exists() and not (folder / name).exists() else folder / name


def named(name: str, *, compressed: bool) -> str:
    """Return the name that a file of a run is written under."""
    return f"{name}{ENDING}" if compressed else name


def opened(path: Path) -> BinaryIO:
    """Open a file for reading from any place, unpacked to a file without a name where it is compressed.

    A compression that breaks off ends the file. Raises `OSError`, also for a pipe or a device, which may never end, and
    `DamagedEvidence` for a compression that is broken.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "It is no regular file", str(path))
    if path.suffix != ENDING:
        return path.open("rb")
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        _unpack(path, unpacked)
    except BaseException:
        unpacked.close()
        raise
    unpacked.seek(0)
    return cast("BinaryIO", unpacked)


def _unpack(path: Path, into: IO[bytes]) -> None:
    unzip, size = zlib.decompressobj(wbits=31), 0
    with path.open("rb") as file:
        while not unzip.eof and (piece := file.read(_PIECE)):
            while piece:
                try:
                    told = unzip.decompress(piece, _PIECE)
                except zlib.error as error:
                    raise DamagedEvidence(f"{path} cannot be unpacked: {error}") from None
                piece = unzip.unconsumed_tail
                size += len(told)
                if size > MOST:
                    raise DamagedEvidence(f"{path} unpacks to more than {MOST:,} bytes, and no run has that much")
                into.write(told)


def written(path: Path) -> TextIO:
    """Open a file for writing text, compressed where its name says so. A flush brings all of it to the file."""
    if path.suffix != ENDING:
        return path.open("w", encoding="utf-8", errors="backslashreplace", buffering=1 << 16)
    packing = gzip.GzipFile(path, "wb", compresslevel=_LEVEL, mtime=0)
    return io.TextIOWrapper(packing, encoding="utf-8", errors="backslashreplace", newline="\n")


def pack(path: Path, into: Path) -> None:
    """Write a file compressed; the same file gives the same bytes."""
    with (
        path.open("rb") as file,
        into.open("wb") as made,
        gzip.GzipFile("", "wb", compresslevel=_LEVEL, fileobj=made, mtime=0) as packing,
    ):
        while piece := file.read(_PIECE):
            packing.write(piece)
