"""A key is asked for from the version on of which it is known; before, its absence says nothing."""

from typing import Any

import pytest
from documented_bodies import check, get, places

from fulfillspec.documents import register

SHAPES = {
    "two": {"id": 7, "method_type": "none"},
    "four": {"id": 7, "method_type": "shipping", "min_delivery_date_time": None, "max_delivery_date_time": None},
}
LATER = ("additional_information", "service_code", "source_reference")


def showing(method: object, version: str) -> Any:
    body, order = get()
    order["delivery_method"] = method
    if version < "2023-01":
        for key in ("created_at", "updated_at", "fulfill_by"):
            del order[key]
    return places(check(body, version=version))


@pytest.mark.parametrize(
    ("shape", "version"),
    [
        ("two", "2021-04"),
        ("two", "2022-07"),
        *(("four", version) for version in ("2021-04", "2022-10", "2023-01", "2023-07", "2024-01", "2024-10")),
    ],
)
def test_a_delivery_method_is_as_stores_showed_it_then(shape: str, version: str) -> None:
    assert showing(SHAPES[shape], version) == []


@pytest.mark.parametrize("version", ["2025-01", "2025-10", "2026-07", "unstable"])
def test_a_delivery_method_has_every_key_that_the_page_of_its_version_lists(version: str) -> None:
    base = "fulfillment_order.delivery_method"
    found = {path.removeprefix(f"{base}.") for _, path in showing(SHAPES["four"], version)}
    assert found == set(LATER)


def test_what_comes_early_is_read_all_the_same() -> None:
    found = showing({**SHAPES["four"], "service_code": 7}, "2023-07")
    assert [path for _, path in found] == ["fulfillment_order.delivery_method.service_code"]


def test_a_row_about_a_later_key_is_not_of_earlier_versions() -> None:
    rows = register.load()
    for key in LATER:
        row = rows.get(f"FO-PROP-DELIVERY-METHOD-{key.upper().replace('_', '-')}")
        assert not register.applies(row, "2024-10", "rest")
        assert register.applies(row, "2025-01", "rest")


@pytest.mark.parametrize(
    "request_",
    [
        {"message": None, "request_options": {}, "kind": "fulfillment_request"},
        {"message": "x", "request_options": True, "kind": "fulfillment_request"},
        {"message": "x", "request_options": {"note": "y"}, "kind": "cancellation_request"},
    ],
)
@pytest.mark.parametrize("dialect", ["merchant_requests", "outgoing_requests"])
def test_a_request_has_three_keys_or_more(request_: Any, dialect: str) -> None:
    body, order = get()
    del order["merchant_requests"]
    order[dialect] = [request_ if dialect == "merchant_requests" else {**request_, "sent_at": "2025-10-01T15:11:26Z"}]
    assert check(body) == []
