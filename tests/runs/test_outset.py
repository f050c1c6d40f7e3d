"""What a target lets a run do, as far as its first answers tell."""

from typing import Any

import pytest

from fulfillspec.runs import applicability, outset
from fulfillspec.target.probe import DEVELOPMENT_ORDERS, DEVELOPMENT_PLANS, NotUsable, Probe
from fulfillspec.target.profile import ConnectorSettings, Target

NEAR, SHOP = "http://127.0.0.1:9", "https://shop.example"
DEVELOPMENT = min(DEVELOPMENT_PLANS)
BOTH = Probe(rest=True, graphql=True)
CONNECTOR = ConnectorSettings("/actions")


@pytest.mark.parametrize(
    ("url", "facts", "plan"),
    [
        (NEAR, {}, None),
        (SHOP, {}, DEVELOPMENT),
        (SHOP, {"allow_writes": True}, "shopify_plus"),
        (NEAR, {"allow_writes": True, "proxy": "http://proxy.example"}, None),
    ],
)
def test_written_to_is_a_mock_nearby_a_development_store_or_what_the_user_allows(
    url: str, facts: dict[str, Any], plan: str | None
) -> None:
    assert outset.guard(Target(url, **facts), Probe(plan=plan)) == []


def test_address_of_this_machine_that_names_the_plan_of_a_shop_may_be_a_tunnel() -> None:
    (warning,) = outset.guard(Target(NEAR), Probe(plan="shopify_plus"))
    assert "names the plan shopify_plus" in warning


@pytest.mark.parametrize(
    ("url", "facts", "plan", "why"),
    [
        (SHOP, {}, None, "it names no plan"),
        (SHOP, {}, "shopify_plus", "its plan is shopify_plus"),
        (NEAR, {"proxy": "http://proxy.example"}, None, "it names no plan"),
    ],
)
def test_nothing_else_is_written_to(url: str, facts: dict[str, Any], plan: str | None, why: str) -> None:
    with pytest.raises(NotUsable, match=why):
        outset.guard(Target(url, **facts), Probe(plan=plan))


@pytest.mark.parametrize(
    ("named", "connector", "probe", "tested"),
    [
        ((), None, BOTH, ("rest", "graphql")),
        ((), None, Probe(graphql=True), ("graphql",)),
        ((), CONNECTOR, BOTH, ("rest", "graphql", "connector")),
        (("graphql",), CONNECTOR, BOTH, ("graphql",)),
    ],
)
def test_tested_is_what_is_named_or_else_what_answers(
    named: tuple[str, ...], connector: ConnectorSettings | None, probe: Probe, tested: tuple[str, ...]
) -> None:
    assert outset.transports(Target(NEAR, transports=named, connector=connector), probe) == (tested, [])


@pytest.mark.parametrize(
    ("named", "why"),
    [(("graphql",), "graphql was asked for, .* It answers: rest"), (("connector",), "needs a section .connector.")],
)
def test_transport_that_is_named_and_not_there_is_told(named: tuple[str, ...], why: str) -> None:
    with pytest.raises(NotUsable, match=why):
        outset.transports(Target(NEAR, transports=named), Probe(rest=True))


def test_graphql_that_fails_is_left_out_with_a_warning_unless_only_rest_is_named() -> None:
    failing = Probe(rest=True, failing_graphql=502)
    tested, warnings = outset.transports(Target(NEAR), failing)
    assert tested == ("rest",)
    assert warnings == [
        "GraphQL fails: it answered its first query with HTTP 502, and is not tested. Its own log should say why."
    ]
    assert outset.transports(Target(NEAR, transports=("rest",)), failing) == (("rest",), [])


def test_scopes_that_a_token_lacks_are_told_and_what_the_merchant_cannot_see() -> None:
    held = {"merchant": frozenset({"read_merchant_managed_fulfillment_orders"}), "service": None}
    warnings, blind = outset.lacking(Target(NEAR), held, {"merchant", "service"})
    assert [warning.partition(" lacks ")[0] for warning in warnings] == ["The merchant actor's token"]
    assert set(blind) == {"service"}
    assert outset.lacking(Target(NEAR), {"merchant": None}, {"merchant"}) == ([], {})


@pytest.mark.parametrize(
    ("url", "configured", "plan", "pace"),
    [
        (SHOP, "auto", DEVELOPMENT, DEVELOPMENT_ORDERS),
        (SHOP, 3.0, DEVELOPMENT, 3.0),
        (SHOP, "auto", None, "auto"),
        (NEAR, "auto", DEVELOPMENT, "auto"),
    ],
)
def test_orders_keep_the_pace_of_development_stores(url: str, configured: Any, plan: str | None, pace: object) -> None:
    assert outset.orders_per_minute(Target(url, orders_per_minute=configured), Probe(plan=plan)) == pace


def test_what_a_run_is_limited_to_is_said() -> None:
    whole = Target(NEAR)
    assert applicability.narrowed(whole, BOTH, ("rest", "graphql"), None) == ()
    assert applicability.narrowed(whole, BOTH, ("rest",), {"FO-HOLD-STATE"}) == (
        "selected requirements",
        "over rest only",
    )
    assert applicability.narrowed(Target(NEAR, areas=("holds",)), BOTH, ("rest", "graphql"), None) == ("area holds",)
    assert applicability.narrowed(whole, Probe(rest=True), ("rest",), None) == ()
