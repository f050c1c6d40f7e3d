"""What a script repeats: what made and changed the order, what that needs, and nothing else."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from retold import exchange, row

from fulfillspec import reproduction
from fulfillspec.evidence.log import Evidence, Exchange, read
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.reproduction.index import Index, Seen
from fulfillspec.runs import finishing

SETTING = reproduction.Setting("http://store.test", "tag-1", {"service": "THEIR_TOKEN"})


def order(identity: int, *lines: int) -> dict[str, Any]:
    return {"order": {"id": identity, "line_items": [{"id": line, "variant_id": 30010} for line in lines]}}


def listed(order_id: int, *rows: int, **more: Any) -> dict[str, Any]:
    found = [{"id": one, "order_id": order_id, "line_items": [{"id": one + 500, "line_item_id": 1}]} for one in rows]
    return {"fulfillment_orders": found, **more}


def provisioned() -> list[Exchange]:
    variants = [{"id": 30010, "inventory_item_id": 40010}, {"id": 30020, "inventory_item_id": 40020}]
    service = {"fulfillment_service": {"id": 20010, "location_id": 90010}}
    made = {"operation": "set_stock", "phase": "setup"}
    return [
        exchange(1, "GET", "/locations.json", None, {"locations": [{"id": 80010}]}, operation="list_locations"),
        exchange(
            2,
            "POST",
            "/fulfillment_services.json",
            {"fulfillment_service": {"name": "tag-1 x"}},
            service,
            actor="service",
        ),
        exchange(
            3,
            "POST",
            "/products.json",
            {"product": {"title": "tag-1"}},
            {"product": {"id": 50010, "variants": variants}},
        ),
        exchange(
            4, "POST", "/inventory_levels/set.json", {"location_id": 90010, "inventory_item_id": 40010}, {}, **made
        ),
        exchange(
            5, "POST", "/inventory_levels/set.json", {"location_id": 80010, "inventory_item_id": 40020}, {}, **made
        ),
        exchange(6, "POST", "/orders.json", {"order": {"line_items": [{"variant_id": 30010}]}}, order(60010, 1)),
        exchange(7, "POST", "/orders.json", {"order": {"line_items": [{"variant_id": 30020}]}}, order(60020, 2)),
        exchange(8, "GET", "/orders/60010/fulfillment_orders.json", None, listed(60010, 70010, 70020)),
        exchange(9, "GET", "/orders/60020/fulfillment_orders.json", None, listed(60020, 70030)),
    ]


def script(log: list[Exchange], deviation: dict[str, Any], setting: reproduction.Setting = SETTING) -> str:
    return reproduction.scripts(lambda: iter(log), [deviation], setting)[0].text


def steps(log: list[Exchange], *deciding: int, **more: Any) -> tuple[int, ...]:
    index = Index(set(deciding))
    for one in log:
        index.add(one)
    return index.chain(Seen(deciding, **more)).steps


def test_chain_holds_what_the_order_rests_on_and_nothing_of_others() -> None:
    log = [
        *provisioned(),
        exchange(
            10,
            "POST",
            "/fulfillment_orders/70010/hold.json",
            {},
            {"fulfillment_order": {"id": 70010, "order_id": 60010}},
        ),
        exchange(11, "POST", "/fulfillment_orders/70030/hold.json", {}, {}),
        exchange(12, "POST", "/fulfillment_orders/70020/hold.json", {}, {"errors": "no"}, status=422),
        exchange(
            13,
            "POST",
            "/fulfillments.json",
            {"fulfillment": {"line_items_by_fulfillment_order": [{"fulfillment_order_id": 70020}]}},
            {},
        ),
        exchange(14, "POST", "/fulfillment_orders/70010/release_hold.json", {}, {}),
        exchange(15, "GET", "/orders/60010/fulfillment_orders.json", None, listed(60010, 70010, 70020)),
        exchange(16, "POST", "/fulfillment_orders/70010/cancel.json", {}, {}),
    ]
    assert steps(log, 14, 15) == (2, 3, 4, 6, 8, 10, 13, 14, 15)


def test_ids_of_earlier_answers_become_variables_and_others_stay() -> None:
    body = {
        "fulfillment_order": {"new_location_id": 80010, "fulfillment_order_line_items": [{"id": 70510, "quantity": 1}]}
    }
    text = script([*provisioned(), exchange(10, "POST", "/fulfillment_orders/70010/move.json", body, {})], row(10))
    assert "LINE_1=$(printf '%s' \"$A_8\" | pick fulfillment_orders 0 line_items 0 id)" in text
    assert '"$BASE/fulfillment_orders/$FO_1/move.json"' in text
    moved = '{"new_location_id":80010,"fulfillment_order_line_items":[{"id":\'"$LINE_1"\',"quantity":1}]}'
    assert moved in text
    assert '--data-raw \'{"location_id":\'"$LOCATION_1"\',"inventory_item_id":\'"$ITEM_1"\'}\'' in text
    for identity in ("60010", "70010", "70510", "90010", "40010", "30010", "20010"):
        assert identity not in text


def test_names_of_the_run_get_a_fresh_end_and_tokens_come_from_the_environment() -> None:
    text = script([*provisioned(), exchange(10, "POST", "/fulfillment_orders/70010/open.json", {}, {})], row(10))
    assert 'TAG="tag-1-$$"' in text
    assert '{"name":"\'"$TAG"\' x"}' in text
    assert '-H "X-Shopify-Access-Token: $THEIR_TOKEN"' in text
    assert "token:1234" not in text


def test_clean_up_is_there_though_the_run_was_cut_off() -> None:
    text = script([*provisioned(), exchange(10, "POST", "/fulfillment_orders/70010/open.json", {}, {})], row(10))
    removed = [line.partition("-X DELETE ")[2] for line in text.splitlines() if "-X DELETE " in line]
    assert [line.split('"')[1] for line in removed] == [
        "$BASE/orders/$ORDER_1.json", "$BASE/products/$PRODUCT_1.json", "$BASE/fulfillment_services/$SERVICE_1.json",
    ]  # fmt: skip


def test_persons_of_an_order_are_made_up_again() -> None:
    log = provisioned()
    address = {
        "phone": "«phone:18f3758c»",
        "zip": "«zip:3812df6d»",
        "email": "217ad827@redacted.invalid",
        "note": "«token:12»",
    }
    log[5] = exchange(6, "POST", "/orders.json", json.dumps({"order": address}, ensure_ascii=False), order(60010))
    text = script([*log, exchange(10, "POST", "/orders/60010/cancel.json", {}, {})], row(10))
    assert '"phone":"+16135550123"' in text.replace(": ", ":")
    assert "K1A 0A1" in text
    assert "redacted.invalid" not in text


def test_store_that_routes_in_the_background_is_waited_for() -> None:
    log = provisioned()
    made, shown = {"operation": "create_order"}, {"operation": "list"}
    log[5] = exchange(6, "POST", "/orders.json", {}, order(60010), at="2026-01-05T10:00:00.000Z", **made)
    log[7] = exchange(
        8,
        "GET",
        "/orders/60010/fulfillment_orders.json",
        None,
        listed(60010, 70010),
        at="2026-01-05T10:00:03.200Z",
        **shown,
    )
    text = script([*log, exchange(10, "POST", "/fulfillment_orders/70010/open.json", {}, {})], row(10))
    assert "\nsleep 4\n" in text.partition("A_8=")[0]


def test_given_fulfillment_order_stays_literal_and_is_told() -> None:
    log = [
        exchange(
            1, "GET", "/fulfillment_orders/7101.json", None, {"fulfillment_order": {"id": 7101, "order_id": 6101}}
        ),
        exchange(2, "GET", "/orders/6101/fulfillment_orders.json", None, listed(6101, 7101)),
        exchange(
            3, "POST", "/fulfillment_orders/7101/open.json", {}, {"fulfillment_order": {"id": 7101, "order_id": 6101}}
        ),
        exchange(4, "POST", "/fulfillment_orders/7101/hold.json", {}, {}),
    ]
    text = script(log, row(4))
    assert '"$BASE' not in text or "$BASE/fulfillment_orders/7101/open.json" in text
    assert "so it must stand as it stood then: 7101" in text
    assert "pick" not in text


def test_unknown_id_needs_nothing_made() -> None:
    log = [
        *provisioned(),
        exchange(10, "GET", "/fulfillment_orders/987654321987.json", None, {"errors": "no"}, status=500),
    ]
    found = reproduction.scripts(lambda: iter(log), [row(10, operation="get")], SETTING)[0]
    assert found.steps_before == 0
    assert "fulfillment_orders/987654321987.json" in found.text


def test_small_ids_of_different_things_are_kept_apart() -> None:
    log = [
        exchange(1, "POST", "/orders.json", {"order": {"line_items": [{"variant_id": 1, "quantity": 1}]}}, order(1, 1)),
        exchange(2, "GET", "/orders/1/fulfillment_orders.json", None, listed(1, 1, 2)),
        exchange(
            3,
            "POST",
            "/fulfillment_orders/2/hold.json",
            {"fulfillment_order_line_items": [{"id": 502, "quantity": 2}]},
            {},
        ),
    ]
    text = script(log, row(3))
    assert "FO_1=$(printf '%s' \"$A_2\" | pick fulfillment_orders 1 id)" in text
    assert '[{"id":\'"$LINE_1"\',"quantity":2}]' in text
    assert '[{"variant_id":1,"quantity":1}]' in text


def test_list_without_ids_rests_on_the_order_of_the_row_that_deviates() -> None:
    both = {
        "fulfillment_orders": [*listed(60010, 70010)["fulfillment_orders"], *listed(60020, 70030)["fulfillment_orders"]]
    }
    log = [*provisioned(), exchange(10, "GET", "/assigned_fulfillment_orders.json", None, both, actor="service")]
    assert steps(log, 10, places=("fulfillment_orders[1].destination",)) == (3, 5, 7, 10)
    assert steps(log, 10, places=("fulfillment_orders[0].destination",)) == (2, 3, 4, 6, 10)
    assert steps(log, 10, texts=("fulfillment orders 70010",)) == (2, 3, 4, 6, 10)
    assert steps(log, 10) == (3, 5, 7, 10)


def test_bulk_action_takes_the_other_order_along() -> None:
    named = {"fulfillment_order_ids": [70010, 70030], "fulfillment_deadline": "2026-03-01T00:00:00Z"}
    log = [
        *provisioned(),
        exchange(10, "POST", "/fulfillment_orders/set_fulfillment_orders_deadline.json", named, {}),
        exchange(11, "POST", "/fulfillment_orders/70010/hold.json", {}, {}),
    ]
    assert steps(log, 11) == tuple(range(2, 12))
    assert '"fulfillment_order_ids":[\'"$FO_1"\',\'"$FO_2"\']' in script(log, row(11))


def test_looks_leave_nothing_behind_in_the_index() -> None:
    index = Index(())
    for one in provisioned():
        index.add(one)
    before = len(index.entries)
    for n in range(100, 400):
        index.add(exchange(n, "GET", "/orders/60010/fulfillment_orders.json", None, listed(60010, 70010, 70020)))
    assert len(index.entries) == before


def test_each_requirement_transport_and_operation_gets_a_script_the_first_of_each_requirement_before_others() -> None:
    log = [*provisioned(), exchange(10, "POST", "/fulfillment_orders/70010/open.json", {}, {})]
    rows = [row(10), row(10), row(10, operation="hold"), row(10, transport="graphql")]
    assert sorted(reproduction.scripts(lambda: iter(log), rows, SETTING)) == [0, 2, 3]
    rows += [row(10, requirement=f"FO-X-{n}") for n in range(38)]
    found = reproduction.scripts(lambda: iter(log), rows, SETTING)
    assert sorted(found) == [0, 2, *range(4, 42)]  # forty at most
    assert [found[n].name for n in (0, 2, 41)] == ["FO-ACCEPT-STATE-1.sh", "FO-ACCEPT-STATE-2.sh", "FO-X-37-1.sh"]


def test_script_shows_the_deviation_that_takes_the_fewest_requests() -> None:
    log = [
        *provisioned(),
        exchange(10, "POST", "/fulfillment_orders/70010/hold.json", {}, {}),
        exchange(11, "POST", "/fulfillment_orders/70010/accept.json", {}, {}),
        exchange(12, "POST", "/fulfillment_orders/70030/accept.json", {}, {}),
    ]
    found = reproduction.scripts(lambda: iter(log), [row(11), row(12)], SETTING)
    assert list(found) == [1]


@pytest.mark.parametrize(("lines", "whole"), [(1, True), (80, False)])
def test_row_carries_the_script_or_names_it(lines: int, whole: bool, tmp_path: Path) -> None:  # noqa: FBT001
    log = [
        *provisioned(),
        *(exchange(n, "POST", "/fulfillment_orders/70010/open.json", {}, {}) for n in range(10, 10 + lines)),
    ]
    deviation = row(9 + lines, reproduce="curl -sS http://store.test/x")
    path = stored(tmp_path, log)
    reproduction.attach([deviation], path, SETTING)
    text = (tmp_path / "reproduce" / "FO-ACCEPT-STATE-1.sh").read_text("utf-8")
    remark, _, shown = deviation["reproduce"].partition("\n")
    assert remark.endswith("sh reproduce/FO-ACCEPT-STATE-1.sh")
    pasted = "sh <<'END_OF_SCRIPT'\n" + text.removeprefix("#!/bin/sh\n") + "END_OF_SCRIPT"
    assert shown == (pasted if whole else "curl -sS http://store.test/x")


def test_row_names_the_script_that_was_made_of_another_one(tmp_path: Path) -> None:
    log = [
        *provisioned(),
        exchange(10, "POST", "/fulfillment_orders/70010/hold.json", {}, {}),
        exchange(11, "POST", "/fulfillment_orders/70010/accept.json", {}, {}),
        exchange(12, "POST", "/fulfillment_orders/70010/open.json", {}, {}),
        exchange(13, "POST", "/fulfillment_orders/70010/accept.json", {}, {}),
    ]
    rows = [row(13), row(11), row(13, operation="open")]
    reproduction.attach(rows, stored(tmp_path, log), SETTING)
    assert rows[0]["reproduce"] == (
        "# The same deviation elsewhere is reproduced by: sh reproduce/FO-ACCEPT-STATE-1.sh\ncurl"
    )
    assert rows[1]["reproduce"].startswith("# To set up the state and send the request again, run: ")
    assert "elsewhere" not in rows[2]["reproduce"]


def test_row_whose_request_needs_nothing_keeps_its_one_line(tmp_path: Path) -> None:
    deviation = row(1, operation="get", reproduce="curl -sS http://store.test/x")
    reproduction.attach(
        [deviation], stored(tmp_path, [exchange(1, "GET", "/fulfillment_orders/1.json", None, {})]), SETTING
    )
    assert deviation["reproduce"] == "curl -sS http://store.test/x"
    assert (tmp_path / "reproduce" / "FO-ACCEPT-STATE-1.sh").is_file()


def test_scripts_that_cannot_be_written_leave_the_results(tmp_path: Path) -> None:
    (tmp_path / "evidence.ndjson").write_text('{"n": 1}\n{"n": 2}\n', "utf-8")
    target = SimpleNamespace(base_url="http://store.test", token_env=lambda actor: "T")
    evidence = SimpleNamespace(redactor=Redactor())
    plan = SimpleNamespace(compressed=False)
    run = SimpleNamespace(
        target=target, tag="tag-1", clients={"merchant": None}, evidence=evidence, out=tmp_path, plan=plan
    )
    found: dict[str, Any] = {"deviations": [row(1)], "notes": []}
    finishing.reproduce(run, found)  # type: ignore[arg-type]
    assert found["deviations"] == [row(1)]
    assert found["notes"][0].startswith("The scripts that reproduce deviations were not written: DamagedEvidence")


def test_secret_in_a_text_is_taken_out() -> None:
    secret = "shpat_0123456789abcdef"
    setting = reproduction.Setting("http://store.test", "tag-1", {}, Redactor([secret]).text)
    log = [*provisioned(), exchange(10, "POST", "/fulfillment_orders/70010/open.json", {}, {})]
    assert secret not in script(log, row(10, received=f"it said {secret}", case=secret, documented=secret), setting)


def stored(folder: Path, log: list[Exchange]) -> Path:
    path = folder / "evidence.ndjson"
    evidence = Evidence(path, Redactor(), meta={"base_url": "http://store.test", "tag": "tag-1"})
    for one in log:
        names = ("actor", "transport", "operation", "method", "url", "phase", "at", "request_headers", "request_body")
        evidence.record(**{name: getattr(one, name) for name in (*names, "status", "body")})
    evidence.close()
    assert len(list(read(path))) == len(log)
    return path
