"""Keeps tokens and personal data out of everything that is written down.

A secret becomes `«token:ab12»`, a personal value `«phone:1f3a9c0d»` (an e-mail address `1f3a9c0d@redacted.invalid`,
so that it stays one). Pseudonyms are keyed with a random key per run: the same value has the same pseudonym within
a run, so evidence still correlates, and a pseudonym cannot be guessed back from a list of likely values.

What is personal is told by key, in JSON bodies. `name` and `city` are personal inside addresses and customers only:
locations, products and orders keep theirs. `null` stays null, a string stays a string and a number a number, so that
stored bodies still validate against their schemas. An empty string says nothing and stays.
"""

import hashlib
import json
import re
import secrets as randomness
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from fulfillspec.evidence.invented import PERSON
from fulfillspec.evidence.secret_spans import SecretSpans, as_value

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
_SHORTEST_MET: Final = 3
_SHORTEST_QUOTED: Final = 6
_LONGEST_REFUSAL: Final = 20_000
_SHORTEST_NUMBER: Final = 7
"""Digits from which on a number is personal wherever it stands: shorter ones are counts and years."""
_MOST_MET: Final = 4000
"""Personal values that are remembered: a target may answer with as many as it likes."""
_INVENTED: Final = frozenset(PERSON.values())
"""What a run makes up itself is nobody's: sentences and scripts keep it."""
_SHORT: Final = 400
"""Up to this length a text is remembered with what it is without secrets: reports say the same sentences again and again."""
_MOST_REMEMBERED: Final = 8192
_OWN: Final = frozenset(
    {"requirement", "statement", "quote", "source", "case", "cases", "actor", "operation", "state", "transport"}
    | {"id", "area", "level", "verdict", "provenance", "options", "question", "text", "readings", "schema"}
)
"""Fields of results that hold words of ours, never of a target: a personal value that reads like one changes none."""
_ESCAPED = re.compile(r"\\u00[2-7]")
"""An escape of a character that needs none: keys and secrets may be spelt with such."""
_TOKEN = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"|\\?\Z)(\s*:)?|[{}\[\]]', re.DOTALL)
_NUMBER = re.compile(r"\s*(-?\d[\d.eE+-]*)")
_MAILBOX = re.compile(r"[\w.%+-]+\Z")
_DOMAIN = re.compile(r"(?!redacted\.invalid)[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++")
PSEUDONYM = re.compile(r"«(\w+):[0-9a-f]+»|\b[0-9a-f]+@(redacted\.invalid)\b")
_HIDDEN = re.compile(r"(?:\w+ )?«\w+:[0-9a-f]+»")


def blurred(text: str) -> str:
    """Return the text with every pseudonym reduced to its kind, so that texts of two runs compare."""
    return PSEUDONYM.sub(lambda match: f"«{match[1] or match[2]}»", text)


def holds_personal(text: str) -> bool:
    """Tell whether a text held personal data before it was written down: a pseudonym stands for them."""
    return any(match[1] != "token" for match in PSEUDONYM.finditer(text))


def restored(text: str, values: Mapping[str, str]) -> str:
    """Return JSON with the pseudonyms in it replaced by the values that they are known to stand for."""
    return PSEUDONYM.sub(lambda match: json.dumps(values[match[0]])[1:-1] if match[0] in values else match[0], text)


def is_hidden(header: str, value: str) -> bool:
    """Tell whether the value of a header is no credential, or one that was replaced."""
    return header.lower() not in _SECRET_HEADERS or _HIDDEN.fullmatch(value) is not None


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

    `secrets` are the tokens and keys of the run. Personal values that were met in bodies are remembered: sentences
    that quote them later lose them, too.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._key = randomness.token_bytes(32)
        self._adopted: dict[tuple[str, str], str] = {}
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._spans = SecretSpans(self._secrets, lambda secret: self.pseudonym("token", secret))
        self._met: dict[str, str] = {}
        self._seen: dict[str, str] = {}

    @property
    def met(self) -> dict[str, str]:
        """The personal values that were met so far, with their pseudonyms."""
        return dict(self._met)

    def meet(self, values: Mapping[str, str]) -> None:
        """Remember personal values that another process of the run met."""
        self._met |= values
        self._seen.clear()

    def pseudonym(self, kind: str, value: str) -> str:
        """Return the stable stand-in for a value of a kind (`token`, `email`, `phone`, …)."""
        if self._adopted and (kind, value) in self._adopted:
            return self._adopted[kind, value]
        message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(message, key=self._key, digest_size=2 if kind == "token" else 4).hexdigest()
        return f"{digest}@redacted.invalid" if kind == "email" else f"«{kind}:{digest}»"

    def tokens(self, text: str) -> str:
        """Return the text with every secret replaced, however it is spelt."""
        if (seen := self._seen.get(text)) is not None:
            return seen
        clean = _replaced(text, self._spans(text))
        if len(text) <= _SHORT and len(self._seen) < _MOST_REMEMBERED:
            self._seen[text] = clean
        return clean

    def text(self, text: str) -> str:
        """Return any text without secrets and e-mail addresses."""
        text = self.tokens(text)
        for at in ("@", "%40"):
            if at in text:
                text = self._without_addresses(text, at)
        return text

    def sentence(self, text: str) -> str:
        """Return a text of ours that may quote a target: without secrets and personal values, and fit for any file."""
        text = self.text(text.encode(errors="backslashreplace").decode())
        for value, pseudonym in self._met.items():
            if value in text:
                text = _where(value).sub(pseudonym, text)
        return text

    def refusal(self, body: str) -> str:
        """Return the body of a refusal without the personal values met before that it quotes; short ones may be words."""
        if "rror" not in body or len(body) > _LONGEST_REFUSAL:
            return body
        for value, pseudonym in self._met.items():
            if len(value) >= _SHORTEST_QUOTED and value in body:
                found = re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", body)
                body = _replaced(body, [(match.start(), match.end(), pseudonym) for match in found])
        return body

    def everything(self, value: Any, key: str = "") -> Any:
        """Return what is about to be written, texts of every depth as `sentence` gives them; words of ours stay.

        `key` is the field that it stands at.
        """
        if isinstance(value, str):
            clean = self.tokens(value) if key in _OWN else self.sentence(value)
            return clean.encode(errors="backslashreplace").decode()
        if isinstance(value, Mapping):
            return {self.everything(name, "id"): self.everything(inner, name) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.everything(inner, key) for inner in value]
        return value

    def adopt(self, ours: str, recorded: str) -> dict[str, str]:
        """Take over the pseudonyms of a text that another run wrote down, in the place of ours in the same text.

        Return what each stands for, so that answers which show the same values can be read as they were.
        """
        values = {pseudonym: value for value, pseudonym in self._met.items()}
        values |= {self.pseudonym(kind, value): value for kind, value in PERSON.items()}
        found: dict[str, str] = {}
        for mine, theirs in zip(PSEUDONYM.finditer(ours), PSEUDONYM.finditer(recorded), strict=False):
            value = values.get(mine[0])
            if value is not None and mine[0] != theirs[0]:
                self._adopted["email" if theirs[2] else theirs[1], value] = theirs[0]
                if value in self._met:
                    self._met[value] = theirs[0]
                found[theirs[0]] = value
        return found

    def _stand_in(self, kind: str, value: str) -> str:
        """Return the pseudonym of a personal value of a body, and remember it; one that is a pseudonym stays."""
        if PSEUDONYM.fullmatch(value):
            return value
        pseudonym = self.pseudonym(kind, value)
        if len(value) >= _SHORTEST_MET and value not in _INVENTED and len(self._met) < _MOST_MET:
            self._met[value] = pseudonym
        return pseudonym

    def _number(self, kind: str, digits: str) -> str:
        """Return the number that stands for a personal one, and remember that."""
        if len(digits.strip("-")) >= _SHORTEST_NUMBER:
            self._stand_in(kind, digits)
        return "0.0" if "." in digits else "0"

    def _without_addresses(self, text: str, at: str) -> str:
        spans = []
        position = text.find(at)
        while position >= 0:
            domain = _DOMAIN.match(text, position + len(at))
            mailbox = _MAILBOX.search(text[max(0, position - 64) : position]) if domain else None
            if domain and mailbox:
                address = f"{mailbox[0]}@{domain[0]}"
                if address not in _INVENTED:
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
            for form, pseudonym in self._spans.forms:
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
        if name.lower() not in _SECRET_HEADERS or PSEUDONYM.fullmatch(value.rpartition(" ")[2]):
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
            return (*match.span(3), self._number(kind, value))
        return (*match.span(group), self._stand_in(kind, _unescaped(value)) if value else "")

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
                if kind and number:
                    spans.append((*number.span(1), self._number(kind, number[1])))
            elif (kind := _kind(key, whose)) and string:
                spans.append((*match.span(1), self._stand_in(kind, string)))
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


@lru_cache(maxsize=4096)
def _where(value: str) -> re.Pattern[str]:
    """Return what finds a personal value in a sentence: a number wherever it stands alone, all else as a value only."""
    if sum(map(str.isdigit, value)) >= _SHORTEST_NUMBER:
        return re.compile(rf"(?<!\w){re.escape(value)}(?!\w)")
    return as_value(value)


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
