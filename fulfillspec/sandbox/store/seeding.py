"""The shop as it is when the sandbox starts."""

from fulfillspec.sandbox.model import App
from fulfillspec.sandbox.store.staging import Staging

SCHEDULED = ((2, 1, 3), (2,), (1, 2), (3, 1), (2, 2, 2), (1,), (4,), (2, 1))
"""Quantities of the line items of the scheduled fulfillment orders, at each of the two places."""


class Seeding(Staging):
    """Three merchant locations, a service for each service app, and scheduled fulfillment orders."""

    def seed(self, *, merchant: App, service: App, other_service: App) -> dict[str, list[int]]:
        """Fill an empty store; returns the ids of fulfillment orders by `place:status/request_status`."""
        self.primary = self.add_location(
            "Main Warehouse",
            address1="150 Elgin Street",
            city="Ottawa",
            province="Ontario",
            country_code="CA",
            zip="K2P 1L4",
        )
        self.add_location(
            "Second Warehouse",
            address1="1 Queen Street",
            city="Toronto",
            province="Ontario",
            country_code="CA",
            zip="M5H 2N2",
        )
        self.add_location(
            "Empty Storeroom",
            address1="9 Rue Sainte",
            city="Montreal",
            province="Quebec",
            country_code="CA",
            zip="H2Y 1N9",
        )
        self.create_service(service, "Sandbox Fulfillment", tracking_support=True)
        self.create_service(other_service, "Other Fulfillment", tracking_support=True)
        return {
            f"{place}:scheduled/unsubmitted": [
                self.stage(place, "scheduled/unsubmitted", quantities, merchant=merchant, service=service).id
                for quantities in SCHEDULED
            ]
            for place in ("merchant", "service")
        }
