"""A HAR file is redacted before it leaves its owner, and is judged the same afterwards."""

import base64
import json
from pathlib import Path

from fulfillspec.traffic import har, redacted

TOKEN, EMAIL = "token-of-the-app-1", "ann@example.com"


def test_no_token_and_no_person_is_left(tmp_path: Path) -> None:
    body = json.dumps({"order": {"email": EMAIL, "note": TOKEN}})
    request = {
        "method": "POST",
        "url": f"https://x.example.com/a?mail={EMAIL}",
        "headers": [{"name": "X-Shopify-Access-Token", "value": TOKEN}, {"name": "Cookie", "value": "a=b-secret"}],
        "cookies": [{"name": "a", "value": "b-secret"}],
        "postData": {"mimeType": "application/json", "text": body},
    }
    content = {"text": base64.b64encode(body.encode()).decode(), "encoding": "base64", "mimeType": "application/json"}
    entry = {"time": 3, "request": request, "response": {"status": 200, "headers": [], "content": content}}
    source, target = tmp_path / "in.har", tmp_path / "out.har"
    source.write_text(json.dumps({"log": {"entries": [entry, entry], "pages": [{"title": EMAIL}]}}), "utf-8")
    assert redacted.redact(source, target) == 2
    text = target.read_text("utf-8")
    assert not {word for word in (TOKEN, EMAIL, "b-secret") if word in text}
    kept = list(har.entries(target))
    assert [one["response"]["status"] for one in kept] == [200, 200]
    assert json.loads(kept[0]["response"]["content"]["text"])["order"]["email"].endswith("@redacted.invalid")
    assert json.loads(text)["log"]["version"] == "1.2"
