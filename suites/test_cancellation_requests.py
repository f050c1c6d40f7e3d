"""Cancellation requests: the merchant asks the service to stop what it accepted (S2, S4)."""


def test_merchant_asks_to_cancel_an_accepted_order(stage, merchant):
    order = stage.order("service:in_progress/accepted", lines=2)
    step = merchant.submit_cancellation(order, message="The customer changed their mind.")
    step.expect("FO-CANCELLATION-STATE", "*/cancellation_requested", answered=False)
    step.expect("FO-CANCELLATION-IN-PROGRESS", "in_progress/*", answered=False)
    shown = step.answer.order
    step.reads("AMB-CANCELLATION-SUBMIT-ANSWER", shown.request_status if shown else "none")


def test_cancellation_request_shows_its_message(stage, merchant, requests_shown):
    order = stage.order("service:in_progress/accepted")
    told = (
        "Stop, please – עצרו בבקשה – even if it is packed already: the customer ordered the wrong size for Zoë, "
        "& asks for 'the other one'.\nThank you 📦"
    )
    step = merchant.submit_cancellation(order, message=told)
    request = requests_shown(step, "cancellation_request")
    said = (request.kind, request.message)
    wanted = ("cancellation_request", step.sent("message"))
    step.check("FO-CANCELLATION-MESSAGE", said == wanted, wanted, said)


def test_service_accepts_the_cancellation(stage, service):
    order = stage.order("service:in_progress/cancellation_requested", lines=2)
    step = service.accept_cancellation(order, message="We had not started.")
    step.expect("FO-CANCELLATION-ACCEPT-STATE", "cancelled/cancellation_accepted or closed/cancellation_accepted")
    step.reads("AMB-CANCELLATION-ACCEPT-STATUS", step.order.status)


def test_service_rejects_the_cancellation(stage, service):
    order = stage.order("service:in_progress/cancellation_requested", lines=2)
    step = service.reject_cancellation(order, message="It is on its way.")
    step.expect("FO-CANCELLATION-REJECT-STATE", "*/cancellation_rejected")
    step.expect("FO-CANCELLATION-REJECT-IN-PROGRESS", "in_progress/*")
    step.expect_units("FO-INV-QUANTITY", order.units, step.order)


def test_partly_fulfilled_order_is_asked_to_cancel(stage, merchant, service, one_unit):
    order = stage.order("service:in_progress/accepted", units=3)
    part = service.fulfil(order, part=one_unit(order))
    step = merchant.submit_cancellation(part.needs(part.order))
    step.expect("FO-CANCELLATION-PARTLY-FULFILLED", "*/cancellation_requested", answered=False)
    ended = service.accept_cancellation(step.needs(step.order))
    ended.expect("FO-CANCELLATION-PARTLY-FULFILLED", "*/cancellation_accepted")


def test_cancellation_is_asked_for_and_rejected_without_a_message(stage, merchant, service):
    order = stage.order("service:in_progress/accepted")
    asked = merchant.submit_cancellation(order)
    asked.expect("FO-CANCELLATION-MESSAGE-OPTIONAL", "*/cancellation_requested", answered=False)
    step = service.reject_cancellation(asked.needs(asked.order))
    step.expect("FO-CANCELLATION-MESSAGE-OPTIONAL", "*/cancellation_rejected")


def test_work_is_moved_after_an_accepted_cancellation(stage, merchant, service, what_is_left):
    order = stage.order("service:in_progress/cancellation_requested", movable=True)
    step = service.accept_cancellation(order)
    work = what_is_left(step)
    there = stage.elsewhere(work)
    merchant.move(work, location=there).expect_location("FO-MOVE-AFTER-CANCELLATION", there)
