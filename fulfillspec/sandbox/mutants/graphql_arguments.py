"""Mutants of GraphQL's arguments: null for what may be left out is refused, the offset of a time is dropped."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from typing import Any

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.graphql.mutations import fulfillment_order_id
from fulfillspec.sandbox.views import Json

_REQUIREMENTS = {
    ("submit", "message"): "FO-SUBMIT-MESSAGE-OPTIONAL",
    ("submit", "fulfillmentOrderLineItems"): "FO-SUBMIT-MESSAGE-OPTIONAL",
    ("accept", "message"): "FO-ACCEPT-MESSAGE-OPTIONAL",
    ("reject", "message"): "FO-GQL-REJECT-MESSAGE-OPTIONAL",
    ("reject", "reason"): "FO-GQL-REJECT-MESSAGE-OPTIONAL",
    ("reject", "lineItems"): "FO-GQL-REJECT-MESSAGE-OPTIONAL",
    ("close", "message"): "FO-GQL-CLOSE-MESSAGE-OPTIONAL",
    ("submit", "notifyCustomer"): "FO-SUBMIT-MESSAGE-OPTIONAL",
    ("hold_order", "reasonNotes"): "FO-HOLD-NOTES-OPTIONAL",
    ("hold_order", "notifyMerchant"): "FO-HOLD-NOTES-OPTIONAL",
    ("release_hold", "holdIds"): "FO-GQL-RELEASE-HOLD",
    ("create_fulfillment", "fulfillmentOrderLineItems"): "FO-FULFIL-CLOSES",
}
"""By operation and argument: what is not held to where null is refused."""


def _is_null(given: object, argument: str) -> bool:
    """Tell whether null is given for an argument, or for the field of an input below."""
    if isinstance(given, dict):
        return (argument in given and given[argument] is None) or any(
            _is_null(each, argument) for each in given.values()
        )
    return isinstance(given, list) and any(_is_null(each, argument) for each in given)


def _mutant(operation: str, argument: str, requirement: str) -> type[Mutant]:
    def refuse(interface: Any, ask: Asking, given: Given) -> Json:
        if _is_null(given, argument):
            raise Refused(f"{argument} can't be null")
        answered: Json = getattr(super(made, interface), operation)(ask, given)
        return answered

    named = "".join(word.title() for word in operation.split("_"))
    made = type(
        f"{named}RefusesNullFor{argument[0].upper()}{argument[1:]}",
        (Mutant, GraphQL),
        {
            "__doc__": f"{operation} with null for {argument}, which may be left out, is refused.",
            "__module__": __name__,
            "requirement": requirement,
            "transports": ("graphql",),
            operation: refuse,
        },
    )
    return made


REFUSED = tuple(_mutant(*key, requirement) for key, requirement in _REQUIREMENTS.items())
"""A mutant for each of them."""


def _as_utc(given: Given, name: str) -> Given:
    """Drop the offset of an argument."""
    return {**given, name: f"{str(given.get(name))[:19]}Z"}


class DeadlineOverGraphqlDropsTheOffset(Mutant, GraphQL):
    """The offset of fulfillmentDeadline is dropped, its hours are taken for UTC."""

    requirement = "FO-DEADLINE-SETS"
    transports = ("graphql",)

    def set_deadline(self, ask: Asking, given: Given) -> Json:
        return super().set_deadline(ask, _as_utc(given, "fulfillmentDeadline"))


class RescheduleOverGraphqlDropsTheOffset(Mutant, GraphQL):
    """The offset of fulfillAt is dropped, its hours are taken for UTC."""

    requirement = "FO-RESCHEDULE-STATE"
    transports = ("graphql",)

    def reschedule(self, ask: Asking, given: Given) -> Json:
        return super().reschedule(ask, _as_utc(given, "fulfillAt"))


class RejectRefusesAnEmptyList(Mutant, GraphQL):
    """fulfillmentOrderRejectFulfillmentRequest with an empty list of lineItems is refused."""

    requirement = "FO-GQL-REJECT-LINE-ITEMS"
    transports = ("graphql",)

    def reject(self, ask: Asking, given: Given) -> Json:
        if given.get("lineItems") == []:
            raise Refused("lineItems can't be empty")
        return super().reject(ask, given)


class RejectOfAnEmptyListRejectsNothing(Mutant, GraphQL):
    """fulfillmentOrderRejectFulfillmentRequest with an empty list of lineItems is answered, and rejects nothing."""

    requirement = "FO-GQL-REJECT-LINE-ITEMS"
    transports = ("graphql",)

    def reject(self, ask: Asking, given: Given) -> Json:
        if given.get("lineItems") == []:
            return self.one(ask, "reject", self.store.reach(ask.client, fulfillment_order_id(given), "reject"))
        return super().reject(ask, given)


class AssignedListTakesUnsubmittedForNoFilter(Mutant, GraphQL):
    """assignedFulfillmentOrders with the status FULFILLMENT_UNSUBMITTED lists all that is assigned."""

    requirement = "FO-GQL-ASSIGNED"
    transports = ("graphql",)

    def assigned(self, ask: Asking, given: Given) -> Json:
        wanted = given.get("assignmentStatus")
        return super().assigned(
            ask, {**given, "assignmentStatus": None if wanted == "FULFILLMENT_UNSUBMITTED" else wanted}
        )
