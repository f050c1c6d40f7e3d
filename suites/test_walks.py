"""Histories at random: what always holds after every step of a walk over the lifecycle (S2, S4)."""


def test_what_always_holds_survives_a_walk(explorer, walk):
    explorer.take(walk)
    explorer.judged("FO-INV-QUANTITY", "FO-INV-RANGE", "FO-INV-IDS", "FO-INV-PARENT", "FO-INV-UPDATED-AT")
    explorer.judged("FO-INV-OBSERVERS", "FO-INV-SIBLINGS", "FO-INV-LOCATION", "FO-INV-STATE-PAIR")
    explorer.judged("FO-ERR-UNCHANGED", "FO-ACTIONS-ADVERTISED", "FO-INV-ENDED-NO-ACTIONS")
