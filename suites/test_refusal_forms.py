"""Forms: by which status and in which form a refusal is told, as the platform's general pages have it."""

import pytest

over_rest = pytest.mark.transports("rest")
over_graphql = pytest.mark.transports("graphql")


@over_rest
@pytest.mark.parametrize("operation", ["get", "hold"])
def test_refusal_tells_an_unknown_id(merchant, unknown_id, documented_arguments, form_of, operation):
    form = form_of(merchant.ask(operation, unknown_id, **documented_arguments(operation, None)))
    form.expect("FO-ERR-STATUS-UNKNOWN", "unknown")
    form.expect_json("FO-ERR-REFUSAL-JSON")


@over_rest
def test_refusal_tells_a_missing_scope(stage, outsider, form_of):
    form = form_of(outsider.hold(stage.order("merchant:open/unsubmitted"), reason="other"))
    form.expect("FO-ERR-STATUS-SCOPE", "scope")
    form.expect_json("FO-ERR-REFUSAL-JSON")


@over_rest
def test_refusal_tells_a_missing_token(stage, anonymous, form_of):
    form = form_of(anonymous.ask("get", stage.order("merchant:open/unsubmitted").id))
    form.expect("FO-ERR-STATUS-TOKEN", "token")
    form.expect_json("FO-ERR-REFUSAL-JSON")


@over_rest
def test_refusal_tells_a_state_that_forbids(stage, service, form_of):
    form = form_of(service.close(stage.order("service:open/submitted")))
    form.expect("FO-ERR-STATUS-STATE", "state")
    form.expect_json("FO-ERR-REFUSAL-JSON")


@over_rest
def test_refusal_tells_a_malformed_body(stage, merchant, malformed, form_of):
    form = form_of(merchant.act("hold", stage.order("merchant:open/unsubmitted"), raw=malformed))
    form.expect("FO-ERR-STATUS-MALFORMED", "malformed")
    form.expect_json("FO-ERR-REFUSAL-JSON")


def test_answers_and_refusals_name_their_request(stage, merchant, unknown_id, form_of):
    form_of(merchant.ask("get", stage.order("merchant:open/unsubmitted").id)).expect_request_id("FO-ERR-REQUEST-ID")
    form_of(merchant.ask("open", unknown_id)).expect_request_id("FO-ERR-REQUEST-ID")


@over_graphql
def test_document_that_does_not_fit_is_refused_with_codes(merchant, service, unknown_field, error_codes):
    said = unknown_field(merchant)
    said.judge("FO-GQL-INVALID-CODED", bool(error_codes(said)), "a code with the unknown field", "none")
    asked = service.ask("close")
    asked.judge("FO-GQL-INVALID-CODED", bool(error_codes(asked)), "a code with the missing variable", "none")


@over_graphql
@pytest.mark.parametrize("operation", ["open", "cancel"])
def test_error_names_the_field_that_it_is_about(merchant, unknown_id, error_fields, operation):
    asked = merchant.ask(operation, unknown_id)
    named = error_fields(asked)
    asked.judge("FO-GQL-ERROR-PATH", all(named), "each error names the field in its path", named)


@over_graphql
def test_fields_of_other_versions_are_refused(stage, merchant, by_fields_of_other_versions, top_level_errors):
    for asked in by_fields_of_other_versions(merchant, stage.order("merchant:on_hold/unsubmitted")):
        told = bool(top_level_errors(asked))
        asked.judge("FO-GQL-VERSION-FIELDS", told, "top-level errors for a field of another version", "none")
