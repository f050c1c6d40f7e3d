"""Who asks, and what ids and refusals look like in GraphQL."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import GraphQLError

from fulfillspec.sandbox.clock import read_instant
from fulfillspec.sandbox.errors import Forbidden, Malformed, Unknown
from fulfillspec.sandbox.model import App
from fulfillspec.sandbox.views import Json, Views

Given = Mapping[str, Any]
"""The arguments of a field."""

Field = Callable[["Asking", Given], Any]
"""What a field that takes arguments, or costs something to know, is resolved by."""

_GID = re.compile(r"gid://shopify/([A-Za-z]+)/([0-9]{1,19})(\?\S*)?")
_DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"


@dataclass(slots=True)
class Asking:
    """The client of a document, and the version that serves it; `views` are the REST views of that version."""

    client: App
    version: str
    views: Views

    def need(self, *scopes: str) -> None:
        """Raise Forbidden unless the client has one of the scopes."""
        if not self.client.has(*scopes):
            raise Forbidden(scopes[0])


def parts(identity: str) -> tuple[str, int] | None:
    """Return type and number of a global id; None for what is none."""
    found = _GID.fullmatch(identity)
    return None if found is None else (found[1], int(found[2]))


def number(kind: str, identity: str) -> int:
    """Return the number of a global id; raises Unknown for what is no id of this kind."""
    found = parts(identity)
    if found is None or found[0] != kind:
        raise Unknown(f"Invalid id: {identity}")
    return found[1]


def instant(given: Given, name: str) -> datetime | None:
    """Read a DateTime; raises GraphQLError for what is none."""
    value = given.get(name)
    found = read_instant(value) if isinstance(value, str) else None
    if found is None and value is not None:
        raise _invalid(name, value, "DateTime")
    return found


def needed_instant(given: Given, name: str) -> datetime:
    """Read a DateTime that cannot be left out."""
    found = instant(given, name)
    if found is None:
        raise Malformed(name)
    return found


def decimal(given: Given, name: str) -> str | None:
    """Read a Decimal or Money; raises GraphQLError for what is none."""
    value = given.get(name)
    if value is None:
        return None
    try:
        fits = not isinstance(value, bool) and Decimal(str(value)).is_finite() and len(str(value)) < 20
    except InvalidOperation:
        fits = False
    if not fits:
        raise _invalid(name, value, "Decimal")
    return str(value)


def _invalid(name: str, value: object, kind: str) -> GraphQLError:
    sentence = f"Variable ${name} of type {kind}! was provided invalid value {value!r}"
    return GraphQLError(sentence, extensions={"code": "INVALID_VARIABLE"})


def denied(field: str, scope: str) -> GraphQLError:
    """Make the error for a field whose scope the client lacks."""
    access = f"`{scope}` access scope."
    return GraphQLError(
        f"Access denied for {field} field. Required access: {access}",
        extensions={"code": "ACCESS_DENIED", "documentation": _DOCUMENTATION, "requiredAccess": access},
    )


def camel(name: str) -> str:
    """Write a name of REST as GraphQL does."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def connection(
    things: list[Any], given: Given, show: Callable[[Any], Json], key: Callable[[Any], int] = lambda thing: thing.id
) -> Json:
    """Show a page of things, `first` of them after a cursor, or `last` before one."""
    first, last = given.get("first"), given.get("last")
    if first is None and last is None:
        raise GraphQLError("you must provide one of first or last")
    if not all(size is None or 0 <= size <= 250 for size in (first, last)):
        raise GraphQLError("first and last are 0 to 250")
    things = things[::-1] if given.get("reverse") else things
    start, end = 0, len(things)
    cursors = [str(key(thing)) for thing in things]
    after, before = given.get("after"), given.get("before")
    if after is not None:
        start = _position(cursors, after) + 1
    if before is not None:
        end = _position(cursors, before)
    if first is not None:
        end = min(end, start + first)
    if last is not None:
        start = max(start, end - last)
    page, cursors, rest = things[start:end], cursors[start:end], end < len(things)
    shown = [show(thing) for thing in page]
    return {
        "nodes": shown,
        "edges": [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, shown, strict=True)],
        "pageInfo": {
            "hasNextPage": rest,
            "hasPreviousPage": start > 0,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def _position(cursors: list[str], cursor: str) -> int:
    if cursor not in cursors:
        raise GraphQLError(f"Invalid cursor for current pagination sort: {cursor}")
    return cursors.index(cursor)
