"""The record of requests: what was asked, with which message and options, for which fulfillment order (S2, S4).

That each submission adds its request, keeps the earlier ones and shows on no other fulfillment order is judged at every
step; these are the histories in which it could be otherwise.
"""


def test_part_that_is_requested_shows_the_request_alone(stage, merchant, service, part_of):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    first = merchant.submit(order, part=part_of(order).asked, message="Only these.", notify_customer=True)
    first.expect("FO-REQUEST-OWN", "open/submitted")
    rest = first.needs(first.slot("unsubmitted"))
    second = merchant.submit(rest, message="And now the others.", notify_customer=False)
    second.expect("FO-REQUEST-OWN", "open/submitted")
    accepted = service.accept(first.order, message="These are no trouble.")
    asked = merchant.submit_cancellation(accepted.needs(accepted.order), message="Not these either.")
    asked.expect("FO-REQUEST-OWN", "*/cancellation_requested", answered=False)


def test_cancellation_is_asked_for_again_after_a_new_request(stage, merchant, service, only_states):
    order = stage.order("service:open/unsubmitted")
    asked = merchant.submit(order, message="As soon as you can.", notify_customer=True)
    accepted = service.accept(asked.needs(asked.order), message="Today.")
    first = merchant.submit_cancellation(accepted.needs(accepted.order), message="Please stop.")
    refused = service.reject_cancellation(first.needs(first.order), message="It is packed.")
    closed = service.close(refused.needs(refused.order), message="It fell down.")
    closed.only_if(closed.accepted, "what a cancellation was asked for is not closed here, which no text promises")
    again = merchant.submit(closed.order)
    again.expect("FO-REQUEST-KEPT", "open/submitted")
    accepted = service.accept(again.order)
    second = merchant.submit_cancellation(accepted.needs(accepted.order))
    second.expect("FO-REQUEST-KEPT", "*/cancellation_requested", answered=False)
    asked = second.again(second.order)
    only_states(
        service, "FO-ASSIGNED-STATUS-CANCELLATION-REQUESTED", "cancellation_requested", asked, "cancellation_requested"
    )
