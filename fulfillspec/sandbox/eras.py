"""The shapes of versions before 2025-01: fewer keys by operation, fewer words in supported_actions.

The samples come in three eras: to 2022-10 (A), 2023-01 to 2024-10 (B), from 2025-01 on (C, which is `Views`).
"""

from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.views import Json, View, Views

_LATER = frozenset(
    {
        "created_at",
        "updated_at",
        "fulfill_at",
        "fulfill_by",
        "fulfillment_holds",
        "delivery_method",
        "international_duties",
    }
)
"""Keys that came with time, to one operation after the other."""

_OF_HOLDS = frozenset({"fulfill_at", "fulfillment_holds", "delivery_method", "international_duties"})
_HOLDS = frozenset({"hold", "release_hold"})
_READS = frozenset({"get", "list"})
_SCHEDULING = frozenset({"open", "reschedule"})

INCLUDES_SINCE = "2024-01"
"""The version that brought include_financial_summaries and include_order_reference_fields."""


def actions_of_era_a(fo: FulfillmentOrder, offered: list[str]) -> list[str]:
    """Reduce actions to those of the samples to 2022-10: hold, split and merge are missing, at services move too."""
    hidden = {"hold", "split", "merge"} | ({"move"} if fo.at_service else set())
    return [action for action in offered if action not in hidden]


def actions_of_era_b(fo: FulfillmentOrder, offered: list[str]) -> list[str]:
    """Reduce actions to those of the samples of 2023-01 to 2024-10: at services create_fulfillment is missing, too."""
    known = actions_of_era_a(fo, offered)
    return [action for action in known if action != "create_fulfillment"] if fo.at_service else known


class ViewsOfEraB(Views):
    """2023-01 to 2024-10: the reads are complete, the other operations are not yet."""

    def heeds(self, include: str, operation: str, *, asked: bool) -> bool:
        """Tell whether an include is shown: they came later than the era."""
        return super().heeds(include, operation, asked=asked and self.version >= INCLUDES_SINCE)

    def finish(self, shown: Json, view: View) -> Json:
        """Return a fulfillment order with the keys that the operation had then."""
        hidden = _LATER - self.keys_of(view.operation)
        shown = {key: value for key, value in super().finish(shown, view).items() if key not in hidden}
        if self.has_handle(view.operation):
            service = view.fo.location.service
            shown["fulfillment_service_handle"] = "manual" if service is None else service.handle
        return shown

    def keys_of(self, operation: str) -> frozenset[str]:
        """Return the later keys that the operation has already."""
        if operation in _READS:
            return _LATER
        if operation in _HOLDS:
            return _OF_HOLDS
        fulfill_at = {"fulfill_at"} if operation in _SCHEDULING else set()
        return frozenset({"international_duties"} | fulfill_at)

    def has_handle(self, operation: str) -> bool:
        """Say whether the operation shows fulfillment_service_handle."""
        return operation not in _READS | _HOLDS

    def delivery_method(self, _fo: FulfillmentOrder) -> Json | None:
        """Show null: samples have an object from 2025-01 on."""
        return None

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        """Show the words of the era."""
        return actions_of_era_b(fo, super().supported_actions(fo, client))


class ViewsOfEraA(ViewsOfEraB):
    """To 2022-10: only holds and scheduling show more than the first keys."""

    def finish(self, shown: Json, view: View) -> Json:
        """Return a fulfillment order with international_duties in the form it had."""
        shown = super().finish(shown, view)
        if "international_duties" in shown:
            shown["international_duties"] = {"incoterm": None}
        return shown

    def keys_of(self, operation: str) -> frozenset[str]:
        """Return the later keys that the operation has already."""
        if operation in _HOLDS:
            return _OF_HOLDS
        return frozenset({"fulfill_at"}) if operation in _SCHEDULING else frozenset()

    def has_handle(self, operation: str) -> bool:
        """Say whether the operation shows fulfillment_service_handle."""
        return operation not in _HOLDS

    def dialect(self, operation: str) -> str:
        """Return the dialect of an operation's answer: release_hold changed to origin with 2022-10."""
        return "assigned" if operation == "release_hold" and self.version < "2022-10" else super().dialect(operation)

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        """Show the words of the era."""
        return actions_of_era_a(fo, Views.supported_actions(self, fo, client))


ERAS: tuple[tuple[str, type[Views]], ...] = (("", ViewsOfEraA), ("2023-01", ViewsOfEraB), ("2025-01", Views))
"""(first version, its views), oldest first."""


def views_of(version: str) -> type[Views]:
    """Return the class of views for a version; `unstable` is newer than every dated one."""
    return next(views for first, views in reversed(ERAS) if version >= first)
