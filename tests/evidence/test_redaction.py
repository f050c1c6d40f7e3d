"""No secret and no personal datum reaches an artefact, and what is left still says the same."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from steady import STEADY

from fulfillspec.evidence.invented import ADDRESS, EMAIL
from fulfillspec.evidence.log import NOT_JSON, Evidence
from fulfillspec.evidence.redaction import Redactor, blurred

SECRET = "shpat_0123456789abcdef0123456789abcdef"


def windows(secret: str) -> set[str]:
    return {secret[at : at + 6] for at in range(len(secret) - 5)}


def escaped(secret: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in secret)


def basic(secret: str) -> str:
    return base64.b64encode(f"app:{secret}".encode()).decode()


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "url": lambda secret: quote(secret, safe=""),
    "form": quote_plus,
    "json": lambda secret: json.dumps(secret)[1:-1],
    "slashes": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "basic": basic,
    "urlsafe": lambda secret: base64.urlsafe_b64encode(f"a{secret}".encode()).decode().rstrip("="),
}
secrets = st.lists(
    st.text(alphabet="0123456789xyzwvXYZ_-+/=~.", min_size=16, max_size=40).filter(lambda text: len(set(text)) > 5),
    min_size=1,
    max_size=4,
    unique=True,
)
noise = st.text(alphabet='AB "\\{}[]:,<>@\n«é', max_size=12)


def artefact(tmp: Path, redactor: Redactor, **fields: Any) -> str:
    evidence = Evidence(tmp / "e.ndjson", redactor, token_env={"merchant": "TOKEN"})
    exchange = evidence.record(
        **{
            "actor": "merchant",
            "transport": "rest",
            "operation": "get",
            "method": "POST",
            "url": "http://h/",
            **fields,
        },
    )
    line = evidence.curl(exchange)
    evidence.close()
    return (tmp / "e.ndjson").read_text(encoding="utf-8").splitlines()[1] + line


@settings(STEADY, max_examples=150)
@given(secrets, st.data())
def test_no_part_of_a_secret_survives_in_a_line(
    tmp_path_factory: pytest.TempPathFactory, found: list[str], data: st.DataObject
) -> None:
    secret = data.draw(st.sampled_from(found))
    spelling = data.draw(st.sampled_from(sorted(SPELLINGS)))
    spelt = SPELLINGS[spelling](secret)
    before, after = data.draw(noise), data.draw(noise)
    broken = data.draw(st.booleans())
    cut = data.draw(st.integers(0, len(spelt))) if broken else 0
    body = data.draw(
        st.sampled_from(
            [
                before + spelt + after,
                json.dumps({"a": before + secret + after, "email": secret, "b": [spelt]}),
                f'{{"name":"{escaped(secret)}","zip":"{spelt}',
                f"<p>{spelt}{secret}</p>",
            ],
        ),
    )
    line = artefact(
        tmp_path_factory.mktemp("line"),
        Redactor(found),
        url=f"http://h/{quote(secret)}?a={quote_plus(spelt)}",
        request_headers={"X-Shopify-Access-Token": secret, "Authorization": f"Basic {basic(secret)}", "X-A": spelt},
        request_body=body,
        status=200,
        headers={"set-cookie": f"a={secret}", "x-echo": f"{spelt},{secret}"},
        body=body[: len(body) - cut],
        truncated=broken,
        error=f"cut off after 5 bytes of the body: {secret}" if broken else None,
        notes=(f"the key {secret!r} occurs twice",),
    )
    said = {line, json.dumps(json.loads(line[: line.rindex("}curl") + 1]), ensure_ascii=False)}
    for text in said:
        assert not {window for window in windows(secret) if window in text}
        assert spelt not in text


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_secret_is_replaced_in_each_spelling(spelling: str) -> None:
    spelt = SPELLINGS[spelling](SECRET)
    text = Redactor([SECRET]).text(f"a {spelt} b")
    assert text.startswith("a ")
    assert text.endswith(" b")
    assert "«token:" in text
    assert len(text) <= len("a YXBwOn«token:ab12»== b")


def test_secrets_that_overlap_leave_nothing() -> None:
    redactor = Redactor(["abcdef123456", "123456uvwxyz", "abcdef123456uvw"])
    assert blurred(redactor.text("<abcdef123456uvwxyz>")) == "<«token»>"


def test_pseudonyms_are_stable_within_a_run_and_differ_between_runs() -> None:
    one, other = Redactor([SECRET]), Redactor([SECRET])
    assert (
        one.text(SECRET)
        == one.body(SECRET)
        == one.headers({"x-shopify-access-token": SECRET})["x-shopify-access-token"]
    )
    assert {Redactor([SECRET]).text(SECRET) for _ in range(20)} != {one.text(SECRET)}
    phones = '{"phone":"555-1234"}'
    assert one.body(phones) == one.body(phones)
    assert blurred(one.body(phones)) == blurred(other.body(phones)) == '{"phone":"«phone»"}'


def test_word_as_a_token_is_replaced_only_where_it_stands_alone() -> None:
    redactor = Redactor(["merchant", "abc"])
    assert redactor.text("merchant_requests merchants abc") == "merchant_requests merchants abc"
    assert blurred(redactor.text("token merchant!")) == "token «token»!"
    assert blurred(str(redactor.headers({"X-Shopify-Access-Token": "abc"}))) == "{'X-Shopify-Access-Token': '«token»'}"


def test_word_as_a_token_garbles_no_sentence_of_ours() -> None:
    redactor = Redactor(["merchant", "service"])
    ours = "the merchant actor's token lacks read_orders; location of the service: merchant, POST /service"
    assert redactor.sentence(ours) == ours
    assert blurred(redactor.sentence("received 'merchant' (token=service)")) == "received '«token»' (token=«token»)"
    assert redactor.body('{"service":"the service is here"}') == '{"service":"the service is here"}'
    assert blurred(redactor.body('{"echo":"service"}')) == '{"echo":"«token»"}'


@settings(STEADY, max_examples=200)
@given(st.text(alphabet="0123456789abcdef", min_size=20, max_size=40), st.data())
def test_piece_of_sixteen_characters_is_hidden_and_whole_words_are_not(digits: str, data: st.DataObject) -> None:
    secret = f"acme-fulfillment-service-{digits}"
    start = data.draw(st.integers(0, len(secret) - 16))
    piece = secret[start : data.draw(st.integers(start + 16, len(secret)))]
    text = Redactor([secret]).text(f"[{piece}]")
    assert text == "[acme-fulfillment-service]" or not windows(digits).intersection(windows(text))
    assert Redactor([secret]).text("at acme-fulfillment-service") == "at acme-fulfillment-service"


@pytest.mark.parametrize("spelt", ["%{:02x}", "\\u{:04x}", "\\x{:02x}", "&#{};", "&#x{:x};", "%25{:02X}"])
def test_secret_is_hidden_wherever_single_characters_are_escaped(spelt: str) -> None:
    mixed = [spelt.format(ord(letter)) if at % 3 else letter for at, letter in enumerate(SECRET)]
    told = f"no {''.join(mixed)}, {''.join(mixed[:16])}."
    assert blurred(Redactor([SECRET]).text(told)) == "no «token», «token»."


def test_personal_values_of_bodies_are_hidden_in_sentences() -> None:
    redactor = Redactor([])
    redactor.body('{"phone":4915112345678,"customer":{"first_name":"Ann","name":"hold"},"zip":"K2P 0V6"}')
    told = "phone 4915112345678, 'Ann' \"hold\" and 'K2P 0V6'; Annex, on hold, exchange 491511"
    assert blurred(redactor.sentence(told)) == (
        "phone «phone», '«first_name»' \"«name»\" and '«zip»'; Annex, on hold, exchange 491511"
    )


def test_person_whom_the_run_itself_made_up_stays_in_sentences_and_scripts() -> None:
    redactor = Redactor()
    body = redactor.body(json.dumps({"shipping_address": ADDRESS, "email": EMAIL, "phone": "+49301234567"}))
    assert [value for value in (ADDRESS["phone"], ADDRESS["zip"], EMAIL, "+49301234567") if value in body] == []
    said = f"sent '{ADDRESS['phone']}' and '{EMAIL}', received "
    assert redactor.sentence(f"{said}'+49301234567'").startswith(f"{said}'«phone:")


def test_lone_surrogate_becomes_text_that_any_file_takes() -> None:
    told = Redactor([]).everything({"reason": "no \ud800 here", "id": ["\udfff"], "\ud800": 1})
    assert told == {"reason": "no \\ud800 here", "id": ["\\udfff"], "\\ud800": 1}


def test_headers_with_credentials_lose_their_value() -> None:
    hidden = Redactor([SECRET]).headers(
        {"authorization": "Bearer other", "Cookie": "a=b", "set-cookie": "c=d", "x-request-id": "1-2-3"},
    )
    assert {name: blurred(value) for name, value in hidden.items()} == {
        "authorization": "Bearer «token»",
        "Cookie": "«cookie»",
        "set-cookie": "«set_cookie»",
        "x-request-id": "1-2-3",
    }


def test_personal_data_are_told_by_key_and_place() -> None:
    body = {
        "order": {"name": "#1001", "email": "ann@example.com", "note": "write to ann@example.com"},
        "destination": {
            "first_name": "Ann",
            "lastName": "Lee",
            "address1": "1 Main St",
            "address2": None,
            "zip": "K2P0V6",
            "city": "Ottawa",
            "company": "",
            "phone": "555",
            "latitude": 45.42,
            "longitude": -75,
            "country_code": "CA",
        },
        "assigned_location": {"name": "Warehouse", "city": "Toronto", "phone": "556"},
        "customer": {
            "displayName": "Ann Lee",
            "name": "Ann",
            "orders": [{"name": "#1001"}],
            "addresses": [{"name": "A"}],
        },
        "line_items": [{"name": "Shirt", "phone": ["1", "2"]}],
    }
    hidden = json.loads(Redactor([]).body(json.dumps(body, indent=1)))
    assert json.loads(blurred(json.dumps(hidden, ensure_ascii=False))) == {
        "order": {"name": "#1001", "email": "«redacted.invalid»", "note": "write to «redacted.invalid»"},
        "destination": {
            "first_name": "«first_name»",
            "lastName": "«last_name»",
            "address1": "«address1»",
            "address2": None,
            "zip": "«zip»",
            "city": "«city»",
            "company": "",
            "phone": "«phone»",
            "latitude": 0.0,
            "longitude": 0,
            "country_code": "CA",
        },
        "assigned_location": {"name": "Warehouse", "city": "Toronto", "phone": "«phone»"},
        "customer": {
            "displayName": "«name»",
            "name": "«name»",
            "orders": [{"name": "#1001"}],
            "addresses": [{"name": "«name»"}],
        },
        "line_items": [{"name": "Shirt", "phone": ["«phone»", "«phone»"]}],
    }
    assert hidden["order"]["email"] in hidden["order"]["note"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "email", "phone", "name", "zip", "destination", "customer", "location", "order", "a\\b", '"']
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value)


@settings(STEADY, max_examples=60)
@given(value=json_values, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_redacted_json_keeps_its_shape_and_redacting_twice_changes_no_shape(
    *, value: Any, ascii_only: bool, indent: int | None
) -> None:
    redactor = Redactor([SECRET])
    hidden = redactor.body(json.dumps(value, ensure_ascii=ascii_only, indent=indent))
    assert shape(json.loads(hidden)) == shape(value)
    assert shape(json.loads(redactor.body(hidden))) == shape(value)


def test_escaped_keys_and_values_hide_nothing() -> None:
    body = f'{{"\\u0065mail":"q","a":"{escaped(SECRET)}"}}'
    hidden = json.loads(Redactor([SECRET]).body(body))
    assert hidden["email"].endswith("@redacted.invalid")
    assert blurred(hidden["a"]) == "«token»"


def test_what_is_not_personal_stays_byte_for_byte() -> None:
    body = '{ "id" : 1.50e3,\t"title":"caf\\u00e9 \\"x\\" {[", "id":1.50e3 }\n'
    assert Redactor([SECRET]).body(body) == body


def test_cut_body_does_not_end_in_half_a_secret() -> None:
    redactor = Redactor([SECRET])
    for length in range(6, len(SECRET)):
        hidden = redactor.body('{"a":"' + SECRET[:length], cut=True)
        assert blurred(hidden) == '{"a":"«token»'
    assert blurred(redactor.body('{"customer":{"phone":"555-12', cut=True)) == '{"customer":{"phone":"«phone»'


@pytest.mark.parametrize(
    "text",
    ['"' * 200_000, '\\"' * 200_000, "a" * 200_000, "a@" * 100_000, '{"email":' * 20_000],
    ids=["quotes", "escaped quotes", "letters", "ats", "objects"],
)
def test_long_and_odd_bodies_are_redacted_in_time(text: str) -> None:
    assert Redactor([SECRET]).body(text) is not None


def test_caller_gets_the_exchange_as_it_was(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "e.ndjson", Redactor([SECRET]))
    exchange = evidence.record(
        actor="merchant", transport="rest", operation="get", method="GET", url="http://h/", status=200, body=SECRET
    )
    evidence.close()
    assert (exchange.body, exchange.data) == (SECRET, NOT_JSON)
