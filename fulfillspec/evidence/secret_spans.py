"""Where secrets stand in a text, however they are spelt there: plain, encoded, escaped, in base64, in part."""

import base64
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import unescape
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST: Final = 6
"""A secret shorter than this is hidden in headers only: it would occur in ordinary words."""
PIECE: Final = 16
"""From this length on a part of a secret counts as the secret."""
_GRAM: Final = PIECE // 2
_DEEPEST: Final = 3
"""Times that a text is unescaped: what a target escapes once, a message of ours may quote once more."""

_WORDS = re.compile(r"[A-Za-z]+(?:[-_ ][A-Za-z]+)*")
_ESCAPE = re.compile(r"""%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\["'\\/]|&\#?[0-9A-Za-z]{2,8};""")

Span = tuple[int, int, str]
"""Begin, end, and what is to stand there instead."""


def is_word(text: str) -> bool:
    """Tell whether a text consists of words, so that it may stand in any sentence."""
    return _WORDS.fullmatch(text) is not None


def as_value(word: str) -> re.Pattern[str]:
    """Return what finds a word where it stands as a value: alone, in quotes, after `=`, after `token` or `Bearer`."""
    spelt = re.escape(word)
    return re.compile(
        rf"""\A{spelt}\Z|(?:(?<=["'`=])|(?<=\\")|(?<=[Tt]oken )|(?<=[Bb]earer )){spelt}(?!\w)(?!\\?["']\s*:)"""
    )


class SecretSpans:
    """Finds secrets; `stand_in` gives what is to stand in the place of one.

    A secret of letters only that is shorter than 20 characters is taken for a word (a mock's token `merchant`): it is
    found where it stands as a value, so that no sentence loses a word.
    """

    def __init__(self, secrets: Iterable[str], stand_in: Callable[[str], str]) -> None:
        self.forms: list[tuple[str, str]] = []
        self._words: list[tuple[re.Pattern[str], str]] = []
        self._grams: dict[str, list[tuple[str, int, str]]] = {}
        self._short: list[tuple[str, str]] = []
        for secret in secrets:
            if len(secret) < SHORTEST:
                continue
            pseudonym = stand_in(secret)
            if len(secret) < 20 and is_word(secret):
                self._words.append((as_value(secret), pseudonym))
                continue
            for form in sorted(_forms(secret), key=len, reverse=True):
                self.forms.append((form, pseudonym))
                if len(form) < PIECE:
                    self._short.append((form, pseudonym))
                for at in range(len(form) - _GRAM + 1) if len(form) >= PIECE else ():
                    self._grams.setdefault(form[at : at + _GRAM], []).append((form, at, pseudonym))

    def __call__(self, text: str) -> list[Span]:
        """Return where secrets stand in a text; spans may overlap."""
        if not self.forms and not self._words:
            return []
        return [*self._plain(text), *self._escaped(text)]

    def _plain(self, text: str) -> list[Span]:
        spans: list[Span] = []
        grams = [text[at : at + _GRAM] for at in range(0, len(text) - _GRAM + 1, _GRAM)] if self._grams else []
        told = not self._grams.keys().isdisjoint(grams)  # else no form stands there that has grams
        for form, pseudonym in self.forms if told else self._short:
            start = text.find(form)
            while start >= 0:
                spans.append((start, start + len(form), pseudonym))
                start = text.find(form, start + 1)
        if told:
            spans += self._pieces(text, grams)
        spans += [(*match.span(), pseudonym) for pattern, pseudonym in self._words for match in pattern.finditer(text)]
        return spans

    def _pieces(self, text: str, grams: Sequence[str]) -> Iterator[Span]:
        """Yield where parts of secrets stand: each holds one of the grams that begin at every eighth character."""
        for at, found in zip(range(0, len(text), _GRAM), grams, strict=False):
            for form, gram, pseudonym in self._grams.get(found, ()):
                start, form_start, end, form_end = at, gram, at + _GRAM, gram + _GRAM
                while start and form_start and text[start - 1] == form[form_start - 1]:
                    start, form_start = start - 1, form_start - 1
                while end < len(text) and form_end < len(form) and text[end] == form[form_end]:
                    end, form_end = end + 1, form_end + 1
                if end - start >= PIECE and not _whole_words(form, form_start, form_end):
                    yield start, end, pseudonym

    def _escaped(self, text: str, depth: int = 1) -> list[Span]:
        plain, there, here = _unescaped(text)
        if plain == text:
            return []
        found = self._plain(plain) + (self._escaped(plain, depth + 1) if depth < _DEEPEST else [])
        return [(_place(there, here, start), _place(there, here, end), instead) for start, end, instead in found]


def _whole_words(form: str, start: int, end: int) -> bool:
    """Tell whether a part of a secret is but whole words of it: a token `acme-fulfillment-4f1d…` hides no `fulfillment`."""
    cut = (form[start - 1 : start] + form[start], form[end - 1] + form[end : end + 1])
    return is_word(form[start:end].strip("-_ ")) and not any(len(pair) == 2 and pair.isalnum() for pair in cut)


def _unescaped(text: str) -> tuple[str, list[int], list[int]]:
    """Return what a text says, and the places in it, each with its place in the text, between which they go together."""
    pieces: list[str] = []
    there, here, done, length = [0], [0], 0, 0
    for match in _ESCAPE.finditer(text):
        said = _said(match[0])
        if said == match[0]:
            continue
        pieces += [text[done : match.start()], said]
        length += match.start() - done
        there += [length, length + len(said)]
        here += [match.start(), match.end()]
        length += len(said)
        done = match.end()
    return "".join([*pieces, text[done:]]), there, here


def _said(escape: str) -> str:
    if escape[0] == "%":
        return chr(int(escape[1:], 16))
    if escape[0] == "&":
        return unescape(escape)
    return escape[1] if escape[1] not in "ux" else chr(int(escape.lstrip("\\ux"), 16))


def _place(there: list[int], here: list[int], position: int) -> int:
    at = bisect_right(there, position) - 1
    return here[at] + position - there[at]


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
    return {form for form in twice if len(form) >= SHORTEST}
