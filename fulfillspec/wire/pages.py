"""Lists of REST that come in pages: the header `Link` names the next one (RFC 8288, `rel="next"`)."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from fulfillspec.evidence.log import Exchange

MOST_PAGES: Final = 200
"""A list is followed for this many pages at most, so that a target that always has a next one comes to an end."""

_API: Final = "/admin/api/"
_LINK: Final = re.compile(r'<([^<>]*)>((?:\s*;\s*[^\s;,="]+\s*(?:=\s*(?:"[^"]*"|[^\s;,"]*))?)*)')
_NEXT: Final = re.compile(r';\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?![^\s;,]))', re.IGNORECASE)


def next_url(exchange: Exchange) -> str | None:
    """Return the URL of the page after an answer's; None where it is the last, or lies beyond the host that was asked."""
    for target, parameters in _LINK.findall(exchange.headers.get("link", "")):
        if _NEXT.search(parameters):
            try:
                url = urljoin(exchange.url, target)
                same = urlsplit(url)[:2] == urlsplit(exchange.url)[:2]
            except ValueError:
                return None
            return url if same else None
    return None


def asked(url: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Return the path below the base URL and the parameters of a page's URL; None where it is no path of the API."""
    parts = urlsplit(url)
    start = parts.path.find(_API)
    return None if start < 0 else (parts.path[start:], tuple(parse_qsl(parts.query, keep_blank_values=True)))


def carried(url: str, names: Collection[str]) -> bool:
    """Tell whether a URL has parameters of these names; the page after one that had them may do without."""
    return set(names) <= {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}


def followed(first: Exchange, send: Callable[[str], Exchange | None]) -> tuple[Exchange, Any]:
    """Return the last page of a list and the body of all pages together.

    `send` gets the URL of a page, and returns None where that page is not to be had. A page that holds no list is
    returned with its own body: it is what came in the place of the list.
    """
    exchange, body = first, first.data
    seen = {first.url}
    while (url := next_url(exchange)) is not None and url not in seen and len(seen) < MOST_PAGES:
        seen.add(url)
        page = send(url)
        if page is None:
            break
        gathered = _joined(body, page.data)
        if gathered is None or not page.ok:
            return page, page.data
        exchange, body = page, gathered
    return exchange, body


def _joined(body: object, further: object) -> Mapping[str, Any] | None:
    """Return the rows of two pages under the one key that holds them in both; None where there is no such key."""
    if not isinstance(body, dict) or not isinstance(further, dict):
        return None
    keys = [key for key, rows in body.items() if isinstance(rows, list) and isinstance(further.get(key), list)]
    return {**further, keys[0]: [*body[keys[0]], *further[keys[0]]]} if len(keys) == 1 else None
