"""Answers that the documents show, judged as traffic: silence."""

import json
from pathlib import Path
from typing import Any

from fulfillspec.traffic import run as judging

FIXTURES = Path(__file__).parents[2] / "fixtures"


def entry(found: dict[str, Any]) -> dict[str, Any]:
    request, response = found["request"], found["response"]
    asked = {"method": request["method"], "url": f"https://store.example{request['path']}", "headers": []}
    if request.get("body") is not None:
        asked["postData"] = {"mimeType": "application/json", "text": json.dumps(request["body"])}
    content = {"mimeType": "application/json", "text": json.dumps(response["body"])}
    told = {"status": response["status"], "headers": [], "content": content}
    return {"startedDateTime": "2025-11-22T12:00:00Z", "time": 1, "request": asked, "response": told}


def test_nothing_is_said_of_the_documents_own_answers(tmp_path: Path) -> None:
    samples = [json.loads(path.read_text("utf-8")) for path in sorted(FIXTURES.glob("S*/*.json"))]
    whole = [
        one for one in samples if (one.get("request") or {}).get("path") and (one.get("response") or {}).get("body")
    ]
    har = tmp_path / "documents.har"
    har.write_text(json.dumps({"log": {"entries": list(map(entry, whole))}}), "utf-8")
    found, traffic = judging.judge([har], tmp_path / "out")
    assert found["deviations"] == []
    assert traffic.answers >= 19
