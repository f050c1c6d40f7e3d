"""What the templates of every page have in common: escaping, filters, words, colours."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fulfillspec.documents import quoting
from fulfillspec.reporting import palette, tally
from fulfillspec.reporting.labels import text_width
from fulfillspec.reporting.lifecycle_steps import PLACES, UNWALKED, pair_of, place_of
from fulfillspec.reporting.text import anchor, clause, one_line, unmarked, visible, web_address
from fulfillspec.verdicts.text import words

DOCUMENTS = {
    "S0": "Connector action “Mark a fulfillment order as incomplete”",
    "S1": "Admin GraphQL: fulfillmentOrderClose, 2025-10",
    "S2": "Admin REST: FulfillmentOrder",
    "S3": "Admin GraphQL: fulfillmentOrderRejectFulfillmentRequest, 2024-10",
    "S4": "Admin REST: FulfillmentRequest, 2025-10",
}
"""What the short names of the source documents stand for."""

TRANSPORT_NAMES = {"rest": "REST", "graphql": "GraphQL", "connector": "Connector"}
"""The transports as a reader writes them."""


@cache
def environment() -> Environment:
    """Return the environment of the pages: everything is escaped, and every text made visible first."""
    made = Environment(
        loader=PackageLoader("fulfillspec.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    made.filters |= {
        "anchor": anchor,
        "one_line": one_line,
        "transport_name": _transport_name,
        "unmarked": unmarked,
        "web_address": web_address,
        "words": words,
    }
    made.globals |= {
        "MARK": tally.MARK,
        "MEANING": tally.MEANING,
        "OVERALL": tally.OVERALL,
        "VERDICTS": tally.VERDICTS,
        "TONE": palette.TONES,
        "LIGHT": palette.LIGHT,
        "DARK": palette.DARK,
        "DOCUMENTS": DOCUMENTS,
        "PLACES": PLACES,
        "UNWALKED": UNWALKED,
        "transport_name": _transport_name,
        "pair_of": pair_of,
        "place_of": place_of,
        "anchor": anchor,
        "label_width": text_width,
        "clause": clause,
        "PUBLISHED": quoting.links(),
        "document_of": quoting.document_of,
    }
    return made


@dataclass(frozen=True, slots=True)
class PageScript:
    """The one script of a page, and the digest by which the page's policy admits it and no other."""

    source: Markup
    digest: str


@cache
def script(name: str = "report.js") -> PageScript:
    """Return the script of a page: that of the report, or another of ours."""
    made = environment()
    assert made.loader is not None
    source = made.loader.get_source(made, name)[0]
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return PageScript(Markup(source), digest)  # noqa: S704 - our own file, and the policy admits nothing else


def _transport_name(name: str) -> str:
    """Return a transport as a reader writes it; one that is not known stays as it is."""
    return TRANSPORT_NAMES.get(name, name)


def _visible(value: Any) -> Any:
    """Let every text of every expression pass `visible`, whatever template it stands in; autoescaping comes after."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
