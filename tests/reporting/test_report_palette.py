"""Text in the page can be read by everybody: WCAG AA in both themes, and colour never alone."""

import re
from pathlib import Path

import page_reader
import pytest
import stored_run

from fulfillspec.reporting import palette, write_all


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("colours")
    stored_run.make(folder)
    write_all(folder)
    return (folder / "report.html").read_text("utf-8")


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", block))


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_text_has_enough_contrast_in_the_page(source: str, theme: str) -> None:
    starts = {
        "light": ":root{color-scheme:light dark",
        "dark": "@media (prefers-color-scheme:dark){:root{",
        "print": ":root{color-scheme:light;",
    }
    block = source.partition(starts[theme])[2].partition("}")[0]
    colours = tokens(block)
    assert set(colours) == set(palette.LIGHT)
    low = {pair: round(palette.contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in palette.PAIRS}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


def test_contrast_is_what_the_guideline_says() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_no_colour_stands_outside_the_tokens(source: str) -> None:
    style = source.partition("<style>")[2].partition("</style>")[0]
    loose = re.sub(r"--[a-z-]+:#[0-9a-f]{6}", "", style)
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", loose)) <= {"#535b66"}


def test_every_verdict_in_the_page_has_a_shape_and_a_word(source: str) -> None:
    for mark in re.findall(r'<span class="v [a-z]+">(.*?)</span>', source, re.DOTALL):
        shape, _, word = mark.partition("</svg>")
        assert 'href="#m-' in shape
        assert word.strip()


def test_every_shape_that_is_used_is_defined(source: str) -> None:
    page = page_reader.read(source)
    used = {link for link in page.links if link.startswith("#m-")}
    assert used <= {f"#{name}" for name in page.ids}
    assert {"#m-pass", "#m-fail", "#m-warn", "#m-inconclusive", "#m-not-tested"} <= used


def test_the_package_carries_its_templates() -> None:
    templates = Path(palette.__file__).parent / "templates"
    assert {"report.html.j2", "report.css"} <= {path.name for path in templates.iterdir()}
