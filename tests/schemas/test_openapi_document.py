import json

import build_openapi
import documented_samples
import pytest
from openapi_spec_validator import validate

from fulfillspec.judge import schema

DOCUMENT = json.loads(build_openapi.TARGET.read_text(encoding="utf-8"))
OPERATIONS = {
    operation["operationId"]: (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def test_openapi_document_is_what_the_schemas_and_documents_make_it() -> None:
    assert build_openapi.TARGET.read_text(encoding="utf-8") == build_openapi.text()


def test_openapi_document_is_valid() -> None:
    validate(DOCUMENT)


def test_openapi_document_has_every_rest_operation() -> None:
    assert set(OPERATIONS) == set(schema.operations()) - {"mark_incomplete"}


def test_every_call_needs_the_token_header() -> None:
    (scheme,) = DOCUMENT["components"]["securitySchemes"].values()
    assert (scheme["in"], scheme["name"]) == ("header", "X-Shopify-Access-Token")
    assert DOCUMENT["security"] == [{"access_token": []}]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_names_its_refusals(operation: str) -> None:
    responses = OPERATIONS[operation][2]["responses"]
    assert {"200", "401", "403", "404", "429"} <= responses.keys()
    assert ("422" in responses) == (OPERATIONS[operation][1] == "post")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_example_of_an_answer_is_one_that_the_judge_takes(operation: str) -> None:
    content = OPERATIONS[operation][2]["responses"]["200"]["content"]["application/json"]
    for example in content.get("examples", {}).values():
        assert schema.check_answer(operation, example["value"], version=build_openapi.VERSION) == []


def test_every_documented_exchange_is_an_example() -> None:
    shown = {
        name
        for _path, _method, operation in OPERATIONS.values()
        for name in operation["responses"]["200"]["content"]["application/json"].get("examples", {})
    }
    exchanges = {sample.name for sample in documented_samples.samples() if not sample.focus}
    assert shown == exchanges - {"S0-mark_incomplete"}


def test_every_refusal_example_says_why() -> None:
    for response in DOCUMENT["components"]["responses"].values():
        assert schema.check_error(response["content"]["application/json"]["example"]) == []
