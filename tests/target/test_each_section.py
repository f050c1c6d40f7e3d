"""Every section of the target file knows its own keys and no other; every value at both sides of its bound."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fulfillspec.target.file import BadTarget
from fulfillspec.target.profile import ConnectorSettings, Notifications, load
from fulfillspec.target.settings import NOTIFIED_WITHIN, Target

Load = Callable[[str], Target]
KEYS = {
    "": {
        "base_url": '"http://127.0.0.1:1"', "api_version": '"2026-01"', "transports": '["rest"]', "areas": '["holds"]',
        "strict": "true", "ca_file": '"ca.pem"', "proxy": '"http://127.0.0.1:3128"',
    },
    "actors.merchant": {"token_env": '"M"', "scopes": '["read_orders"]'},
    "actors.other_service": {"token_file": '"token"'},
    "stage": {"method": '"admin"', "merchant_location": "1", "service_location": '"2"', "other_location": "3"},
    "stage.hook": {"url": '"http://127.0.0.1:2/states"'},
    "stage.ids": {'"service:open/unsubmitted"': "[1]"},
    "limits": {"orders": "1", "orders_per_minute": "0.5", "requests_per_second": "0.5", "timeout": "0.5", "wait": "0.5"},
    "connector": {"path": '"/x"', "method": '"PUT"', "authorization": '"Authorization"'},
    "notifications": {"listen": '"127.0.0.1:1"', "secret_env": '"S"', "wait": "0.5"},
    "guard": {"allow_writes": "true"},
}  # fmt: skip
"""By section: its keys, each with a value that may stand there."""


@pytest.fixture
def target(tmp_path: Path) -> Load:
    def loaded(text: str) -> Target:
        (tmp_path / "ca.pem").write_text("x")
        (tmp_path / "token").write_text("t0ken")
        file = tmp_path / "target.toml"
        file.write_text(text, encoding="utf-8")
        return load(file, {"M": "m", "S": "hush"}, {})

    return loaded


def section(name: str, rows: dict[str, str]) -> str:
    head = f"[{name}]\n" if name else ""
    return head + "".join(f"{key} = {value}\n" for key, value in rows.items())


def whole(*, besides: str = "", **more: str) -> str:
    return "".join(section(name, {**rows, **(more if name == besides else {})}) for name, rows in KEYS.items())


def test_every_key_may_stand_in_its_section(target: Load) -> None:
    found = target(whole())
    assert found.strict
    assert found.allow_writes
    assert (found.orders, found.orders_per_minute, found.requests_per_second) == (1, 0.5, 0.5)
    assert (found.timeout, found.wait) == (0.5, 0.5)
    assert found.connector == ConnectorSettings("/x", "PUT", "Authorization")
    assert found.notifications == Notifications("127.0.0.1", 1, "hush", 0.5)
    assert (found.stage.merchant_location, found.stage.service_location, found.stage.other_location) == ("1", "2", "3")
    assert (found.token("merchant"), found.token("other_service")) == ("m", "t0ken")


@pytest.mark.parametrize("name", [name for name in KEYS if name != "stage.ids"])
def test_key_of_another_section_is_not_known(name: str, target: Load) -> None:
    """Nothing is passed over in silence: what is misspelt, or stands in the wrong place, is named."""
    others = {key for other, rows in KEYS.items() for key in rows if key not in KEYS[name] and not key.startswith('"')}
    for key in [*sorted(others - {"orders"})[:4], "zz_top"]:
        where = f"in \\[{name.replace('.', chr(92) + '.')}\\]" if name else "at the top"
        with pytest.raises(BadTarget, match=f"Unknown key '{key}' {where}"):
            target(whole(besides=name, **{key: "1"}))


@pytest.mark.parametrize("name", sorted({key.partition(".")[0] for key in KEYS} - {""}))
def test_section_is_a_section(name: str, target: Load) -> None:
    with pytest.raises(BadTarget, match=f"'{name}' at the top: expected a section, came an integer"):
        target(f"{name} = 1")


@pytest.mark.parametrize("key", ["orders_per_minute", "requests_per_second", "timeout", "wait"])
@pytest.mark.parametrize(
    ("value", "fine"), [("0", False), ("0.001", True), ("-0.1", False), ("inf", False), ("true", False)]
)
def test_number_is_above_zero(key: str, value: str, target: Load, *, fine: bool) -> None:
    text = section("limits", {key: value})
    if fine:
        assert getattr(target(text), key) == float(value)
    else:
        with pytest.raises(BadTarget, match=f"'{key}' in \\[limits\\]: expected a number above 0"):
            target(text)


@pytest.mark.parametrize(
    ("path", "fine"), [("/", True), ("/a/b", True), ("a", False), ("a/b", False), ("http://h/a", False)]
)
def test_path_of_the_connector_begins_with_a_slash(path: str, target: Load, *, fine: bool) -> None:
    text = section("connector", {"path": f'"{path}"'})
    if fine:
        assert target(text).connector == ConnectorSettings(path, "POST", "X-Shopify-Access-Token")
    else:
        with pytest.raises(BadTarget, match="expected a path from its first slash"):
            target(text)


@pytest.mark.parametrize(
    ("method", "sent"),
    [("post", "POST"), ("PUT", "PUT"), ("Patch", "PATCH"), ("GET", ""), ("DELETE", ""), ("POSTS", ""), ("PO", "")],
)
def test_connector_is_sent_what_carries_a_body(method: str, sent: str, target: Load) -> None:
    text = section("connector", {"path": '"/x"', "method": f'"{method}"'})
    if sent:
        found = target(text).connector
        assert found is not None
        assert found.method == sent
    else:
        with pytest.raises(BadTarget, match="expected POST, PUT or PATCH"):
            target(text)


@pytest.mark.parametrize("name", ["A", "X-Token", "a_b", "1"])
def test_header_of_the_connector_may_have_any_name_of_a_header(name: str, target: Load) -> None:
    found = target(section("connector", {"path": '"/x"', "authorization": f'"{name}"'})).connector
    assert found is not None
    assert found.authorization == name
    for wrong in (f"{name} b", f"{name}:"):
        with pytest.raises(BadTarget, match="expected the name of a header"):
            target(section("connector", {"path": '"/x"', "authorization": f'"{wrong}"'}))


@pytest.mark.parametrize(
    ("listen", "found"),
    [
        ("h:0", ("h", 0)),
        ("h:65535", ("h", 65535)),
        ("h:65536", None),
        ("h:65534", ("h", 65534)),
        ("h:123456", None),
        ("h:+1", None),
        ("65535", ("127.0.0.1", 65535)),
        ("65536", None),
        ("h_1.x-y:1", ("h_1.x-y", 1)),
        ("[::1]:1", ("::1", 1)),
        ("[::g]:1", None),
        ("h/:1", None),
        ("", None),
    ],
)
def test_address_is_a_host_and_a_port_that_there_is(listen: str, found: tuple[str, int] | None) -> None:
    if found is None:
        with pytest.raises(BadTarget, match="--listen: expected host:port"):
            load(None, {}, {"listen": listen})
    else:
        assert load(None, {}, {"listen": listen}).notifications == Notifications(*found, None, NOTIFIED_WITHIN)


def test_notifications_have_their_own_secret_and_patience(target: Load) -> None:
    assert target("[notifications]").notifications == Notifications("127.0.0.1", 0, None, NOTIFIED_WITHIN)
    assert target("").notifications is None
    named = target(section("notifications", {"secret_env": '"M"'})).notifications
    assert named == Notifications("127.0.0.1", 0, "m", NOTIFIED_WITHIN)
    with pytest.raises(BadTarget, match="'wait' in \\[notifications\\]: expected a number above 0"):
        target(section("notifications", {"wait": "0"}))


@pytest.mark.parametrize(
    ("proxy", "fine"),
    [
        ("http://p.example:3128", True),
        ("http://p.example:3128/", True),
        ("https://p.example:3128", False),
        ("http://p.example/x", False),
        ("http://p.example/?x=1", False),
        ("p.example", False),
    ],
)
def test_proxy_is_an_address_and_nothing_more(proxy: str, target: Load, *, fine: bool) -> None:
    text = section("", {"proxy": f'"{proxy}"'})
    if fine:
        assert target(text).proxy == proxy.rstrip("/")
    else:
        with pytest.raises(BadTarget):
            target(text)


@pytest.mark.parametrize("value", ["[]", "[1]", '["1", 2]', "1", '" x "', '[" x "]'])
def test_ids_of_a_state_are_one_or_several(value: str, target: Load) -> None:
    ids = {"[]": (), "[1]": ("1",), '["1", 2]': ("1", "2"), "1": ("1",)}
    found = target(section("stage.ids", {'"service:open/unsubmitted"': value})).stage.ids
    assert found == {"service:open/unsubmitted": ids.get(value, ("x",))}
    for wrong in ("[true]", "[1.5]", '[""]', "[1, []]", "true", '" "'):
        with pytest.raises(BadTarget, match="expected a list of ids"):
            target(section("stage.ids", {'"service:open/unsubmitted"': wrong}))


@pytest.mark.parametrize("method", ["admin", "auto"])
def test_only_ids_and_hook_need_what_they_are_called(method: str, target: Load) -> None:
    assert target(section("stage", {"method": f'"{method}"'})).stage.method == method
    given = target('[stage]\nmethod = "ids"\n[stage.ids]\n"service:open/unsubmitted" = 1').stage
    assert (given.method, given.hook_url) == ("ids", None)
    hooked = target('[stage]\nmethod = "hook"\n[stage.hook]\nurl = "http://127.0.0.1:1/x"').stage
    assert (hooked.method, hooked.ids, hooked.hook_url) == ("hook", {}, "http://127.0.0.1:1/x")


@pytest.mark.parametrize(("options", "strict"), [({}, False), ({"strict": True}, True), ({"strict": None}, False)])
def test_strict_is_said_by_the_command_line_or_the_file(
    options: dict[str, Any], tmp_path: Path, *, strict: bool
) -> None:
    file = tmp_path / "target.toml"
    file.write_text("strict = false")
    assert load(file, {}, options).strict is strict
    file.write_text("strict = true")
    assert load(file, {}, options).strict
