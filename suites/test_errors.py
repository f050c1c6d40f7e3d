"""Errors: what does not exist or cannot be read is refused as a client error, and changes nothing."""

import pytest


@pytest.mark.parametrize(
    "operation",
    [
        "get",
        "locations_for_move",
        "cancel",
        "move",
        "hold",
        "release_hold",
        "open",
        "submit",
        "submit_cancellation",
        "create_fulfillment",
    ],
)
def test_merchant_names_an_unknown_id(stage, merchant, unknown_id, documented_arguments, operation):
    stage.order("merchant:open/unsubmitted")
    merchant.ask(operation, unknown_id, **documented_arguments(operation, None)).expect_refused("FO-ERR-UNKNOWN-ID")


@pytest.mark.parametrize("operation", ["accept", "reject", "close", "accept_cancellation", "reject_cancellation"])
def test_service_names_an_unknown_id(stage, service, unknown_id, documented_arguments, operation):
    service.ask(operation, unknown_id, **documented_arguments(operation, None)).expect_refused("FO-ERR-UNKNOWN-ID")


def test_unknown_fulfillment_is_refused(merchant, unknown_id):
    for operation, sent in (("cancel_fulfillment", {}), ("update_tracking", {"tracking": {"number": "FULFILLSPEC-1"}})):
        merchant.ask(operation, fulfillment=unknown_id, **sent).expect_refused("FO-ERR-UNKNOWN-ID")


@pytest.mark.parametrize("operation", ["hold", "move"])
def test_malformed_body_is_refused(stage, merchant, operation, malformed):
    order = stage.order("merchant:open/unsubmitted")
    merchant.act(operation, order, raw=malformed).expect_refused("FO-ERR-MALFORMED")
