"""What a handful of answers says of a target: usable or not, its scopes and plan, REST, GraphQL or both."""

import re
from typing import Any

import pytest

from fulfillspec.evidence.log import NOT_JSON, Exchange
from fulfillspec.target.probe import NotUsable, Probe, probe, watched
from fulfillspec.wire.limits import Trouble

UNKNOWN = {"errors": "Not Found"}
SHOP = {"shop": {"name": "A shop", "plan_name": "partner_test"}}
SCOPES = {"access_scopes": [{"handle": "read_merchant_managed_fulfillment_orders"}, {"handle": 1}, "x"]}
NAMED = frozenset({"read_merchant_managed_fulfillment_orders"})
LIMITED = {"x-shopify-shop-api-call-limit": "1/40", "x-shopify-api-version": "2025-10"}

Answered = tuple[int | None, Any] | tuple[int | None, Any, dict[str, str]]


class Target:
    """Answers what is asked by the end of its path (and the document's first word), 404 to all else."""

    lost: str | None = "no connection"
    host = "http://x"

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
            1, "", "", "merchant", "rest", name, "probe", method, f"{self.host}{path}", status=status, data=data,
            headers=headers[0] if headers else {}, error=self.lost if status is None else None,
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


@pytest.mark.parametrize(("status", "fails"), [(500, 500), (503, 503), (404, None), (200, None)])
def test_graphql_that_fails_is_told_from_graphql_that_is_not_there(status: int, fails: int | None) -> None:
    assert probed(graphql=(status, {"data": SHOP} if status == 200 else UNKNOWN)).failing_graphql == fails


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
    assert probed(**{**nowhere, "one": (500, {})}, unstable_shop=(200, SHOP)).rest, "a fault tells nothing of versions"


def test_fulfillment_orders_are_looked_at_over_what_shows_them() -> None:
    assert watched(Probe(), ("rest", "graphql", "connector")) == ("rest", "graphql")
    assert watched(Probe(rest=True), ("connector",)) == ("rest",)
    assert watched(Probe(), ("connector",)) == ("graphql",)


def test_version_is_that_of_the_first_transport_that_is_tested() -> None:
    found = Probe(served="2025-10", served_graphql="2026-01")
    assert (found.named(("rest", "graphql")), found.named(("graphql",))) == ("2025-10", "2026-01")


@pytest.mark.parametrize(
    ("lost", "host", "said"),
    [
        (f"{Trouble.TLS}: self-signed", "https://x", "name that authority's PEM file as ca_file in the target file."),
        (f"{Trouble.TIMED_OUT}: 5 s", "https://x", "is the target up? Behind a proxy, name it as proxy in the target"),
        (f"{Trouble.TIMED_OUT}: 5 s", "http://127.0.0.1", "Is the base URL right, and is the target up?"),
        (None, "https://x", "could not be read: None. Is the base URL right"),
    ],
)
def test_target_that_cannot_be_reached_is_told_with_what_may_help(lost: str | None, host: str, said: str) -> None:
    target = Target(shop=(None, NOT_JSON))
    target.lost, target.host = lost, host
    with pytest.raises(NotUsable, match=re.escape(said)) as caught:
        probe({"merchant": target}, "2025-10")
    assert ("ca_file" in str(caught.value)) is (lost is not None and lost.startswith(Trouble.TLS))
    assert ("proxy" in str(caught.value)) is (host == "https://x" and "ca_file" not in str(caught.value))
    assert target.asked == ["shop"], "nothing more is asked"


@pytest.mark.parametrize(
    ("status", "usable"), [(299, True), (300, False), (399, False), (400, True), (401, False), (402, True)]
)
def test_redirect_and_missing_token_are_no_answers(status: int, *, usable: bool) -> None:
    if usable:
        assert probed(shop=(status, SHOP)).rest
    else:
        with pytest.raises(NotUsable):
            probed(shop=(status, SHOP))


@pytest.mark.parametrize(
    ("shop", "one", "usable"), [(500, 500, False), (500, 404, True), (404, 500, True), (499, 599, True)]
)
def test_target_fails_where_both_answers_are_faults(shop: int, one: int, *, usable: bool) -> None:
    if usable:
        assert probed(shop=(shop, UNKNOWN), one=(one, UNKNOWN)).rest
    else:
        with pytest.raises(
            NotUsable, match=r"The target fails: http://x/.*shop.json answered HTTP 500, and .* HTTP 500"
        ):
            probed(shop=(shop, UNKNOWN), one=(one, UNKNOWN))


@pytest.mark.parametrize(
    ("shop", "one", "known"),
    [
        ((200, {"shop": {}}), (404, NOT_JSON), True),
        ((200, {"other": {}}), (404, NOT_JSON), False),
        ((404, {"x": 1}), (404, NOT_JSON), True),
        ((404, NOT_JSON), (404, UNKNOWN), True),
        ((404, NOT_JSON), (404, []), False),
        ((200, []), (200, {"errors": "x"}), False),
    ],
)
def test_target_is_known_by_what_it_shows_or_refuses(shop: Answered, one: Answered, *, known: bool) -> None:
    answers: dict[str, Answered] = {"access_scopes": (404, {}), "shop": shop, "one": one}
    if known:
        assert probed(**answers).rest
        return
    with pytest.raises(NotUsable, match="This is no Shopify Admin API"):
        probed(**answers)
    assert probed(**{**answers, "access_scopes": (200, SCOPES)}).rest, "it told its scopes"
    assert probed(**answers, graphql=(200, {"data": {}})).graphql, "it speaks GraphQL"


@pytest.mark.parametrize("scope", ["merchant_managed", "third_party", "assigned"])
@pytest.mark.parametrize("kind", ["read", "write"])
def test_any_scope_of_fulfillment_orders_will_do(scope: str, kind: str) -> None:
    rows = [{"handle": "read_orders"}, {"handle": f"{kind}_{scope}_fulfillment_orders"}]
    found = probed(access_scopes=(200, {"access_scopes": rows})).scopes["merchant"]
    assert found == frozenset(row["handle"] for row in rows)


@pytest.mark.parametrize(("before", "after"), [("2025-01", "2025-10"), ("2025-10", "2025-01")])
def test_version_that_the_shop_names_comes_before_the_others(before: str, after: str) -> None:
    def named(version: str) -> dict[str, str]:
        return {"x-shopify-api-version": version}

    graphql: Answered = (200, {"data": {}}, named(after))
    assert probed(shop=(200, SHOP, named(before)), one=(404, UNKNOWN, named(after))).served == before
    assert probed(shop=(200, SHOP, named(before)), graphql=graphql).served == before
    found = probed(one=(404, UNKNOWN, named(before)), graphql=graphql)
    assert (found.served, found.served_graphql) == (before, after)
    assert probed(graphql=graphql).served == after


def test_every_app_is_asked_by_its_own_token_over_graphql_too() -> None:
    told = {"data": {"currentAppInstallation": {"accessScopes": SCOPES["access_scopes"]}}}
    speaks: dict[str, Answered] = {"graphql": (200, {"data": {}}), "graphql_scopes": (200, told)}
    rest, mute = Target(**speaks), Target(**speaks, access_scopes=(404, {}))
    found = probe({"merchant": rest, "service": mute, "outsider": mute}, "2025-10")
    assert found.scopes == dict.fromkeys(("merchant", "service", "outsider"), NAMED)
    assert (rest.asked.count("graphql_scopes"), mute.asked.count("graphql_scopes")) == (0, 1)


def test_newest_stable_version_and_the_unstable_one_tell_that_another_is_not_served() -> None:
    nowhere = Target(shop=(404, UNKNOWN), one=(404, UNKNOWN))
    probe({"merchant": nowhere}, "2025-07")
    assert nowhere.asked.count("unstable_shop") == 1
    assert nowhere.asked.count("shop") == 2, "the one asked for, and the newest"
    named = Target(shop=(404, UNKNOWN, LIMITED), one=(404, UNKNOWN))
    probe({"merchant": named}, "2025-07")
    assert named.asked.count("unstable_shop") == 0, "it names its version"
