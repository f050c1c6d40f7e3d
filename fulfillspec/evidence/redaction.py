"""Keeps tokens and personal data out of everything that is written down.

A secret becomes `«token:ab12»`, a personal value `«phone:1f3a9c0d»` (an e-mail address `1f3a9c0d@redacted.invalid`,
so that it stays one). Pseudonyms are keyed with a random key per run: the same value has the same pseudonym within
a run, so evidence still correlates, and a pseudonym cannot be guessed back from a list of likely values.

What is personal is told by key, in JSON bodies. `name` and `city` are personal inside addresses and customers only:
locations, products and orders keep theirs. `null` stays null, a string stays a string and a number a number, so that
stored bodies still validate against their schemas. An empty string says nothing and stays.
"""

import base64
import hashlib
import json
import re
import secrets as randomness
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote, quote_plus

_SHORTEST: Final = 6
"""A secret shorter than this is hidden in headers only: it would occur in ordinary words."""

_SECRET_HEADERS: Final = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-shopify-access-token"},
)
_PERSONAL: Final = {
    "email": "email",
    "emailaddress": "email",
    "contactemail": "email",
    "phone": "phone",
    "phonenumber": "phone",
    "firstname": "first_name",
    "lastname": "last_name",
    "address1": "address1",
    "address2": "address2",
    "zip": "zip",
    "company": "company",
    "latitude": "latitude",
    "longitude": "longitude",
}
_PERSONAL_OF_A_PERSON: Final = {"name": "name", "displayname": "name", "city": "city", "formatted": "address"}
_PERSONS: Final = frozenset(
    {
        "customer",
        "customers",
        "destination",
        "shippingaddress",
        "billingaddress",
        "defaultaddress",
        "addresses",
        "recipient",
    },
)
_PLACES: Final = frozenset(
    {"location", "locations", "assignedlocation", "originlocation", "origin", "newlocation", "fulfillmentservice"},
)
_THINGS: Final = frozenset({"order", "orders", "product", "products", "variant", "lineitem", "lineitems"})
_NOBODY, _PERSON, _PLACE = 0, 1, 2


def _spellings(keys: Iterable[str]) -> str:
    """Return a pattern for the keys as REST and as GraphQL spell them."""
    parts = {"address": "_?[aA]ddress", "name": "_?[nN]ame", "number": "_?[nN]umber", "email": "_?[eE]mail"}
    found = set()
    for key in keys:
        spelt = key
        for part, pattern in parts.items():
            spelt = re.sub(rf"(?<=[a-z]){part}", pattern, spelt)
        found.add(spelt)
    return "|".join(sorted(found))


_SPOT = re.compile(
    rf'"({_spellings([*_PERSONAL, *_PERSONS])})"\s*+:\s*+'
    r'(?:"([^"\\]*+(?:\\.[^"\\]*+)*+)|(-?\d[\d.eE+-]*+)|([\[{]))',
    re.DOTALL,
)
"""A personal value, or the beginning of an object or array that holds some. Quotes inside strings are escaped, so this
cannot match within one."""
_ESCAPED = re.compile(r"\\u00[2-7]")
"""An escape of a character that needs none: keys and secrets may be spelt with such."""
_TOKEN = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"|\\?\Z)(\s*:)?|[{}\[\]]', re.DOTALL)
_NUMBER = re.compile(r"\s*(-?\d[\d.eE+-]*)")
_MAILBOX = re.compile(r"[\w.%+-]+\Z")
_DOMAIN = re.compile(r"(?!redacted\.invalid)[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++")
_PSEUDONYM = re.compile(r"«(\w+):[0-9a-f]+»|\b[0-9a-f]+@(redacted\.invalid)\b")
_HIDDEN = re.compile(r"(?:\w+ )?«\w+:[0-9a-f]+»")
_WORD = re.compile(r"[A-Za-z]+(?:[-_ ][A-Za-z]+)*")


def blurred(text: str) -> str:
    """Return the text with every pseudonym reduced to its kind, so that texts of two runs compare."""
    return _PSEUDONYM.sub(lambda match: f"«{match[1] or match[2]}»", text)


def is_hidden(header: str, value: str) -> bool:
    """Tell whether the value of a header is no credential, or one that was replaced."""
    return header.lower() not in _SECRET_HEADERS or _HIDDEN.fullmatch(value) is not None


def _base64_forms(secret: bytes) -> set[str]:
    """Return what every base64 text that contains the secret contains: it falls on the grid in three ways."""
    forms = set()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret).rstrip(b"=").decode()
        whole = encoded[-(-shift * 8 // 6) : (shift + len(secret)) * 8 // 6]
        forms |= {whole, whole.replace("+", "-").replace("/", "_")}
    return forms


def _respelt(text: str) -> set[str]:
    """Return the text as it stands in a URL, a form, or a JSON string."""
    encoded = {quote(text, safe=""), quote(text), quote_plus(text)}
    encoded |= {re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), form) for form in encoded}
    escaped = {json.dumps(text, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    return {text, text.replace("/", r"\/")} | encoded | escaped


def _forms(secret: str) -> set[str]:
    """Return the spellings in which a secret can stand in a text; for most there are but it and base64."""
    once = {again for form in {secret, *_base64_forms(secret.encode())} for again in _respelt(form)}
    twice = {again for form in once for again in _respelt(form)}
    return {form for form in twice if len(form) >= _SHORTEST}


def _unescaped(text: str) -> str:
    """Return what a JSON string says; the text itself if it has no escapes or is no proper JSON string."""
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


class Redactor:
    """Replaces secrets and personal data by pseudonyms.

    `secrets` are the tokens and keys of the run. A secret of letters only that is shorter than 20 characters is taken
    for a word (a mock's token `merchant`) and replaced only where it stands alone.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._key = randomness.token_bytes(32)
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._exact: list[tuple[str, str]] = []
        self._words: list[tuple[re.Pattern[str], str]] = []
        for secret in self._secrets:
            pseudonym = self.pseudonym("token", secret)
            if len(secret) < _SHORTEST:
                continue
            if len(secret) < 20 and _WORD.fullmatch(secret):
                self._words.append((re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)"), pseudonym))
            else:
                self._exact += [(form, pseudonym) for form in sorted(_forms(secret), key=len, reverse=True)]

    def pseudonym(self, kind: str, value: str) -> str:
        """Return the stable stand-in for a value of a kind (`token`, `email`, `phone`, …)."""
        message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(message, key=self._key, digest_size=2 if kind == "token" else 4).hexdigest()
        return f"{digest}@redacted.invalid" if kind == "email" else f"«{kind}:{digest}»"

    def tokens(self, text: str) -> str:
        """Return the text with every secret replaced: spelt plain, URL-encoded, in base64, JSON-escaped."""
        spans: list[tuple[int, int, str]] = []
        for form, pseudonym in self._exact:
            start = text.find(form)
            while start >= 0:
                spans.append((start, start + len(form), pseudonym))
                start = text.find(form, start + 1)
        if spans:
            text = _replaced(text, spans)
        for pattern, pseudonym in self._words:
            text = pattern.sub(pseudonym, text)
        return text

    def text(self, text: str) -> str:
        """Return any text without secrets and e-mail addresses."""
        text = self.tokens(text)
        for at in ("@", "%40"):
            if at in text:
                text = self._without_addresses(text, at)
        return text

    def _without_addresses(self, text: str, at: str) -> str:
        spans = []
        position = text.find(at)
        while position >= 0:
            domain = _DOMAIN.match(text, position + len(at))
            mailbox = _MAILBOX.search(text[max(0, position - 64) : position]) if domain else None
            if domain and mailbox:
                address = f"{mailbox[0]}@{domain[0]}"
                spans.append((position - len(mailbox[0]), domain.end(), self.pseudonym("email", address)))
            position = text.find(at, position + 1)
        return _replaced(text, spans)

    def body(self, body: str, *, cut: bool = False) -> str:
        """Return a body without secrets and personal data; all else stays byte for byte.

        `cut` says that the body broke off: then the beginning of a secret at its very end goes too.
        """
        if '"' in body:
            body = self._without_personal(body)
        body = self.text(body)
        if cut:
            for form, pseudonym in self._exact:
                for length in range(min(len(form), len(body)), 3, -1):
                    if body.endswith(form[:length]):
                        return body[:-length] + pseudonym
        return body

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers without secrets: those that carry credentials lose their value as a whole."""
        hidden = {name: self._credential(name, value) for name, value in headers.items()}
        values = "\n".join(hidden.values())
        return hidden if self.text(values) == values else {name: self.text(value) for name, value in hidden.items()}

    def _credential(self, name: str, value: str) -> str:
        """Return the value of a header, or the stand-in for the credential that it is."""
        if name.lower() not in _SECRET_HEADERS:
            return value
        scheme, blank, credential = value.partition(" ")
        if blank and scheme.lower() in {"bearer", "basic"}:
            return f"{scheme} {self.pseudonym('token', credential)}"
        return self.pseudonym("token" if value in self._secrets else name.lower().replace("-", "_"), value)

    def _without_personal(self, body: str) -> str:
        if _ESCAPED.search(body):
            return _replaced(body, self._walked(body, 0, "")[0])
        spans: list[tuple[int, int, str]] = []
        done = 0
        for match in _SPOT.finditer(body):
            if match.start() < done:
                continue
            key = _plain(match[1])
            if match[4]:
                inside, done = self._walked(body, match.start(4), key)
                spans += inside
            elif key in _PERSONAL:
                spans.append(self._hidden(_PERSONAL[key], match, 2 if match[3] is None else 3))
        return _replaced(body, spans)

    def _hidden(self, kind: str, match: re.Match[str], group: int) -> tuple[int, int, str]:
        value = match[group]
        if group == 3:
            return (*match.span(3), "0.0" if "." in value else "0")
        return (*match.span(group), self.pseudonym(kind, _unescaped(value)) if value else "")

    def _walked(self, body: str, start: int, key: str) -> tuple[list[tuple[int, int, str]], int]:
        """Return what is to be replaced from a bracket at `start`, which stands at `key`, to its end; and that end."""
        spans: list[tuple[int, int, str]] = []
        frames: list[tuple[str, int]] = []  # of each open bracket: its key, whose data surrounds it
        whose = _NOBODY
        for match in _TOKEN.finditer(body, start):
            if match.lastindex is None:
                if match[0] in "{[":
                    frames.append((key, whose))
                    whose = _owner(key, whose)
                    key = "" if match[0] == "{" else key
                elif frames:
                    key, whose = frames.pop()
                    if not frames and start:
                        return spans, match.end()
                continue
            value = match[1]
            string = _unescaped(value)
            if match.lastindex == 2:
                key = _plain(string)
                kind = _kind(key, whose)
                number = _NUMBER.match(body, match.end()) if kind else None
                if number:
                    spans.append((*number.span(1), "0.0" if "." in number[1] else "0"))
            elif (kind := _kind(key, whose)) and string:
                spans.append((*match.span(1), self.pseudonym(kind, string)))
            elif string is not value and (hidden := self.tokens(string)) != string:
                spans.append((*match.span(1), json.dumps(hidden)[1:-1]))
        return spans, len(body)


def _replaced(text: str, spans: list[tuple[int, int, str]]) -> str:
    """Return the text with each span replaced; spans that overlap give way together, to the first one's replacement."""
    if not spans:
        return text
    pieces, done = [], 0
    for start, end, replacement in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= done:
            pieces += [text[done:start], replacement]
        done = max(done, end)
    return "".join([*pieces, text[done:]])


@lru_cache(maxsize=2048)
def _plain(key: str) -> str:
    """Return one spelling for the keys of REST (`first_name`) and GraphQL (`firstName`)."""
    return key.replace("_", "").lower()


def _kind(key: str, whose: int) -> str | None:
    return _PERSONAL.get(key) or (_PERSONAL_OF_A_PERSON.get(key) if whose == _PERSON else None)


def _owner(key: str, whose: int) -> int:
    """Return whose data an object or array at this key holds, standing in one that holds `whose`."""
    if key in _PLACES:
        return _PLACE
    if key in _THINGS:
        return _NOBODY
    return _PERSON if key in _PERSONS else whose
