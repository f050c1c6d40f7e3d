"""A text that hides a personal word is the one that is made anew without knowing that word; nothing else is."""

import pytest

from fulfillspec.verification.alike import alike

NAME, OTHER = "«last_name:00aa»", "«last_name:00bb»"


@pytest.mark.parametrize(
    ("stored", "made"),
    [
        ("nothing is hidden", "nothing is hidden"),
        (f'{{"title": "{NAME} product"}}', '{"title": "Staged product"}'),
        (f"{NAME} and {NAME}", "Mary Ann and Mary Ann"),
        (f"{NAME}, {OTHER} product", "«last_name:11cc», Staged product"),
        (f"by {NAME}", "by Staged"),
    ],
)
def test_pseudonym_stands_for_one_word(stored: str, made: str) -> None:
    assert alike(stored, made)


@pytest.mark.parametrize(
    ("stored", "made"),
    [
        ("one", "two"),
        ("one", "one and more"),
        (f"{NAME} product", "Staged thing"),
        (f"{NAME} product", "Staged product of another"),
        (f"{NAME} and {NAME}", "Mary and Anna"),
        (f"{NAME} and {OTHER}", "Mary and Mary"),
        (f'{{"title": "{NAME}"}}', '{"title": "one", "body": "two"}'),
        (f"a {NAME} b", "a «email:00aa» b"),
        (f"ab {NAME}", "ab"),
        (f"{NAME}{OTHER}", "MaryAnna"),
    ],
)
def test_everything_else_differs(stored: str, made: str) -> None:
    assert not alike(stored, made)
