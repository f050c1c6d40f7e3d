"""A script shows its deviation again on another store with the same defect, and does not on one without."""

import subprocess
from pathlib import Path

import pytest
from retold import TOKENS, answers, executed, recorded, walked

from fulfillspec.sandbox.mutants import mutants
from fulfillspec.sandbox.serve import Server

MUTANTS = (
    "accept-leaves-open",
    "accept-leaves-open over graphql",
    "destination-without-zip",
    "hold-notes-lost",
    "move-what-is-submitted",
    "submit-part-takes-whole-lines",
    "cancel-keeps-items",
)


@pytest.mark.parametrize("tried", MUTANTS)
def test_script_shows_the_deviation_again(tried: str, tmp_path: Path) -> None:
    mutant, _, transport = tried.partition(" over ")
    requirement, out = mutants()[mutant].requirement, tmp_path / "run"
    with Server(mutants=[mutant], tokens=TOKENS) as server:
        # a property's requirement alone selects no case
        found = walked(server.url, out, requirement, "FO-GET-ONE", transport=transport or "rest")
    script = out / "reproduce" / f"{requirement}-1.sh"
    rows = [one for one in found["deviations"] if one["requirement"] == requirement]
    deviation = next((one for one in rows if script.name in one["reproduce"]), rows[0])
    text = script.read_text("utf-8")
    assert not any(token in text or token in deviation["reproduce"] for token in TOKENS.values())
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
    told = deviation["reproduce"].splitlines()
    others = [line for line in text.removeprefix("#!/bin/sh\n").splitlines() if line not in told]
    assert script.name in deviation["reproduce"] or others == []
    before = recorded(out / "evidence.ndjson", deviation["exchanges"])
    again: dict[str, list[object]] = {}
    for defects in ([mutant], []):
        with Server(mutants=defects, tokens=TOKENS) as server:
            ran = executed(script, server.url)
        again["with" if defects else "without"] = [answers(ran.stdout)]
        assert (ran.returncode, ran.stderr) == (1 if defects else 0, "") or not defects
        assert ("\nreproduced: " in ran.stdout) == bool(defects)
        assert "\nnot reproduced: " in ran.stdout or ran.returncode
        assert not defects or f"documented: {deviation['documented']}"[:60] in ran.stdout
    assert again["with"] == [before]
    assert again["without"] != [before]


def test_script_removes_what_it_made(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with Server(mutants=["accept-leaves-open"], tokens=TOKENS) as server:
        walked(server.url, out, "FO-ACCEPT-STATE")
    script = out / "reproduce" / "FO-ACCEPT-STATE-1.sh"
    with Server(tokens=TOKENS) as server:
        store = server.sandbox.store
        before = {**store.orders}, {**store.products}, {**store.services}
        ran = executed(script, server.url)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert (store.orders, store.products, store.services) == before
