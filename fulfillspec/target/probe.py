"""The probe: a handful of requests that say what the target is, before anything is judged or created."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fulfillspec.documents import graphql_documents
from fulfillspec.documents.versions import DEFAULT, UNSTABLE, ApiVersion, is_version
from fulfillspec.evidence.log import Exchange
from fulfillspec.target.profile import is_loopback
from fulfillspec.wire import nodes
from fulfillspec.wire.http import Client
from fulfillspec.wire.limits import Trouble

DEVELOPMENT_PLANS = frozenset(
    {
        "partner_test",
        "affiliate",
        "staff",
        "staff_business",
        "development",
        "plus_partner_sandbox",
        "shopify_plus_partner_sandbox",
    }
)
"""What `plan_name` of shop.json says of stores that no customer buys from."""

DEVELOPMENT_ORDERS = 5
"""New orders a minute that a development store takes."""

_READABLE = ("merchant_managed_fulfillment_orders", "third_party_fulfillment_orders", "assigned_fulfillment_orders")
_UNKNOWN = 987_654_321_987
_LISTS_ASKED = 8
"""Lists of unknown orders that are asked for: a mock that leaves half of them empty escapes once in 256 runs."""
_SERVED_ANYWHERE = (UNSTABLE.name, DEFAULT.name)
"""Versions that tell, by being there, that it is the version asked for which is not."""


class NotUsable(Exception):
    """The target cannot be tested; the message says what was expected, what came, and what to do."""


@dataclass
class Probe:
    """What the target is: a word for its kind, the version it serves, each app's scopes (None: not told), its plan.

    `served` and `served_graphql` are what X-Shopify-API-Version names, None without the header. `failing_graphql` is the
    status with which GraphQL fails (HTTP 5xx), where it is no use for that.
    """

    kind: str = "store"
    served: str | None = None
    served_graphql: str | None = None
    plan: str | None = None
    scopes: dict[str, frozenset[str] | None] = field(default_factory=dict)
    rest: bool = False
    graphql: bool = False
    failing_graphql: int | None = None

    def named(self, transports: Sequence[str]) -> str | None:
        """Return the version that the target says it serves over the first of REST and GraphQL that is tested."""
        return self.served if "rest" in transports else self.served_graphql


def probe(clients: Mapping[str, Client], version: str) -> Probe:
    """Ask the target what it is. Raise `NotUsable` where nothing can be judged on it."""
    found = Probe()
    base = f"/admin/api/{version}/"
    shop = _get(clients["merchant"], base + "shop.json", "probe_shop")
    _reachable(shop)
    if isinstance(shop.data, dict) and isinstance(shop.data.get("shop"), dict):
        plan = shop.data["shop"].get("plan_name")
        found.plan = plan if isinstance(plan, str) else None
    asked: dict[int, frozenset[str] | None] = {}
    taken = False  # a mock may not know this path, and say so with 401 to everybody
    for actor, client in clients.items():
        if actor == "anonymous":
            continue
        if id(client) not in asked:
            answer = _get(client, "/admin/oauth/access_scopes.json", "probe_scopes")
            taken = taken or answer.status != 401
            if answer.status == 401 and taken:
                raise NotUsable(_not_taken(actor, answer))
            asked[id(client)] = _scopes(answer)
        found.scopes[actor] = asked[id(client)]
    one = _get(clients["merchant"], f"{base}fulfillment_orders/{_UNKNOWN}.json", "probe_unknown")
    found.served = shop.headers.get("x-shopify-api-version") or one.headers.get("x-shopify-api-version")
    reply = _query(clients["merchant"], version, "{ shop { name } }", "probe_graphql")
    found.served_graphql = reply.headers.get("x-shopify-api-version")
    found.served = found.served or found.served_graphql
    found.graphql = reply.ok and isinstance(reply.data, dict) and ("data" in reply.data or "errors" in reply.data)
    if found.graphql:
        _scopes_over_graphql(found, clients, version)
    elif reply.server_error:
        found.failing_graphql = reply.status
    answered = any(isinstance(exchange.data, dict) for exchange in (one, shop))
    found.rest = not found.graphql or (answered and _has_rest(clients, base, shop, one))
    if not found.graphql and found.served is None and shop.status == 404 == one.status:
        _serves(clients["merchant"], version)
    known = found.graphql or any(scopes is not None for scopes in found.scopes.values())
    _recognised(shop, one, known=known)
    if _is_stateless(clients["merchant"], base, shop, one):
        raise NotUsable(
            "The target is a stateless mock: it answers ids that nobody created with samples. A lifecycle needs state; "
            "point the run at a store or a stateful mock (fulfillspec sandbox is one)."
        )
    _allowed(found)
    return found


def watched(found: Probe, transports: Sequence[str]) -> tuple[str, ...]:
    """Return the transports that fulfillment orders are looked at over: a connector's action shows nothing afterwards."""
    named = tuple(name for name in transports if name != "connector")
    return named or ("rest" if found.rest else "graphql",)


def held_to(found: Probe, asked: str, transports: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return the version whose documents each transport is held to, and what to say where that is not the one asked for.

    It is the one that the target says it served: a version that is not supported any more falls forward to the oldest
    that is, and each transport by itself.
    """
    version, note = _held_to(asked, found.named(transports))
    versions, notes = dict.fromkeys(transports, version), [note] if note else []
    over_graphql = found.served_graphql or version
    if "graphql" in versions and over_graphql != version and _is_newer(over_graphql, asked):
        versions["graphql"] = over_graphql
        notes.append(
            f"GraphQL does not serve {asked} and fell forward to {over_graphql}: what is asked over it is held to that."
        )
    newer = (ApiVersion.read(name).judged_by for name in dict.fromkeys(versions.values()))
    return versions, [*notes, *(f"{sentence}." for sentence in newer if sentence)]


def _is_newer(named: str, asked: str) -> bool:
    return is_version(named) and ApiVersion.parse(named) > ApiVersion.parse(asked)


def _held_to(asked: str, named: str | None) -> tuple[str, str | None]:
    if named is None or named == asked:
        return asked, None
    if not is_version(named):
        return asked, (
            f"The target names {named!r} as the version that it served, which is not an API version: expectations follow "
            f"{asked}, which was asked for."
        )
    if _is_newer(named, asked):
        return named, (
            f"Version {asked} was asked for, {named} was served (it fell forward): expectations follow what was served."
        )
    return named, (
        f"Version {asked} was asked for, and the target says that it served {named}, which is older; a store falls "
        "forward, never back. Expectations follow what it says it served."
    )


def _is_stateless(client: Client, base: str, shop: Exchange, one: Exchange) -> bool:
    """Tell whether a target shows what nobody created: a fulfillment order, and a list of them for some unknown order.

    A mock that draws its lists at random gives an empty one now and then, so several are asked for; one that answers
    empty objects shows an empty shop too.
    """
    shown = nodes.at(one.data, "fulfillment_order")
    if not one.ok or not isinstance(shown, dict):
        return False
    if not shown and not nodes.at(shop.data, "shop"):
        return True
    for order in range(_UNKNOWN, _UNKNOWN + _LISTS_ASKED):
        many = _get(client, f"{base}orders/{order}/fulfillment_orders.json", "probe_unknown")
        if many.ok and nodes.at(many.data, "fulfillment_orders"):
            return True
    return False


def _has_rest(clients: Mapping[str, Client], base: str, shop: Exchange, one: Exchange) -> bool:
    """Tell whether a target that speaks GraphQL has REST too: some resource of it is not simply unknown."""
    if {shop.status, one.status} != {404} or any(
        "x-shopify-shop-api-call-limit" in each.headers for each in (shop, one)
    ):
        return True
    others = ("merchant", "locations.json"), ("service", "assigned_fulfillment_orders.json")
    return any(
        _get(clients[actor], base + path, "probe_rest").status != 404 for actor, path in others if actor in clients
    )


def _serves(client: Client, version: str) -> None:
    """Refuse a version that the target does not know, if it answers another one."""
    for other in _SERVED_ANYWHERE:
        if other != version and _get(client, f"/admin/api/{other}/shop.json", "probe_version").ok:
            raise NotUsable(
                f"The target does not serve API version {version}: it answers HTTP 404 to everything asked of that version, "
                f"and serves {other}. Ask for a version that it serves with --api-version."
            )


def _get(client: Client, path: str, operation: str) -> Exchange:
    return client.send("GET", path, transport="rest", operation=operation, phase="probe")


def _query(client: Client, version: str, text: str, operation: str) -> Exchange:
    path = f"/admin/api/{version}/graphql.json"
    return client.send("POST", path, transport="graphql", operation=operation, phase="probe", json={"query": text})


def _scopes_over_graphql(found: Probe, clients: Mapping[str, Client], version: str) -> None:
    """Ask GraphQL for the scopes of those tokens whose scopes REST does not tell."""
    text = graphql_documents.document("access_scopes", version).text
    asked: dict[int, frozenset[str] | None] = {}
    for actor, scopes in found.scopes.items():
        client = clients[actor]
        if scopes is None and id(client) not in asked:
            answer = _query(client, version, text, "probe_scopes")
            rows = nodes.at(answer.data, "data", "currentAppInstallation", "accessScopes")
            asked[id(client)] = _handles(rows) if answer.ok else None
        found.scopes[actor] = asked[id(client)] if scopes is None else scopes


def _reachable(exchange: Exchange) -> None:
    if exchange.status is None and Trouble.TLS in (exchange.error or ""):
        raise NotUsable(
            f"{exchange.url} could not be read: {exchange.error}. If its certificate is of a private authority, name that "
            "authority's PEM file as ca_file in the target file."
        )
    if exchange.status is None:
        behind = "" if is_loopback(exchange.url) else " Behind a proxy, name it as proxy in the target file."
        raise NotUsable(
            f"{exchange.url} could not be read: {exchange.error}. Is the base URL right, and is the target up?{behind}"
        )
    if exchange.status == 401:
        raise NotUsable(_not_taken("merchant", exchange))
    if 300 <= exchange.status < 400:
        raise NotUsable(
            f"{exchange.url} redirects to {exchange.headers.get('location', 'elsewhere')}. The token is not sent there; "
            "use the address that answers as base URL."
        )


def _not_taken(actor: str, exchange: Exchange) -> str:
    return (
        f"The target does not take the token of the {actor.replace('_', ' ')} actor (HTTP 401 for {exchange.url}). "
        f"Check FULFILLSPEC_{actor.upper()}_TOKEN, or what [actors.{actor}] names."
    )


def _recognised(shop: Exchange, one: Exchange, *, known: bool) -> None:
    """Refuse a target that answers neither question as this API does, nor told its scopes or speaks GraphQL."""
    if shop.server_error and one.server_error:
        raise NotUsable(
            f"The target fails: {shop.url} answered HTTP {shop.status}, and {one.url} HTTP {one.status}. Its own log should say why."
        )
    if known or _answers(shop, "shop") or _answers(one, "fulfillment_order"):
        return
    kind = one.headers.get("content-type", "no content type")
    trouble = one.error or (
        "an object that is neither the resource nor an error" if isinstance(one.data, dict) else "no JSON object"
    )
    raise NotUsable(
        f"This is no Shopify Admin API: {one.url} answered HTTP {one.status} with {kind} ({trouble}). "
        "The base URL is the part before /admin/api/…"
    )


def _answers(exchange: Exchange, key: str) -> bool:
    """Tell whether an answer is what was asked for, or an object that refuses it."""
    return isinstance(exchange.data, dict) and (key in exchange.data or exchange.client_error)


def _allowed(found: Probe) -> None:
    scopes = found.scopes.get("merchant")
    if scopes is not None and not any(scope.endswith(_READABLE) for scope in scopes):
        raise NotUsable(
            "The merchant's app has none of the fulfillment-order scopes (it has: "
            f"{', '.join(sorted(scopes)) or 'none'}). Grant it write_merchant_managed_fulfillment_orders and "
            "write_third_party_fulfillment_orders."
        )


def _scopes(exchange: Exchange) -> frozenset[str] | None:
    rows = exchange.data.get("access_scopes") if isinstance(exchange.data, dict) else None
    return _handles(rows) if exchange.ok else None


def _handles(rows: object) -> frozenset[str] | None:
    if not isinstance(rows, list):
        return None
    return frozenset(row["handle"] for row in rows if isinstance(row, dict) and isinstance(row.get("handle"), str))
