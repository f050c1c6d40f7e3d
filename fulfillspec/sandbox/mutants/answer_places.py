"""Mutants whose answers show something in a place that is another's: done, and shown as something else."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from typing import Any, ClassVar

from graphql import GraphQLError, GraphQLResolveInfo

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refusal
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import App, Held, Hold
from fulfillspec.sandbox.mutants.graphql import under
from fulfillspec.sandbox.mutants.graphql_actions import meant
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json


class _InItsPlace(Rest):
    """The answer of one operation has the fulfillment order of `of` in `place`, where there is one."""

    does: ClassVar[str]
    place: ClassVar[str]
    of: ClassVar[str]

    def several(self, call: Call, operation: str, **shown: Any) -> Reply:
        if operation == self.does and shown[self.of] is not None:
            shown[self.place] = shown[self.of]
        return super().several(call, operation, **shown)


class SubmitShowsTheRestAsOriginal(Mutant, _InItsPlace):
    """The original fulfillment order in the answer of a request for a part is the one that was not submitted."""

    requirement = "FO-RESP-SUBMIT"
    does = "submit"
    place, of = "original_fulfillment_order", "unsubmitted_fulfillment_order"


class CancelShowsTheReplacement(Mutant, _InItsPlace):
    """The fulfillment order in the answer of a cancel is its replacement."""

    requirement = "FO-RESP-CANCEL"
    does = "cancel"
    place, of = "fulfillment_order", "replacement_fulfillment_order"


class MoveShowsTheMovedAsOriginal(Mutant, _InItsPlace):
    """The original fulfillment order in the answer of a move is the moved one."""

    requirement = "FO-RESP-MOVE"
    does = "move"
    place, of = "original_fulfillment_order", "moved_fulfillment_order"


class SubmitMutationShowsTheRestAsOriginal(Mutant, GraphQL):
    """originalFulfillmentOrder of a request for a part is the one that was not submitted."""

    requirement = "FO-GQL-SUBMIT"
    transports = ("graphql",)

    def submit(self, ask: Asking, given: Given) -> Json:
        shown = super().submit(ask, given)
        rest = shown["unsubmittedFulfillmentOrder"]
        return shown if rest is None else {**shown, "originalFulfillmentOrder": rest}


class CancelMutationShowsTheReplacement(Mutant, GraphQL):
    """fulfillmentOrder of a cancel is its replacement."""

    requirement = "FO-GQL-CANCEL"
    transports = ("graphql",)

    def cancel(self, ask: Asking, given: Given) -> Json:
        shown = super().cancel(ask, given)
        replacement = shown["replacementFulfillmentOrder"]
        return shown if replacement is None else {**shown, "fulfillmentOrder": replacement}


class MoveMutationShowsTheMovedAsOriginal(Mutant, GraphQL):
    """originalFulfillmentOrder of a move is the moved one."""

    requirement = "FO-GQL-MOVE"
    transports = ("graphql",)

    def move(self, ask: Asking, given: Given) -> Json:
        shown = super().move(ask, given)
        return {**shown, "originalFulfillmentOrder": shown["movedFulfillmentOrder"]}


class SplitShowsTheNewOneAsOriginal(Mutant, GraphQL):
    """fulfillmentOrder of a split is what was split off, remainingFulfillmentOrder the original."""

    requirement = "FO-RESP-SPLIT"
    transports = ("graphql",)

    def split(self, ask: Asking, given: Given) -> Json:
        shown = super().split(ask, given)
        for row in shown["fulfillmentOrderSplits"]:
            original, apart = row["fulfillmentOrder"], row["remainingFulfillmentOrder"]
            row |= {"fulfillmentOrder": apart, "remainingFulfillmentOrder": original}
        return shown


class SplitShowsTheOriginalTwice(Mutant, GraphQL):
    """remainingFulfillmentOrder of a split is the original, too."""

    requirement = "FO-RESP-SPLIT"
    transports = ("graphql",)

    def split(self, ask: Asking, given: Given) -> Json:
        shown = super().split(ask, given)
        for row in shown["fulfillmentOrderSplits"]:
            row["remainingFulfillmentOrder"] = row["fulfillmentOrder"]
        return shown


class HoldShowsNothingRemaining(Mutant, GraphQL):
    """remainingFulfillmentOrder of a hold on a part is null, though the rest is in a new one."""

    requirement = "FO-GQL-HOLD"
    transports = ("graphql",)

    def hold_order(self, ask: Asking, given: Given) -> Json:
        return {**super().hold_order(ask, given), "remainingFulfillmentOrder": None}


class HoldShowsTheFirstOfTheHolds(Mutant, GraphQL):
    """fulfillmentHold of a further hold is the one that was there before."""

    requirement = "FO-GQL-HOLD"
    transports = ("graphql",)

    def hold_order(self, ask: Asking, given: Given) -> Json:
        shown, fo = super().hold_order(ask, given), meant(self, given)
        return shown if fo is None else {**shown, "fulfillmentHold": self.nodes.hold(fo.holds[0], ask)}


class HoldShowsAnotherReason(Mutant, GraphQL):
    """fulfillmentHold of a hold shows the reason OTHER, whichever was sent."""

    requirement = "FO-GQL-HOLD"
    transports = ("graphql",)

    def hold_order(self, ask: Asking, given: Given) -> Json:
        shown = super().hold_order(ask, given)
        return {**shown, "fulfillmentHold": {**shown["fulfillmentHold"], "reason": "OTHER"}}


class HoldsLoseTheirHandles(Mutant, Nodes):
    """handle of every hold is null, though one was sent."""

    requirement = "FO-GQL-HOLD"
    transports = ("graphql",)

    def hold(self, hold: Hold, ask: Asking) -> Json:
        return {**super().hold(hold, ask), "handle": None}


class HoldsAreNobodysOwn(Mutant, Nodes):
    """heldByRequestingApp is false for the app that placed the hold, too."""

    requirement = "FO-GQL-HOLD"
    transports = ("graphql",)

    def hold(self, hold: Hold, ask: Asking) -> Json:
        return {**super().hold(hold, ask), "heldByRequestingApp": False}


class CloseTakesIdsOfAnyType(Mutant, GraphQL):
    """fulfillmentOrderClose takes the number of any global id for that of a fulfillment order."""

    requirement = "FO-GQL-UNKNOWN-ID"
    transports = ("graphql",)

    def close(self, ask: Asking, given: Given) -> Json:
        number = given["id"].rpartition("/")[2]
        return super().close(ask, {**given, "id": self.nodes.gid("FulfillmentOrder", int(number))})


class RefusalsStandAmongTheErrors(Mutant, GraphQL):
    """What the state forbids is told by a top-level error, and the mutation is null."""

    requirement = "FO-GQL-WRONG-STATE"
    transports = ("graphql",)

    def refused(self, _info: "GraphQLResolveInfo[Asking]", refusal: Refusal) -> Json:
        raise GraphQLError(str(refusal) or "Refused.")


class CloseIsDoneAndAnError(Mutant, GraphQL):
    """fulfillmentOrderClose is carried out and shown, and a top-level error says that it failed."""

    requirement = "FO-GQL-NO-ERRORS"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        if under(body, "fulfillmentOrderClose").get("fulfillmentOrder"):
            body["errors"] = [{"message": "It failed.", "path": ["fulfillmentOrderClose"]}]
        return super().finish(body, call)


class HandlesNameSeveralHolds(Mutant, Store):
    """A second hold with the handle of the first is placed beside it."""

    requirement = "FO-GQL-HOLD-HANDLE"
    transports = ("graphql",)

    def hold(self, client: App, fulfillment_order_id: int, *, handle: str | None = None, **given: Any) -> Held:
        held = super().hold(client, fulfillment_order_id, handle=None, **given)
        held.hold.handle = handle or ""
        return held
