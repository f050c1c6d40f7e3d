"""Reads a report as a browser would: tags, attributes, text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "input", "img", "hr", "path", "use", "circle", "polygon", "rect"}


@dataclass
class Page:
    """What stands in a page."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.tags if "id" in attributes]

    @property
    def links(self) -> list[str]:
        return [attributes["href"] or "" for _, attributes in self.tags if "href" in attributes]

    def classed(self, tag: str, word: str) -> list[dict[str, str | None]]:
        return [attributes for attributes in self.named(tag) if word in (attributes.get("class") or "").split()]

    @property
    def text(self) -> str:
        return " ".join(text for tag, text in self.texts if tag != "style")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.page.unbalanced.append(f"</{tag}> in {self.open[-3:]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.page.texts.append((self.open[-1] if self.open else "", data))


def read(source: str) -> Page:
    """Return what stands in a page's source."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    reader.page.unbalanced += [f"<{tag}> is never closed" for tag in reader.open]
    return reader.page
