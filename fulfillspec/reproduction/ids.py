"""Ids in requests and answers: which thing they are of, and where they stand."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
"""Keys and indexes from the top of a JSON document to a value."""


class Thing(NamedTuple):
    """A thing of the store by its kind (`order`, `fulfillment_order`, `location`, …) and the digits of its id."""

    kind: str
    digits: str


class IdSpot(NamedTuple):
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


def in_url(url: str) -> list[IdSpot]:
    """Return the ids in the path and the query of a URL, in their order."""
    start = url.find("/", url.find("://") + 3) if "://" in url else 0
    spots = []
    for pattern in (_IN_PATH, _IN_QUERY):
        for match in pattern.finditer(url, max(start, 0)):
            name = match[1] if pattern is _IN_PATH else re.sub("_ids?$", "", match[1])
            spots.append(IdSpot(*match.span(2), Thing(_kind(name), match[2])))
    return spots


def in_text(body: str | None) -> list[IdSpot]:
    """Return the ids in the text of a JSON document; none where the text is no JSON."""
    if not body or read_json(body) is None:
        return []
    spots: list[IdSpot] = []
    for path, start, end in values(body):
        found = _thing(path, body[start:end])
        if found is not None:
            thing, offset = found
            spots.append(IdSpot(start + offset, start + offset + len(thing.digits), thing))
    return spots


def values(text: str) -> Iterator[tuple[Path, int, int]]:
    """Give the strings and numbers of a JSON text that is known to be one: path, and span (of a string: its inside)."""
    frames: list[str | int] = []
    for match in _TOKEN.finditer(text):
        mark = match[0]
        if mark in "{[":
            frames.append("" if mark == "{" else 0)
        elif mark in "}]":
            frames = frames[:-1]
        elif mark == ",":
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
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        if inner:
            heap += [((*path, key), part) for key, part in inner if _may_tell(key, part)][::-1]
        elif not isinstance(value, (dict, list)):
            thing = _thing(path, str(value))
            if thing is not None:
                yield path, thing[0]


def read_json(text: str) -> Any:
    """Return a parsed JSON text, None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def digits_of(value: object) -> str | None:
    """Return the digits of an id of REST or GraphQL, None for anything else."""
    text = str(value)
    gid = _GID.fullmatch(text)
    return gid[2] if gid else text if _DIGITS.fullmatch(text) and not isinstance(value, bool) else None


def _may_tell(key: str | int, value: object) -> bool:
    """Tell at a glance whether a value may be an id or hold some."""
    if isinstance(value, (dict, list)):
        return bool(value)
    if isinstance(value, str):
        return value.isdigit() if _named_so(key) and not value.startswith("gid:") else _is_gid(key, value)
    return isinstance(value, int) and not isinstance(value, bool) and _named_so(key)


def _is_gid(key: str | int, value: str) -> bool:
    return value.startswith("gid:") and key != "admin_graphql_api_id"


def _named_so(key: str | int) -> bool:
    return isinstance(key, int) or key[-2:] in {"id", "Id", "ds"}


def _thing(path: Path, value: str) -> tuple[Thing, int] | None:
    """Return the thing whose id a value is, and where its digits begin; None if it is no id."""
    if value.startswith("gid:"):
        gid = _GID.fullmatch(value)
        return (Thing(_kind(gid[1]), gid[2]), gid.start(2)) if gid else None
    if not _DIGITS.fullmatch(value):
        return None
    kind = _kind_at(tuple(key for key in path if isinstance(key, str)))
    return None if kind is None else (Thing(kind, value), 0)


@lru_cache(maxsize=4096)
def _kind_at(names: tuple[str, ...]) -> str | None:
    """Return the kind of thing whose id stands under these keys, None where no id stands."""
    key = _HUMP.sub("_", names[-1]).lower() if names else ""
    if key == "id":
        owners = [_kind(name) for name in names[:-1] if name not in _CONNECTIONS]
        kind = owners[-1] if owners else ""
        return "fulfillment_order_line_item" if kind == "line_item" and "fulfillment_order" in owners else kind
    owner, joint, _ = key.rpartition("_id")
    return _kind(owner) if joint and key.endswith(("_id", "_ids")) else None


@lru_cache(maxsize=4096)
def _kind(name: str) -> str:
    """Return the kind that a name in a URL, a key or the type in a gid stands for."""
    plain = _HUMP.sub("_", name).lower()
    plain = _ALIASES.get(plain, plain)
    singular = plain.removesuffix("s")
    return next((kind for kind in _KINDS if singular == kind or singular.endswith(f"_{kind}")), singular)
