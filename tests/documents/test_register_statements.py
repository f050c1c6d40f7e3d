"""Every statement of the documents has somebody who answers for it."""

import re
from collections import Counter
from itertools import pairwise

import pytest
from statement_walk import Rule, Statement, documents, rules, split

from fulfillspec.documents.register import load

DOCUMENTS = documents()
STATEMENTS = [statement for name, text in DOCUMENTS.items() for statement in split(name, text)]


def _spans(document: str) -> list[tuple[int, int]]:
    register = load()
    quotes = {row.quote for row in register.requirements.values() if row.document == document}
    quotes |= {
        reading.quote
        for row in register.ambiguities.values()
        for reading in row.readings
        if reading.document == document
    }
    text = DOCUMENTS[document]
    return [match.span() for quote in quotes for match in re.finditer(re.escape(quote), text)]


SPANS = {name: _spans(name) for name in DOCUMENTS}


def _quoted(statement: Statement) -> bool:
    return any(start < statement.end and end > statement.start for start, end in SPANS[statement.document])


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_statement_is_quoted_mapped_or_not_normative(name: str) -> None:
    known = rules()
    open_ends = [
        f"{name}@{statement.start}: {statement.text[:160]}"
        for statement in STATEMENTS
        if statement.document == name and not _quoted(statement) and not any(rule.covers(statement) for rule in known)
    ]
    assert not open_ends, "no requirement, no ambiguity and no rule speaks about:\n" + "\n".join(open_ends)


def test_every_rule_is_needed() -> None:
    unquoted = [statement for statement in STATEMENTS if not _quoted(statement)]
    stale = [rule.pattern.pattern for rule in rules() if not any(rule.covers(statement) for statement in unquoted)]
    assert not stale


def test_every_rule_says_either_who_answers_or_why_nobody_has_to() -> None:
    known = load().requirements
    for rule in rules():
        assert bool(rule.kind) != bool(rule.requirements), rule.pattern.pattern
        assert [identifier for identifier in rule.requirements if identifier not in known] == []


def test_no_rule_waves_a_demand_through() -> None:
    """A statement with a word of obligation is never put aside as not normative, but for those read and listed here."""
    read = (
        "all new public apps must be built exclusively",  # about building apps, not about fulfillment orders
        "then the app should request all access scopes",  # advice to the author of an app
        "access scope requirements",
    )
    waved = [
        statement.text[:200]
        for statement in STATEMENTS
        if not _quoted(statement)
        and (covering := [rule for rule in rules() if rule.covers(statement)])
        and not any(rule.requirements for rule in covering)
        and not statement.text.startswith("```")
        and re.search(r"\b(must|should|can't|cannot|only|required|refused|fail|never)\b", statement.text)
        and not any(phrase in statement.text for phrase in read)
        and "string required" not in statement.text
    ]
    assert waved == []


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_statements_hold_every_word_of_the_document(name: str) -> None:
    words = Counter(re.findall(r"\w+", re.sub(r"</?(?:p|div|ul|ol|li|h\d|br)\b[^>]*>", " ", DOCUMENTS[name])))
    held = Counter(word for statement in split(name, DOCUMENTS[name]) for word in re.findall(r"\w+", statement.text))
    assert words - held == Counter()


def test_splitting_keeps_order_and_does_not_overlap() -> None:
    for name, text in DOCUMENTS.items():
        statements = split(name, text)
        assert all(before.end <= after.start for before, after in pairwise(statements))
        assert all(text[statement.start : statement.end] == statement.text for statement in statements)


def test_a_rule_for_one_document_leaves_the_others_alone() -> None:
    rule = Rule("S1", re.compile("x"), "heading", ())
    assert rule.covers(Statement("S1", 0, 1, "x"))
    assert not rule.covers(Statement("S2", 0, 1, "x"))
