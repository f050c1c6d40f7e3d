"""Splits the source documents into statements, so that a test can ask who answers for each one."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from fulfillspec.documents import paths

_FENCE = re.compile(r"```.*?```")
_BLOCK_TAG = re.compile(r"</?(?:p|div|ul|ol|li|h\d|br)\b[^>]*>")
_BREAK = re.compile(
    r" (?=#{1,6} )"  # a heading starts
    r"| \*\*\*(?= )"  # a rule
    r"| (?:\\#|---|\{\})(?= )"  # front matter, empty placeholders
    r"| \* "  # a bullet
    r"|(?<!</code>) - (?=[A-Z])"  # a bullet of front matter
    r"| (?=Path parameters |Request body |Response: )"  # forms of the examples
    r"|(?<=[.!?]) (?=[A-Z`<\[*(])"  # a sentence ends
)


def collapse(text: str) -> str:
    """Return the text with every run of white space as one blank: the form in which quotes are compared."""
    return re.sub(r"\s+", " ", text).strip()


def documents() -> dict[str, str]:
    """Return every stored document, collapsed, by its name `S0` … `S4`."""
    folder = paths.fixtures() / "documents"
    return {file.stem: collapse(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("S*.txt"))}


@dataclass(frozen=True)
class Statement:
    """One sentence, list item, heading, parameter or example of a document; offsets are in the collapsed text."""

    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Rule:
    """One entry of `schemas/statements.toml`: what a statement that matches is, or which requirements answer for it."""

    document: str | None
    pattern: re.Pattern[str]
    kind: str | None
    requirements: tuple[str, ...]

    def covers(self, statement: Statement) -> bool:
        """Tell whether the rule speaks about this statement."""
        return self.document in (None, statement.document) and self.pattern.search(statement.text) is not None


def split(name: str, text: str) -> list[Statement]:
    """Return the statements of a collapsed document, in order; together they hold every word of it."""
    statements: list[Statement] = []

    def add(start: int, end: int) -> None:
        piece = text[start:end]
        body = piece.strip(" {}")
        if re.search(r"\w", body):
            offset = start + piece.index(body)
            statements.append(Statement(name, offset, offset + len(body), body))

    def prose(start: int, end: int) -> None:
        at = start
        marks = sorted(
            [(m.start(), m.end()) for m in _BREAK.finditer(text, start, end)]
            + [(m.start(), m.end()) for m in _BLOCK_TAG.finditer(text, start, end)]
        )
        for mark_start, mark_end in marks:
            if mark_start >= at:
                add(at, mark_start)
                at = mark_end
        add(at, end)

    at = 0
    for fence in _FENCE.finditer(text):
        prose(at, fence.start())
        add(fence.start(), fence.end())
        at = fence.end()
    prose(at, len(text))
    return statements


def rules(file: Path | None = None) -> list[Rule]:
    """Read the rules of `schemas/statements.toml`."""
    content = tomllib.loads((file or paths.schemas() / "statements.toml").read_text(encoding="utf-8"))
    return [
        Rule(
            row.get("document"),
            re.compile(row["pattern"]) if "pattern" in row else re.compile(re.escape(row["text"])),
            row.get("kind"),
            tuple(row.get("requirements", ())),
        )
        for row in content["rule"]
    ]
