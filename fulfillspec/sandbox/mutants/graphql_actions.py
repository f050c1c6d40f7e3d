"""Mutants of GraphQL's mutations: arguments, states, scopes, and what close and reject answer."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refusal, Refused
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.views import Json


def meant(interface: GraphQL, given: Given) -> FulfillmentOrder | None:
    """Find the fulfillment order that a mutation is about, whoever asks."""
    return interface.store.fulfillment_orders.get(int(str(given["id"]).rpartition("/")[2]))


class CloseRefusesItsMessage(Mutant, GraphQL):
    """fulfillmentOrderClose with a message is refused."""

    requirement = "FO-GQL-CLOSE-ARGUMENTS"
    transports = ("graphql",)

    def close(self, ask: Asking, given: Given) -> Json:
        if given.get("message") is not None:
            raise Refused("Message is not allowed")
        return super().close(ask, given)


class CloseWithoutIdIsTaken(Mutant, GraphQL):
    """fulfillmentOrderClose without id is answered as if it were done."""

    requirement = "FO-GQL-CLOSE-ID-REQUIRED"
    transports = ("graphql",)

    def answer(self, call: Call) -> Reply:
        if "fulfillmentOrderClose(" in str(call.body.get("query")) and "id" not in (call.body.get("variables") or {}):
            return Reply({"data": {"fulfillmentOrderClose": {"fulfillmentOrder": None, "userErrors": []}}})
        return super().answer(call)


class CloseNeedsItsMessage(Mutant, GraphQL):
    """fulfillmentOrderClose without message is refused."""

    requirement = "FO-GQL-CLOSE-MESSAGE-OPTIONAL"
    transports = ("graphql",)

    def close(self, ask: Asking, given: Given) -> Json:
        if given.get("message") is None:
            raise Refused("Message can't be blank")
        return super().close(ask, given)


class CloseAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentOrderClose has null for the fulfillment order, though it is done."""

    requirement = "FO-GQL-CLOSE-PAYLOAD"
    transports = ("graphql",)

    def close(self, ask: Asking, given: Given) -> Json:
        return {**super().close(ask, given), "fulfillmentOrder": None}


class CloseCompletesOverGraphql(Mutant, GraphQL):
    """fulfillmentOrderClose sets the status to CLOSED."""

    requirement = "FO-GQL-CLOSE-STATE"
    transports = ("graphql",)

    def close(self, ask: Asking, given: Given) -> Json:
        payload = super().close(ask, given)
        fo = meant(self, given)
        if fo is not None:
            self.store.become(fo, status="closed")
            payload["fulfillmentOrder"] = self.nodes.fulfillment_order(fo, ask, "close")
        return payload


class CloseRefusedShowsTheOrder(Mutant, GraphQL):
    """The payload of a refused fulfillmentOrderClose has the fulfillment order beside the user errors."""

    requirement = "FO-GQL-CLOSE-NULLABLE"
    transports = ("graphql",)

    def close(self, ask: Asking, given: Given) -> Json:
        try:
            return super().close(ask, given)
        except Refused as refused:
            fo = meant(self, given)
            shown = self.one(ask, "close", fo) if fo is not None else {}
            return {**shown, "userErrors": self.user_errors(refused, frozenset())}


class AnybodyCloses(Mutant, GraphQL):
    """fulfillmentOrderClose is done for every app, as if it were the one that accepted."""

    requirement = "FO-GQL-CLOSE-SCOPE"
    transports = ("graphql",)

    def close(self, ask: Asking, given: Given) -> Json:
        fo = meant(self, given)
        by = fo.accepted_by if fo is not None else None
        return super().close(replace(ask, client=by) if by is not None else ask, given)


class RejectRefusesItsMessage(Mutant, GraphQL):
    """fulfillmentOrderRejectFulfillmentRequest with a message is refused."""

    requirement = "FO-GQL-REJECT-ARGUMENTS"
    transports = ("graphql",)

    def reject(self, ask: Asking, given: Given) -> Json:
        if given.get("message") is not None:
            raise Refused("Message is not allowed")
        return super().reject(ask, given)


class RejectWithoutIdIsTaken(Mutant, GraphQL):
    """fulfillmentOrderRejectFulfillmentRequest without id is answered as if it were done."""

    requirement = "FO-GQL-REJECT-ID-REQUIRED"
    transports = ("graphql",)

    def answer(self, call: Call) -> Reply:
        field = "fulfillmentOrderRejectFulfillmentRequest"
        if f"{field}(" in str(call.body.get("query")) and "id" not in (call.body.get("variables") or {}):
            return Reply({"data": {field: {"fulfillmentOrder": None, "userErrors": []}}})
        return super().answer(call)


class RejectRefusesItsLineItems(Mutant, GraphQL):
    """fulfillmentOrderRejectFulfillmentRequest with lineItems is refused."""

    requirement = "FO-GQL-REJECT-LINE-ITEMS"
    transports = ("graphql",)

    def reject(self, ask: Asking, given: Given) -> Json:
        if given.get("lineItems"):
            raise Refused("Line items are not allowed")
        return super().reject(ask, given)


class RejectNeedsItsMessage(Mutant, GraphQL):
    """fulfillmentOrderRejectFulfillmentRequest without message is refused."""

    requirement = "FO-GQL-REJECT-MESSAGE-OPTIONAL"
    transports = ("graphql",)

    def reject(self, ask: Asking, given: Given) -> Json:
        if given.get("message") is None:
            raise Refused("Message can't be blank")
        return super().reject(ask, given)


class RejectKnowsOneReason(Mutant, GraphQL):
    """fulfillmentOrderRejectFulfillmentRequest takes no reason but OTHER."""

    requirement = "FO-GQL-REJECT-REASON"
    transports = ("graphql",)

    def reject(self, ask: Asking, given: Given) -> Json:
        if given.get("reason", "OTHER") not in {"OTHER", None}:
            raise Refused("Reason is not included in the list")
        return super().reject(ask, given)


class RejectAnswersNothing(Mutant, GraphQL):
    """The payload of fulfillmentOrderRejectFulfillmentRequest has null for the fulfillment order, though it is done."""

    requirement = "FO-GQL-REJECT-PAYLOAD"
    transports = ("graphql",)

    def reject(self, ask: Asking, given: Given) -> Json:
        return {**super().reject(ask, given), "fulfillmentOrder": None}


class RejectShowsIncomplete(Mutant, GraphQL):
    """fulfillmentOrderRejectFulfillmentRequest sets the status to INCOMPLETE."""

    requirement = "FO-GQL-REJECT-STATE"
    transports = ("graphql",)

    def reject(self, ask: Asking, given: Given) -> Json:
        payload = super().reject(ask, given)
        fo = meant(self, given)
        if fo is not None:
            self.store.become(fo, status="incomplete")
            payload["fulfillmentOrder"] = self.nodes.fulfillment_order(fo, ask, "reject")
        return payload


class RejectRefusedShowsTheOrder(Mutant, GraphQL):
    """The payload of a refused fulfillmentOrderRejectFulfillmentRequest has the fulfillment order."""

    requirement = "FO-GQL-REJECT-NULLABLE"
    transports = ("graphql",)

    def reject(self, ask: Asking, given: Given) -> Json:
        try:
            return super().reject(ask, given)
        except Refused as refused:
            fo = meant(self, given)
            shown = self.one(ask, "reject", fo) if fo is not None else {}
            return {**shown, "userErrors": self.user_errors(refused, frozenset())}


class AnybodyRejects(Mutant, GraphQL):
    """fulfillmentOrderRejectFulfillmentRequest is done for every app, as if it were the service's."""

    requirement = "FO-GQL-REJECT-SCOPE"
    transports = ("graphql",)

    def reject(self, ask: Asking, given: Given) -> Json:
        fo = meant(self, given)
        service = fo.location.service if fo is not None else None
        return super().reject(replace(ask, client=service.app) if service is not None else ask, given)


class DeadlineOfTheFirstOnly(Mutant, GraphQL):
    """fulfillmentOrdersSetFulfillmentDeadline answers success, and sets the deadline of the first one only."""

    requirement = "FO-DEADLINE-SETS"
    transports = ("graphql",)

    def set_deadline(self, ask: Asking, given: Given) -> Json:
        return super().set_deadline(ask, {**given, "fulfillmentOrderIds": given["fulfillmentOrderIds"][:1]})


class GraphqlNeedsNoRequest(Mutant, GraphQL):
    """fulfillmentOrderAcceptFulfillmentRequest accepts what nobody requested."""

    requirement = "FO-ACCEPT-NEEDS-REQUEST"
    transports = ("graphql",)

    def accept(self, ask: Asking, given: Given) -> Json:
        fo = meant(self, given)
        if fo is not None and fo.at_service and fo.status == "open" and fo.request_status == "unsubmitted":
            self.store.become(fo, request_status="submitted")
        return super().accept(ask, given)


class HoldRefusedButSplitOverGraphql(Mutant, GraphQL):
    """fulfillmentOrderHold for more units than there are is refused after one unit was split off."""

    requirement = "FO-ERR-UNCHANGED"
    transports = ("graphql",)

    def hold_order(self, ask: Asking, given: Given) -> Json:
        try:
            return super().hold_order(ask, given)
        except Refused:
            fo = meant(self, given)
            lines: Any = given["fulfillmentHold"].get("fulfillmentOrderLineItems")
            if fo is not None and lines and fo.status == "open" and fo.remaining > 1:
                line = next(line for line in fo.lines if line.fulfillable)
                self.store.split_off(fo, {line.id: 1})
            raise


class ReleaseIgnoresIds(Mutant, GraphQL):
    """fulfillmentOrderReleaseHold with ids releases every hold."""

    requirement = "FO-GQL-RELEASE-HOLD"
    transports = ("graphql",)

    def hold_ids(self, identity: int, given: Given) -> Sequence[int] | None:
        super().hold_ids(identity, given)
        return None


class ReleaseByIdTakesTheNewest(Mutant, GraphQL):
    """fulfillmentOrderReleaseHold with ids releases the newest hold instead."""

    requirement = "FO-GQL-RELEASE-HOLD"
    transports = ("graphql",)

    def hold_ids(self, identity: int, given: Given) -> Sequence[int] | None:
        ids = super().hold_ids(identity, given)
        fo = self.store.fulfillment_orders.get(identity)
        return ids if ids is None or fo is None or not fo.holds else [fo.holds[-1].id]


class ReleaseByIdOpens(Mutant, GraphQL):
    """fulfillmentOrderReleaseHold with the id of one of two holds opens the fulfillment order."""

    requirement = "FO-GQL-RELEASE-HOLD"
    transports = ("graphql",)

    def release_hold(self, ask: Asking, given: Given) -> Json:
        shown = super().release_hold(ask, given)
        fo = meant(self, given)
        if fo is None or not fo.holds:
            return shown
        self.store.become(fo, status="open")
        return self.one(ask, "release_hold", fo)


class ReleaseByAnUnknownIdReleasesAll(Mutant, GraphQL):
    """fulfillmentOrderReleaseHold with ids that are unknown releases every hold."""

    requirement = "FO-GQL-RELEASE-HOLD"
    transports = ("graphql",)

    def hold_ids(self, identity: int, given: Given) -> Sequence[int] | None:
        try:
            return super().hold_ids(identity, given)
        except Refusal:
            return None


class ReleaseBySeveralIdsTakesTheFirst(Mutant, GraphQL):
    """fulfillmentOrderReleaseHold with several ids releases the first of these holds alone."""

    requirement = "FO-GQL-RELEASE-HOLD"
    transports = ("graphql",)

    def hold_ids(self, identity: int, given: Given) -> Sequence[int] | None:
        ids = super().hold_ids(identity, given)
        return ids if ids is None else ids[:1]
