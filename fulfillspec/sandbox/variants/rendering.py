"""Freedoms of the representation: dialects, ids, instants, and what a key holds where the documents differ."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from datetime import UTC, datetime
from functools import cached_property

from fulfillspec.sandbox.changes import Variant
from fulfillspec.sandbox.eras import actions_of_era_a, actions_of_era_b
from fulfillspec.sandbox.model import App, FulfillmentOrder, Line, Order, Request
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json, View, Views


class HugeIds(Variant, Store):
    """Ids need almost 63 bits."""

    source = "ids are integers without a stated bound"

    first_id = 9_100_000_000_000_000_001


class SmallIds(Variant, Store):
    """Ids of every kind begin at 1: the same number may name a location and an order."""

    source = "ids are integers without a stated bound, unique within their resource"

    def new_id(self, kind: str) -> int:
        self._small[kind] = self._small.get(kind, 0) + 1
        return self._small[kind]

    @cached_property
    def _small(self) -> dict[str, int]:
        return {}


class ExtraKeys(Variant, Views):
    """Objects have keys that no page lists."""

    source = "keys come and go between versions; fulfillment_service_handle is in seed 000 and in no other"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        service = view.fo.location.service
        shown["fulfillment_service_handle"] = "manual" if service is None else service.handle
        shown["sandbox_extra"] = {"nested": [1, None, "text"]}
        return shown

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        return {**super().line_item(fo, line, operation), "sandbox_extra": None}


class OtherDialect(Variant, Views):
    """Every operation answers in the other dialect."""

    source = "the samples show both dialects for the same resource (contradiction 19)"

    def dialect(self, operation: str) -> str:
        return {"assigned": "origin", "origin": "assigned", "mixed": "assigned"}[super().dialect(operation)]


class OneDialect(Variant, Views):
    """Every operation answers with assigned_location and merchant_requests."""

    source = "the property list knows this dialect only"

    def dialect(self, _operation: str) -> str:
        return "assigned"


class UtcTimes(Variant, Views):
    """Instants are written in UTC, with Z."""

    source = "properties created_at and updated_at: ISO 8601"

    def instant(self, moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class FulfillAtIsOrderCreation(Variant, Store):
    """fulfill_at of a standard order is its creation date."""

    source = "property fulfill_at; every open sample has null (contradiction 11)"

    def standard_fulfill_at(self, order: Order) -> datetime | None:
        return order.created_at


class RequestsNotShownLater(Variant, Views):
    """The list of requests is empty except in the answer to the request itself."""

    source = "samples of list, get, accept and reject have it empty (contradiction 10)"

    def requests(self, fo: FulfillmentOrder, operation: str) -> list[Json]:
        return super().requests(fo, operation) if operation in {"submit", "submit_cancellation"} else []


class CancellationAnswersAccepted(Variant, Views):
    """The answer to a cancellation request still shows accepted; a later look shows cancellation_requested."""

    source = "FACTS C3: samples against a recorded answer"

    def request_status(self, fo: FulfillmentOrder, operation: str) -> str:
        return "accepted" if operation == "submit_cancellation" else fo.request_status


class EmptyCompany(Variant, Views):
    """An absent company is an empty string."""

    source = "property destination: the example has an empty company (contradiction 27)"

    def company(self, address: Json) -> str | None:
        return super().company(address) or ""


class DeliveryMethodOfTheProperties(Variant, Views):
    """delivery_method is an object with the keys of the property list."""

    source = "property delivery_method: branded_promise (contradiction 24)"

    def delivery_method(self, fo: FulfillmentOrder) -> Json | None:
        return {
            "id": fo.delivery_method_id,
            "method_type": "local",
            "min_delivery_date_time": self.instant(fo.created_at),
            "max_delivery_date_time": self.instant(fo.created_at),
            "additional_information": {"instructions": "Leave at door", "phone": "111-111-1111"},
            "service_code": "Economy",
            "source_reference": "Shopify",
            "branded_promise": {"name": "Shop Promise", "handle": "shop_promise"},
        }


class DeliveryMethodOfTheSamples(Variant, Views):
    """delivery_method is an object with the keys of the samples."""

    source = "samples of fulfillment requests: detailed_branded_promise, presented_name (contradiction 24)"

    def delivery_method(self, fo: FulfillmentOrder) -> Json | None:
        return self.shipping(fo, "Expedited Shipping")


class DeliveryMethodAsItWas(Variant, Views):
    """delivery_method is an object with the keys that stores showed from 2022 to 2023, in the versions before 2025-01."""

    source = (
        "recorded in 2022 and 2023: id, method_type, min_delivery_date_time, max_delivery_date_time; no page says more"
    )

    def delivery_method(self, fo: FulfillmentOrder) -> Json | None:
        if self.version >= "2025-01":
            return super().delivery_method(fo)
        return {
            "id": fo.delivery_method_id,
            "method_type": "shipping",
            "min_delivery_date_time": None,
            "max_delivery_date_time": None,
        }


class HandleNotShown(Variant, Views):
    """fulfillment_service_handle is in no answer, in the versions before 2025-01 either."""

    source = "no list of properties has it, only samples"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        shown.pop("fulfillment_service_handle", None)
        return shown


class ActionsAsSampled(Variant, Views):
    """supported_actions has exactly the words of the samples from 2025-01 on: at services never `move`."""

    source = "samples; move works in spite of it (contradiction 8)"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        offered = super().supported_actions(fo, client)
        return [action for action in offered if action != "move"] if fo.at_service else offered


class ActionsOfEraA(Variant, Views):
    """supported_actions has the words of the samples of 2021-04 to 2022-10."""

    source = "samples by era: hold, split and merge are missing"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        return actions_of_era_a(fo, super().supported_actions(fo, client))


class ActionsOfEraB(Variant, Views):
    """supported_actions has the words of the samples of 2023-01 to 2024-10."""

    source = "samples by era: at services create_fulfillment is missing, too"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        return actions_of_era_b(fo, super().supported_actions(fo, client))


class RequestsNewestFirst(Variant, Views):
    """Requests are listed newest first."""

    source = "merchant_requests, outgoing_requests: `A list of requests`; no order is named"

    def requests(self, fo: FulfillmentOrder, operation: str) -> list[Json]:
        return super().requests(fo, operation)[::-1]


class RequestsWithThreeKeys(Variant, Views):
    """A request in merchant_requests has message, request_options and kind."""

    source = "property merchant_requests: three keys (AMB-REQUEST-KEYS)"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        for request in shown.get("merchant_requests", ()):
            del request["sent_at"]
        return shown

    def dialect(self, _operation: str) -> str:
        return "assigned"


class RequestsWithFiveKeys(Variant, Views):
    """A request has response_data, too."""

    source = "the FulfillmentRequest resource: response_data is an object (AMB-REQUEST-KEYS)"

    def request(self, request: Request) -> Json:
        return {**super().request(request), "response_data": {"response": {}}}


class RequestOptionsOfTheProperties(Variant, Views):
    """request_options has shipping_method, note and date."""

    source = "property merchant_requests: the example has these (AMB-REQUEST-OPTIONS)"

    def request(self, request: Request) -> Json:
        options = {"shipping_method": "Express", "note": "By hand", "date": self.instant(request.sent_at)}
        return {**super().request(request), "request_options": options}


class RequestOptionsAsFlag(Variant, Views):
    """request_options is whether to notify the customer."""

    source = "the FulfillmentRequest resource describes it so (AMB-REQUEST-OPTIONS)"

    def request(self, request: Request) -> Json:
        return {**super().request(request), "request_options": request.options.get("notify_customer") is True}
