"""Runs of the suites against a changed sandbox, runs of their scripts, and made-up exchanges."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from started import suites

from fulfillspec.evidence.log import Exchange

TOKENS = {actor: f"secret-of-{actor}-77a1" for actor in ("merchant", "service", "other_service", "outsider")}
GIVEN = {f"FULFILLSPEC_{actor.upper()}_TOKEN": token for actor, token in TOKENS.items()}


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
