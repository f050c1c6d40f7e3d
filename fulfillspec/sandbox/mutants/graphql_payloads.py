"""Mutants of the payloads of GraphQL's mutations: done, and nothing is shown of it."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from typing import ClassVar

from fulfillspec.sandbox.call import Call
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking
from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.mutants.graphql import under
from fulfillspec.sandbox.views import Json


def _without(body: Json, field: str, key: str) -> None:
    payload = under(body, field)
    if payload.get("userErrors") == []:
        payload[key] = None


class _AnswersAnother(GraphQL):
    """The payload of one mutation has another fulfillment order of the order, where there is one."""

    does: ClassVar[str]

    def one(self, ask: Asking, operation: str, fo: FulfillmentOrder) -> Json:
        other = next((each for each in fo.order.fulfillment_orders if each is not fo), fo)
        return super().one(ask, operation, other if operation == self.does else fo)


class CloseAnswersAnother(Mutant, _AnswersAnother):
    """The payload of fulfillmentOrderClose has another fulfillment order of the order."""

    requirement = "FO-GQL-CLOSE-PAYLOAD"
    transports = ("graphql",)
    does = "close"


class RejectAnswersAnother(Mutant, _AnswersAnother):
    """The payload of fulfillmentOrderRejectFulfillmentRequest has another fulfillment order of the order."""

    requirement = "FO-GQL-REJECT-PAYLOAD"
    transports = ("graphql",)
    does = "reject"


class AcceptAnswersAnother(Mutant, _AnswersAnother):
    """The payload of fulfillmentOrderAcceptFulfillmentRequest has another fulfillment order of the order."""

    requirement = "FO-GQL-ACCEPT"
    transports = ("graphql",)
    does = "accept"


class ReleaseAnswersAnother(Mutant, _AnswersAnother):
    """The payload of fulfillmentOrderReleaseHold has another fulfillment order of the order."""

    requirement = "FO-GQL-RELEASE-HOLD"
    transports = ("graphql",)
    does = "release_hold"


class CloseLeavesOutTheId(Mutant, GraphQL):
    """The fulfillment order in the payload of fulfillmentOrderClose has no id, though the document asks for it."""

    requirement = "FO-GQL-CLOSE-PAYLOAD"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        (under(body, "fulfillmentOrderClose").get("fulfillmentOrder") or {}).pop("id", None)
        return super().finish(body, call)


class RejectShowsNullForTheId(Mutant, GraphQL):
    """The fulfillment order in the payload of fulfillmentOrderRejectFulfillmentRequest has null for its id."""

    requirement = "FO-GQL-REJECT-PAYLOAD"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        found = under(body, "fulfillmentOrderRejectFulfillmentRequest").get("fulfillmentOrder") or {}
        if "id" in found:
            found["id"] = None
        return super().finish(body, call)


class SubmitAnswersWithoutOriginal(Mutant, GraphQL):
    """The payload of fulfillmentOrderSubmitFulfillmentRequest has null for the original."""

    requirement = "FO-GQL-SUBMIT"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentOrderSubmitFulfillmentRequest", "originalFulfillmentOrder")
        return super().finish(body, call)


class AcceptAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentOrderAcceptFulfillmentRequest has null for the fulfillment order."""

    requirement = "FO-GQL-ACCEPT"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentOrderAcceptFulfillmentRequest", "fulfillmentOrder")
        return super().finish(body, call)


class ReleaseAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentOrderReleaseHold has null for the fulfillment order."""

    requirement = "FO-GQL-RELEASE-HOLD"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentOrderReleaseHold", "fulfillmentOrder")
        return super().finish(body, call)


class SubmitCancellationAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentOrderSubmitCancellationRequest has null for the fulfillment order."""

    requirement = "FO-GQL-SUBMIT-CANCELLATION"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentOrderSubmitCancellationRequest", "fulfillmentOrder")
        return super().finish(body, call)


class AcceptCancellationAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentOrderAcceptCancellationRequest has null for the fulfillment order."""

    requirement = "FO-GQL-ACCEPT-CANCELLATION"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentOrderAcceptCancellationRequest", "fulfillmentOrder")
        return super().finish(body, call)


class RejectCancellationAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentOrderRejectCancellationRequest has null for the fulfillment order."""

    requirement = "FO-GQL-REJECT-CANCELLATION"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentOrderRejectCancellationRequest", "fulfillmentOrder")
        return super().finish(body, call)


class CancelAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentOrderCancel has null for the fulfillment order."""

    requirement = "FO-GQL-CANCEL"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentOrderCancel", "fulfillmentOrder")
        return super().finish(body, call)


class MoveAnswersNothingMoved(Mutant, GraphQL):
    """The payload of fulfillmentOrderMove has null for the moved one."""

    requirement = "FO-GQL-MOVE"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentOrderMove", "movedFulfillmentOrder")
        return super().finish(body, call)


class OpenPayloadIsNull(Mutant, GraphQL):
    """The payload of fulfillmentOrderOpen has null for the fulfillment order."""

    requirement = "FO-GQL-OPEN"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentOrderOpen", "fulfillmentOrder")
        return super().finish(body, call)


class RescheduleAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentOrderReschedule has null for the fulfillment order."""

    requirement = "FO-GQL-RESCHEDULE"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentOrderReschedule", "fulfillmentOrder")
        return super().finish(body, call)


class HoldAnswersWithoutTheHold(Mutant, GraphQL):
    """The payload of fulfillmentOrderHold has null for the hold."""

    requirement = "FO-GQL-HOLD"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentOrderHold", "fulfillmentHold")
        return super().finish(body, call)


class CreateFulfillmentAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentCreate has null for the fulfillment."""

    requirement = "FO-GQL-CREATE-FULFILLMENT"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentCreate", "fulfillment")
        return super().finish(body, call)


class UpdateTrackingAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentTrackingInfoUpdate has null for the fulfillment."""

    requirement = "FO-GQL-UPDATE-TRACKING"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentTrackingInfoUpdate", "fulfillment")
        return super().finish(body, call)


class CancelFulfillmentAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentCancel has null for the fulfillment."""

    requirement = "FO-GQL-CANCEL-FULFILLMENT"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        _without(body, "fulfillmentCancel", "fulfillment")
        return super().finish(body, call)
