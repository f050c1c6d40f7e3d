"""Each way of pointing the suite at a target reaches a verdict, and finds nothing wrong with the sandbox."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_process import ROOT, Store, results, run, serving
from started import Ended, environment

from fulfillspec.sandbox.serve import Server

AREAS = ["cancellation-requests"]
OPEN = ("service:open/unsubmitted", "merchant:open/unsubmitted")


def target_file(folder: Path, store: Store, *sections: str) -> Path:
    path = folder / "target.toml"
    path.write_text("\n".join([f'base_url = "{store.url}"', 'transports = ["rest"]', *sections]) + "\n", "utf-8")
    return path


def ids(states: dict[str, list[int]]) -> str:
    return "\n".join(["[stage.ids]", *(f'"{state}" = {found}' for state, found in states.items())])


def verdicts(out: Path) -> dict[str, str]:
    return {row["id"]: row["verdict"] for row in results(out)["requirements"]}


def holds(ended: Ended, out: Path, *verdict: str) -> dict[str, Any]:
    found = results(out)
    assert found["deviations"] == [], ended.said
    assert found["verdict"] in verdict
    assert ended.status == {"conformant": 0, "inconclusive": 5}[found["verdict"]], ended.said
    return found


def test_ids_of_scheduled_orders_let_scheduling_be_judged(store: Store, tmp_path: Path) -> None:
    path = target_file(tmp_path, store, ids(store.seeded))
    ended = run("run", "--target", path, "--area", "scheduling", "--out", "run", cwd=tmp_path, env=store.env)
    holds(ended, tmp_path / "run", "conformant")
    assert verdicts(tmp_path / "run")["FO-OPEN-STATE"] == "pass"


@pytest.mark.parametrize("transport", ["rest", "graphql"])
def test_scheduling_without_scheduled_orders_says_what_to_put_where(
    transport: str, store: Store, tmp_path: Path
) -> None:
    areas = ("--area", "scheduling", "--area", "graphql", "--transport", transport)
    only = ("--only", "FO-OPEN-STATE", "--only", "FO-RESP-OPEN", "--only", "FO-GQL-OPEN", "--only", "FO-GQL-RESCHEDULE")
    ended = run("run", "--base-url", store.url, *areas, *only, "--out", "run", cwd=tmp_path, env=store.env)
    found = holds(ended, tmp_path / "run", "inconclusive")
    open_ = {row["id"]: row["reason"] for row in found["requirements"] if row["verdict"] == "inconclusive"}
    over = {"rest": {"FO-RESP-OPEN"}, "graphql": {"FO-GQL-OPEN", "FO-GQL-RESCHEDULE"}}
    assert open_.keys() == {"FO-OPEN-STATE"} | over[transport]
    (reason,) = set(open_.values())
    assert reason.startswith("no scheduled fulfillment order was given, and no API makes one: list the ids")
    assert '[stage.ids] of the target file, as "merchant:scheduled/unsubmitted" = [ID, …]' in reason
    assert reason in found["next_action"]


def test_one_app_with_one_token_is_judged_without_what_needs_two(tmp_path: Path) -> None:
    with serving("--one-app", cwd=tmp_path) as store:
        one = {name: token for name, token in store.env.items() if name != "FULFILLSPEC_OUTSIDER_TOKEN"}
        one["FULFILLSPEC_SERVICE_TOKEN"] = one["FULFILLSPEC_MERCHANT_TOKEN"]
        path = target_file(tmp_path, store, 'areas = ["closing"]')
        ended = run("run", "--target", path, "--out", "run", cwd=tmp_path, env=one)
        holds(ended, tmp_path / "run", "conformant")
    assert verdicts(tmp_path / "run")["FO-CLOSE-STATE"] == "pass"


def test_callbacks_are_heard_where_the_command_line_says(tmp_path: Path) -> None:
    with Server() as server:
        store = Store(server.url, server.tokens)
        base = ("run", "--base-url", store.url, "--transport", "rest", "--area", "notifications")
        secret = {**store.env, "FULFILLSPEC_APP_SECRET": server.app_secret}
        heard = run(*base, "--listen", "0", "--out", "heard", cwd=tmp_path, env=secret)
        path = target_file(tmp_path, store, "[notifications]", 'listen = "no-such-host.invalid:0"')
        unsigned = run(*base, "--target", path, "--listen", "[::1]:0", "--out", "unsigned", cwd=tmp_path, env=store.env)
        deaf = run(*base, "--out", "deaf", cwd=tmp_path, env=store.env)
    found = {
        folder: {row["id"]: row for row in results(tmp_path / folder)["requirements"]}
        for folder in ("heard", "unsigned", "deaf")
    }
    holds(heard, tmp_path / "heard", "conformant")
    assert found["heard"]["FO-NOTE-SIGNATURE"]["verdict"] == "pass"
    holds(unsigned, tmp_path / "unsigned", "conformant", "inconclusive")
    assert found["unsigned"]["FO-NOTE-KIND"]["verdict"] == "pass"
    assert "set FULFILLSPEC_APP_SECRET" in found["unsigned"]["FO-NOTE-SIGNATURE"]["reason"]
    holds(deaf, tmp_path / "deaf", "inconclusive")
    assert "--listen" in found["deaf"]["FO-NOTE-SIGNATURE"]["reason"]


def test_ids_alone_reach_a_verdict(store: Store, tmp_path: Path) -> None:
    states = {
        state: [store.stage(place, pair, 3, 2, 1) for _ in range(24)]
        for state in OPEN
        for place, _, pair in [state.partition(":")]
    }
    path = target_file(tmp_path, store, f"areas = {AREAS}", "[stage]", 'method = "ids"', ids(states))
    before = store.contents
    ended = run("run", "--target", path, "--out", "run", cwd=tmp_path, env=store.env)
    found = holds(ended, tmp_path / "run", "conformant", "inconclusive")
    assert found["orders_created"] == 0
    assert store.contents == before
    assert verdicts(tmp_path / "run")["FO-CANCELLATION-REJECT-STATE"] == "pass"


def test_hook_alone_reaches_a_verdict(store: Store, tmp_path: Path) -> None:
    hook = ["[stage]", 'method = "hook"', "[stage.hook]", f'url = "{store.url}/sandbox/states"']
    path = target_file(tmp_path, store, f"areas = {AREAS}", *hook)
    ended = run("run", "--target", path, "--out", "run", cwd=tmp_path, env=store.env)
    found = holds(ended, tmp_path / "run", "conformant", "inconclusive")
    assert found["orders_created"] == 0
    assert verdicts(tmp_path / "run")["FO-CANCELLATION-STATE"] == "pass"


def test_store_that_keeps_no_products_gets_orders_of_custom_items(tmp_path: Path) -> None:
    with Server() as server:
        for resource in ("products", "inventory_levels/set", "inventory_levels/connect"):
            del server.sandbox.front.handlers[f"POST {resource}"]
        store = Store(server.url, server.tokens)
        ended = run("run", "--base-url", store.url, "--transport", "rest", "--out", "run", cwd=tmp_path, env=store.env)
    assert ended.status == 0, ended.said
    found = results(tmp_path / "run")
    assert [case["reason"] for case in found["cases"] if case["outcome"] == "error"] == []
    assert found["left_behind"] == []
    note = (
        "The store keeps no products (POST products.json answered HTTP 405): orders were made of custom items, which no "
        "location stocks. Not judged for it: FO-MOVE-NEVER-STOCKED-REFUSED."
    )
    assert found["notes"] == [note]
    assert note in (tmp_path / "run" / "report.html").read_text("utf-8")
    row = next(row for row in found["requirements"] if row["id"] == "FO-MOVE-NEVER-STOCKED-REFUSED")
    assert row["verdict"] == "not-applicable"
    assert "custom items, which no location stocks" in row["reason"]


@pytest.mark.parametrize("moves", [True, False])
def test_subset_of_a_list_is_judged_where_routing_puts_everything_at_the_service(
    *, moves: bool, tmp_path: Path
) -> None:
    only = ("--transport", "rest", "--only", "FO-LIST-SUBSET-BY-SCOPES")
    with Server() as server:
        held = server.sandbox.store.locations
        server.sandbox.store.location_for = lambda line: next(  # type: ignore[method-assign]
            held[one] for one in (line.variant.levels if line.variant else ()) if held[one].service
        )
        if not moves:
            del server.sandbox.front.handlers["POST fulfillment_orders/#/move"]
        store = Store(server.url, server.tokens)
        ended = run("run", "--base-url", store.url, *only, "--out", "run", cwd=tmp_path, env=store.env)
    holds(ended, tmp_path / "run", "conformant" if moves else "inconclusive")
    rows = {row["id"]: row for row in results(tmp_path / "run")["requirements"]}
    row = rows["FO-LIST-SUBSET-BY-SCOPES"]
    assert row["verdict"] == ("pass" if moves else "inconclusive")
    said = "a fulfillment order at the merchant location could not be staged: move to it was"
    assert (row["reason"] or "").startswith("" if moves else said)


def test_mutant_fails_with_its_requirement_and_its_clause(tmp_path: Path) -> None:
    arguments = [
        "run",
        "--mutant",
        "close-completes",
        "--only",
        "FO-CLOSE-STATE",
        "--transport",
        "rest",
        "--out",
        "run",
    ]
    ended = run(*arguments, cwd=tmp_path)
    assert ended.status == 1, ended.said
    assert "FO-CLOSE-STATE" in ended.out
    found = results(tmp_path / "run")
    deviation = next(one for one in found["deviations"] if one["requirement"] == "FO-CLOSE-STATE")
    assert "incomplete" in deviation["documented"]
    assert "closed/closed" in deviation["received"]
    assert "curl" in deviation["reproduce"]
    row = next(row for row in found["requirements"] if row["id"] == "FO-CLOSE-STATE")
    assert row["quote"] in (tmp_path / "run" / "report.html").read_text("utf-8")


def test_run_without_a_base_url_starts_its_own_sandbox_and_links_the_latest(tmp_path: Path) -> None:
    ended = run("run", "--only", "FO-CLOSE-STATE", "--transport", "rest", cwd=tmp_path)
    assert ended.status == 0, ended.said
    assert results(tmp_path / "reports" / "latest")["verdict"] == "conformant"


def test_pytest_on_the_suites_gives_the_same_verdicts(store: Store, tmp_path: Path) -> None:
    options = (f"--base-url={store.url}", "--transport=rest", "--area=closing", "--area=deadlines")
    ended = run("run", *options, "--out", "ours", cwd=tmp_path, env=store.env)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "suites",
        *options,
        f"--out={tmp_path / 'run'}",
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment(store.env), capture_output=True, text=True, check=False)
    assert (done.returncode, ended.status) == (0, 0), done.stdout[-3000:] + ended.said
    assert results(tmp_path / "run")["verdict"] == results(tmp_path / "ours")["verdict"]
    assert verdicts(tmp_path / "run") == verdicts(tmp_path / "ours")
    assert {path.name for path in (tmp_path / "run").iterdir()} == {path.name for path in (tmp_path / "ours").iterdir()}
