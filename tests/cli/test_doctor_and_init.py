"""`doctor` says what a run would find, writing nothing; `init` writes a target file that doctor accepts."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stubs import fixed, listening

from fulfillspec.cli import main
from fulfillspec.sandbox.serve import Server
from fulfillspec.target.profile import load


def called(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, arguments, env=env)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def tokens(server: Server, *actors: str) -> dict[str, str]:
    return {f"FULFILLSPEC_{actor.upper()}_TOKEN": server.tokens[actor] for actor in actors}


def test_doctor_writes_nothing_to_the_target_and_to_no_file(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = (dict(server.sandbox.store.orders), dict(server.sandbox.store.services))
    found = called("doctor", "--base-url", server.url, env=tokens(server, "merchant", "service"))
    assert found.exit_code == 0, found.output
    assert (dict(server.sandbox.store.orders), dict(server.sandbox.store.services)) == before
    assert list(tmp_path.iterdir()) == []


def test_doctor_tells_what_is_judged_what_not_and_the_switch(server: Server) -> None:
    said = called("doctor", "--base-url", server.url, env=tokens(server, "merchant", "service")).output
    assert "rest serves 2025-10; graphql serves 2025-10" in said
    assert "3 merchant-managed locations" in said
    assert "nothing listens for callbacks (--listen, or [notifications] of the target file)" in said
    assert "no path of its action is named ([connector] of the target file)" in said
    assert "no token for reader: set FULFILLSPEC_READER_TOKEN" in said
    assert "requests and" in said
    assert not any(token in said for token in server.tokens.values())


def test_doctor_on_one_token_names_the_other(server: Server) -> None:
    found = called("doctor", "--base-url", server.url, env=tokens(server, "merchant"))
    assert found.exit_code == 0
    assert "service: no token (set FULFILLSPEC_SERVICE_TOKEN)" in found.output
    assert "cancellation-requests, cancelling, closing, requests" in found.output


def test_doctor_on_a_missing_scope_ends_with_5_and_names_it(server: Server) -> None:
    env = {**tokens(server, "merchant"), "FULFILLSPEC_SERVICE_TOKEN": server.tokens["outsider"]}
    found = called("doctor", "--base-url", server.url, env=env)
    assert found.exit_code == 5
    assert "The service actor's token lacks write_assigned_fulfillment_orders" in found.output


def test_doctor_without_a_base_url_checks_the_embedded_sandbox() -> None:
    found = called("doctor", "--transport", "rest")
    assert found.exit_code == 0
    assert "embedded sandbox" in found.output


def test_doctor_on_what_is_no_store_ends_with_4_and_one_sentence() -> None:
    with listening(fixed(b"<html><p>Welcome.", "text/html")) as port:
        found = called("doctor", "--base-url", f"http://127.0.0.1:{port}", env={"FULFILLSPEC_MERCHANT_TOKEN": "a"})
    assert (found.exit_code, found.output.count("\n")) == (4, 1)
    assert "This is no Shopify Admin API" in found.output


def test_wait_gives_a_target_time_to_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    late = Server(port=port, tokens={"merchant": "m"})

    def start() -> None:
        time.sleep(0.5)
        late.start()

    starting = threading.Thread(target=start)
    starting.start()
    try:
        url = f"http://127.0.0.1:{port}"
        found = called("doctor", "--base-url", url, "--wait", "20", env={"FULFILLSPEC_MERCHANT_TOKEN": "m"})
    finally:
        starting.join()
        late.stop()
    assert found.exit_code == 0, found.output


def test_wait_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    found = called("doctor", "--base-url", url, "--wait", "0.1", env={"FULFILLSPEC_MERCHANT_TOKEN": "m"})
    assert found.exit_code == 4
    assert "did not answer within 0.1 s (--wait)" in found.output


def test_init_writes_a_file_that_doctor_accepts(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    written = called("init", str(file), "--base-url", server.url, "--service-token-env", "OTHER", "--connector", "/c")
    assert written.exit_code == 0, written.output
    assert load(file, {"OTHER": "t"}, {}).token("service") == "t"
    env = {**tokens(server, "merchant"), "OTHER": server.tokens["service"]}
    found = called("doctor", "--target", str(file), env=env)
    assert found.exit_code == 0, found.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name the target with --base-url: there is no terminal to ask on."),
        (["--base-url", "nope"], "is no http or https URL"),
        (["--base-url", "http://x", "--area", "closings"], "did you mean 'closing'?"),
        (["--base-url", "http://x", "--api-version", "October"], "is not an API version"),
        (["--base-url", "http://x", "--connector", "here"], "a path from its first slash"),
    ],
)
def test_init_refuses_what_no_run_could_use(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    found = called("init", str(tmp_path / "target.toml"), *arguments)
    assert found.exit_code == 4
    assert sentence in found.output
    assert list(tmp_path.iterdir()) == []


def test_init_replaces_a_file_only_by_force(tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    file.write_text("# mine\n", "utf-8")
    assert called("init", str(file), "--base-url", "http://x").exit_code == 4
    assert file.read_text("utf-8") == "# mine\n"
    assert called("init", str(file), "--base-url", "http://x", "--force").exit_code == 0
    assert 'base_url = "http://x"' in file.read_text("utf-8")
