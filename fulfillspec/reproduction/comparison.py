"""How a script tells whether it reproduced its deviation: it compares what came now with what came then."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

from fulfillspec.evidence.log import Exchange
from fulfillspec.reproduction.ids import digits_of
from fulfillspec.reproduction.plan import Rows, ScriptPlan

LONGEST: Final = 40_000
"""Characters of a recorded body that a script carries; of a longer one the status alone is compared."""
MARK: Final = "--- exchange"
"""Begins the line before each answer that decides."""
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_CURSOR: Final = re.compile(r'(?:after|before)(?:\\?"?: ?\\?"|: \$(?!after|before))')
_ROW: Final = frozenset({"request_status", "requestStatus"})
_HEADERS: Final = ("content-type", "x-shopify-api-version")

COMPARE: Final = r"""compare() { # compare RECORDED [FULFILLMENT_ORDER ORDER]: tell whether the answers on standard input are those that were recorded
  python3 -c '
import json, re, sys
then, decided, siblings = json.loads(sys.argv[1])
about, order = sys.argv[2:] or (None, None)
def plain(text):
    return re.sub(r"\d{5,}|#\d+(\.\d+)?", "#", re.sub(r"fulfillspec-\d[\w-]*", "", re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?", "@", text)))
def alone(actions): # whether it can be merged depends on others, which are left out
    unmerged = lambda action: "merge" not in str(action).lower()
    return [action for action in actions if unmerged(action)] if isinstance(actions, list) else actions
def digits(value):
    return re.sub(r"\?.*|.*/", "", str(value))
def rows(value):
    return isinstance(value, list) and all(isinstance(row, dict) and {"request_status", "requestStatus"} & {*row} for row in value)
def by_id(rows):
    return sorted(rows, key=lambda row: digits(row.get("id")).zfill(30))
def ours(rows):
    of_order = [row for row in rows if digits(row.get("order_id") or row.get("orderId") or order) == order]
    others = by_id([row for row in of_order if digits(row.get("id")) != about])
    return [row for row in rows if digits(row.get("id")) == about] + others[siblings:]
def differ(at, old, new, whole=False):
    if isinstance(old, str) and ("\u00ab" in old or old.endswith(".invalid")):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            if about and key in ("supported_actions", "supportedActions"):
                yield from differ(at + "." + key, alone(old.get(key)), alone(new.get(key)))
            elif key not in ("extensions", "current_quantity") and not (about and key == "pageInfo"):
                yield from differ(at + "." + key, old.get(key, "(absent)"), new.get(key, "(absent)"))
    elif about and rows(old) and rows(new) and (old or new) and not whole:
        yield from differ(at, *((by_id(old), by_id(new)) if beside else (old, ours(new))), True)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new)):
            yield from differ("%s[%d]" % (at, place), one, other)
    elif isinstance(old, str) and isinstance(new, str) and (plain(old) == plain(new) or old and not plain(old)):
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
for number, ((status, headers, body, beside), (code, fields, text)) in enumerate(zip(then, now), 1):
    found += differ("answer %d, status" % number, status, code)
    for name, value in headers.items():
        found += differ("answer %d, header %s" % (number, name), value, fields.get(name, "(absent)"))
    found += [] if body is None else differ("answer %d" % number, body, text)
if decided is None:
    print("not decided: cursors of then lead nowhere, and what a store calls back is not heard here; look at the answers above")
    sys.exit(2)
if found:
    print("not reproduced: the answers are not those that were recorded", *found[:12], sep="\n  ")
elif decided:
    print("reproduced: the answers are those that were recorded")
else:
    print("not decided: times and long answers cannot be compared; look at the answers above")
sys.exit(0 if found else 1 if decided else 2)' "$@"
}"""


def recorded(plan: ScriptPlan, received: str, *, called_back: bool = False) -> str:
    """Return what a script carries of the answers that decide, as JSON: status, headers and body of each.

    A deviation that is about times cannot be decided by comparing, since they are left out of it; nor can one in an
    answer that is too long to carry, in a page that a cursor of then leads to, or in what the store calls back.
    """
    deciding = [send.exchange for send in plan.sends if send.deciding]
    answers = [_answer(one, plan) for one in deciding]
    if called_back or any(_CURSOR.search(one.request_body or "") for one in deciding):
        decided = None
    else:
        whole = all(body is not None or status is None or status >= 400 for status, _, body, _ in answers)
        decided = whole and not _TIME.search(received)
    siblings = plan.rows.siblings if plan.rows else 0
    return json.dumps([answers, decided, siblings], separators=(",", ":"), ensure_ascii=True)


def _answer(exchange: Exchange, plan: ScriptPlan) -> tuple[int | None, dict[str, str], Any, int]:
    """Return status, headers and body of an answer, and 1 where it lists another order than the deviation is about."""
    body = _body(exchange)
    beside = (
        exchange.operation == "list" and plan.rows is not None and _orders_of(body) not in ({plan.rows.order}, set())
    )
    if beside:
        plan = replace(plan, rows=None)
    return exchange.status, _headers(exchange), _carried(_of(body, plan)), int(beside)


def _orders_of(body: Any) -> set[str | None]:
    """Return the orders of the fulfillment orders that an answer lists."""
    inner = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    here = (
        {digits_of(body.get("order_id") or body.get("orderId"))}
        if isinstance(body, dict) and _ROW & body.keys()
        else set()
    )
    return here.union(*map(_orders_of, inner)) - {None}


def _carried(body: Any) -> Any:
    """Return a body, None where it is too long for a script."""
    return body if len(json.dumps(body)) <= LONGEST else None


def _of(body: Any, plan: ScriptPlan) -> Any:
    """Return a body whose lists of fulfillment orders have those that count, the one that it is about first."""
    if isinstance(body, dict):
        return {key: _of(value, plan) for key, value in body.items()}
    if not isinstance(body, list):
        return body
    if plan.rows is not None and body and all(isinstance(row, dict) and _ROW & row.keys() for row in body):
        return _counted(body, plan.rows)
    return [_of(value, plan) for value in body if not (isinstance(value, dict) and _located(value) in plan.absent)]


def _counted(found: list[dict[str, Any]], rows: Rows) -> list[dict[str, Any]]:
    named = [(digits_of(row.get("id")) or "", row) for row in found]
    others = sorted(
        (
            (len(identity), identity, place)
            for place, (identity, _) in enumerate(named)
            if identity in rows.new - {rows.about}
        )
    )
    return [*(row for identity, row in named if identity == rows.about), *(named[place][1] for _, _, place in others)]


def _located(value: dict[str, Any]) -> str | None:
    location = value.get("location")
    return digits_of(location.get("id")) if isinstance(location, dict) else None


def _headers(exchange: Exchange) -> dict[str, str]:
    return {name: exchange.headers.get(name, "(absent)") for name in _HEADERS} if exchange.status is not None else {}


def _body(exchange: Exchange) -> object:
    if exchange.status is None:
        return ""
    if exchange.truncated:
        return None
    try:
        return json.loads(exchange.body)
    except (ValueError, RecursionError):
        return exchange.body.strip()
