"""A quote in its place: the text around it in the stored document, and where that document is published."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fulfillspec.documents import paths

AROUND: Final = 240
"""Characters of context on each side at most."""
_SENTENCE: Final = re.compile(r"(?<=[.!?:])\s|\s(?=#+ |\* )")


@dataclass(frozen=True, slots=True)
class QuoteInContext:
    """A quote with what stands before and after it in its document, as far as its sentences go."""

    before: str
    quote: str
    after: str


def passage(document: str, quote: str) -> QuoteInContext:
    """Return a quote in its place; without context where the document does not hold it."""
    text, wanted = _text(document), " ".join(quote.split())
    at = text.find(wanted)
    if at < 0:
        return QuoteInContext("", wanted, "")
    before, after = text[max(0, at - AROUND) : at], text[at + len(wanted) :][:AROUND]
    starts = [match.end() for match in _SENTENCE.finditer(before)]
    ends = [match.start() for match in _SENTENCE.finditer(after)]
    start = starts[-2] if len(starts) > 1 else starts[0] if starts else _word(before)
    end = ends[0] if ends else after.rfind(" ")
    return QuoteInContext(before[start:], wanted, after[: max(end, 0)])


def _word(before: str) -> int:
    return before.find(" ") + 1 if len(before) == AROUND else 0


def document_of(source: str) -> str:
    """Return the document that a statement's source begins with; empty where it is none of those that are published."""
    name = source.partition(" ")[0].rstrip(",;")
    return name if name in links() else ""


@lru_cache(maxsize=1)
def links() -> dict[str, str]:
    """Return where each source document is published today; what is quoted is the copy in `fixtures/documents`."""
    return tomllib.loads((paths.fixtures() / "documents" / "links.toml").read_text("utf-8"))


@lru_cache(maxsize=8)
def _text(document: str) -> str:
    return " ".join((paths.fixtures() / "documents" / f"{document}.txt").read_text("utf-8").split())
