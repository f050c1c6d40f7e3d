"""Mutants of what people write to each other: messages of requests, notes of holds, reasons of rejected line items."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

import html
from typing import ClassVar

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import App, FulfillmentOrder, Hold, Request
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.requests import LINE_MESSAGE_LIMIT

_SHORT = 100
_LAST_OF_PLANE = 0xFFFF


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _without_pictures(text: str) -> str:
    return "".join(each for each in text if ord(each) <= _LAST_OF_PLANE)


class _Requested(Store):
    """What is written in a request of one kind is kept otherwise."""

    of_kind: ClassVar[str]

    def record_request(
        self, fo: FulfillmentOrder, kind: str, message: str | None, options: dict[str, object]
    ) -> Request:
        kept = self.kept(message) if message is not None and kind == self.of_kind else message
        return super().record_request(fo, kind, kept, options)

    def kept(self, message: str) -> str:
        """Return what is left of a message."""
        return message[:_SHORT]


class SubmitCutsLongMessages(Mutant, _Requested):
    """The message of a fulfillment request ends after 100 characters."""

    requirement = "FO-SUBMIT-MESSAGE"
    of_kind = "fulfillment_request"


class SubmitKeepsPlainLettersOnly(Mutant, _Requested):
    """Letters beyond ASCII become question marks in the message of a fulfillment request."""

    requirement = "FO-SUBMIT-MESSAGE"
    of_kind = "fulfillment_request"

    def kept(self, message: str) -> str:
        return message.encode("ascii", "replace").decode()


class SubmitCutsAfterAColumn(Mutant, _Requested):
    """The message of a fulfillment request ends after 255 characters."""

    requirement = "FO-SUBMIT-MESSAGE"
    of_kind = "fulfillment_request"

    def kept(self, message: str) -> str:
        return message[:255]


class SubmitKeepsNoPictures(Mutant, _Requested):
    """Characters beyond the Basic Multilingual Plane are missing in the message of a fulfillment request."""

    requirement = "FO-SUBMIT-MESSAGE"
    of_kind = "fulfillment_request"

    def kept(self, message: str) -> str:
        return _without_pictures(message)


class SubmitKeepsOneLine(Mutant, _Requested):
    """The message of a fulfillment request is kept as one line."""

    requirement = "FO-SUBMIT-MESSAGE"
    of_kind = "fulfillment_request"

    def kept(self, message: str) -> str:
        return _one_line(message)


class CancellationKeepsNoPictures(Mutant, _Requested):
    """Characters beyond the Basic Multilingual Plane are missing in the message of a cancellation request."""

    requirement = "FO-CANCELLATION-MESSAGE"
    of_kind = "cancellation_request"

    def kept(self, message: str) -> str:
        return _without_pictures(message)


class CancellationKeepsOneLine(Mutant, _Requested):
    """The message of a cancellation request is kept as one line."""

    requirement = "FO-CANCELLATION-MESSAGE"
    of_kind = "cancellation_request"

    def kept(self, message: str) -> str:
        return _one_line(message)


class CancellationCutsLongMessages(Mutant, _Requested):
    """The message of a cancellation request ends after 100 characters."""

    requirement = "FO-CANCELLATION-MESSAGE"
    of_kind = "cancellation_request"


class SubmitEscapesItsMessage(Mutant, _Requested):
    """The message of a fulfillment request is kept as if it were for a page of HTML."""

    requirement = "FO-SUBMIT-MESSAGE"
    of_kind = "fulfillment_request"

    def kept(self, message: str) -> str:
        return html.escape(message)


class CancellationEscapesItsMessage(Mutant, _Requested):
    """The message of a cancellation request is kept as if it were for a page of HTML."""

    requirement = "FO-CANCELLATION-MESSAGE"
    of_kind = "cancellation_request"

    def kept(self, message: str) -> str:
        return html.escape(message)


class _Noted(Store):
    """The notes of a hold are kept otherwise."""

    def kept(self, notes: str) -> str:
        """Return what is left of the notes."""
        return notes[:40]

    def apply_hold(
        self,
        client: App,
        fo: FulfillmentOrder,
        reason: str,
        notes: str | None,
        *,
        notify_merchant: bool,
        handle: str | None,
    ) -> Hold:
        kept = self.kept(notes) if notes else notes
        return super().apply_hold(client, fo, reason, kept, notify_merchant=notify_merchant, handle=handle)


class HoldCutsLongNotes(Mutant, _Noted):
    """The notes of a hold end after 40 characters."""

    requirement = "FO-HOLD-NOTES"


class HoldEscapesItsNotes(Mutant, _Noted):
    """The notes of a hold are kept as if they were for a page of HTML."""

    requirement = "FO-HOLD-NOTES"

    def kept(self, notes: str) -> str:
        return html.escape(notes)


class RejectCountsBytes(Mutant, Store):
    """The limit of a rejected line item's message is counted in bytes."""

    requirement = "FO-REJECT-LINE-ITEMS"

    def check_line_message(self, text: str | None) -> None:
        super().check_line_message(text)
        if text is not None and len(text.encode()) > LINE_MESSAGE_LIMIT:
            raise Refused(f"Message is too long (maximum is {LINE_MESSAGE_LIMIT} characters)")


class HoldKeepsOneLine(Mutant, _Noted):
    """The notes of a hold are kept as one line."""

    requirement = "FO-HOLD-NOTES"

    def kept(self, notes: str) -> str:
        return _one_line(notes)


class HoldKeepsNoPictures(Mutant, _Noted):
    """Characters beyond the Basic Multilingual Plane are missing in the notes of a hold."""

    requirement = "FO-HOLD-NOTES"

    def kept(self, notes: str) -> str:
        return _without_pictures(notes)
