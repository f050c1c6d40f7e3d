"""Misnamed line items: which refusals are demanded, and what may be taken where none is."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.acting.step import Step
from fulfillspec.documents import lifecycle
from fulfillspec.evidence.observation import FulfillmentOrder, Line
from fulfillspec.exploration import misnamed
from fulfillspec.exploration.misnamed import KINDS, Takes


def order(*remaining: int, location: str = "9") -> FulfillmentOrder:
    lines = tuple(Line(f"line-{n}", f"item-{n}", 3, units) for n, units in enumerate(remaining))
    return FulfillmentOrder("1", "2", "open", "unsubmitted", location, location, None, lines)


def step(operation: str, target: FulfillmentOrder, shown: FulfillmentOrder | None = None) -> Step:
    return cast("Step", SimpleNamespace(operation=operation, target=target, order=shown or target))


def test_refusal_is_demanded_only_where_a_row_says_so() -> None:
    takes = Takes("move", "merchant", exactly="FO-A-B", foreign="FO-A-C")
    demanded = {kind for kind in KINDS if takes.refuses(kind)}
    assert demanded == {"unknown", "of a sibling", "of another order", "beside its own"}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_every_kind_are_asked_for(kind: str) -> None:
    assert Takes("hold", "merchant", "FO-A-B", "FO-A-C", "FO-A-D", "FO-A-E").refuses(kind)


def test_rejection_gives_no_quantities() -> None:
    assert {"zero", "negative", "twice"}.isdisjoint(Takes("reject", "service", "FO-A-B", "FO-A-C").kinds)


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("unknown", ({},)),
        ("of a sibling", ({},)),
        ("zero", ({},)),
        ("negative", ({},)),
        ("beside its own", ({"item-0": 1},)),
        ("twice", ({"item-0": 1}, {"item-0": 2})),
    ],
)
def test_what_may_be_taken_is_what_was_named(kind: str, meant: Any) -> None:
    assert misnamed._meant(kind, order(3, 1)) == meant


def test_taken_is_what_left_the_fulfillment_order() -> None:
    assert misnamed._taken(step("split", order(2, 1)), order(3, 1)) == {"item-0": 1}
    assert misnamed._taken(step("create_fulfillment", order(3, 1)), order(3, 1)) == {}


def test_whole_move_takes_everything() -> None:
    assert misnamed._taken(step("move", order(3, 1, location="10")), order(3, 1)) == {"item-0": 3, "item-1": 1}


def test_request_takes_what_the_submitted_one_holds() -> None:
    assert misnamed._taken(step("submit", order(3, 1), order(1, 0)), order(3, 1)) == {"item-0": 1}


def test_hold_that_splits_nothing_off_tells_nothing() -> None:
    assert misnamed._taken(step("hold", order(3, 1)), order(3, 1)) is None


@pytest.mark.parametrize("actors", [(), ("merchant",), ("merchant", "other_service")])
def test_operation_of_an_actor_without_a_token_is_tried_by_nobody(actors: tuple[str, ...]) -> None:
    """The case has no meaning then; where one of several operations can be asked for, that one is tried."""
    stage = SimpleNamespace(
        lifecycle=lifecycle.load(), order=lambda *_, **__: pytest.fail("nothing is staged for what nobody asks for")
    )
    session = SimpleNamespace(transport=SimpleNamespace(offers=lambda _: True), ledger=SimpleNamespace(cells=[]))
    tried = misnamed.Misnamed(
        cast("Any", session), cast("Any", stage), dict.fromkeys(actors, cast("Any", None)), cast("Any", dict)
    )
    reject = tried.taker("reject", "service", exactly="FO-REJECT-LINE-ITEMS")
    with pytest.raises(Inapplicable, match="the target file names no token for the actor service"):
        tried.try_all("service:open/submitted", reject)
    stage.order = raising
    if actors:
        with pytest.raises(Unobservable, match="it is staged"):
            tried.try_all("service:open/submitted", reject, tried.taker("hold", "merchant", exactly="FO-HOLD-PART"))


def raising(*_: Any, **__: Any) -> None:
    raise Unobservable("it is staged")
