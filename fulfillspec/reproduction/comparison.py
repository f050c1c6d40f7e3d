"""How a script tells whether it reproduced its deviation: it compares what came now with what came then."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from fulfillspec.evidence.log import Exchange

LONGEST: Final = 40_000
"""Characters of a recorded body that a script carries; of a longer one the status alone is compared."""
MARK: Final = "--- exchange"
"""Begins the line before each answer that decides."""
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_HEADERS: Final = ("content-type", "x-shopify-api-version")

COMPARE: Final = r"""compare() { # compare RECORDED: tell whether the answers on standard input are those that were recorded
  python3 -c '
import json, re, sys
then, decided = json.loads(sys.argv[1])
def plain(text):
    return re.sub(r"\d{5,}", "#", re.sub(r"fulfillspec-\d[\w-]*", "", re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?", "@", text)))
def differ(at, old, new):
    if isinstance(old, str) and ("\u00ab" in old or old.endswith(".invalid")):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            if key != "extensions":
                yield from differ(at + "." + key, old.get(key, "(absent)"), new.get(key, "(absent)"))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new)):
            yield from differ("%s[%d]" % (at, place), one, other)
    elif isinstance(old, str) and isinstance(new, str) and plain(old) == plain(new):
        return
    elif type(old) is int is type(new) and min(old, new) > 9999:
        return
    elif old != new:
        yield "%s: then %s, now %s" % (at, json.dumps(old)[:200], json.dumps(new)[:200])
def read(text):
    found = re.match(r"HTTP/[\d.]+ (\d+)[^\n]*\n((?:[^\r\n]+\r?\n)*)\r?\n(.*)", text, re.S)
    while found and found[1] == "100":
        found = re.match(r"HTTP/[\d.]+ (\d+)[^\n]*\n((?:[^\r\n]+\r?\n)*)\r?\n(.*)", found[3], re.S)
    if not found:
        return [None, {}, ""]
    lines = (line.partition(":") for line in found[2].splitlines())
    headers = {name.lower(): value.strip() for name, _, value in lines}
    try:
        return [int(found[1]), headers, json.loads(found[3])]
    except ValueError:
        return [int(found[1]), headers, found[3].strip()]
now = [read(part.partition("\n")[2]) for part in sys.stdin.read().split("--- exchange")[1:]]
found = [] if len(then) == len(now) else ["fewer answers came than were recorded"]
for number, ((status, headers, body), (code, fields, text)) in enumerate(zip(then, now), 1):
    found += differ("answer %d, status" % number, status, code)
    for name, value in headers.items():
        found += differ("answer %d, header %s" % (number, name), value, fields.get(name, "(absent)"))
    found += [] if body is None else differ("answer %d" % number, body, text)
if found:
    print("not reproduced: the answers are not those that were recorded", *found[:12], sep="\n  ")
elif decided:
    print("reproduced: the answers are those that were recorded")
else:
    print("not decided: the deviation is one of times, which are other ones each time; compare them by eye")
sys.exit(0 if found else 1 if decided else 2)' "$1"
}"""


def recorded(deciding: Sequence[Exchange], received: str) -> str:
    """Return what a script carries of the answers that decide, as JSON: status, headers and body of each.

    A deviation that is about times cannot be decided by comparing, since they are left out of it.
    """
    answers = [[one.status, _headers(one), _body(one)] for one in deciding]
    return json.dumps([answers, not _TIME.search(received)], separators=(",", ":"), ensure_ascii=True)


def _headers(exchange: Exchange) -> dict[str, str]:
    return {name: exchange.headers.get(name, "(absent)") for name in _HEADERS} if exchange.status is not None else {}


def _body(exchange: Exchange) -> object:
    if exchange.status is None:
        return ""
    if len(exchange.body) > LONGEST or exchange.truncated:
        return None
    try:
        return json.loads(exchange.body)
    except (ValueError, RecursionError):
        return exchange.body.strip()
