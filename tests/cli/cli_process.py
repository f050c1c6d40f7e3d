"""The command line as its users have it: a process of its own, with nothing of our environment but the code under test."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from started import Ended, start

VERSION = "2025-10"
ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> Ended:
    return start(*arguments, cwd=cwd, env=env).ended()


@dataclass(frozen=True, slots=True)
class Store:
    """A sandbox in another process."""

    url: str
    tokens: dict[str, str]

    @property
    def env(self) -> dict[str, str]:
        """What the environment of a run against it holds."""
        return {f"FULFILLSPEC_{actor.upper()}_TOKEN": token for actor, token in self.tokens.items()}

    def ask(self, path: str, actor: str = "merchant") -> Any:
        return requests.get(
            f"{self.url}{path}", headers={"X-Shopify-Access-Token": self.tokens[actor]}, timeout=300
        ).json()

    def stage(self, place: str, state: str, *quantities: int) -> int:
        """Have it make a fulfillment order in a state; return its id."""
        body = {"at": place, "state": state, "lines": [{"quantity": units} for units in quantities]}
        return int(requests.post(f"{self.url}/sandbox/states", json=body, timeout=300).json()["fulfillment_order_id"])

    def make_order(self) -> int:
        """Have it make an order; return its id."""
        body = {"at": "merchant", "state": "open/unsubmitted", "lines": [{"quantity": 1}]}
        return int(requests.post(f"{self.url}/sandbox/states", json=body, timeout=300).json()["order_id"])

    @property
    def seeded(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = self.ask("/sandbox/seeded")
        return found

    @property
    def contents(self) -> dict[str, list[int]]:
        """Ids of the orders, products and fulfillment services that stand in it."""
        asked = {"orders": "?status=any&limit=250", "products": "?limit=250", "fulfillment_services": "?scope=all"}
        return {
            name: sorted(row["id"] for row in self.ask(f"/admin/api/{VERSION}/{name}.json{query}")[name])
            for name, query in asked.items()
        }


@contextmanager
def serving(*options: str, cwd: Path) -> Iterator[Store]:
    """Serve a sandbox from another process until the block ends."""
    with start("sandbox", *options, cwd=cwd) as process:
        url = process.stdout.readline().strip()
        lines = (process.stdout.readline().strip().partition("=") for _ in range(6))
        tokens = {name.removeprefix("FULFILLSPEC_").removesuffix("_TOKEN").lower(): token for name, _, token in lines}
        assert url.startswith("http://127.0.0.1:"), process.stderr.read()
        yield Store(url, tokens)


@dataclass(frozen=True, slots=True)
class Walked:
    """A run that ended, where its files are, and what stood in the store before and after."""

    store: Store
    out: Path
    ended: Ended
    before: dict[str, list[int]]
    after: dict[str, list[int]]


def results(out: Path) -> dict[str, Any]:
    """Read what a run found."""
    found: dict[str, Any] = json.loads((out / "results.json").read_text("utf-8"))
    return found
