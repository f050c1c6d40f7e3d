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
    ("rule", "name", "wrong", "told"),
    [
        ("first", "head", page(*LIST), "first: 1 shows [a, b, c], the list begins [a, b, c]"),
        ("first", "head", page("b"), "first: 1 shows [b], the list begins [a, b, c]"),
        ("first", "front", page("a", "a", "c"), "an element twice: [a, a, c]"),
        ("last", "tail", page("a"), "last: 1 shows [a], the list ends [a, b, c]"),
        (
            "last",
            "back",
            page(*LIST[::-1]),
            "last: 1 shows [c], the list ends [c, b, a]; last: 10 shows [c, b, a], first: 10 shows [a, b, c]",
        ),
        ("after", "rest", page("a", "b", "c"), "after a: [a, b, c], expected [b, c]; after a: that element again"),
        ("after", "rest", page("c"), "after a: [c], expected [b, c]"),
        ("after", "second", page("b", "c"), "after a: [b, c], expected [b]"),
        ("after", "beyond", page("a"), "after the last element: [a]"),
        ("after", "final", page(), "after the last but one: [], expected [c]"),
        ("before", "lead", page("a", "b", "c"), "before c: [a, b, c], expected [a, b]; before c: that element again"),
        ("before", "last_but_one", page("a"), "before c: [a], expected [b]"),
        ("before", "opening", page("b"), "before the second: [b], expected [a]"),
        ("hasNextPage", "head", page("a"), "(first: 1) shows [a] of at least 3, and hasNextPage False"),
        (
            "hasNextPage",
            "final",
            page("c", more=True),
            "(first: 1, after: $eve) shows [c] of at least 3, and hasNextPage True",
        ),
        (
            "hasNextPage",
            "front",
            page(*LIST, more=True),
            "(first: 10) shows [a, b, c] of at least 3, and hasNextPage True",
        ),
        ("hasPreviousPage", "tail", page("c"), "(last: 1) shows [c] of at least 3, and hasPreviousPage False"),
        (
            "hasPreviousPage",
            "head",
            page("a", more=True, before=True),
            "(first: 1) shows [a] of at least 3, and hasPreviousPage True",
        ),
        (
            "hasPreviousPage",
            "opening",
            page("a", before=True),
            "(last: 1, before: $next) shows [a] of at least 3, and hasPreviousPage True",
        ),
        (
            "cursors",
            "head",
            replace(page("a"), end="z"),
            "(first: 1): startCursor and endCursor are not those of its first and last edge",
        ),
        ("cursors", "front", replace(page(*LIST), edges=("a", "b")), "(first: 10): nodes [a, b, c], edges [a, b]"),
        ("cursors", "front", replace(page(*LIST), cursors=("a", "a", "c")), "(first: 10): 3 elements, 2 cursors"),
        ("reverse", "reversed", page(*LIST), "reverse: true shows [a, b, c], expected [c, b, a]"),
    ],
)
def test_a_page_that_is_cut_wrongly_is_noticed(rule: str, name: str, wrong: Page, told: str) -> None:
    assert "; ".join(pages.complaints(rule, Pages({**sound(), name: wrong}))) == told


@pytest.mark.parametrize(("rule", "name"), [("first", "front"), ("last", "back")])
def test_page_is_no_longer_than_asked_for(rule: str, name: str) -> None:
    def of(length: int) -> list[str]:
        ids = [chr(ord("a") + n) for n in range(length)]
        ends = {"head": page(ids[0]), "tail": page(ids[-1]), "front": page(*ids, more=True), "back": page(*ids)}
        return pages.complaints(rule, Pages({**sound(), **ends}))

    assert of(10) == []
    assert of(11) == [f"{'first' if rule == 'first' else 'last'}: 10 shows 11 elements"]


def test_the_end_is_the_beginning_only_where_all_is_shown() -> None:
    """Of a list that is longer than a page, and of one that says there is more, the ends differ."""
    ids = tuple("abcdefghij")
    later = {"back": page("b", "c", "d"), "tail": page("d")}
    assert broken("last", front=page("a", "b", "c"), **later)
    assert not broken("last", front=page("a", "b", "c", more=True), **later)
    assert not broken("last", front=page(*ids), **later)


def test_of_a_full_page_nothing_is_known_beyond_it() -> None:
    ids = tuple("abcdefghij")
    for more in (True, False):
        assert not broken("hasNextPage", front=page(*ids, more=more))
        assert not broken("hasPreviousPage", back=page(*ids, before=more))
    assert broken("hasPreviousPage", back=page(*LIST, before=True))


def test_flags_of_short_lists() -> None:
    """Of two elements the second has nothing behind it, of one the first has not."""
    two = {"front": page("a", "b"), "back": page("a", "b"), "second": page("b", before=True)}
    assert not broken("hasNextPage", **two)
    assert broken("hasNextPage", **{**two, "second": page("b", more=True)})
    assert not broken("hasPreviousPage", **two, last_but_one=page("a", more=True))
    assert broken("hasPreviousPage", **two, last_but_one=page("a", before=True))
    one = {"front": page("a"), "head": page("a"), "back": page("a"), "tail": page("a"), "second": page()}
    assert not broken("hasNextPage", **one)
    assert not broken("hasPreviousPage", **one, last_but_one=page())
    assert broken("hasNextPage", **{**one, "head": page("a", more=True)})


def test_pages_beside_a_cursor_may_be_longer_than_what_was_known() -> None:
    """The list may have grown: what is known has to stand at the right end of them."""
    assert not broken("after", rest=page("b", "c", "d"))
    assert not broken("before", lead=page("z", "a", "b"))
    assert broken("before", last_but_one=page("a", "b"))


def test_page_without_elements_has_no_cursors() -> None:
    assert not broken("cursors", beyond=replace(page(), start="x", end="y"))
    assert broken("cursors", head=replace(page("a"), start="z"))
    assert broken("cursors", head=replace(page("a"), cursors=()))


def test_length_is_that_of_the_longest_page() -> None:
    assert Pages({}).length == 0
    assert Pages({"head": page("a"), "front": page(*LIST)}).length == 3


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
    assert pages.cursors_of({"front": page("a", "b")}) == {"head": "a", "next": "b"}
    assert pages.cursors_of({"back": page("a", "b")}) == {"tail": "b", "eve": "a"}
