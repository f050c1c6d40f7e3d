"""Whatever stands in an exchange, the shell reads it as that text: nothing of it is ever run."""

import json
import os
import stat
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from retold import environment, exchange, row
from steady import STEADY

from fulfillspec import reproduction
from fulfillspec.reproduction.shell import Variable, line, remark, word

NASTY = (
    "'; touch HACKED; '",
    "$(touch HACKED)",
    "`touch HACKED`",
    '"; touch HACKED; "',
    "\ntouch HACKED\n",
    "\r\ntouch HACKED\r\n",
    "\x1b[201~touch HACKED\n",
    "\\",
    "!!",
    "-o HACKED",
    "@HACKED",
    "END_OF_SCRIPT\ntouch HACKED\n",
    "{a,b} [x] * ? ~",
    "\0",
    "\u2028touch HACKED",
    "\x85\x9b",
    "\ud800",
    "é «phone:aabbccdd»",
    "}",
)
TEXTS = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8)), max_size=5).map("".join)
FEW = settings(STEADY, max_examples=60)


def as_read(text: str) -> str:
    return text.encode(errors="backslashreplace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., list[list[str]]]:
    """Run a script where `curl` only writes down what it was given and answers with what it is told to."""
    tools, log = tmp_path / "tools", tmp_path / "log"
    tools.mkdir()
    told = f'{{ printf "%s\\0" "$@"; printf "\\1\\0"; }} >> "{log}"'
    (tools / "curl").write_text(f'#!/bin/sh\n{told}\nprintf %s "$ANSWER"\n')
    (tools / "curl").chmod(0o755 | stat.S_IXUSR)

    def run(script: str, answer: str = "{}", *, stdin: bool = False) -> list[list[str]]:
        log.write_bytes(b"")
        file = tmp_path / "script.sh"
        file.write_text(script, "utf-8", errors="backslashreplace")
        assert subprocess.run(["sh", "-n", str(file)], check=False, cwd=tmp_path).returncode == 0
        env = environment(ANSWER=answer)
        env["PATH"] = f"{tools}{os.pathsep}{env['PATH']}"
        command, given = (["bash"], file.read_bytes()) if stdin else (["sh", str(file)], b"")
        ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, check=False, input=given)
        assert ran.returncode in {0, 1, 2}, ran.stderr  # whether it reproduced something does not matter here
        assert sorted(each.name for each in tmp_path.iterdir()) == ["log", "script.sh", "tools"]
        calls = log.read_bytes().decode().split("\1\0")[:-1]
        return [call.split("\0")[:-1] for call in calls]

    return run


@FEW
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_word_is_read_as_its_text(texts: list[str], shell: Callable[..., list[list[str]]]) -> None:
    pieces: list[Any] = []
    for text in texts:
        pieces += [text, Variable("X")]
    value = '$(touch HACKED) "'
    script = f"X='{value}'\ncurl {word(*pieces)} {word(texts[0])}\n"
    expected = "".join(as_read(text) + value for text in texts)
    assert shell(script) == [[expected, as_read(texts[0])]]


@FEW
@given(text=TEXTS)
def test_remark_stays_on_its_line(text: str, shell: Callable[..., list[list[str]]]) -> None:
    assert len(remark(text).splitlines()) == 1
    assert not {unicodedata.category(each) for each in line(text)} & {"Cc", "Zl", "Zp", "Cs"}
    assert shell(remark(text) + "\n") == []


@pytest.mark.parametrize("name", ["", "1A", "A B", "A;B", "A\n", "É"])
def test_variable_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="expected the name of a shell variable"):
        Variable(name)


@settings(FEW, max_examples=25)
@given(bodies=st.lists(TEXTS, min_size=3, max_size=3), told=TEXTS, header=TEXTS, key=TEXTS)
def test_script_of_a_hostile_exchange_runs_nothing_of_it(
    bodies: list[str], told: str, header: str, key: str, shell: Callable[..., list[list[str]]]
) -> None:
    answer = {as_read(key).replace("\\", ""): {"order": {"id": 7160000017}}}
    log = [
        exchange(1, "POST", f"/admin/orders/{bodies[0]}.json", bodies[1], answer, request_headers={"X-Odd": header}),
        exchange(
            2, "POST", "/admin/orders/7160000017/x.json", {"order_id": 7160000017, key: bodies[2]}, "", operation=told
        ),
    ]
    deviation = row(2, documented=told, received=told, case=told, operation=told, requirement=f"FO-{told}")
    tokens = {"merchant": f"-{told}"}  # the name of no variable
    script = reproduction.scripts(
        lambda: iter(log), [deviation], reproduction.Setting("http://store.test", told, tokens, str)
    )[0]
    assert script.name.isascii()
    assert "/" not in script.name
    assert script.pasted is not None or "END_OF_SCRIPT" in told + "".join(bodies) + key + header
    for text, stdin in [(script.text, False), *([(script.pasted, True)] if script.pasted else [])]:
        first, second, *_ = shell(text, json.dumps(answer), stdin=stdin)
        assert f"http://store.test/admin/orders/{as_read(bodies[0])}.json" in first
        assert f"X-Odd: {as_read(header)}" in first
        assert "http://store.test/admin/orders/7160000017/x.json" in second
