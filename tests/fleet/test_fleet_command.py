"""`fulfillspec fleet` as it is started: a small fleet of real runs, and wrong use."""

import json
import shutil
from pathlib import Path

import pytest
from fleets import PAIR
from started import start

SMALL = f"""
title = "Small"
{PAIR}
[[target]]
name = "misspelt"
sandbox = true
mutants = ["no-such-mutant"]
"""


def test_small_fleet_of_sandboxes(tmp_path: Path) -> None:
    (tmp_path / "fleet.toml").write_text(SMALL, "utf-8")
    ended = start("fleet", "fleet.toml", "--out", "site", cwd=tmp_path).ended()
    assert ended.status == 1, ended.said
    assert ended.out == "site/index.html\n"
    board = json.loads((tmp_path / "site" / "board.json").read_text("utf-8"))
    rows = {row["target"]: row for row in board["rows"]}
    assert {name: (row["verdict"], row["status"]) for name, row in rows.items()} == {
        "sound": ("conformant", 0),
        "moves": ("nonconformant", 1),
        "misspelt": ("could not run", 4),
    }
    assert (
        rows["misspelt"]["reason"]
        == "There is no mutant named 'no-such-mutant'. `fulfillspec sandbox --list` names them all."
    )
    assert rows["moves"]["figures"]["must"] == {"documented": 1, "implemented": 1, "judged": 1, "deviating": 1}
    assert (tmp_path / "site" / rows["moves"]["report"]).is_file()
    run = tmp_path / "site" / rows["moves"]["folder"]
    assert {"evidence.ndjson.gz", "exchanges.har.gz"} <= {file.name for file in run.iterdir()}
    assert not (run / "evidence.ndjson").exists()
    verified = start("verify", str(run), cwd=tmp_path).ended()
    assert verified.status == 0, verified.said
    again = start("fleet", "fleet.toml", "--out", "site", "--target", "sound", cwd=tmp_path).ended()
    assert again.status == 0
    assert again.err == "0 of 1 runs to do; 1 are kept, --fresh runs them again.\n"
    merged = tmp_path / "merged"
    shutil.copytree(tmp_path / "site" / "runs", merged / "runs", symlinks=True)
    made = start("fleet", "fleet.toml", "--out", "merged", "--board", cwd=tmp_path).ended()
    assert made.status == 1
    assert len(json.loads((merged / "board.json").read_text("utf-8"))["rows"]) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "There is no fleet file"), ("x = 1", "Unknown key 'x'"), ("[[target]]\nname = 'a'", "expected one of")],
)
def test_wrong_use_ends_with_a_sentence(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "fleet.toml").write_text(text, "utf-8")
    ended = start("fleet", "fleet.toml", "--out", "site", cwd=tmp_path).ended()
    assert ended.status == 4
    assert len(ended.sentences) == 1
    assert said in ended.sentences[0]
    assert not (tmp_path / "site").exists()
