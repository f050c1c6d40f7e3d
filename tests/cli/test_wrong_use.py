"""Wrong use ends with exit status 4 and one sentence that says what to do: no traceback, no report of red rows."""

import json
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest
from cli_process import Store, run
from stubs import Play, endless, fixed, hanging, listening

TOKEN = {"FULFILLSPEC_MERCHANT_TOKEN": "a-token-of-nobody"}
SAMPLE = {"id": 1, "status": "open", "line_items": []}
SHOP = {
    "shop": {"id": 1, "plan_name": "basic"},
    "access_scopes": [{"handle": "write_merchant_managed_fulfillment_orders"}],
}


def refuses(sentence: str, *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> None:
    """Expect exit status 4 and one sentence that contains the words given."""
    ended = run(*arguments, cwd=cwd, env=env)
    assert "Traceback" not in ended.said
    assert "INTERNALERROR" not in ended.said
    assert ended.status == 4, ended.said
    assert len(ended.sentences) == 1, ended.sentences
    assert sentence in ended.sentences[0]
    assert not any(token in ended.said for token in (env or {}).values())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--only", "FO-CLOSE-STAT"], "no requirement FO-CLOSE-STAT; nearest: FO-CLOSE-STATE"),
        (["--area", "closings"], "Unknown area 'closings': did you mean 'closing'?"),
        (["--transport", "soap"], "Unknown transport 'soap': known are: rest, graphql, connector"),
        (["--api-version", "October"], "expected YYYY-MM, such as 2025-10, or unstable"),
        (["--base-url", "shop.example"], "is no http or https URL with a host"),
        (["--depth", "deep"], "'deep' is not one of 'core', 'certify'"),
        (["--colour"], "No such option"),
        (["--mutant", "accept-leaves-opn"], "no mutant named 'accept-leaves-opn'; near: accept-leaves-open"),
        (["--variant", "no-such-freedom"], "no variant named 'no-such-freedom'"),
        (["--target", "nowhere.toml"], "There is no target file nowhere.toml"),
        (["--area", ""], "--area is empty. Give it a value, or leave it out."),
        (["--transport", "rest", "--transport", " "], "--transport is empty."),
        (["--api-version", "", "--api-version", "2025-10"], "--api-version is empty."),
        (["--target", ""], "--target is empty."),
        (["--baseline", ""], "--baseline is empty."),
        (["--failed-from", ""], "--failed-from is empty."),
        (["--out", ""], "--out is empty."),
        (["--base-url", ""], "--base-url is empty. Name the target, or leave it out to test the embedded sandbox."),
        (["--only", "close-stat"], "no requirement close-stat; nearest: FO-CLOSE-STATE"),
        (["--baseline", "none.toml"], "The baseline none.toml cannot be read: No such file or directory."),
        (["--listen", "here"], "--listen: expected host:port, or a port of 127.0.0.1, came 'here'"),
        (["--listen", "no-such-host.invalid:0"], "no-such-host.invalid:0 cannot be listened on"),
    ],
)
def test_run_refuses_what_it_cannot_follow(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    refuses(sentence, "run", *arguments, cwd=tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('base_ur = "http://127.0.0.1:9"', "Unknown key 'base_ur' at the top: did you mean 'base_url'?"),
        ("[limits]\ntimeout = 0", "'timeout' in [limits]: expected a number above 0"),
        ('[stage.ids]\n"service:opened/unsubmitted" = [1]', "Unknown status 'opened'"),
        ('[actors.merchant]\ntoken = "x"', "tokens do not belong in the target file"),
        ("base_url = ", "is not valid TOML"),
    ],
)
def test_target_file_with_a_mistake_is_named(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "target.toml").write_text(text, "utf-8")
    refuses(sentence, "run", "--target", "target.toml", cwd=tmp_path)


def test_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        refuses(f"{address} cannot be listened on", "run", "--listen", address, cwd=tmp_path)
        (tmp_path / "target.toml").write_text(f'[notifications]\nlisten = "{address}"\n', "utf-8")
        refuses(f"{address} cannot be listened on", "run", "--target", "target.toml", cwd=tmp_path)


def test_run_without_the_merchant_token_says_where_it_comes_from(store: Store, tmp_path: Path) -> None:
    refuses("set FULFILLSPEC_MERCHANT_TOKEN", "run", "--base-url", store.url, cwd=tmp_path)


def test_token_that_the_target_does_not_take_is_named(store: Store, tmp_path: Path) -> None:
    refuses("Check FULFILLSPEC_MERCHANT_TOKEN", "run", "--base-url", store.url, cwd=tmp_path, env=TOKEN)
    service = {**store.env, "FULFILLSPEC_SERVICE_TOKEN": "a-token-of-nobody"}
    refuses("Check FULFILLSPEC_SERVICE_TOKEN", "run", "--base-url", store.url, cwd=tmp_path, env=service)


def test_app_without_the_scopes_is_told_which_ones(store: Store, tmp_path: Path) -> None:
    env = {"FULFILLSPEC_MERCHANT_TOKEN": store.tokens["outsider"]}
    sentence = "Grant it write_merchant_managed_fulfillment_orders and write_third_party_fulfillment_orders"
    refuses(sentence, "run", "--base-url", store.url, cwd=tmp_path, env=env)


def test_mutant_of_a_target_elsewhere_is_refused(store: Store, tmp_path: Path) -> None:
    arguments = ["run", "--base-url", store.url, "--mutant", "accept-leaves-open"]
    refuses("Mutants and variants belong to the embedded sandbox", *arguments, cwd=tmp_path, env=store.env)


def test_connector_without_its_path_is_asked_for(store: Store, tmp_path: Path) -> None:
    arguments = ["run", "--base-url", store.url, "--transport", "connector"]
    refuses("needs a section [connector]", *arguments, cwd=tmp_path, env=store.env)


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refuses("Name another folder with --out", "run", "--out", "file/run", cwd=tmp_path)


def test_host_that_is_not_there_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    refuses("could not be read: not connected", "run", "--base-url", url, cwd=tmp_path, env=TOKEN)
    refuses("name not found", "run", "--base-url", "http://no-such-host.invalid", cwd=tmp_path, env=TOKEN)


@pytest.mark.parametrize(
    ("play", "sentence"),
    [
        (fixed(b"<html><p>Welcome.", "text/html"), "no Shopify Admin API"),
        (fixed(b"{}", "application/json"), "no Shopify Admin API"),
        (endless, "body too long: more than 8388608 bytes"),
        (hanging, "timed out after 1 s without a whole answer"),
        (fixed(b"{}", "application/json", "500 Internal Server Error"), "The target fails"),
        (
            fixed(b"{}", "application/json", "302 Found\r\nLocation: http://elsewhere.invalid/"),
            "The token is not sent there",
        ),
        (
            fixed(
                json.dumps({**SHOP, "fulfillment_order": SAMPLE, "fulfillment_orders": [SAMPLE]}).encode(),
                "application/json",
            ),
            "stateless mock",
        ),
    ],
    ids=["html", "an-empty-object", "endless-body", "hanging", "failing", "redirect", "stateless-mock"],
)
def test_target_that_is_no_store_is_called_what_it_is(play: Play, sentence: str, tmp_path: Path) -> None:
    limit = 1 if play is hanging else 300
    (tmp_path / "target.toml").write_text(f"[limits]\ntimeout = {limit}\n", "utf-8")
    with listening(play) as port:
        url = f"http://127.0.0.1:{port}"
        refuses(sentence, "run", "--target", "target.toml", "--base-url", url, cwd=tmp_path, env=TOKEN)


def test_store_that_is_no_development_store_is_not_written_to(tmp_path: Path) -> None:
    # 127.1 leads here as well, and does not look like a loopback address
    with listening(fixed(json.dumps({**SHOP, "fulfillment_order": None}).encode(), "application/json")) as port:
        refuses("its plan is basic", "run", "--base-url", f"http://127.1:{port}", cwd=tmp_path, env=TOKEN)


def test_sandbox_refuses_what_it_cannot_follow(store: Store, tmp_path: Path) -> None:
    port = store.url.rpartition(":")[2]
    refuses(f"Port {port} on 127.0.0.1 cannot be used", "sandbox", "--port", port, cwd=tmp_path)
    refuses("There is no mutant named 'none'", "sandbox", "--mutant", "none", cwd=tmp_path)
    refuses("--host is empty", "sandbox", "--host", "", cwd=tmp_path)
    refuses("on 999.1.1.1 cannot be used: Name or service not known.", "sandbox", "--host", "999.1.1.1", cwd=tmp_path)


def test_other_commands_refuse_what_they_cannot_follow(tmp_path: Path) -> None:
    refuses("holds no results.json", "report", ".", cwd=tmp_path)
    refuses("does not exist", "report", "nowhere", cwd=tmp_path)
    refuses("holds no journal.ndjson", "sweep", ".", cwd=tmp_path)
    refuses(". holds no evidence.ndjson: expected the folder of a run", "judge", ".", cwd=tmp_path)
    refuses("--base-url is empty. Name the target.", "init", "--base-url", "", cwd=tmp_path)
    refuses("--area is empty.", "doctor", "--area", "", cwd=tmp_path)
    refuses("'fulfilment' is not one of", "requirements", "--area", "fulfilment", cwd=tmp_path)
