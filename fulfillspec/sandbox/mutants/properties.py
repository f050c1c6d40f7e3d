"""Mutants of single properties of a fulfillment order, one for each that must be as documented.

A table says where each sins and how: `drop` leaves the key out, `null` shows null, `retype` shows another JSON type,
`enum` shows a value of the right type that no page knows. What the schemas let pass by an `x-freedom` is no sin.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, ClassVar

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.views import Json, View, Views

_SINS = {
    "drop": ("Dropped", "is missing"),
    "null": ("Null", "is null"),
    "retype": ("Retyped", "is of another JSON type"),
    "enum": ("Unheard", "has a value that no page knows"),
}
"""(end of the class name, end of the sentence) of each sin."""

_TABLE = (
    ("id", "retype"),
    ("created_at", "drop"),
    ("updated_at", "null"),
    ("shop_id", "null"),
    ("order_id", "retype"),
    ("assigned_location_id", "drop"),
    ("request_status", "enum"),
    ("status", "enum"),
    ("fulfill_at", "drop"),
    ("fulfill_by", "retype"),
    ("supported_actions", "null"),
    ("destination", "drop"),
    ("destination.id", "null"),
    ("destination.address1", "retype"),
    ("destination.address2", "drop"),
    ("destination.city", "retype"),
    ("destination.company", "drop"),
    ("destination.country", "retype"),
    ("destination.email", "drop"),
    ("destination.first_name", "retype"),
    ("destination.last_name", "drop"),
    ("destination.phone", "retype"),
    ("destination.province", "drop"),
    ("destination.zip", "retype"),
    ("line_items", "retype"),
    ("line_items.id", "null"),
    ("line_items.shop_id", "drop"),
    ("line_items.fulfillment_order_id", "retype"),
    ("line_items.quantity", "retype"),
    ("line_items.line_item_id", "drop"),
    ("line_items.inventory_item_id", "retype"),
    ("line_items.fulfillable_quantity", "null"),
    ("line_items.variant_id", "retype"),
    ("international_duties", "drop"),
    ("international_duties.incoterm", "enum"),
    ("fulfillment_holds", "drop"),
    ("fulfillment_holds.reason", "retype"),
    ("fulfillment_holds.reason_notes", "drop"),
    ("delivery_method", "retype"),
    ("delivery_method.id", "retype"),
    ("delivery_method.method_type", "enum"),
    ("delivery_method.min_delivery_date_time", "enum"),
    ("delivery_method.max_delivery_date_time", "drop"),
    ("delivery_method.additional_information", "null"),
    ("delivery_method.additional_information.instructions", "drop"),
    ("delivery_method.additional_information.phone", "retype"),
    ("delivery_method.service_code", "retype"),
    ("delivery_method.source_reference", "drop"),
    ("assigned_location", "null"),
    ("assigned_location.address1", "drop"),
    ("assigned_location.address2", "retype"),
    ("assigned_location.city", "drop"),
    ("assigned_location.country_code", "enum"),
    ("assigned_location.location_id", "retype"),
    ("assigned_location.name", "null"),
    ("assigned_location.phone", "drop"),
    ("assigned_location.province", "retype"),
    ("assigned_location.zip", "drop"),
    ("merchant_requests", "null"),
    ("merchant_requests.message", "drop"),
    ("merchant_requests.request_options", "null"),
    ("merchant_requests.kind", "enum"),
    ("outgoing_requests.message", "retype"),
    ("outgoing_requests.request_options", "retype"),
    ("outgoing_requests.sent_at", "enum"),
    ("outgoing_requests.kind", "enum"),
)
"""(place in the fulfillment order, sin); a place inside an array is in each of its items."""

SKIPPED: tuple[tuple[str, str], ...] = ()
"""(requirement, reason) of those that must be as documented and have no mutant here: none."""

_FILLED: Mapping[str, Json] = {
    "international_duties": {"incoterm": "DAP"},
    "delivery_method": {
        "id": 7,
        "method_type": "shipping",
        "min_delivery_date_time": None,
        "max_delivery_date_time": None,
        "additional_information": {"instructions": "Leave at door", "phone": None},
        "service_code": "Economy",
        "source_reference": None,
        "branded_promise": None,
    },
}
"""What a mutant inside one of these shows instead of null, as variants may: else there would be nothing to spoil."""

_RETYPED: Mapping[type, Any] = {str: 7, type(None): False, list: {}, dict: []}
"""Another type for a value of these types; a number becomes text."""


def spoil(node: Any, steps: list[str], sin: str) -> None:
    """Sin in place; a place that is not there is left alone."""
    if isinstance(node, list):
        for item in node:
            spoil(item, steps, sin)
    elif isinstance(node, dict) and steps[0] in node:
        key, *inner = steps
        if inner:
            spoil(node[key], inner, sin)
        elif sin == "drop":
            del node[key]
        elif sin == "retype":
            node[key] = _RETYPED[type(node[key])] if type(node[key]) in _RETYPED else str(node[key])
        else:
            node[key] = "unheard_of" if sin == "enum" else None


class _Spoiled(Views):
    """Views that show one property wrong."""

    place: ClassVar[str]
    sin: ClassVar[str]

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        first, *inner = self.place.split(".")
        if inner and first in _FILLED and first in shown:
            shown[first] = deepcopy(_FILLED[first])
        spoil(shown, [first, *inner], self.sin)
        return shown


def _mutant(place: str, sin: str) -> type[Mutant]:
    """Make the mutant of a row of the table."""
    ending, says = _SINS[sin]
    words = place.replace(".", "_").split("_")
    return type(
        f"Prop{''.join(map(str.capitalize, words))}{ending}",
        (Mutant, _Spoiled),
        {
            "__doc__": f"{place} {says}.",
            "__module__": __name__,
            "requirement": f"FO-PROP-{'-'.join(words).upper()}",
            "place": place,
            "sin": sin,
        },
    )


PROPERTIES = tuple(_mutant(place, sin) for place, sin in _TABLE)
"""The mutants of the table."""
