"""Actors: who has access acts, nobody else does (S1, S2, S4)."""


def test_only_who_has_access_acts(barred, trial):
    barred.refuse(trial)


def test_app_with_read_scopes_sees_what_they_cover(stage, reader):
    for place in ("merchant", "service"):
        order = stage.order(f"{place}:open/unsubmitted")
        asked = reader.ask("get", order.id)
        asked.check("FO-SCOPE-READ", asked.answer.order is not None, f"fulfillment order {order.id}", "nothing")


def test_app_with_every_scope_manages_both_kinds_of_location(stage, combined):
    for place in ("merchant", "service"):
        order = stage.order(f"{place}:open/unsubmitted")
        asked = combined.ask("get", order.id)
        asked.check("FO-SCOPE-COMBINED", asked.answer.order is not None, f"fulfillment order {order.id}", "nothing")
        held = combined.hold(order, reason="other", notes="Held by an app with every scope.")
        held.expect("FO-SCOPE-COMBINED", "on_hold/*")
        combined.release_hold(held.order).expect("FO-SCOPE-COMBINED", "open/*")


def test_app_with_every_scope_sends_a_request(stage, combined):
    order = stage.order("service:open/unsubmitted")
    combined.submit(order).expect("FO-SCOPE-COMBINED", "open/submitted")


def test_another_service_sees_the_same_in_every_way_of_reading(stage, other_service):
    order = stage.order("service:open/submitted")
    asked = other_service.ask("get", order.id)
    shown = asked.answer.order is not None
    asked.reads("AMB-ASSIGNED-REACH", "all" if shown else "own")
    listed = other_service.ask("list", order_id=order.order_id)
    among = order.id in {row.id for row in listed.answer.listed}
    listed.judge("FO-SCOPE-THIRD-PARTY-LOCATIONS", among == shown, f"shown in the list as by itself: {shown}", among)
    assigned = other_service.ask("assigned")
    strays = order.id in {row.id for row in assigned.answer.listed}
    fits = shown or not strays
    assigned.judge("FO-SCOPE-THIRD-PARTY-LOCATIONS", fits, "only what is assigned to its own locations", order.id)
