"""Runs of the generated cases: what they cost at core, what they find at certify, and that they leave no mess."""

import json
from pathlib import Path
from typing import Any

import pytest
from started import start, suites

from fulfillspec.documents import graphql_documents
from fulfillspec.documents.operations import READS
from fulfillspec.generation.breaches import BREACHES
from fulfillspec.generation.graphql_driver import asked
from fulfillspec.generation.queries import ROOTS
from fulfillspec.generation.rest_driver import operations

CERTIFY = {
    "long-notes-are-too-much": "FO-ERR-ANSWERS",
    "close-measures-what-is-null": "FO-ERR-ANSWERS",
    "accept-knows-no-hebrew": "FO-ERR-ANSWERS",
    "broken-deadlines-are-server-errors": "FO-ERR-MALFORMED",
}
TOLD = "import pytest; pytest.main(sys.argv[1:]); print('imported', 'schemathesis' in sys.modules)"


def run(folder: Path, *options: str, transport: str = "rest") -> tuple[dict[str, Any], list[dict[str, Any]], str]:
    """Run the generated cases in a process of their own; return results, requests, and what was printed."""
    asked = ("--bare", "-k", "generated", f"--out={folder / 'run'}", f"--transport={transport}")
    done = suites(*asked, *options, cwd=folder, code=TOLD)
    results = json.loads((folder / "run" / "results.json").read_text("utf-8"))
    lines = map(json.loads, (folder / "run" / "evidence.ndjson").read_text("utf-8").splitlines())
    return results, [line for line in lines if line.get("phase") == "act"], done.out


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("certify")
    results, acts, _ = run(folder, "--depth=certify", "--seed=5")
    assert [path.name for path in folder.iterdir()] == ["run"], "something else was written"
    return results, acts


def test_core_asks_every_operation_and_does_not_load_schemathesis(tmp_path: Path) -> None:
    results, acts, told = run(tmp_path)
    assert "imported False" in told
    assert {case["outcome"] for case in results["cases"]} == {"passed"}
    assert {act["operation"] for act in acts if act["actor"] == "stranger"} == set(operations())
    assert len([act for act in acts if act["actor"] in {"stranger", "anonymous"}]) <= 2 * len(operations())


def test_certify_deviates_nowhere_and_stays_within_its_requests(certified: Any) -> None:
    results, acts = certified
    assert results["deviations"] == []
    assert {case["outcome"] for case in results["cases"]} == {"passed"}
    assert results["left_behind"] == []
    assert max(sum(act["operation"] == name for act in acts) for name in operations()) <= 20


def test_certify_sends_every_operation_and_every_breach(certified: Any) -> None:
    _, acts = certified
    assert {act["operation"] for act in acts if "documented_request" in act["case"]} >= set(operations())
    broken = {act["operation"] for act in acts if "broken_request" in act["case"]}
    assert broken >= {row.operation for row in BREACHES}


def test_no_request_names_the_token_or_writes_to_a_customer(certified: Any) -> None:
    _, acts = certified
    bodies = [act["request"]["body"] or "" for act in acts if act["operation"] not in READS]
    assert not any("shpat" in body or '"notify_customer": true' in body for body in bodies)


def test_certify_finds_what_only_a_generated_request_shows(tmp_path: Path) -> None:
    results, _, _ = run(tmp_path, "--depth=certify", *(f"--sandbox-mutant={name}" for name in CERTIFY))
    broken = {row["requirement"] for row in results["deviations"]}
    assert broken >= set(CERTIFY.values())
    seen = {(row["requirement"], row["operation"]) for row in results["deviations"]}
    answers = {operation for requirement, operation in seen if requirement == "FO-ERR-ANSWERS"}
    assert answers == {"hold", "close", "accept", "set_deadline"}
    assert all(row["reproduce"] for row in results["deviations"])


@pytest.mark.parametrize("mutant", ["any-token-will-do", "tracking-is-open-to-all"])
def test_core_finds_an_operation_that_is_open(tmp_path: Path, mutant: str) -> None:
    results, _, _ = run(tmp_path, f"--sandbox-mutant={mutant}")
    assert {row["requirement"] for row in results["deviations"]} == {"FO-SCOPE-ANONYMOUS"}
    assert "update_tracking" in {row["operation"] for row in results["deviations"]}
    if mutant == "any-token-will-do":
        assert all("nobody-has-this-token" in row["reproduce"] for row in results["deviations"])


@pytest.fixture(scope="module")
def certified_queries(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[dict[str, Any]], Path]:
    folder = tmp_path_factory.mktemp("queries")
    results, acts, _ = run(folder, "--depth=certify", "--seed=5", transport="graphql")
    return results, acts, folder / "run"


def documents_of(acts: list[dict[str, Any]]) -> list[str]:
    return [json.loads(act["request"]["body"])["query"] for act in acts]


def test_core_asks_little_over_graphql_and_does_not_load_schemathesis(tmp_path: Path) -> None:
    results, acts, told = run(tmp_path, transport="graphql")
    assert "imported False" in told
    assert {case["outcome"] for case in results["cases"]} == {"passed"}
    knocks = [act for act in acts if act["actor"] in {"stranger", "anonymous"}]
    assert {act["actor"] for act in knocks} == {"stranger", "anonymous"}
    assert all(any(f"{root}(" in text for text in documents_of(knocks)) for root in ROOTS)
    assert len(knocks) <= 2 * len(ROOTS) + 2 * len(asked("mutation_asked"))


def test_certify_over_graphql_deviates_nowhere(certified_queries: Any) -> None:
    results, acts, _ = certified_queries
    assert results["deviations"] == []
    assert {case["outcome"] for case in results["cases"]} == {"passed"}
    assert results["left_behind"] == []
    sent = documents_of([act for act in acts if "schema_allows" in act["case"]])
    assert all(any(f"{root}(" in text for text in sent) for root in ROOTS)
    varied = {act["operation"] for act in acts if "another_type" in act["case"]}
    assert varied >= set(asked("variables_broken"))


def test_no_generated_document_over_graphql_is_a_mutation(certified_queries: Any) -> None:
    _, acts, _ = certified_queries
    names = (*graphql_documents.names(), *graphql_documents.names("provision"))
    known = {graphql_documents.document(name, "2025-10").text for name in names}
    mutations = {text for text in documents_of(acts) if text.lstrip().startswith("mutation")}
    assert mutations
    assert mutations <= known


def test_answers_to_generated_queries_are_judged_again_by_what_asked(certified_queries: Any) -> None:
    _, _, out = certified_queries
    ended = start("verify", out, cwd=out).ended()
    assert "answers judged again" in ended.said
    assert "it deviates" not in ended.said


@pytest.mark.parametrize("mutant", ["all-list-is-open-to-all", "any-token-will-do-over-graph-ql"])
def test_core_finds_a_query_that_is_open(tmp_path: Path, mutant: str) -> None:
    results, _, _ = run(tmp_path, f"--sandbox-mutant={mutant}", transport="graphql")
    assert {row["requirement"] for row in results["deviations"]} == {"FO-SCOPE-ANONYMOUS"}


def test_certify_finds_what_only_a_generated_document_shows(tmp_path: Path) -> None:
    found = {
        "reversed-lists-are-server-errors": "FO-ERR-ANSWERS",
        "all-list-shows-status-in-lower-case": "FO-GQL-ENUM-CASE",
        "get-without-actions-is-behind": "FO-INV-OBSERVERS",
        "arguments-of-another-type-find-nothing": "FO-GQL-UNKNOWN-FIELD",
        "messages-of-any-type-are-taken": "FO-GQL-VARIABLES",
    }
    chosen = (f"--sandbox-mutant={name}" for name in found)
    results, _, _ = run(tmp_path, "--depth=certify", *chosen, transport="graphql")
    assert {row["requirement"] for row in results["deviations"]} >= set(found.values())
