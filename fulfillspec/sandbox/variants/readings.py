"""Readings of what the documents leave open or contradict, one at a time (schemas/ambiguities.toml)."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fulfillspec.sandbox.changes import Variant
from fulfillspec.sandbox.connector import Connector
from fulfillspec.sandbox.errors import Malformed, Refused
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json, Views


class TimesInIsoOnly(Variant, Rest):
    """A time that is sent is read in ISO 8601 only."""

    source = "properties: ISO 8601 (AMB-DATE-FORMAT)"

    def fulfill_at(self, given: Mapping[str, Any]) -> datetime:
        if str(given.get("new_fulfill_at")).endswith(" UTC"):
            raise Malformed("new_fulfill_at")
        return super().fulfill_at(given)


class TimesAsSampledOnly(Variant, Rest):
    """A time that is sent to reschedule is read in the form of the sample only: date, hour and minute, UTC."""

    source = "the sample of reschedule: 2026-02-02 16:22 UTC (AMB-DATE-FORMAT)"

    def fulfill_at(self, given: Mapping[str, Any]) -> datetime:
        if "new_fulfill_at" in given and not str(given["new_fulfill_at"]).endswith(" UTC"):
            raise Malformed("new_fulfill_at")
        return super().fulfill_at(given)


class FulfillAtStaysAfterOpen(Variant, Store):
    """Opening a scheduled one leaves fulfill_at as it was."""

    source = "no text says that opening clears it (AMB-FULFILL-AT-AFTER-OPEN)"

    def after_open(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="open")


class DeadlinesToTheMinute(Variant, Store):
    """A deadline is kept to the minute."""

    source = "Set deadline: the sample's deadline is 10:00:00; how fine a time is kept is not said"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, deadline.replace(second=0, microsecond=0))


class DeadlineInThePastRefused(Variant, Store):
    """A deadline that has passed already is refused."""

    source = "the other time that can be set must be in the future (AMB-DEADLINE-PAST)"

    def set_deadline(self, client: App, fulfillment_order_ids: Sequence[int], deadline: datetime) -> None:
        if deadline <= self.clock.now():
            raise Refused("Fulfillment deadline must be in the future")
        super().set_deadline(client, fulfillment_order_ids, deadline)


class DeadlineOfEndedRefused(Variant, Store):
    """No deadline can be set on one that has ended."""

    source = "the text names no state (AMB-DEADLINE-CLOSED)"

    def set_deadline(self, client: App, fulfillment_order_ids: Sequence[int], deadline: datetime) -> None:
        named = map(self.fulfillment_orders.get, fulfillment_order_ids)
        if any(fo is not None and self.ended(fo) for fo in named):
            raise Refused("The fulfillment order has ended.")
        super().set_deadline(client, fulfillment_order_ids, deadline)


class ReleaseOfNothing(Variant, Store):
    """Releasing one that is open without a hold is carried out, and changes nothing."""

    source = "it is released from all its holds, which are none (AMB-RELEASE-WITHOUT-HOLD)"

    def guard_release(self, fo: FulfillmentOrder) -> None:
        if fo.status != "open":
            super().guard_release(fo)

    def after_release(self, fo: FulfillmentOrder) -> None:
        if fo.status == "on_hold":
            super().after_release(fo)


class OptionsOnlyIfSent(Variant, Store):
    """A fulfillment request that says nothing of notifying the customer has no options."""

    source = "properties, merchant_requests: `The request options returned by the merchant, if any`"

    def request_options(self, notify_customer: bool) -> dict[str, object]:  # noqa: FBT001 (it is the value itself)
        return super().request_options(notify_customer) if notify_customer else {}


class DutiesWithoutIncoterm(Variant, Views):
    """international_duties is an object whose incoterm is null."""

    source = "samples of 2022-04 to 2022-10 (AMB-INCOTERM)"

    def international_duties(self, _fo: FulfillmentOrder) -> Json | None:
        return {"incoterm": None}


class DutiesAgreed(Variant, Views):
    """international_duties is an object with an incoterm."""

    source = "property international_duties: DAP or DDP (AMB-INCOTERM)"

    def international_duties(self, _fo: FulfillmentOrder) -> Json | None:
        return {"incoterm": "DAP"}


class ConnectorAnswersAsRest(Variant, Connector):
    """The connector's answer has the keys of the REST answer."""

    source = "the action answers with the FulfillmentOrder resource (AMB-CONNECTOR-KEYS)"

    def shown(self, fo: FulfillmentOrder, client: App) -> Json:
        return self.views("2025-10").fulfillment_order(fo, "close", client)
