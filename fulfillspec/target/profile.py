"""What is tested: base URL, version, transports, actors, stage, limits. From command line, environment and a file.

The command line wins over the environment, which wins over the file. Tokens come from the environment or from files
of their own, never from the command line or the target file, which others read.
"""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from fulfillspec.documents.register import AREAS, TRANSPORTS, WITH_A_TOKEN
from fulfillspec.documents.versions import DEFAULT, UNSTABLE, is_version
from fulfillspec.target.file import BadTarget, Section, nearest, text_of
from fulfillspec.target.settings import (
    NOTIFIED_WITHIN,
    SIGNED_WITH,
    ActorSettings,
    ConnectorSettings,
    Notifications,
    StageSettings,
    Target,
    variable_of,
)
from fulfillspec.wire.throttle import IN_A_ROW

__all__ = [
    "ACTORS",
    "ActorSettings",
    "BadTarget",
    "ConnectorSettings",
    "Notifications",
    "StageSettings",
    "Target",
    "is_loopback",
    "load",
]

ACTORS: Final = WITH_A_TOKEN
"""Those that have a token; `anonymous` needs none."""
LIMITS: Final = ("orders", "orders_per_minute", "requests_per_second", "timeout", "wait")
METHODS: Final = ("admin", "ids", "hook", "auto")
PLACES: Final = ("merchant", "service", "other")
STATUSES: Final = ("open", "in_progress", "cancelled", "incomplete", "closed", "scheduled", "on_hold")
REQUEST_STATUSES: Final = (
    "unsubmitted",
    "submitted",
    "accepted",
    "rejected",
    "cancellation_requested",
    "cancellation_accepted",
    "cancellation_rejected",
    "closed",
)
_API_PATH: Final = re.compile(r"/admin(?:/api(?:/(?P<version>[^/]+)(?:/.*)?)?)?$")
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_ADDRESS: Final = "host:port, or a port of 127.0.0.1"
_LOCATIONS: Final = ("merchant_location", "service_location", "other_location")


def load(file: Path | None, env: Mapping[str, str], options: Mapping[str, Any]) -> Target:
    """Return the target that command line (`options`), environment and file describe together. Raises `BadTarget`.

    Of `options` the keys `base_url`, `api_version`, `transports`, `areas`, `listen` and `strict` are read; None and
    empty mean: not given. Without `file` the environment variable FULFILLSPEC_TARGET may name one. An actor's own
    variable, such as FULFILLSPEC_MERCHANT_TOKEN, wins over the `token_env` and `token_file` of the file.
    """
    named = env.get("FULFILLSPEC_TARGET", "").strip()
    if file is None and named:
        file = Path(named)
    top = Section("at the top", text_of(file) if file else {})
    top.only(
        "base_url",
        "api_version",
        "transports",
        "areas",
        "strict",
        "ca_file",
        "proxy",
        "actors",
        "stage",
        "limits",
        "connector",
        "notifications",
        "guard",
    )
    notes: list[str] = []
    _not_empty("base_url", "--base-url", options, env)
    given, version = _first("base_url", options, env, top), _first("api_version", options, env, top)
    base_url, in_url = _base_url(given, notes) if given else ("", None)
    limits, guard = top.section("limits"), top.section("guard")
    limits.only(*LIMITS)
    guard.only("allow_writes")
    connector = _connector(top.section("connector")) if "connector" in top else None
    transports = _names("transport", TRANSPORTS, options.get("transports"), env, top)
    pace = limits.number("orders_per_minute", or_else="auto")
    rate, timeout, wait = (limits.number(key) for key in ("requests_per_second", "timeout", "wait"))
    return Target(
        base_url=base_url,
        ca_file=_ca_file(top, file),
        proxy=_proxy(top),
        api_version=_version(version or in_url or DEFAULT.name),
        transports=transports,
        areas=_names("area", AREAS, options.get("areas"), env, top),
        actors=_actors(top.section("actors"), env, file),
        stage=_stage(top.section("stage")),
        orders=limits.count("orders"),
        orders_per_minute=pace if isinstance(pace, float) else "auto",
        requests_per_second=rate if isinstance(rate, float) else None,
        timeout=timeout if isinstance(timeout, float) else None,
        wait=wait if isinstance(wait, float) else IN_A_ROW,
        connector=connector,
        notifications=_notifications(options.get("listen"), top, env),
        allow_writes=guard.flag("allow_writes") or False,
        notes=tuple(notes),
        file=str(file) if file else "",
        strict=bool(options.get("strict") or top.flag("strict")),
    )


def is_loopback(url: str) -> bool:
    """Tell whether a URL leads to this machine by its very form: no name is looked up."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _first(key: str, options: Mapping[str, Any], env: Mapping[str, str], top: Section) -> str | None:
    in_file = top.string(key)
    return options.get(key) or env.get(f"FULFILLSPEC_{key.upper()}", "").strip() or in_file


def _not_empty(key: str, option: str, options: Mapping[str, Any], env: Mapping[str, str]) -> None:
    """Refuse a base URL that is named and empty: an unset variable in CI must not lead to the embedded sandbox."""
    variable = f"FULFILLSPEC_{key.upper()}"
    for where, given in ((option, options.get(key)), (variable, env.get(variable))):
        if given is not None and not given.strip():
            raise BadTarget(f"{where} is empty. Name the target, or leave it out to test the embedded sandbox.")


def _url(given: str, what: str) -> tuple[str, str, str, str]:
    """Return scheme, host with port, path and query of a URL that we can send to. Raises `BadTarget`."""
    shown = re.sub(r"//[^/@]*@", "//…@", given)
    example = "https://your-development-store.myshopify.com or http://127.0.0.1:8080"
    try:
        parts = urlsplit(given)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise BadTarget(f"The {what} {shown!r} is no URL ({error}). Write one like {example}.") from None
    if parts.scheme not in {"http", "https"} or not host or re.search(r"\s", given):
        raise BadTarget(f"The {what} {shown!r} is no http or https URL with a host. Write one like {example}.")
    if parts.username is not None or parts.password is not None:
        raise BadTarget(
            f"The {what} {shown!r} carries a user name or password. Leave it out; tokens come from the environment."
        )
    if parts.fragment or given.endswith("#"):
        raise BadTarget(f"The {what} {shown!r} has a fragment (#…). Leave it out.")
    host = f"[{host}]" if ":" in host else host
    return parts.scheme, f"{host}:{port}" if port is not None else host, parts.path, parts.query


def address(given: str) -> str:
    """Return a base URL as requests are joined to it. Raises `BadTarget`."""
    return _base_url(given, [])[0]


def _base_url(given: str, notes: list[str]) -> tuple[str, str | None]:
    """Return the base URL as we join paths to it, and the version that its path names, if any."""
    scheme, host, path, query = _url(given.strip(), "base URL")
    if query or given.strip().endswith("?"):
        raise BadTarget(f"The base URL {given!r} has a query (?…). Leave it out.")
    path = path.rstrip("/")
    version = None
    api = _API_PATH.search(path)
    if api:
        path, version = path[: api.start()], api["version"]
        notes.append(f"The base URL ended in {api[0]}, which every request brings along: it was left out.")
    url = urlunsplit((scheme, host, path, "", ""))
    if scheme == "http" and not is_loopback(url):
        notes.append(f"{url} is not encrypted: tokens travel in the clear.")
    return url, version


def _version(version: str) -> str:
    if not is_version(version):
        raise BadTarget(f"{version!r} is not an API version: expected YYYY-MM, such as {DEFAULT}, or {UNSTABLE}.")
    return version


def _names(
    what: str, known: Sequence[str], given: Sequence[str] | str | None, env: Mapping[str, str], top: Section
) -> tuple[str, ...]:
    """Return transports or areas from whichever source names some first."""
    key = f"{what}s"
    named = env.get(f"FULFILLSPEC_{key.upper()}", "")
    in_file = top.words(key)
    source: Sequence[str] = [given] if isinstance(given, str) else given or ([named] if named else in_file)
    words = [word.lower() for part in source for word in re.split(r"[\s,]+", part) if word]
    for word in words:
        if word not in known:
            raise BadTarget(f"Unknown {what} {word!r}: {nearest(word, known)}")
    return tuple(dict.fromkeys(words))


def _actors(section: Section, env: Mapping[str, str], file: Path | None) -> dict[str, ActorSettings]:
    section.only(*ACTORS)
    return {name: _actor(name, section.section(name), env, file) for name in ACTORS}


def _actor(name: str, section: Section, env: Mapping[str, str], file: Path | None) -> ActorSettings:
    for key in ("token", "access_token"):
        if key in section:
            raise BadTarget(
                f"{key!r} {section.where}: tokens do not belong in the target file, which others can read. "
                f"Name an environment variable (token_env) or a file of its own (token_file), or set {variable_of(name)}."
            )
    section.only("token_env", "token_file", "scopes")
    variable, path = section.string("token_env"), section.string("token_file")
    if variable and path:
        raise BadTarget(f"'token_env' and 'token_file' {section.where}: name one of them.")
    scopes = section.words("scopes") if "scopes" in section else None
    own = variable_of(name)
    if env.get(own, "").strip():
        return ActorSettings(name, _token(env[own], f"the environment variable {own}"), own, scopes)
    if path:
        return ActorSettings(name, _token_of(path, section, file), own, scopes)
    variable = variable or own
    token = env.get(variable, "")
    return ActorSettings(name, _token(token, f"the environment variable {variable}") or None, variable, scopes)


def _token_of(path: str, section: Section, file: Path | None) -> str:
    found = (file.parent if file else Path()) / Path(path).expanduser()
    try:
        token = _token(found.read_text(encoding="utf-8-sig"), f"the token file {found}")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise BadTarget(f"'token_file' {section.where}: {found} cannot be read ({reason}).") from None
    if not token:
        raise BadTarget(f"'token_file' {section.where}: {found} is empty. Expected the token, and nothing else.")
    return token


def _ca_file(top: Section, file: Path | None) -> str:
    """Return the file of certificate authorities to trust instead of the usual ones; empty without one."""
    named = top.string("ca_file")
    if named is None:
        return ""
    found = (file.parent if file else Path()) / Path(named).expanduser()
    if not found.is_file():
        raise BadTarget(f"'ca_file' {top.where}: there is no file {found}. Name a PEM file of certificate authorities.")
    return str(found)


def _proxy(top: Section) -> str:
    """Return the URL of the proxy to go through; empty without one."""
    named = top.string("proxy")
    if named is None:
        return ""
    scheme, host, path, query = _url(named, "proxy")
    if scheme != "http" or path.rstrip("/") or query:
        raise top.wrong("proxy", "the address of an HTTP proxy", 'For example proxy = "http://proxy.example:3128".')
    return f"http://{host}"


def _token(text: str, where: str) -> str:
    token = text.strip()
    if re.search(r"[^\x21-\x7e]", token):
        raise BadTarget(f"What {where} holds is no token: blanks, line breaks and letters beyond ASCII cannot travel.")
    return token


def _stage(section: Section) -> StageSettings:
    section.only("method", "ids", "hook", *_LOCATIONS)
    method = section.word("method", METHODS) or "auto"
    ids = _ids(section.section("ids"))
    hook = section.section("hook")
    hook.only("url")
    hook_url = hook.string("url")
    if "hook" in section and hook_url is None:
        raise BadTarget("[stage.hook] has no 'url': name where to ask for a fulfillment order in a state.")
    if hook_url:
        _url(hook_url, "hook URL")
    if method == "hook" and not hook_url:
        raise BadTarget('The stage\'s method is "hook", and [stage.hook] names no url.')
    if method == "ids" and not ids:
        raise BadTarget('The stage\'s method is "ids", and [stage.ids] names none.')
    places = {key: section.identity(key) for key in _LOCATIONS}
    return StageSettings(method=method, ids=ids, hook_url=hook_url, **places)


def _ids(section: Section) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for state in section:
        place, colon, pair = state.partition(":")
        status, slash, request_status = pair.partition("/")
        if not colon or not slash:
            raise BadTarget(
                f"{state!r} {section.where}: expected place:status/request_status, such as service:open/unsubmitted."
            )
        for what, word, known in (
            ("place", place, PLACES),
            ("status", status, STATUSES),
            ("request status", request_status, REQUEST_STATUSES),
        ):
            if word not in known:
                raise BadTarget(f"Unknown {what} {word!r} in {state!r} {section.where}: {nearest(word, known)}")
        value = section.raw(state)
        ids = value if isinstance(value, list) else [value]
        if not all(isinstance(each, (int, str)) and not isinstance(each, bool) and str(each).strip() for each in ids):
            raise section.wrong(state, "a list of ids (integers or strings)", f'For example "{state}" = [123].')
        found[state] = tuple(str(each).strip() for each in ids)
    return found


def _connector(section: Section) -> ConnectorSettings:
    section.only("path", "method", "authorization")
    path = section.string("path")
    if path is None or not path.startswith("/"):
        raise section.wrong("path", "a path from its first slash", 'For example path = "/connector/mark-incomplete".')
    authorization = section.string("authorization") or "X-Shopify-Access-Token"
    if not _HEADER.fullmatch(authorization):
        raise section.wrong("authorization", "the name of a header", "The service actor's token is sent in it.")
    method = (section.string("method") or "POST").upper()
    if method not in {"POST", "PUT", "PATCH"}:
        raise section.wrong("method", "POST, PUT or PATCH")
    return ConnectorSettings(path, method, authorization)


def _notifications(given: str | None, top: Section, env: Mapping[str, str]) -> Notifications | None:
    """Return where to listen: as the command line says, else the file; None where neither has it."""
    if given is None and "notifications" not in top:
        return None
    section = top.section("notifications")
    section.only("listen", "secret_env", "wait")
    in_file = section.string("listen") or "127.0.0.1:0"
    found = _address(in_file)
    if found is None:
        raise section.wrong("listen", _ADDRESS, "Port 0 takes a free one.")
    if given is not None:
        found = _address(given.strip())
        if found is None:
            raise BadTarget(f"--listen: expected {_ADDRESS}, came {given!r}. Port 0 takes a free one.")
    secret = env.get(section.string("secret_env") or SIGNED_WITH, "").strip()
    wait = section.number("wait")
    return Notifications(*found, secret or None, wait if isinstance(wait, float) else NOTIFIED_WITHIN)


def _address(text: str) -> tuple[str, int] | None:
    """Return host and port; a port alone is one of this machine's own address. None where it is neither."""
    host, _, port = text.rpartition(":") if ":" in text else ("127.0.0.1", "", text)
    if not _HOST.fullmatch(host) or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        return None
    return host.strip("[]"), int(port)
