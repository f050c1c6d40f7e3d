"""What a handful of answers says of a target: usable or not, its scopes and plan, REST, GraphQL or both."""

import re
from typing import Any

import pytest

from fulfillspec.evidence.log import NOT_JSON, Exchange
from fulfillspec.target.probe import NotUsable, Probe, probe, watched

UNKNOWN = {"errors": "Not Found"}
SHOP = {"shop": {"name": "A shop", "plan_name": "partner_test"}}
SCOPES = {"access_scopes": [{"handle": "read_merchant_managed_fulfillment_orders"}, {"handle": 1}, "x"]}
NAMED = frozenset({"read_merchant_managed_fulfillment_orders"})
LIMITED = {"x-shopify-shop-api-call-limit": "1/40", "x-shopify-api-version": "2025-10"}

Answered = tuple[int | None, Any] | tuple[int | None, Any, dict[str, str]]


class Target:
    """Answers what is asked by the end of its path (and the document's first word), 404 to all else."""

    def __init__(self, **answers: Answered) -> None:
        self.answers = {"shop": (200, SHOP), "access_scopes": (200, SCOPES), **answers}
        self.asked: list[str] = []

    def send(self, method: str, path: str, **request: Any) -> Exchange:
        name = path.rpartition("/")[2].removesuffix(".json")
        if name == "graphql" and "accessScopes" in request["json"]["query"]:
            name = "graphql_scopes"
        name = "one" if name.isdigit() else name
        if "/unstable/" in path:
            name = f"unstable_{name}"
        self.asked.append(name)
        status, data, *headers = self.answers.get(name, (404, UNKNOWN))
        return Exchange(
            1, "", "", "merchant", "rest", name, "probe", method, f"http://x{path}", status=status, data=data,
            headers=headers[0] if headers else {}, error="no connection" if status is None else None,
        )  # fmt: skip


def probed(**answers: Answered) -> Probe:
    return probe({"merchant": Target(**answers)}, "2025-10")


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"shop": (None, NOT_JSON)}, "could not be read: no connection"),
        ({"shop": (401, {})}, "does not take the token of the merchant actor (HTTP 401"),
        ({"shop": (301, {}, {"location": "http://y/"})}, "redirects to http://y/"),
        ({"shop": (302, {})}, "redirects to elsewhere"),
        ({"shop": (500, {}), "one": (503, {})}, "The target fails"),
        ({"access_scopes": (404, {}), "shop": (404, NOT_JSON), "one": (404, NOT_JSON)}, "This is no Shopify Admin API"),
        ({"access_scopes": (404, {}), "shop": (200, {}), "one": (200, {})}, "neither the resource nor an error"),
        ({"access_scopes": (200, {"access_scopes": []})}, "none of the fulfillment-order scopes (it has: none)"),
        ({"access_scopes": (200, {"access_scopes": [{"handle": "read_orders"}]})}, "(it has: read_orders)"),
    ],
)
def test_target_that_cannot_be_judged_is_refused_in_a_sentence(answers: dict[str, Answered], said: str) -> None:
    with pytest.raises(NotUsable, match=re.escape(said)):
        probed(**answers)


def test_plain_store_is_recognised() -> None:
    found = probed(one=(404, UNKNOWN, LIMITED))
    assert (found.rest, found.graphql, found.plan) == (True, False, "partner_test")
    assert (found.served, found.served_graphql) == ("2025-10", None)
    assert found.scopes == {"merchant": NAMED}


def test_target_without_limits_or_version_says_so() -> None:
    found = probed()
    assert found.served is None
    assert probed(shop=(200, {"shop": {"plan_name": 1}})).plan is None


def test_scopes_that_are_not_told_are_not_known() -> None:
    answers: list[Answered] = [(200, {}), (403, SCOPES), (200, {"access_scopes": {}})]
    for answer in answers:
        assert probed(access_scopes=answer).scopes == {"merchant": None}


def test_token_of_another_actor_is_checked_where_the_first_was_taken() -> None:
    bad = Target(access_scopes=(401, {}))
    with pytest.raises(NotUsable, match="token of the other service actor"):
        probe({"merchant": Target(), "other_service": bad}, "2025-10")
    assert probe({"merchant": bad, "anonymous": bad}, "2025-10").scopes == {"merchant": None}


def test_token_that_two_actors_share_is_asked_about_once() -> None:
    both = Target()
    assert probe({"merchant": both, "service": both, "anonymous": both}, "2025-10").scopes == {
        "merchant": NAMED,
        "service": NAMED,
    }
    assert both.asked.count("access_scopes") == 1


@pytest.mark.parametrize(
    ("answer", "speaks"),
    [
        ((200, {"data": {}}), True),
        ((200, {"errors": []}), True),
        ((200, {}), False),
        ((200, []), False),
        ((404, {"errors": []}), False),
    ],
)
def test_graphql_is_spoken_where_it_answers_as_such(answer: Answered, speaks: bool) -> None:  # noqa: FBT001 - a case
    assert probed(graphql=answer).graphql is speaks


def test_scopes_are_asked_of_graphql_where_rest_does_not_tell() -> None:
    told = {"data": {"currentAppInstallation": {"accessScopes": SCOPES["access_scopes"]}}}
    without: dict[str, Answered] = {"access_scopes": (404, {}), "graphql": (200, {"data": {}}, LIMITED)}
    assert probed(**without, graphql_scopes=(200, told)).scopes == {"merchant": NAMED}
    assert probed(**without, graphql_scopes=(500, told)).scopes == {"merchant": None}
    assert probed(**without).served == "2025-10"


def test_target_that_knows_no_resource_of_rest_has_graphql_alone() -> None:
    speaks: dict[str, Answered] = {"graphql": (200, {"data": {}}), "shop": (404, UNKNOWN)}
    assert not probed(**speaks).rest
    assert probed(**speaks, locations=(200, {})).rest
    assert probed(**speaks, one=(403, UNKNOWN)).rest
    assert probed(**speaks, one=(404, UNKNOWN, LIMITED)).rest
    assert probed(graphql=(200, {"data": {}})).rest


def test_version_that_is_not_served_is_told_from_a_target_that_is_none() -> None:
    nowhere: dict[str, Answered] = {"shop": (404, UNKNOWN), "one": (404, UNKNOWN)}
    with pytest.raises(NotUsable, match=r"does not serve API version 2025-10.*serves unstable"):
        probed(**nowhere, unstable_shop=(200, SHOP))
    assert probed(**nowhere).rest


def test_fulfillment_orders_are_looked_at_over_what_shows_them() -> None:
    assert watched(Probe(), ("rest", "graphql", "connector")) == ("rest", "graphql")
    assert watched(Probe(rest=True), ("connector",)) == ("rest",)
    assert watched(Probe(), ("connector",)) == ("graphql",)


def test_version_is_that_of_the_first_transport_that_is_tested() -> None:
    found = Probe(served="2025-10", served_graphql="2026-01")
    assert (found.named(("rest", "graphql")), found.named(("graphql",))) == ("2025-10", "2026-01")
