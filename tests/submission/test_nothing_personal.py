"""Whatever a target and an application say, no archive of any level holds a token or a personal datum."""

import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fulfillspec.submission import archive
from fulfillspec.traffic import run as judging
from fulfillspec.verdicts import checksums

BASE = "https://store.example.com/admin/api/2025-10"
KEYS = ("email", "phone", "first_name", "last_name", "address1", "address2", "zip", "company")
FIELDS = ("email", "phone", "firstName", "lastName", "address1", "address2", "zip", "company")
WORDS = st.text("BCDFGHJKLMNPQRSTVWXYZ", min_size=9, max_size=14)


def entry(method: str, below: str, token: str, sent: Any, received: Any) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": method,
        "url": f"{BASE}/{below}",
        "headers": [{"name": "X-Shopify-Access-Token", "value": token}],
    }
    if sent is not None:
        request["postData"] = {"text": json.dumps(sent)}
    content = {"text": json.dumps(received), "mimeType": "application/json"}
    return {
        "startedDateTime": "2025-11-22T12:00:00Z",
        "time": 1,
        "request": request,
        "response": {"status": 200, "content": content},
    }


def traffic(token: str, people: list[str], status: str) -> list[dict[str, Any]]:
    """Return traffic with these words at personal places, and with deviations that may quote what is around them."""
    rest = dict(zip(KEYS, people, strict=True))
    row = {"id": 7, "order_id": 70, "status": status, "request_status": "submitted", "destination": rest, "echo": token}
    shown = {f"a{number}": word for number, word in enumerate(people)}
    aliases = " ".join(f"a{number}: {name}" for number, name in enumerate(FIELDS))
    text = f'{{ x: fulfillmentOrder(id: "gid://shopify/FulfillmentOrder/7") {{ id d: destination {{ {aliases} }} }} }}'
    close = f'mutation M($m: String) {{ fulfillmentOrderClose(id: 7, message: $m, phone: "{people[1]}") {{ userErrors {{ message }} }} }}'
    refused = {"data": {"fulfillmentOrderClose": {"userErrors": [{"message": f"No {people[2]}."}]}}}
    return [
        entry("GET", f"fulfillment_orders/7.json?token={token}", token, None, {"fulfillment_order": row}),
        entry("POST", "graphql.json", token, {"query": text}, {"data": {"x": {"id": 3, "d": shown}}}),
        entry("POST", "graphql.json", token, {"query": close, "variables": {"email": people[0]}}, {"data": {"x": None}}),
        entry("POST", "fulfillment_orders/7/close.json", token, {"fulfillment_order": {"address1": people[4]}}, {"errors": people}),
        entry("POST", "graphql.json", token, {"query": close}, refused),
    ]  # fmt: skip


@settings(deadline=None, max_examples=6)
@given(WORDS, st.lists(WORDS, min_size=8, max_size=8, unique=True), st.sampled_from(["open", "Zzz", "OPEN"]))
def test_no_archive_holds_a_token_or_a_personal_datum(token: str, people: list[str], status: str) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "out"
        har = Path(made) / "traffic.har"
        har.write_text(json.dumps({"log": {"entries": traffic(token, people, status)}}), "utf-8")
        judging.judge([har], folder)
        checksums.write(folder)
        for level in archive.LEVELS:
            packed = Path(made) / f"{level}.zip"
            archive.pack(folder, packed, level)
            with zipfile.ZipFile(packed) as opened:
                texts = [opened.read(name).decode() for name in opened.namelist()]
            assert [word for word in (token, *people) if any(word in text for text in texts)] == []
