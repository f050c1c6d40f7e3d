"""From the bytes of a body to text and data, at a bounded price whatever the bytes are."""

import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

from fulfillspec.evidence.log import NOT_JSON
from fulfillspec.wire.limits import Trouble

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_OPENING = b"[{"


@dataclass(frozen=True, slots=True)
class Read:
    """What a body says. `data` is `NOT_JSON` where `error` tells why, and for an empty body."""

    text: str
    data: Any
    error: str | None = None
    notes: tuple[str, ...] = ()


class _Constant(ValueError):
    """A number that JSON does not have."""


def read(raw: bytes, *, depth: int) -> Read:
    """Read a whole body as JSON in UTF-8 (RFC 8259) that is nested no deeper than `depth`; never raises."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        at = f"byte {error.start} is 0x{raw[error.start]:02x}"
        return Read(raw.decode(errors="replace"), NOT_JSON, f"{Trouble.NOT_UTF8}: {at}")
    return parse(text, depth=depth, raw=raw)


def parse(text: str, *, depth: int, raw: bytes | None = None) -> Read:
    """Read a body that is text already, as `read` does."""
    if not text.strip(" \t\r\n"):
        return Read(text, NOT_JSON)
    if text.count("{") + text.count("[") > depth and is_deeper(raw or text.encode(errors="surrogatepass"), depth):
        return Read(text, NOT_JSON, f"{Trouble.TOO_DEEP}: more than {depth} objects and arrays within each other")
    twice: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            twice.extend(sorted({name for name in names if names.count(name) > 1})[:5])
        return found

    try:
        data = json.loads(text, object_pairs_hook=members, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return Read(text, NOT_JSON, f"{Trouble.NOT_JSON}: {error}")
    return Read(text, data, None, tuple(f"the key {name!r} occurs twice in one object" for name in twice))


def _refuse(name: str) -> None:
    raise _Constant(f"{name} is no JSON number")


def is_deeper(raw: bytes, depth: int) -> bool:
    """Tell whether more than `depth` brackets outside of strings are open at once, in one pass and without recursion."""
    level = 0
    for bracket in _STRING.sub(b"", raw).translate(None, _ALL_BUT_BRACKETS):
        level += 1 if bracket in _OPENING else -1
        if level > depth:
            return True
    return False


class TooLong(ValueError):
    """A body is longer than the limit."""


class BrokenCoding(ValueError):
    """A body does not decode by the coding that its headers name."""


class UnknownCoding(ValueError):
    """A body has a content coding that nobody asked for."""


def decoded(raw: bytes, codings: str, *, limit: int) -> bytes:
    """Undo the content codings (`gzip`, `deflate`), giving up as soon as more than `limit` bytes come out.

    Raises `TooLong`, `BrokenCoding` and `UnknownCoding`.
    """
    for coding in reversed([part.strip().lower() for part in codings.split(",") if part.strip()]):
        if coding in {"gzip", "x-gzip"}:
            raw = _inflated(raw, 16 + zlib.MAX_WBITS, limit)
        elif coding == "deflate":
            # in the field both the zlib format (which RFC 9110 asks for) and bare deflate data travel by this name
            zlib_format = len(raw) > 1 and raw[0] & 15 == 8 and int.from_bytes(raw[:2]) % 31 == 0
            raw = _inflated(raw, zlib.MAX_WBITS if zlib_format else -zlib.MAX_WBITS, limit)
        elif coding != "identity":
            raise UnknownCoding(coding)
    return raw


def _inflated(raw: bytes, bits: int, limit: int) -> bytes:
    pieces: list[bytes] = []
    room = limit + 1
    while raw:
        inflater = zlib.decompressobj(bits)
        try:
            piece = inflater.decompress(raw, room)
        except zlib.error as error:
            raise BrokenCoding(str(error)) from error
        pieces.append(piece)
        room -= len(piece)
        if room <= 0:
            raise TooLong(f"more than {limit} bytes after decompression")
        if not inflater.eof:
            raise BrokenCoding("the compressed data end before their end mark")
        raw = inflater.unused_data
    return b"".join(pieces)
