"""A quote stands in its sentences, and its document has a public place."""

import pytest

from fulfillspec.documents import quoting, register
from fulfillspec.reporting.text import unmarked

QUOTED = [row for row in register.load().requirements.values() if row.quote]


def test_quotes_get_context_that_is_not_long() -> None:
    found = [quoting.passage(row.document, row.quote) for row in QUOTED]
    assert sum(bool(one.before or one.after) for one in found) > 0.95 * len(found)
    assert max(max(len(one.before), len(one.after)) for one in found) <= quoting.AROUND


def test_quote_of_half_a_sentence_gets_the_rest_of_it() -> None:
    row = register.load().get("FO-MOVE-ACCEPTED-REFUSED")
    found = quoting.passage(row.document, row.quote)
    assert unmarked(found.before).startswith("You can't change the assigned location")
    assert unmarked(found.after).endswith("cancellation_rejected.")


def test_quote_that_is_not_there_has_no_context() -> None:
    assert quoting.passage("S0", "no such  words") == quoting.QuoteInContext("", "no such words", "")


@pytest.mark.parametrize("document", register.DOCUMENTS)
def test_every_document_has_a_public_place(document: str) -> None:
    assert quoting.links()[document].startswith("https://shopify.dev/")
