"""Ids in requests and answers: which thing they are of, and where they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
"""Keys and indexes from the top of a JSON document to a value."""


class Thing(NamedTuple):
    """A thing of the store by its kind (`order`, `fulfillment_order`, `location`, …) and the digits of its id."""

    kind: str
    digits: str


class Spot(NamedTuple):
    """The digits of an id in a text, from `start` up to `end`."""

    start: int
    end: int
    thing: Thing


_KINDS = (
    "fulfillment_order_line_item",
    "fulfillment_order",
    "fulfillment_service",
    "fulfillment_hold",
    "fulfillment",
    "inventory_item",
    "line_item",
    "location",
    "variant",
    "product",
    "order",
)
_ALIASES = {"primary_resource": "fulfillment_order"}  # the connector's name for what its action is about
_CONNECTIONS = frozenset({"nodes", "node", "edges"})
_GID = re.compile(r"gid://[\w-]+/(\w+)/([0-9]+)(?:\?.*)?", re.DOTALL | re.ASCII)
_DIGITS = re.compile(r"[0-9]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_IN_PATH = re.compile(r"/([A-Za-z_]+)/([0-9]+)(?=[/.?#]|\Z)")
_IN_QUERY = re.compile(r"[?&]([A-Za-z_]+_ids?)(?:%5B%5D|\[\])?=([0-9]+)(?=[&#]|\Z)")
_TOKEN = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(\s*+:)?|-?[0-9][0-9.eE+-]*+|[{}\[\],]', re.DOTALL)


def in_url(url: str) -> list[Spot]:
    """Return the ids in the path and the query of a URL, in their order."""
    start = url.find("/", url.find("://") + 3) if "://" in url else 0
    spots = []
    for pattern in (_IN_PATH, _IN_QUERY):
        for match in pattern.finditer(url, max(start, 0)):
            name = match[1] if pattern is _IN_PATH else re.sub("_ids?$", "", match[1])
            spots.append(Spot(*match.span(2), Thing(_kind(name), match[2])))
    return spots


def in_text(body: str | None) -> list[Spot]:
    """Return the ids in the text of a JSON document; none where the text is no JSON."""
    if not body or not _is_json(body):
        return []
    spots: list[Spot] = []
    for path, start, end in values(body):
        found = _thing(path, body[start:end])
        if found is not None:
            thing, offset = found
            spots.append(Spot(start + offset, start + offset + len(thing.digits), thing))
    return spots


def values(text: str) -> Iterator[tuple[Path, int, int]]:
    """Give the strings and numbers of a JSON text that is known to be one: path, and span (of a string: its inside)."""
    frames: list[str | int] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "{[":
            frames.append("" if token == "{" else 0)
        elif token in "}]":
            frames = frames[:-1]
        elif token == ",":
            if frames and isinstance(frames[-1], int):
                frames[-1] += 1
        elif match.lastindex == 2 and frames:
            frames[-1] = match[1]
        else:
            yield (tuple(frames), *match.span(1 if match.lastindex else 0))


def in_answer(data: Any) -> Iterator[tuple[Path, Thing]]:
    """Give each id that a parsed answer shows, in the order of the answer: its place, and the thing it is of."""
    heap: list[tuple[Path, Any]] = [((), data)]
    while heap:
        path, value = heap.pop()
        if isinstance(value, dict):
            heap += [((*path, key), inner) for key, inner in reversed(value.items()) if key != "admin_graphql_api_id"]
        elif isinstance(value, list):
            heap += [((*path, n), value[n]) for n in range(len(value) - 1, -1, -1)]
        elif isinstance(value, (int, str)) and not isinstance(value, bool):
            thing = _thing(path, str(value))
            if thing is not None:
                yield path, thing[0]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _thing(path: Path, value: str) -> tuple[Thing, int] | None:
    """Return the thing whose id a value is, and where its digits begin; None if it is no id."""
    if value.startswith("gid:"):
        gid = _GID.fullmatch(value)
        return (Thing(_kind(gid[1]), gid[2]), gid.start(2)) if gid else None
    names = [key for key in path if isinstance(key, str)]
    if not names or not names[-1].lower().endswith(("id", "ids")) or not _DIGITS.fullmatch(value):
        return None
    key = _HUMP.sub("_", names[-1]).lower()
    if key == "id":
        owners = [_kind(name) for name in names[:-1] if name not in _CONNECTIONS]
        kind = owners[-1] if owners else ""
        if kind == "line_item" and "fulfillment_order" in owners:
            kind = "fulfillment_order_line_item"
    else:
        owner, joint, _ = key.rpartition("_id")
        if not joint:
            return None
        kind = _kind(owner)
    return (Thing(kind, value), 0)


def _kind(name: str) -> str:
    """Return the kind that a name in a URL, a key or the type in a gid stands for."""
    plain = _HUMP.sub("_", name).lower()
    plain = _ALIASES.get(plain, plain)
    singular = plain.removesuffix("s")
    return next((kind for kind in _KINDS if singular == kind or singular.endswith(f"_{kind}")), singular)
