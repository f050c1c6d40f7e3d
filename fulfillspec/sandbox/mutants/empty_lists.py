"""Mutants of an empty list of line items, which is as good as none: they take it for no line items at all."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from typing import Any

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.mutants.graphql_actions import meant
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.views import Json

_OVER_REST = "fulfillment_order_line_items"
_OVER_GRAPHQL = "fulfillmentOrderLineItems"


def _is_empty(call: Call, wrapper: str) -> bool:
    given: Any = call.body.get(wrapper)
    return isinstance(given, dict) and given.get(_OVER_REST) == []


class EmptyListRequestsNothing(Mutant, Rest):
    """A request with an empty list of line items is answered, and nothing is requested."""

    requirement = "FO-SUBMIT-WHOLE"
    transports = ("rest",)

    def submit(self, call: Call) -> Reply:
        if not _is_empty(call, "fulfillment_request"):
            return super().submit(call)
        fo = self.store.reach(call.client, call.ids[0], "submit")
        return self.several(
            call,
            "submit",
            original_fulfillment_order=fo,
            submitted_fulfillment_order=None,
            unsubmitted_fulfillment_order=fo,
        )


class EmptyListMovesNothing(Mutant, Rest):
    """A move of an empty list of line items is answered, and nothing moves."""

    requirement = "FO-MOVE-WHOLE"
    transports = ("rest",)

    def move(self, call: Call) -> Reply:
        if not _is_empty(call, "fulfillment_order"):
            return super().move(call)
        fo = self.store.reach(call.client, call.ids[0], "move")
        return self.several(
            call,
            "move",
            original_fulfillment_order=fo,
            moved_fulfillment_order=None,
            remaining_fulfillment_order=None,
        )


class GraphqlEmptyListRequestsNothing(Mutant, GraphQL):
    """A request with an empty list of line items is answered, and nothing is requested."""

    requirement = "FO-SUBMIT-WHOLE"
    transports = ("graphql",)

    def submit(self, ask: Asking, given: Given) -> Json:
        fo = meant(self, given)
        if given.get(_OVER_GRAPHQL) != [] or fo is None:
            return super().submit(ask, given)
        return self.payload(
            ask,
            "submit",
            originalFulfillmentOrder=fo,
            submittedFulfillmentOrder=None,
            unsubmittedFulfillmentOrder=fo,
        )


class GraphqlEmptyListMovesNothing(Mutant, GraphQL):
    """A move of an empty list of line items is answered, and nothing moves."""

    requirement = "FO-MOVE-WHOLE"
    transports = ("graphql",)

    def move(self, ask: Asking, given: Given) -> Json:
        fo = meant(self, given)
        if given.get(_OVER_GRAPHQL) != [] or fo is None:
            return super().move(ask, given)
        return self.payload(
            ask, "move", originalFulfillmentOrder=fo, movedFulfillmentOrder=None, remainingFulfillmentOrder=fo
        )
