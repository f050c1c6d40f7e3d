"""Text from a server, made safe to look at: nothing in it may act, hide or reorder what stands beside it."""

import html
import json
import re
from typing import Final

from fulfillspec.documents import quoting

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKUP = re.compile(
    r"</?(?:a|b|br|code|dd|div|dl|dt|em|h[1-6]|i|li|ol|p|pre|span|strong|table|tbody|td|th|thead|tr|ul)\b[^<>]*>"
    r"|\\(?=\s|$)",  # a line break of Markdown
    re.IGNORECASE,
)

_FENCE: Final = "```"
_HEADING: Final = re.compile(r"(?<!\S)#+ ")


def visible(text: str) -> str:
    """Return `text` with every control, direction mark, invisible character and lone surrogate shown as a visible sign.

    Control characters become their Unicode pictures (ESC → ␛); all others become `⟦U+202E⟧`. Newline and tab stay.
    The result can be encoded as UTF-8, stands in XML 1.0 and moves no terminal's cursor.
    """
    return _UNSEEN.sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟦U+{code:04X}⟧"


def unmarked(quote: str) -> str:
    """Return a quoted clause as a reader sees it: the mark-up of the document it was taken from is left away."""
    return " ".join(html.unescape(_MARKUP.sub("", quote)).split())


def clause(quote: str, source: str) -> tuple[str, str, str]:
    """Return a clause as a reader sees it, with what stands before and after it in its document."""
    document = quoting.document_of(source)
    found = quoting.passage(document, quote) if document and quote else None
    if found is None or not (found.before or found.after):
        return "", unmarked(quote), ""
    before, after = found.before.rpartition(_FENCE)[2], found.after.partition(_FENCE)[0]
    whole = unmarked(_HEADING.sub("", f"{before}\ue000{found.quote}\ue001{after}"))
    before, _, rest = whole.partition("\ue000")
    quoted, _, after = rest.partition("\ue001")
    return before, quoted, after


def one_line(text: str, limit: int) -> str:
    """Return `text` on one line of at most `limit` characters, cut with an ellipsis."""
    line = visible(" ".join(text[: limit * 8].split()))
    return line if len(line) <= limit else line[: max(limit - 1, 0)] + "…"


def shorten(text: str, limit: int) -> tuple[str, str | None]:
    """Return `text` cut to about `limit` characters, head and tail kept, and a note on what was left out (or None)."""
    if len(text) <= limit:
        return text, None
    head, tail = limit * 3 // 4, limit // 4
    gone = len(text) - head - tail
    return f"{text[:head]}\n⋯\n{text[len(text) - tail :]}", f"{gone:,} of {len(text):,} characters are left out here"


def pretty(body: str, *, most: int = 200_000) -> str:
    """Return a JSON body with line breaks, a GraphQL document as one writes it; any other or a long body as it came."""
    if len(body) > most or body.lstrip()[:1] not in ("{", "["):
        return body
    try:
        value = json.loads(body)
        if isinstance(value, dict) and isinstance(value.get("query"), str):
            document = value.pop("query").strip()
            return f"{document}\n\n{json.dumps(value, indent=2, ensure_ascii=False)}" if value else document
        return json.dumps(value, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def anchor(*parts: object) -> str:
    """Return an id for a place in the page: ASCII letters, digits, `-` and `_` only, whatever the parts hold."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", "-".join(str(part) for part in parts)).strip("-") or "x"


def web_address(link: str | None) -> str | None:
    """Return `link` if a browser may be sent there (http or https, no white space), else None."""
    return link if link and re.fullmatch(r"https?://[^\s\x00-\x20\"'<>\\]+", link) else None
