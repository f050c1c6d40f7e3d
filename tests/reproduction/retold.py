"""Runs of the suites against a changed sandbox, runs of their scripts, and answers without what no two stores share."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from started import suites

from fulfillspec.evidence import log as evidence_log
from fulfillspec.evidence.log import Exchange

TOKENS = {actor: f"secret-of-{actor}-77a1" for actor in ("merchant", "service", "other_service", "outsider")}
GIVEN = {f"FULFILLSPEC_{actor.upper()}_TOKEN": token for actor, token in TOKENS.items()}
PERSONAL = frozenset(
    {"address1", "address2", "city", "zip", "phone", "email", "first_name", "last_name", "company", "name"}
    | {"firstName", "lastName", "order_name", "orderName"}
)
_ANSWER = re.compile(r"HTTP/1\.1 (\d+)[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n(.*)", re.DOTALL)


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a script or a run: the tokens, and nothing of the caller's pytest."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "FULFILLSPEC"))}
    kept["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"  # whose python3 starts without a detour
    return {**kept, **GIVEN, **more}


def walked(url: str, out: Path, *requirements: str, transport: str = "rest") -> dict[str, Any]:
    """Run the suites against a target over one transport, these requirements only; return the results."""
    asked = ("--bare", f"--base-url={url}", f"--out={out}", f"--transport={transport}")
    suites(*asked, f"--only={','.join(requirements)}", cwd=out.parent, env=GIVEN)
    found: dict[str, Any] = json.loads((out / "results.json").read_text("utf-8"))
    return found


def executed(script: Path, url: str, shell: str = "sh", **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a script against another store."""
    return subprocess.run(
        [shell, str(script)],
        env=environment(BASE=url, **more),
        capture_output=True,
        text=True,
        check=False,
    )


def answers(printed: str) -> list[tuple[int, Any]]:
    """Return the answers that a script printed: status and body, comparable."""
    printed = printed.rsplit("\ndocumented:", 1)[0]
    parts = re.split(r"(?m)^(?=HTTP/1\.1 \d)", printed)
    return [(int(match[1]), comparable(match[2])) for part in parts if (match := _ANSWER.match(part))]


def recorded(log: Path, numbers: list[int]) -> list[tuple[int | None, Any]]:
    """Return the answers of exchanges as a run recorded them, comparable."""
    return [(one.status, comparable(one.body)) for one in evidence_log.read(log) if one.n in numbers]


def comparable(body: str) -> Any:
    """Return a body without what no two stores share: ids, instants, persons, the names of the run."""
    try:
        return _without(json.loads(body), "")
    except ValueError:
        return body.strip()


def _without(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _without(inner, name) for name, inner in value.items() if name != "extensions"}
    if isinstance(value, list):
        return [_without(inner, key) for inner in value]
    if isinstance(value, str):
        plain = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?", "@", value)
        plain = re.sub(r"fulfillspec-\d[\w-]*", "TAG", plain)
        return "*" if key in PERSONAL else re.sub(r"\d{5,}", "#", plain)
    return "#" if isinstance(value, int) and not isinstance(value, bool) and value > 9999 else value


def exchange(n: int, method: str, path: str, body: object = None, answer: object = None, **more: Any) -> Exchange:
    """Make an exchange with a store at http://store.test; `body` and `answer` are JSON, or texts as they are."""
    sent = body if body is None or isinstance(body, str) else json.dumps(body, separators=(",", ":"))
    text = answer if isinstance(answer, str) else json.dumps(answer)
    headers = {"X-Shopify-Access-Token": "«token:1234»", "Accept": "application/json", "User-Agent": "x/1"}
    given: dict[str, Any] = {
        "at": "2026-01-05T10:00:00.000Z",
        "case": "suites/test_x.py::test_x",
        "actor": "merchant",
        "transport": "rest",
        "operation": "act",
        "phase": "act",
        "request_headers": headers | ({"Content-Type": "application/json"} if sent is not None else {}),
        "status": 200,
        **more,
    }
    url = path if "://" in path else f"http://store.test{path}"
    return Exchange(n=n, method=method, url=url, request_body=sent, body=text, **given)


def row(*exchanges: int, **more: Any) -> dict[str, Any]:
    """Make a deviation as `results.json` has it."""
    return {
        "requirement": "FO-ACCEPT-STATE",
        "case": "suites/test_x.py::test_x",
        "transport": "rest",
        "operation": "accept",
        "documented": "accept leads to in_progress/accepted",
        "received": "a later look shows open/accepted",
        "diff": [],
        "exchanges": list(exchanges),
        "reproduce": "curl",
        **more,
    }
