"""A target that has GraphQL and nothing else is provisioned, judged and cleaned over that alone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from cli_process import Store, results, run

from fulfillspec.sandbox.serve import Server

JUDGED = ("FO-CLOSE-STATE", "FO-HOLD-STATE", "FO-MOVE-STATE")
ONLY = tuple(option for identity in JUDGED for option in ("--only", identity))


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(without=["rest"]) as running:
        yield running


def contents(server: Server) -> tuple[set[int], ...]:
    """Return the ids of what a run creates and has to remove."""
    store = server.sandbox.store
    return tuple(set(things) for things in (store.orders, store.products, store.services))


def test_target_without_rest_conforms_and_is_left_clean(server: Server, tmp_path: Path) -> None:
    store = Store(server.url, server.tokens)
    shop = f"{server.url}/admin/api/2025-10/shop.json"
    assert (
        requests.get(shop, headers={"X-Shopify-Access-Token": server.tokens["merchant"]}, timeout=300).status_code
        == 404
    )
    before = contents(server)
    ended = run("run", "--base-url", store.url, *ONLY, "--out", "run", cwd=tmp_path, env=store.env)
    assert ended.status == 0, ended.said
    found = results(tmp_path / "run")
    assert found["target"]["transports"] == ["graphql"]
    assert {row["verdict"] for row in found["requirements"] if row["id"] in JUDGED} == {"pass"}
    assert found["orders_created"] > 0
    assert found["left_behind"] == []
    assert contents(server) == before

    order = store.make_order()
    with (tmp_path / "run" / "journal.ndjson").open("a", encoding="utf-8") as journal:
        journal.writelines(
            json.dumps(row) + "\n"
            for row in ({"number": 901, "kind": "order", "note": "killed"}, {"number": 901, "id": str(order)})
        )
    swept = run("sweep", "run", cwd=tmp_path, env=store.env)
    assert swept.status == 0, swept.said
    assert order not in contents(server)[0]


def test_rest_of_a_target_without_it_is_refused_in_one_sentence(server: Server, tmp_path: Path) -> None:
    store = Store(server.url, server.tokens)
    ended = run("run", "--base-url", store.url, "--transport", "rest", cwd=tmp_path, env=store.env)
    assert ended.status == 4, ended.said
    assert len(ended.sentences) == 1
    assert "rest was asked for, and the target does not answer it. It answers: graphql." in ended.sentences[0]
