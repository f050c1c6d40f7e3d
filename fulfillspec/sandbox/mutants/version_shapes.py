"""Mutants of versions: keys that a version does not have yet, and keys that it has to have."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from typing import ClassVar

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.engine import Prepared
from fulfillspec.sandbox.graphql.schemas import versions
from fulfillspec.sandbox.views import Json, View, Views


class TimesBeforeTheirTime(Mutant, Views):
    """Version 2022-10 shows created_at and updated_at."""

    requirement = "FO-READ-EARLY-KEYS"
    api_version: ClassVar[str] = "2022-10"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        return {**shown, "created_at": view.fo.created_at.isoformat(), "updated_at": view.fo.updated_at.isoformat()}


class OrderNamesBeforeTheirTime(Mutant, Views):
    """Version 2023-10 shows order_name."""

    requirement = "FO-READ-EARLY-KEYS"
    api_version: ClassVar[str] = "2023-10"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        return {**shown, "order_name": view.fo.order.name}


class SummariesBeforeTheirTime(Mutant, Views):
    """Version 2023-07 shows financial_summaries on the line items of the list."""

    requirement = "FO-READ-EARLY-KEYS"
    api_version: ClassVar[str] = "2023-07"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        if view.operation != "list":
            return shown
        return {**shown, "line_items": [{**line, "financial_summaries": []} for line in shown["line_items"]]}


class TimesAfterTheirTime(Mutant, Views):
    """Version 2023-01 does not show created_at yet."""

    requirement = "FO-PROP-CREATED-AT"
    api_version: ClassVar[str] = "2023-01"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        return {key: value for key, value in shown.items() if key != "created_at"}


class DutiesAfterTheirTime(Mutant, Views):
    """Version 2024-07 does not show international_duties in the answers of requests."""

    requirement = "FO-PROP-INTERNATIONAL-DUTIES"
    api_version: ClassVar[str] = "2024-07"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        late = view.operation in {"submit", "accept", "reject"}
        return {key: value for key, value in shown.items() if not (late and key == "international_duties")}


class HoldsAfterTheirTime(Mutant, Views):
    """Version 2025-01 does not show fulfillment_holds in the answers of requests, as 2024-10 did not."""

    requirement = "FO-PROP-FULFILLMENT-HOLDS"
    api_version: ClassVar[str] = "2025-01"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        late = view.operation in {"submit", "accept", "reject"}
        return {key: value for key, value in shown.items() if not (late and key == "fulfillment_holds")}


class UnstableIsAsOldAsCanBe(Mutant, Views):
    """The unstable version does not show fulfill_by."""

    requirement = "FO-PROP-FULFILL-BY"
    api_version: ClassVar[str] = "unstable"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        return {key: value for key, value in shown.items() if key != "fulfill_by"}


class NewestSchemaUnderEveryName(Mutant, GraphQL):
    """Documents are held against the newest schema, whatever version is served."""

    requirement = "FO-GQL-VERSION-FIELDS"
    transports = ("graphql",)

    def read(self, version: str, text: str) -> Prepared:
        del version
        return super().read(versions()[-1], text)


class OldestSchemaToo(Mutant, GraphQL):
    """A document that the oldest schema allows is taken, whatever version is served."""

    requirement = "FO-GQL-VERSION-FIELDS"
    transports = ("graphql",)

    def read(self, version: str, text: str) -> Prepared:
        prepared = super().read(version, text)
        return prepared if prepared.document is not None else super().read(versions()[0], text)
