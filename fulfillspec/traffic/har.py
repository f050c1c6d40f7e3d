"""Reading a HAR file one entry at a time: a file may be larger than memory, and made by anybody."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_PIECE: Final = 1 << 20
LONGEST: Final = 64 * 1024 * 1024
"""Characters of an entry that is read."""
_BEGINNING: Final = re.compile(r'"entries"\s*:\s*\[')
_HEAD: Final = 8 * 1024 * 1024
"""Characters within which the entries have to begin."""
_BETWEEN: Final = " \t\r\n,"


class NotHar(ValueError):
    """The file is no HAR that can be read; the message says why in a sentence."""


def entries(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the entries of a HAR file in their order. Raises `NotHar` and `OSError`."""
    decoder = json.JSONDecoder()
    with path.open("rb") as file:
        pieces = codecs.iterdecode(iter(lambda: file.read(_PIECE), b""), "utf-8-sig", errors="replace")
        buffer = _begun(path, pieces)
        while not (buffer := _filled(path, buffer.lstrip(_BETWEEN), pieces)).startswith("]"):
            entry, end, buffer = _next(path, decoder, buffer, pieces)
            yield entry
            buffer = buffer[end:]


def _filled(path: Path, buffer: str, pieces: Iterator[str]) -> str:
    """Return the buffer from the next thing in the list on. Raises `NotHar` at the end of the file."""
    while not buffer:
        piece = next(pieces, None)
        if piece is None:
            raise NotHar(f"{path} breaks off, or holds an entry that cannot be read.")
        buffer = piece.lstrip(_BETWEEN)
    return buffer


def _begun(path: Path, pieces: Iterator[str]) -> str:
    """Return the text after the bracket that opens the entries."""
    buffer = ""
    for piece in pieces:
        buffer += piece
        found = _BEGINNING.search(buffer)
        if found is not None and '"log"' in buffer[: found.start()]:
            return buffer[found.end() :]
        if not buffer.lstrip().startswith("{") or len(buffer) > _HEAD:
            break
    raise NotHar(f"{path} is no HAR file: expected a JSON object with log.entries.")


def _next(path: Path, decoder: json.JSONDecoder, buffer: str, pieces: Iterator[str]) -> tuple[dict[str, Any], int, str]:
    """Return the entry at the beginning of the buffer, where it ends, and the buffer as far as it was filled for it."""
    while True:
        try:
            entry, end = decoder.raw_decode(buffer)
        except (json.JSONDecodeError, RecursionError) as error:
            wanted = max(_PIECE, len(buffer))  # twice as much each time: an entry is not parsed over and over
            more = []
            while wanted > 0 and (piece := next(pieces, None)) is not None:
                more.append(piece)
                wanted -= len(piece)
            if isinstance(error, RecursionError) or not more or len(buffer) > LONGEST:
                raise NotHar(f"{path} breaks off, or holds an entry that cannot be read.") from None
            buffer += "".join(more)
            continue
        if not isinstance(entry, dict):
            raise NotHar(f"{path} holds an entry that is no object.")
        return entry, end, buffer
