"""What describes a target is read strictly, and a mistake is answered with what to write instead."""

from pathlib import Path
from typing import Any

import pytest

from fulfillspec.target.file import BadTarget
from fulfillspec.target.profile import ConnectorSettings, Notifications, is_loopback, load

WHOLE = """
base_url = "https://store.example/"
api_version = "2026-01"
transports = ["rest", "graphql", "connector"]
areas = ["requests", "closing"]
[actors.merchant]
token_env = "M"
scopes = ["write_orders", "read_locations"]
[actors.service]
token_file = "service.token"
[stage]
method = "admin"
merchant_location = 24826418
service_location = "gid://shopify/Location/2"
[stage.ids]
"service:open/unsubmitted" = [1046000801, "1046000802"]
"merchant:scheduled/unsubmitted" = 1046000811
[stage.hook]
url = "http://127.0.0.1:9000/states?run=1"
[limits]
orders_per_minute = 5
requests_per_second = 0.5
timeout = 20
[connector]
path = "/connector/fulfillment-orders/mark-incomplete"
authorization = "Authorization"
[notifications]
listen = "127.0.0.1:8099"
secret_env = "S"
[guard]
allow_writes = true
"""


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(text: str) -> Path:
        file = tmp_path / "target.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def bad(file: Path | None, env: dict[str, str] | None = None, **options: Any) -> str:
    with pytest.raises(BadTarget) as caught:
        load(file, env or {}, options)
    return str(caught.value)


def test_whole_file_is_read(written: Any, tmp_path: Path) -> None:
    (tmp_path / "service.token").write_text("shpat_service\n")
    target = load(written(WHOLE), {"M": " shpat_merchant ", "S": "hush"}, {})
    assert (target.base_url, target.api_version) == ("https://store.example", "2026-01")
    assert target.transports == ("rest", "graphql", "connector")
    assert target.areas == ("requests", "closing")
    assert (target.token("merchant"), target.token("service")) == ("shpat_merchant", "shpat_service")
    assert (target.token("outsider"), target.token("anonymous")) == (None, None)
    assert (target.token_env("merchant"), target.token_env("service")) == ("M", "FULFILLSPEC_SERVICE_TOKEN")
    assert (target.scopes("merchant"), target.scopes("service")) == (("write_orders", "read_locations"), None)
    assert target.stage.method == "admin"
    assert target.stage.ids == {
        "service:open/unsubmitted": ("1046000801", "1046000802"),
        "merchant:scheduled/unsubmitted": ("1046000811",),
    }
    assert target.stage.hook_url == "http://127.0.0.1:9000/states?run=1"
    assert (target.stage.merchant_location, target.stage.service_location) == ("24826418", "gid://shopify/Location/2")
    assert (target.orders_per_minute, target.requests_per_second, target.timeout) == (5.0, 0.5, 20.0)
    assert target.connector == ConnectorSettings(
        "/connector/fulfillment-orders/mark-incomplete", "POST", "Authorization"
    )
    assert target.notifications == Notifications("127.0.0.1", 8099, "hush")
    assert target.allow_writes
    assert set(target.secrets) == {"shpat_merchant", "shpat_service", "hush"}


def test_nothing_at_all_is_a_target_to_be_completed() -> None:
    target = load(None, {}, {})
    assert (target.base_url, target.api_version) == ("", "2025-10")
    assert (target.transports, target.areas, target.secrets) == ((), (), ())
    assert (target.stage.method, target.orders_per_minute, target.allow_writes) == ("auto", "auto", False)
    assert target.connector is None
    assert target.notifications is None
    assert target.token_env("merchant") == "FULFILLSPEC_MERCHANT_TOKEN"


def test_command_line_wins_over_environment_wins_over_file(written: Any) -> None:
    file = written(WHOLE.replace('token_file = "service.token"', ""))
    env = {
        "FULFILLSPEC_BASE_URL": "http://127.0.0.1:1",
        "FULFILLSPEC_API_VERSION": "2026-04",
        "FULFILLSPEC_TRANSPORTS": "graphql, rest",
        "FULFILLSPEC_AREAS": "holds moves",
        "FULFILLSPEC_MERCHANT_TOKEN": "from-own",
        "M": "from-named",
    }
    target = load(file, env, {})
    assert (target.base_url, target.api_version) == ("http://127.0.0.1:1", "2026-04")
    assert (target.transports, target.areas) == (("graphql", "rest"), ("holds", "moves"))
    assert (target.token("merchant"), target.token_env("merchant")) == ("from-own", "FULFILLSPEC_MERCHANT_TOKEN")
    options = {
        "base_url": "http://127.0.0.1:2",
        "api_version": "unstable",
        "transports": ["rest"],
        "areas": ("errors",),
    }
    target = load(file, env, options)
    assert (target.base_url, target.api_version) == ("http://127.0.0.1:2", "unstable")
    assert (target.transports, target.areas) == (("rest",), ("errors",))
    empty = {"base_url": None, "api_version": None, "transports": None, "areas": ()}
    assert load(file, {}, empty).areas == ("requests", "closing")


def test_environment_may_name_the_file(written: Any) -> None:
    file = written('base_url = "http://127.0.0.1:3"')
    assert load(None, {"FULFILLSPEC_TARGET": str(file)}, {}).base_url == "http://127.0.0.1:3"


def test_same_token_is_one_app() -> None:
    env = {
        f"FULFILLSPEC_{actor}_TOKEN": token
        for actor, token in (("MERCHANT", "a1"), ("SERVICE", "a1"), ("OUTSIDER", "b"))
    }
    target = load(None, env, {})
    assert target.same_app("merchant", "service")
    assert not target.same_app("merchant", "outsider")
    assert not target.same_app("other_service", "anonymous")
    assert target.secrets == ("a1", "b")


def test_tokens_are_not_in_the_representation() -> None:
    assert "hush-hush" not in repr(load(None, {"FULFILLSPEC_MERCHANT_TOKEN": "hush-hush"}, {}))


@pytest.mark.parametrize(
    ("given", "url", "version", "notes"),
    [
        ("https://Store.myshopify.com/", "https://store.myshopify.com", "2025-10", 0),
        ("https://s.example/admin/api/2024-10/", "https://s.example", "2024-10", 1),
        ("https://s.example/admin/api/2024-10/graphql.json", "https://s.example", "2024-10", 1),
        ("https://s.example/admin/api", "https://s.example", "2025-10", 1),
        ("https://s.example/admin/", "https://s.example", "2025-10", 1),
        ("http://127.0.0.1:4010/mock//", "http://127.0.0.1:4010/mock", "2025-10", 0),
        ("http://[::1]:80", "http://[::1]:80", "2025-10", 0),
        ("http://s.example", "http://s.example", "2025-10", 1),
        ("https://bücher.example", "https://xn--bcher-kva.example", "2025-10", 0),
    ],
)
def test_base_url_is_put_right_and_said_so(given: str, url: str, version: str, notes: int) -> None:
    target = load(None, {}, {"base_url": given})
    assert (target.base_url, target.api_version, len(target.notes)) == (url, version, notes)


def test_version_asked_for_wins_over_the_one_in_the_url() -> None:
    options = {"base_url": "https://s.example/admin/api/2024-10", "api_version": "2026-01"}
    assert load(None, {}, options).api_version == "2026-01"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("store.myshopify.com", "no http or https URL"),
        ("localhost:8080", "no http or https URL"),
        ("ftp://s.example", "no http or https URL"),
        ("https://", "no http or https URL"),
        ("https://a b.example", "no http or https URL"),
        ("https://s.example:port", "is no URL"),
        ("https://s.example:99999", "is no URL"),
        ("http://[::1", "is no URL"),
        ("https://user:pa55word@s.example", "user name or password"),
        ("https://user@s.example", "user name or password"),
        ("https://s.example?x=1", "has a query"),
        ("https://s.example?", "has a query"),
        ("https://s.example#x", "has a fragment"),
    ],
)
def test_unusable_base_url_is_refused(given: str, said: str) -> None:
    message = bad(None, base_url=given)
    assert said in message
    assert "pa55word" not in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('base_ulr = "http://h"', "Unknown key 'base_ulr' at the top: did you mean 'base_url'?"),
        (
            "[limits]\norder_per_minute = 5",
            "Unknown key 'order_per_minute' in [limits]: did you mean 'orders_per_minute'?",
        ),
        ('[actors.merchnat]\ntoken_env = "A"', "Unknown key 'merchnat' in [actors]: did you mean 'merchant'?"),
        (
            '[actors.merchant]\ntoken_evn = "A"',
            "Unknown key 'token_evn' in [actors.merchant]: did you mean 'token_env'?",
        ),
        ('[stage.hook]\nuri = "http://h"', "Unknown key 'uri' in [stage.hook]: did you mean 'url'?"),
        ("[zzz]", "known are: base_url, api_version,"),
        ("base_url = 1", "'base_url' at the top: expected a string that is not empty, came an integer (1)."),
        ('base_url = " "', "expected a string that is not empty"),
        ('actors = "x"', "'actors' at the top: expected a section, came a string ('x')."),
        ("areas = 1", "'areas' at the top: expected a list of strings, came an integer (1)."),
        ('areas = ["request"]', "Unknown area 'request': did you mean 'requests'?"),
        ('transports = ["grahpql"]', "Unknown transport 'grahpql': did you mean 'graphql'?"),
        ('api_version = "2025-13"', "expected YYYY-MM"),
        ('api_version = "latest"', "expected YYYY-MM"),
        ('[limits]\norders_per_minute = "five"', "expected a number above 0 or \"auto\", came a string ('five')."),
        ("[limits]\norders_per_minute = true", "expected a number above 0"),
        ("[limits]\ntimeout = 0", "expected a number above 0"),
        ("[limits]\ntimeout = inf", "expected a number above 0"),
        ('[guard]\nallow_writes = "yes"', "expected true or false, came a string ('yes'). Without quotation marks."),
        ('[actors.merchant]\ntoken = "shpat_secret"', "tokens do not belong in the target file"),
        ('[actors.merchant]\ntoken_env = "A"\ntoken_file = "b"', "name one of them"),
        ('[actors.merchant]\ntoken_file = "none"', "cannot be read (No such file or directory)"),
        ('[actors.merchant]\nscopes = "write_orders"', "expected a list of strings"),
        ('[stage]\nmethod = "adimn"', "Unknown method 'adimn' in [stage]: did you mean 'admin'?"),
        ('[stage]\nmethod = "hook"', "[stage.hook] names no url"),
        ('[stage]\nmethod = "ids"', "[stage.ids] names none"),
        ("[stage.hook]", "[stage.hook] has no 'url'"),
        ('[stage.hook]\nurl = "here"', "The hook URL 'here' is no http or https URL"),
        ("[stage]\nmerchant_location = 1.5", "expected an id: an integer or a string, came a number (1.5)."),
        ('[stage.ids]\n"open/unsubmitted" = [1]', "expected place:status/request_status"),
        ('[stage.ids]\n"shop:open/unsubmitted" = [1]', "Unknown place 'shop'"),
        ('[stage.ids]\n"service:opened/unsubmitted" = [1]', "Unknown status 'opened'"),
        ('[stage.ids]\n"service:open/unsubmited" = [1]', "Unknown request status 'unsubmited'"),
        ('[stage.ids]\n"service:open/unsubmitted" = [true]', "expected a list of ids"),
        ("[connector]", "'path' in [connector]: expected a path from its first slash, came nothing."),
        ('[connector]\npath = "x"', "expected a path from its first slash"),
        ('[connector]\npath = "/x"\nmethod = "GET"', "expected POST, PUT or PATCH"),
        ('[connector]\npath = "/x"\nauthorization = "A b"', "expected the name of a header"),
        ('[notifications]\nlisten = "here"', "'listen' in [notifications]: expected host:port, or a port"),
        ('[notifications]\nlisten = "h:99999"', "'listen' in [notifications]: expected host:port, or a port"),
    ],
)
def test_mistake_is_answered_with_what_to_write(text: str, said: str, written: Any) -> None:
    message = bad(written(text))
    assert said in message
    assert "shpat_secret" not in message


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("8098", ("127.0.0.1", 8098)),
        ("0", ("127.0.0.1", 0)),
        ("runner.example:80", ("runner.example", 80)),
        ("[::1]:8098", ("::1", 8098)),
    ],
)
def test_address_to_listen_on_is_that_of_the_command_line(listen: str, address: tuple[str, int], written: Any) -> None:
    in_file = f'[notifications]\nlisten = "{listen}"'
    assert load(written(in_file), {}, {}).notifications == Notifications(*address)
    assert load(None, {}, {"listen": listen}).notifications == Notifications(*address)
    other = '[notifications]\nlisten = "elsewhere.example:81"\nsecret_env = "S"'
    given = load(written(other), {"S": "hush"}, {"listen": listen}).notifications
    assert given == Notifications(*address, "hush")
    own = {"FULFILLSPEC_APP_SECRET": "hush"}
    assert load(None, own, {"listen": listen}).notifications == Notifications(*address, "hush")


@pytest.mark.parametrize("listen", ["", "here", ":80", "h:", "h:99999", "::1:80", "http://h:80", "h:80/path", "-1"])
def test_command_line_that_names_no_address_is_answered(listen: str) -> None:
    assert f"--listen: expected host:port, or a port of 127.0.0.1, came {listen!r}" in bad(None, listen=listen)


def test_file_that_is_no_toml_is_answered_with_the_line(written: Any) -> None:
    assert "line 2" in bad(written('a = 1\nb = = "c"'))


def test_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    assert "There is no target file" in bad(tmp_path / "none.toml")
    assert "cannot be read" in bad(tmp_path)
    (tmp_path / "b").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in bad(tmp_path / "b")


@pytest.mark.parametrize("token", ["a b", "a\nb", "tokén", "a\x00b"])
def test_token_that_cannot_travel_is_refused_without_showing_it(token: str, written: Any, tmp_path: Path) -> None:
    message = bad(None, {"FULFILLSPEC_MERCHANT_TOKEN": token})
    assert "FULFILLSPEC_MERCHANT_TOKEN holds is no token" in message
    assert token not in message
    (tmp_path / "t").write_text(token)
    assert token not in bad(written('[actors.merchant]\ntoken_file = "t"'))


def test_empty_token_file_is_refused(written: Any, tmp_path: Path) -> None:
    (tmp_path / "t").write_text("\n")
    assert "is empty" in bad(written('[actors.merchant]\ntoken_file = "t"'))


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:80", True),
        ("http://127.8.9.1", True),
        ("http://[::1]:80", True),
        ("http://[::ffff:127.0.0.1]", True),
        ("http://localhost", True),
        ("http://shop.localhost.", True),
        ("http://localhost.example", False),
        ("http://127.0.0.1.example", False),
        ("http://10.0.0.1", False),
        ("http://0.0.0.0", False),
        ("https://store.myshopify.com", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_loopback_is_told_by_the_form_of_the_url(*, url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback
