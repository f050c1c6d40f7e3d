"""The sandbox as somebody's mock: fixed tokens, states from the start, what it says first, and its page."""

import json
import subprocess
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

from fulfillspec.cli import main
from fulfillspec.sandbox import announcing
from fulfillspec.sandbox.app import Sandbox
from fulfillspec.sandbox.serve import Server

URL = "http://127.0.0.1:8080"
ACCEPTED = {"at": "service", "state": "in_progress/accepted", "lines": [{"quantity": 2}]}


def called(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["sandbox", *arguments])


def test_lines_for_a_shell_set_the_variables_of_a_run() -> None:
    sandbox = Sandbox(tokens={"merchant": "it's $HOME"})
    script = (
        announcing.announcement(sandbox, URL, "env")
        + 'printf "%s|%s" "$FULFILLSPEC_BASE_URL" "$FULFILLSPEC_MERCHANT_TOKEN"'
    )
    said = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert said == f"{URL}|it's $HOME"


def test_json_form_is_one_line_that_says_everything() -> None:
    sandbox = Sandbox(["accept-leaves-open"], states=[ACCEPTED])
    said = announcing.announcement(sandbox, URL, "json")
    assert said.count("\n") == 1
    found = json.loads(said)
    assert (found["base_url"], found["tokens"], found["mutants"]) == (URL, sandbox.tokens, ["accept-leaves-open"])
    assert len(found["seeded"]["service:in_progress/accepted"]) == 1


def test_plain_form_begins_with_the_url_alone() -> None:
    assert announcing.announcement(Sandbox(), URL).partition("\n")[0] == URL


def test_states_stand_from_the_start() -> None:
    with Server(tokens={"service": "s"}, states=[ACCEPTED, ACCEPTED]) as running:
        ids = running.seeded["service:in_progress/accepted"]
        path = f"{running.url}/admin/api/2025-10/fulfillment_orders/{ids[1]}.json"
        shown = requests.get(path, headers={"X-Shopify-Access-Token": "s"}, timeout=10).json()["fulfillment_order"]
    assert (shown["status"], shown["request_status"], len(ids)) == ("in_progress", "accepted", 2)


def test_page_says_how_to_use_it() -> None:
    with Server(mutants=["accept-leaves-open"], tokens={"merchant": "<m>"}) as running:
        page = requests.get(running.url, timeout=10).text
    assert "<dd><code>&lt;m&gt;</code></dd>" in page
    assert "mutant accept-leaves-open" in page
    assert "POST /sandbox/states" in page


def test_address_to_listen_on_can_be_chosen() -> None:
    with Server(host="localhost") as running:
        assert running.url.startswith("http://localhost:")
        assert requests.get(running.url, timeout=10).ok


def test_list_has_every_mutant_with_its_requirement_and_every_variant() -> None:
    found = called("--list")
    assert found.exit_code == 0
    assert "  accept-leaves-open  FO-ACCEPT-STATE: " in found.output
    assert "Variants: what the documents leave open" in found.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--token", "nobody=x"], "expected ACTOR=TOKEN with one of the actors merchant, service"),
        (["--token", "merchant"], "expected ACTOR=TOKEN"),
        (["--token", "merchant=a b"], "expected ACTOR=TOKEN"),
        (["--state", "states.json"], "states.json cannot be read"),
        (["--format", "xml"], "'xml' is not one of"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = called(*arguments)
    assert found.exit_code == 4
    assert said in found.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "expected a list of objects"),
        (
            '[{"at": "service", "state": "open/accepted"}]',
            "No fulfillment order can be staged in open/accepted at service.",
        ),
        ('[{"at": "service"}]', "state"),
    ],
)
def test_states_that_cannot_be_made_are_said(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "states.json").write_text(text, "utf-8")
    found = called("--state", str(tmp_path / "states.json"))
    assert found.exit_code == 4
    assert said in found.output
