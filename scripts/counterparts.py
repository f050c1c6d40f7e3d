"""Mocks that nobody here wrote, started on this machine: Prism and Mockoon with our OpenAPI document, WireMock with scenarios.

WireMock's scenarios are the only state it has: each fulfillment order is one, and what a step answers is written down
for every state. They stand for what the author of a mock would write first: submit, accept, reject, close.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
DOCUMENT: Final = ROOT / "schemas" / "openapi.json"
SAMPLE: Final = ROOT / "fixtures" / "S2" / "get-1.json"
VERSION: Final = "[0-9]{4}-[0-9]{2}"
ORDERS: Final = range(7001, 7061)
"""Orders of the WireMock store, each with one fulfillment order."""
PATIENCE: Final = 240.0
_OPTIONS: Final = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefer-offline")


class NotThere(Exception):
    """A counterpart cannot be started; the message says in a sentence what is missing."""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A mock of somebody else: its npm package, what it needs beside node, and the words that start it on a port."""

    name: str
    title: str
    package: str
    needs: tuple[str, ...]
    words: tuple[str, ...]
    stateful: bool = False


COUNTERPARTS: Final = (
    Counterpart(
        "prism",
        "Prism, with our OpenAPI document",
        "@stoplight/prism-cli@5.14.2",
        ("node",),
        ("node_modules/.bin/prism", "mock", "-h", "127.0.0.1", "-p", "{port}", str(DOCUMENT)),
    ),
    Counterpart(
        "mockoon",
        "Mockoon, with our OpenAPI document",
        "@mockoon/cli@9.9.0",
        ("node",),
        (
            *("node_modules/.bin/mockoon-cli", "start", "--data", str(DOCUMENT), "--port", "{port}"),
            *("--hostname", "127.0.0.1", "--disable-log-to-file"),
        ),
    ),
    Counterpart(
        "wiremock",
        "WireMock, with scenarios",
        "wiremock@3.13.2",
        ("java",),
        (
            *("java", "-jar", "node_modules/wiremock/build/wiremock-standalone-3.13.2.jar", "--port", "{port}"),
            *("--bind-address", "127.0.0.1", "--root-dir", "wiremock", "--no-request-journal"),
        ),
        stateful=True,
    ),
)


def install(part: Counterpart, folder: Path) -> None:
    """Install a counterpart below a folder. Raises `NotThere`."""
    for tool in ("npm", *part.needs):
        if shutil.which(tool) is None:
            raise NotThere(f"{tool} is not installed here, which {part.title.partition(',')[0]} needs.")
    words = ["npm", "install", "--prefix", str(folder), *_OPTIONS, part.package]
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise NotThere(f"npm did not install {part.package} within {PATIENCE:g} seconds.") from None
    if done.returncode:
        raise NotThere(f"npm cannot install {part.package}: {' '.join(done.stderr.split())[:200]}.")


@contextmanager
def serving(part: Counterpart, folder: Path) -> Iterator[str]:
    """Serve a counterpart that is installed until the block ends; yields its base URL. Raises `NotThere`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    if part.stateful:
        write_scenarios(folder / "wiremock" / "mappings")
    env = {**os.environ, "DO_NOT_TRACK": "1"}
    with (folder / f"{part.name}.log").open("wb") as log:
        process = subprocess.Popen(
            [word.format(port=port) for word in part.words],
            cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            _await(process, url, part)
            yield url
        finally:
            process.terminate()
            process.wait()


def _await(process: subprocess.Popen[bytes], url: str, part: Counterpart) -> None:
    """Wait until something answers at a URL."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/admin/oauth/access_scopes.json", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise NotThere(f"{part.title.partition(',')[0]} was started and does not answer.")


STATES: Final = {
    "Started": ("open", "unsubmitted", ["request_fulfillment"]),
    "submitted": ("open", "submitted", ["cancel_fulfillment_order"]),
    "accepted": ("in_progress", "accepted", ["request_cancellation"]),
    "rejected": ("open", "rejected", ["request_fulfillment"]),
    "closed": ("incomplete", "closed", ["request_fulfillment"]),
}
"""The states of a scenario: status, request status, and the supported actions, as a mock's author would copy them."""
STEPS: Final = (
    ("fulfillment_request", ("Started", "rejected", "closed"), "submitted"),
    ("fulfillment_request/accept", ("submitted",), "accepted"),
    ("fulfillment_request/reject", ("submitted",), "rejected"),
    ("close", ("accepted",), "closed"),
)
AREAS: Final = ("requests", "closing")


def write_scenarios(folder: Path) -> None:
    """Write the mappings of the WireMock store."""
    folder.mkdir(parents=True, exist_ok=True)
    mappings = [_answer("GET", f"/admin/api/{VERSION}/shop.json", {"shop": {"id": 1, "name": "Mock"}}, {})]
    for order in ORDERS:
        mappings += _scenario(order)
    (folder / "store.json").write_text(json.dumps({"mappings": mappings}, indent=1), "utf-8")


def _scenario(order: int) -> Iterator[dict[str, Any]]:
    """Yield what a fulfillment order answers in each of its states."""
    identity = order + 10_000
    path = f"/admin/api/{VERSION}/fulfillment_orders/{identity}"
    name = {"scenarioName": f"fulfillment order {identity}"}
    for state in STATES:
        body = _body(order, identity, state)
        at = {**name, "requiredScenarioState": state}
        yield _answer("GET", f"{path}[.]json", {"fulfillment_order": body}, at)
        listed = f"/admin/api/{VERSION}/orders/{order}/fulfillment_orders[.]json"
        yield _answer("GET", listed, {"fulfillment_orders": [body]}, at)
    for action, sources, target in STEPS:
        after = _body(order, identity, target)
        answer = {"fulfillment_order": after}
        if action == "fulfillment_request":
            answer = {
                "original_fulfillment_order": after,
                "submitted_fulfillment_order": after,
                "unsubmitted_fulfillment_order": None,  # type: ignore[dict-item]
            }
        for state in STATES:
            at = {**name, "requiredScenarioState": state}
            if state in sources:
                yield _answer("POST", f"{path}/{action}[.]json", answer, {**at, "newScenarioState": target})
            else:
                refused = {"errors": [f"Cannot {action} while it is {STATES[state][1]}."]}
                yield _answer("POST", f"{path}/{action}[.]json", refused, at, 422)


def _body(order: int, identity: int, state: str) -> dict[str, Any]:
    """Return a fulfillment order in a state: the documents' own sample, with other ids."""
    body: dict[str, Any] = json.loads(SAMPLE.read_text("utf-8"))["response"]["body"]["fulfillment_order"]
    status, request_status, actions = STATES[state]
    moment = f"2025-10-01T10:00:0{list(STATES).index(state)}-04:00"
    for item in body["line_items"]:
        item |= {"id": identity + 10_000, "fulfillment_order_id": identity, "quantity": 3, "fulfillable_quantity": 3}
    return {
        **body,
        "id": identity,
        "order_id": order,
        "status": status,
        "request_status": request_status,
        "supported_actions": actions,
        "created_at": "2025-10-01T10:00:00-04:00",
        "updated_at": moment,
    }


def _answer(method: str, path: str, body: Any, scenario: Mapping[str, str], status: int = 200) -> dict[str, Any]:
    return {
        **scenario,
        "request": {"method": method, "urlPathPattern": path},
        "response": {"status": status, "jsonBody": body, "headers": {"Content-Type": "application/json"}},
    }
