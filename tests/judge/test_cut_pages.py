"""How a connection is cut into pages: each rule notices the sin against it, and is silent for what the schema leaves open."""

from dataclasses import replace

import pytest

from fulfillspec.judge import pages
from fulfillspec.judge.pages import RULES, Page, Pages

LIST = ("a", "b", "c")


def page(*ids: str, more: bool = False, before: bool = False) -> Page:
    ends = (ids[0], ids[-1]) if ids else (None, None)
    return Page(ids, ids, ids, more, before, *ends)


def sound() -> dict[str, Page]:
    return {
        "front": page(*LIST),
        "back": page(*LIST),
        "reversed": page(*LIST[::-1]),
        "head": page("a", more=True),
        "tail": page("c", before=True),
        "rest": page("b", "c", before=True),
        "second": page("b", more=True, before=True),
        "beyond": page(before=True),
        "final": page("c", before=True),
        "lead": page("a", "b", more=True),
        "last_but_one": page("b", more=True, before=True),
        "opening": page("a", more=True),
    }


def broken(rule: str, **pages_: Page) -> bool:
    return bool(pages.complaints(rule, Pages({**sound(), **pages_})))


@pytest.mark.parametrize("rule", RULES)
def test_sound_pages_keep_every_rule(rule: str) -> None:
    assert pages.complaints(rule, Pages(sound())) == []


@pytest.mark.parametrize(
    ("rule", "name", "wrong"),
    [
        ("first", "head", page(*LIST)),
        ("first", "head", page("b")),
        ("first", "front", page("a", "a", "c")),
        ("last", "tail", page("a")),
        ("last", "back", page(*LIST[::-1])),
        ("after", "rest", page("a", "b", "c")),
        ("after", "rest", page("c")),
        ("after", "second", page("b", "c")),
        ("after", "beyond", page("a")),
        ("after", "final", page()),
        ("before", "lead", page("a", "b", "c")),
        ("before", "last_but_one", page("a")),
        ("before", "opening", page("b")),
        ("hasNextPage", "head", page("a")),
        ("hasNextPage", "final", page("c", more=True)),
        ("hasNextPage", "front", page(*LIST, more=True)),
        ("hasPreviousPage", "tail", page("c")),
        ("hasPreviousPage", "head", page("a", more=True, before=True)),
        ("hasPreviousPage", "opening", page("a", before=True)),
        ("cursors", "head", replace(page("a"), end="z")),
        ("cursors", "front", replace(page(*LIST), edges=("a", "b"))),
        ("cursors", "front", replace(page(*LIST), cursors=("a", "a", "c"))),
        ("reverse", "reversed", page(*LIST)),
    ],
)
def test_a_page_that_is_cut_wrongly_is_noticed(rule: str, name: str, wrong: Page) -> None:
    assert broken(rule, **{name: wrong})


def test_what_cannot_be_known_of_a_page_beside_a_cursor_is_left_open() -> None:
    assert not broken("hasPreviousPage", second=page("b", more=True), rest=page("b", "c"))
    assert not broken("hasNextPage", last_but_one=page("b", before=True), lead=page("a", "b"))


def test_a_list_that_grew_meanwhile_is_no_deviation() -> None:
    assert not broken("after", beyond=page("d"), final=page("c", more=True))
    assert not broken("hasNextPage", beyond=page("d"), final=page("c", more=True))


def test_a_page_that_is_refused_breaks_the_rules_that_need_it_and_says_why() -> None:
    shown = {name: each for name, each in sound().items() if name != "reversed"}
    assert pages.complaints("reverse", Pages(shown, "unknown argument")) == [
        f"(first: {pages.WINDOW}, reverse: true) shows no page: unknown argument"
    ]
    assert pages.complaints("first", Pages(shown)) == []


def test_further_pages_are_asked_for_by_the_cursors_that_were_shown() -> None:
    shown = {"front": page("a", "b", "c"), "back": page("d", "e", "f")}
    assert pages.cursors_of(shown) == {"head": "a", "next": "b", "tail": "f", "eve": "e"}
    assert pages.cursors_of({"front": page("a"), "back": page("a")}) == {}
    assert pages.cursors_of({}) == {}
