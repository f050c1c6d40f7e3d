"""JavaScript clients that nobody here wrote drive the sandbox from submit to close, over GraphQL and REST."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from node_packages import installed

from fulfillspec.sandbox.serve import Server

PACKAGES = ("@shopify/admin-api-client@2.0.0", "@shopify/graphql-client@2.0.0", "shopify-api-node@3.15.0")
SCRIPT = Path(__file__).parent / "lifecycle.mjs"
STATES = ["open/unsubmitted", "open/submitted", "in_progress/accepted", "incomplete/closed"]


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our script beside the packages that it imports."""
    folder = tmp_path_factory.mktemp("javascript")
    installed(folder, *PACKAGES, what_for="no JavaScript client can drive the sandbox")
    return Path(shutil.copy(SCRIPT, folder))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.mark.parametrize("client", ["admin-api-client-graphql", "admin-api-client-rest", "shopify-api-node"])
@pytest.mark.parametrize("version", ["2025-10", "2026-01"])
def test_javascript_client_requests_accepts_and_closes(script: Path, server: Server, client: str, version: str) -> None:
    body = {"at": "service", "state": "open/unsubmitted", "lines": [{"quantity": 2}]}
    made = requests.post(f"{server.url}/sandbox/states", json=body, timeout=300).json()
    given = {
        "url": server.url,
        "version": version,
        "tokens": server.tokens,
        "fulfillmentOrder": made["fulfillment_order_id"],
    }
    done = subprocess.run(
        ["node", script, client],
        input=json.dumps(given), cwd=script.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["states"] == STATES
    assert said["refusal"]
    path = f"/admin/api/{version}/fulfillment_orders/{made['fulfillment_order_id']}.json"
    headers = {"X-Shopify-Access-Token": server.tokens["merchant"]}
    seen = requests.get(server.url + path, headers=headers, timeout=300).json()["fulfillment_order"]
    assert f"{seen['status']}/{seen['request_status']}" == STATES[-1]
