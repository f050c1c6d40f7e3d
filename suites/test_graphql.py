"""What only GraphQL has: its documents, its errors, split and merge (S1, S3)."""

import pytest

pytestmark = pytest.mark.transports("graphql")


def test_documents_are_answered_at_the_endpoint(stage, merchant):
    order = stage.order("merchant:open/unsubmitted")
    asked = merchant.ask("get", order.id)
    asked.expect_shown("FO-GQL-ENDPOINT", order)


def test_close_takes_id_and_message(stage, service):
    order = stage.order("service:in_progress/accepted")
    step = service.close(order, message="Out of stock.")
    step.expect("FO-GQL-CLOSE-ARGUMENTS", "incomplete/closed")
    step.expect("FO-GQL-CLOSE-STATE", "incomplete/closed")


def test_close_takes_no_message(stage, service):
    order = stage.order("service:in_progress/accepted")
    service.close(order).expect("FO-GQL-CLOSE-MESSAGE-OPTIONAL", "incomplete/closed")


def test_close_without_an_id_is_refused(service):
    service.ask("close").expect_refused("FO-GQL-CLOSE-ID-REQUIRED")


def test_close_needs_the_assigned_scope(stage, merchant, without_scope):
    without_scope(merchant, "assigned_fulfillment_orders")
    order = stage.order("service:in_progress/accepted")
    merchant.close(order).expect_refused("FO-GQL-CLOSE-SCOPE")


def test_reject_takes_id_and_message(stage, service):
    order = stage.order("service:open/submitted")
    step = service.reject(order, message="Nothing left.")
    step.expect("FO-GQL-REJECT-ARGUMENTS", "open/rejected")
    step.expect("FO-GQL-REJECT-STATE", "open/rejected")


def test_reject_takes_no_message(stage, service):
    order = stage.order("service:open/submitted")
    service.reject(order).expect("FO-GQL-REJECT-MESSAGE-OPTIONAL", "open/rejected")


def test_reject_takes_a_reason(stage, service):
    order = stage.order("service:open/submitted")
    service.reject(order, reason="ineligible_product").expect("FO-GQL-REJECT-REASON", "open/rejected")


def test_reject_takes_line_items(stage, service, a_line):
    order = stage.order("service:open/submitted")
    step = service.reject(order, details=[(a_line(order), "Not this one.")])
    step.expect("FO-GQL-REJECT-LINE-ITEMS", "open/rejected")


def test_reject_without_an_id_is_refused(service):
    service.ask("reject").expect_refused("FO-GQL-REJECT-ID-REQUIRED")


def test_reject_needs_the_assigned_scope(stage, merchant, without_scope):
    without_scope(merchant, "assigned_fulfillment_orders")
    order = stage.order("service:open/submitted")
    merchant.reject(order).expect_refused("FO-GQL-REJECT-SCOPE")


def test_what_a_request_can_do_without_may_be_null_or_empty(stage, merchant, service):
    order = stage.order("service:open/unsubmitted", lines=2)
    asked = merchant.submit(order, part=None, message=None, notify_customer=None)
    asked.expect("FO-SUBMIT-MESSAGE-OPTIONAL", "open/submitted")
    asked.expect_units("FO-SUBMIT-WHOLE", order.left, asked.order)
    refused = service.reject(asked.order, message=None, reason=None, details=None)
    refused.expect("FO-GQL-REJECT-MESSAGE-OPTIONAL", "open/rejected")
    again = service.reject(merchant.submit(refused.order).order, details=[])
    again.expect("FO-GQL-REJECT-LINE-ITEMS", "open/rejected")
    accepted = service.accept(merchant.submit(again.order).order, message=None)
    accepted.expect("FO-ACCEPT-MESSAGE-OPTIONAL", "in_progress/accepted")
    service.close(accepted.order, message=None).expect("FO-GQL-CLOSE-MESSAGE-OPTIONAL", "incomplete/closed")


def test_what_work_can_do_without_may_be_null(stage, merchant):
    order = stage.order("merchant:open/unsubmitted", lines=2)
    held = merchant.hold(order, reason="other", notes=None, notify_merchant=None, part=None)
    held.expect("FO-HOLD-NOTES-OPTIONAL", "on_hold/*")
    freed = merchant.release_hold(held.order, hold_ids=None)
    freed.expect("FO-GQL-RELEASE-HOLD", "open/*")
    merchant.fulfil(freed.order, part=None).expect("FO-FULFIL-CLOSES", "closed/*")


def test_mutation_on_an_unknown_id_says_so(stage, merchant, unknown_id, error_codes, user_errors):
    stage.order("merchant:open/unsubmitted")
    asked = merchant.ask("open", unknown_id)
    codes = error_codes(asked)
    told = "RESOURCE_NOT_FOUND" in codes or bool(user_errors(asked))
    asked.judge("FO-GQL-UNKNOWN-ID", told, "a top-level error RESOURCE_NOT_FOUND, or a user error", codes)


def test_id_of_another_type_is_none_of_a_fulfillment_order(stage, service, of_another_type, error_codes, user_errors):
    order = stage.order("service:in_progress/accepted")
    step = service.close(of_another_type(order))
    told = "RESOURCE_NOT_FOUND" in error_codes(step) or bool(user_errors(step)) or step.answer.refused
    step.judge("FO-GQL-UNKNOWN-ID", told, "an error: the id is that of an order", step.answer.described())


@pytest.mark.parametrize(("operation", "state"), [("close", "open/submitted"), ("reject", "open/unsubmitted")])
def test_refusal_by_the_state_is_among_the_user_errors(stage, service, user_errors, operation, state):
    step = service.act(operation, stage.order(f"service:{state}"))
    step.only_if(step.answer.refused, "it is carried out here, which its own requirement judges")
    step.judge("FO-GQL-WRONG-STATE", bool(user_errors(step)), "a user error", step.answer.said)


def test_unknown_fulfillment_order_reads_as_null(merchant, unknown_id):
    asked = merchant.ask("get", unknown_id)
    asked.judge("FO-GQL-UNKNOWN-ID-READ", asked.answer.order is None, "null", asked.answer.order)


def test_missing_scope_is_named(stage, outsider, error_codes, user_errors):
    order = stage.order("service:open/submitted")
    asked = outsider.ask("accept", order.id)
    codes = error_codes(asked)
    coded = not {"ACCESS_DENIED", "RESOURCE_NOT_FOUND"}.isdisjoint(codes)  # what may not be seen may be hidden
    told = coded or bool(user_errors(asked))
    asked.judge("FO-GQL-ACCESS-DENIED", told, "ACCESS_DENIED, RESOURCE_NOT_FOUND or a user error", codes)


def test_document_outside_the_schema_is_refused(merchant, unknown_field, top_level_errors):
    said = unknown_field(merchant)
    said.judge("FO-GQL-UNKNOWN-FIELD", bool(top_level_errors(said)), "top-level errors", "none")


def test_split_puts_units_into_a_new_order(stage, merchant, several_of):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=4)
    part = several_of(order)
    step = merchant.act("split", order, part=part.asked)
    step.expect_units("FO-GQL-SPLIT-QUANTITIES", part.rest, step.target)
    made = step.created[0] if step.created else None
    step.expect_units("FO-GQL-SPLIT-QUANTITIES", part.taken, made)


def test_merge_gathers_units_on_one_order(stage, merchant, part_of):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=4)
    split = merchant.act("split", order, part=part_of(order).asked)
    made = split.needs(split.created[0] if split.created else None)
    step = merchant.act("merge", split.target, orders=[made.id])
    step.expect_units("FO-GQL-MERGE-QUANTITIES", order.left, step.order, left=True)


def test_release_by_id_leaves_the_other_hold(stage, merchant, hold_ids):
    order = stage.order("merchant:open/unsubmitted")
    first = merchant.hold(order, reason="other", notes="The first of three.")
    one = hold_ids(first)
    both = merchant.hold(first.order, reason="awaiting_payment", notes="The second.", handle="second")
    both.only_if(both.accepted, "an order on hold takes no second hold here, which no text promises")
    kept = one <= hold_ids(both)
    both.check("FO-GQL-HOLD-FURTHER", kept, {"the holds among them": sorted(one)}, sorted(hold_ids(both)))
    rest = hold_ids(both) - one
    third = merchant.hold(both.needs(both.order if kept else None), reason="other", handle="third")
    step = merchant.release_hold(third.order, hold_ids=sorted(hold_ids(third) - rest))
    step.check("FO-GQL-RELEASE-HOLD", hold_ids(step) == rest, {"the holds": sorted(rest)}, sorted(hold_ids(step)))
    step.expect("FO-GQL-RELEASE-HOLD", "on_hold/*")
    merchant.release_hold(step.order, hold_ids=sorted(rest)).expect("FO-GQL-RELEASE-HOLD", "open/*")


def test_handle_names_one_hold_of_an_app(stage, merchant):
    order = stage.order("merchant:open/unsubmitted")
    first = merchant.hold(order, reason="other", handle="once")
    first.only_if(first.accepted, "holds have no handles here")
    again = merchant.hold(first.order, reason="awaiting_payment", handle="once")
    again.expect_refused("FO-GQL-HOLD-HANDLE", because="the app has a hold with this handle on it")
    merchant.release_hold(again.order).expect("FO-RELEASE-STATE", "open/*")
