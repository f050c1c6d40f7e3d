"""Two fulfillment orders of one order in the same state: what is done with one is not done with the other (S2, S4)."""


def stays(step, other):
    """Judge that another fulfillment order is in the state that it was in before a step."""
    was, now = step.before.orders.get(other.id), step.seen(other)
    same = was is None or was.pair == now.pair
    step.check("FO-INV-SIBLINGS", same, f"{step.operation} leaves fulfillment order {other.id} alone", now.pair)


def test_release_leaves_what_else_is_held(stage, merchant, several_of):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=4)
    first = merchant.hold(order, reason="other", notes="The one part.", part=several_of(order).asked)
    first.only_if(first.apart, "no document says that a hold on a part splits the order, and this one does not")
    second = merchant.hold(first.apart[0], reason="awaiting_payment", notes="The other part.")
    second.expect("FO-HOLD-STATE", "on_hold/*")
    released = merchant.release_hold(first.order)
    stays(released, second.order)
    merchant.release_hold(second.order).expect("FO-RELEASE-STATE", "open/*")


def test_request_and_work_of_one_end_alone(stage, merchant, service, part_of):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    asked = merchant.submit(order, part=part_of(order).asked)
    other = merchant.submit(asked.needs(asked.slot("unsubmitted")))
    cancelled = merchant.cancel(other.needs(other.order))
    again = merchant.submit(cancelled.needs(cancelled.slot("replacement")))
    one, two = service.accept(asked.order), service.accept(again.needs(again.order))
    closed = service.close(two.needs(two.order), message="Not this one.")
    third = merchant.submit(closed.needs(closed.order))
    two = service.accept(third.needs(third.order))
    first = merchant.submit_cancellation(one.needs(one.order))
    second = merchant.submit_cancellation(two.needs(two.order))
    ended = service.accept_cancellation(first.needs(one.order))
    stays(ended, second.needs(two.order))
