"""What a run makes of a target that tells its scopes over GraphQL alone, or tells neither scopes nor versions."""

from pathlib import Path
from typing import Any

import pytest
from cli_process import Store, results, run

from fulfillspec.sandbox.serve import Server

ROWS = ("FO-SCOPE-MERCHANT-LOCATIONS", "FO-SCOPE-ORDER-MANAGEMENT", "FO-SCOPE-ANONYMOUS")
REST_SCOPES = "GET /admin/oauth/access_scopes"


def judged(server: Server, folder: Path, *rows: str, area: str = "") -> dict[str, dict[str, Any]]:
    """Run against a sandbox over GraphQL, let the run be verified, and return the rows asked for."""
    store = Store(server.url, server.tokens)
    chosen = [word for row in rows for word in ("--only", row)] + (["--area", area] if area else [])
    base = ("run", "--base-url", store.url, "--transport", "graphql", "--out", "run")
    ended = run(*base, *chosen, cwd=folder, env=store.env)
    assert ended.status in {0, 1}, ended.said
    verified = run("verify", "run", cwd=folder, env=store.env)
    assert verified.status == 0, verified.said
    return {row["id"]: row for row in results(folder / "run")["requirements"] if row["id"] in rows}


def test_scopes_are_asked_of_graphql_where_rest_does_not_tell_them(tmp_path: Path) -> None:
    with Server() as server:
        del server.sandbox.front.handlers[REST_SCOPES]
        rows = judged(server, tmp_path, *ROWS)
    assert {row["verdict"] for row in rows.values()} == {"pass"}


@pytest.mark.parametrize(("mutants", "verdict"), [([], "pass"), (["graphql-needs-no-token"], "fail")])
def test_callers_without_a_token_are_judged_where_no_scope_is_known(
    mutants: list[str], verdict: str, tmp_path: Path
) -> None:
    with Server(mutants=mutants) as server:
        del server.sandbox.front.handlers[REST_SCOPES]
        server.sandbox.graphql._fields["currentAppInstallation"] = lambda _ask, _given: None
        rows = judged(server, tmp_path, *ROWS)
    assert rows["FO-SCOPE-ANONYMOUS"]["verdict"] == verdict
    for identity in ROWS[:2]:
        assert rows[identity]["verdict"] == "not-applicable"
        assert "does not tell its tokens' scopes" in rows[identity]["reason"]


def test_store_that_names_no_version_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        answered = server.sandbox.front.answer

        def unnamed(request: Any, body: bytes | None) -> Any:
            reply = answered(request, body)
            reply.headers.pop("X-Shopify-API-Version", None)
            return reply

        monkeypatch.setattr(server.sandbox.front, "answer", unnamed)
        row = judged(server, tmp_path, "FO-READ-VERSION-HEADER", "FO-GET-ONE", area="reading")["FO-READ-VERSION-HEADER"]
    assert row["verdict"] == "inconclusive"
    assert "named a version" in row["reason"]
