"""A script shows its deviation again on another store with the same defect, and does not on one without."""

import re
import subprocess
from pathlib import Path

import pytest
from retold import TOKENS, executed, walked

from fulfillspec.sandbox.mutants import mutants
from fulfillspec.sandbox.serve import Server

MOST_CALLS = 16
"""Requests that a script sends before and while it decides."""
MUTANTS = (
    "accept-leaves-open",  # an act leads elsewhere
    "accept-leaves-open over graphql",
    "destination-without-zip",  # a key is missing in every answer
    "hold-notes-lost",  # what was sent is lost
    "move-what-is-submitted",  # what is to be refused is done
    "submit-part-takes-whole-lines",  # units
    "cancel-without-replacement over graphql",  # a fulfillment order that is to be made is not
    "rejected-request-becomes-accepted over graphql",  # it takes a history: submitted and rejected before
    "accept-turns-notification-off",  # what an act before left is changed
    "cancel-keeps-items",
)


@pytest.mark.parametrize("tried", MUTANTS)
def test_script_shows_the_deviation_again_and_leaves_nothing(tried: str, tmp_path: Path) -> None:
    mutant, _, transport = tried.partition(" over ")
    requirement, out = mutants()[mutant].requirement, tmp_path / "run"
    with Server(mutants=[mutant], tokens=TOKENS) as server:
        # a property's requirement alone selects no case
        found = walked(server.url, out, requirement, "FO-GET-ONE", transport=transport or "rest")
    script = out / "reproduce" / f"{requirement}-1.sh"
    rows = [one for one in found["deviations"] if one["requirement"] == requirement]
    deviation = next((one for one in rows if f"run: sh reproduce/{script.name}" in one["reproduce"]), rows[0])
    text = script.read_text("utf-8")
    assert not any(token in text or token in deviation["reproduce"] for token in TOKENS.values())
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
    assert len(re.findall(r"(?m)(?:^|\(|\{ )(?:ask|curl) -", text)) <= MOST_CALLS
    for defects in ([mutant], []):
        with Server(mutants=defects, tokens=TOKENS) as server:
            store = server.sandbox.store
            before = {**store.orders}, {**store.products}, {**store.services}
            ran = executed(script, server.url)
            assert (store.orders, store.products, store.services) == before
        assert (ran.returncode, ran.stderr) == (1 if defects else 0, "")
        assert ("\nreproduced: " in ran.stdout) == bool(defects)
        assert ("\nnot reproduced: " in ran.stdout) != bool(defects)
        assert not defects or f"documented: {deviation['documented']}"[:60] in ran.stdout
