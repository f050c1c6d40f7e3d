"""Nothing that a server sends acts, hides or reorders anything in any artefact."""

import csv
import json
import re
import tracemalloc
import xml.etree.ElementTree as ET
from pathlib import Path

import page_reader
import pytest
import stored_run
from stored_log import HOSTILE

from fulfillspec.reporting import exchanges, har, sheet, write_all
from fulfillspec.reporting.run import parse
from fulfillspec.reporting.text import anchor, one_line, pretty, shorten, unmarked, visible, web_address

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    results = stored_run.make(folder)
    spread(results)
    (folder / "results.json").write_text(json.dumps(results), encoding="utf-8")
    assert write_all(folder) == []
    return folder


def spread(value: object, place: tuple[int, ...] = ()) -> None:
    """Add hostile text to every text of the results that a target has a say in."""
    ours = {
        "verdict",
        "level",
        "area",
        "id",
        "requirement",
        "transport",
        "expected",
        "outcome",
        "schema",
        "by_transport",
    }
    ours |= {"transports", "state", "from", "to", "action", "actor", "link", "started", "case", "cases", "requirements"}
    if isinstance(value, dict):
        for number, (key, one) in enumerate(value.items()):
            if key in ours and not isinstance(one, list):
                continue
            if isinstance(one, str) and key not in ours:
                value[key] = f"{one} {HOSTILE[(sum(place) + number) % len(HOSTILE)]}"
            elif not (key in ours and one and isinstance(one[0], str)):
                spread(one, (*place, number))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            spread(one, (*place, number))


@pytest.mark.parametrize("name", ["report.html", "junit.xml", "results.csv", "badge.json", "summary.md"])
def test_no_unseen_character_stands_in_an_artefact(folder: Path, name: str) -> None:
    text = (folder / name).read_bytes().decode("utf-8").replace("\r\n", "\n")
    assert UNSEEN.findall(text) == []


def test_no_hostile_text_becomes_a_tag_or_a_handler(folder: Path) -> None:
    page = page_reader.read((folder / "report.html").read_text("utf-8"))
    assert page.unbalanced == []
    assert page.named("script") == [{}]  # ours, which the policy of the page admits by its digest
    assert not {"img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert not [key for _, attributes in page.tags for key in attributes if key.startswith("on")]
    assert not [
        link
        for link in page.links
        if not link.startswith(("#", "https://bugs.example/", "https://shopify.dev/docs/api/"))
    ]


def test_hostile_text_is_still_there_to_read(folder: Path) -> None:
    page = page_reader.read((folder / "report.html").read_text("utf-8"))
    for text in (
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "␛[31mred",
        "nul␀byte",
        "⟦U+202E⟧girts",
        "⟦U+D800⟧",
        "&lt;b&gt;",
    ):
        assert text.replace("girts", "") in page.text, text


def test_a_script_link_in_the_baseline_is_no_link(tmp_path: Path) -> None:
    results = stored_run.make(tmp_path)
    results["deviations"][0]["baseline"] = {"reason": "x", "link": "javascript:alert(1)"}
    (tmp_path / "results.json").write_text(json.dumps(results), encoding="utf-8")
    write_all(tmp_path)
    page = page_reader.read((tmp_path / "report.html").read_text("utf-8"))
    assert not [link for link in page.links if link.startswith("javascript")]
    assert "javascript:alert(1)" in page.text


def test_the_junit_file_is_well_formed_with_hostile_texts(folder: Path) -> None:
    messages = [one.get("message", "") for one in ET.parse(folder / "junit.xml").getroot().iter("failure")]
    assert messages
    assert all(messages)


def test_no_field_of_the_sheet_begins_like_a_formula(folder: Path) -> None:
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        fields = [field for row in csv.reader(file) for field in row]
    assert not [field for field in fields if field.lstrip()[:1] in ("=", "+", "-", "@")]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", " =1", "\t=1", "\n=1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert sheet.harmless(text) == f"'{text}"


def test_a_har_file_carries_every_byte_the_recorder_kept(folder: Path) -> None:
    archive = json.loads((folder / "exchanges.har").read_text("utf-8"))
    lines = [json.loads(line) for line in (folder / "evidence.ndjson").read_text("utf-8").splitlines()[1:-1]]
    entries = archive["log"]["entries"]
    assert len(entries) == len(lines)
    for entry, line in zip(entries, lines, strict=True):
        assert entry["request"]["url"] == line["request"]["url"]
        if line["response"]:
            assert entry["response"]["content"]["text"] == line["response"]["body"]
        else:
            assert entry["response"]["status"] == 0
            assert line["error"] in entry["response"]["statusText"]


def test_a_body_of_five_megabytes_is_shortened_with_a_note(tmp_path: Path) -> None:
    results = stored_run.make(tmp_path, body=10)
    lines = (tmp_path / "evidence.ndjson").read_text("utf-8").splitlines()
    number = results["deviations"][0]["exchanges"][1]
    record = json.loads(lines[number])
    record["response"] = {"status": 200, "headers": {}, "body": "<b>" + "x" * 5_000_000, "truncated": True}
    lines[number] = json.dumps(record)
    (tmp_path / "evidence.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert write_all(tmp_path) == []
    assert (tmp_path / "report.html").stat().st_size < 1_000_000
    page = page_reader.read((tmp_path / "report.html").read_text("utf-8"))
    assert "of 5,000,003 characters are left out here" in page.text
    assert "the recorder had already cut this body" in page.text


def test_memory_stays_flat_in_the_length_of_the_log(tmp_path: Path) -> None:
    results = stored_run.make(tmp_path, hostile=False)
    log = tmp_path / "evidence.ndjson"
    lines = log.read_text("utf-8").splitlines()
    long = json.dumps(json.loads(lines[-2]) | {"n": 1000, "error": "y" * 4000})
    wanted = {number for found in results["deviations"] for number in found["exchanges"]}
    cases = {found["case"] for found in results["deviations"]}
    peaks = []
    for repeated in (10, 2000):
        log.write_text("\n".join([*lines[:-1], *[long] * repeated, lines[-1]]), encoding="utf-8")
        tracemalloc.start()
        found = exchanges.gather(log, wanted, cases)
        har.write(parse(results), log, tmp_path / "exchanges.har")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert found.total == len(lines) - 2 + repeated
    assert peaks[1] < peaks[0] + 500_000


def test_lines_that_are_no_exchange_are_counted_and_told(tmp_path: Path) -> None:
    stored_run.make(tmp_path)
    log = tmp_path / "evidence.ndjson"
    log.write_bytes(log.read_bytes() + b'{"n": "one"}\nnot json\n\xff\xfe\n[]\n' + b"[" * 100_000 + b"\n")
    assert write_all(tmp_path) == []
    page = page_reader.read((tmp_path / "report.html").read_text("utf-8"))
    assert "5 lines are no exchanges" in page.text


@pytest.mark.parametrize("text", HOSTILE)
def test_visible_text_survives_utf_8_and_xml(text: str) -> None:
    shown = visible(text)
    assert not UNSEEN.search(shown)
    ET.fromstring(ET.tostring(_element(shown)))


def _element(text: str) -> ET.Element:
    element = ET.Element("t", a=text)
    element.text = text
    return element


def test_visible_text_is_left_as_it_is() -> None:
    plain = "Zürich, 東京, “quoted”, 👍, a\tb\nc ✔\ufe0e"
    assert visible(plain) == plain


def test_anchors_hold_letters_digits_and_hyphens_only() -> None:
    assert anchor("req", 'FO-"><script>') == "req-FO--script"
    assert anchor("\x00") == "x"


def test_only_web_addresses_become_links() -> None:
    assert web_address("https://a.example/b?c=d#e") == "https://a.example/b?c=d#e"
    for link in ("javascript:alert(1)", "data:text/html,x", "//a.example", "https://a b", 'https://a"b', "", None):
        assert web_address(link) is None


def test_a_clause_is_shown_without_the_markup_of_its_document() -> None:
    assert unmarked("<p>\n <strong>open</strong>: it&apos;s\n ready.</p>") == "open: it's ready."
    assert unmarked("a < b and <Foo> <script>") == "a < b and <Foo> <script>"
    assert unmarked("it is so.\\ \\ Each has C:\\a:\\") == "it is so. Each has C:\\a:"


def test_one_line_has_no_line_break_and_no_more_than_the_limit() -> None:
    assert one_line("a\n b\tc", 20) == "a b c"
    assert one_line("x" * 100, 10) == "x" * 9 + "…"


def test_shortening_keeps_head_and_tail() -> None:
    text, note = shorten("a" * 900 + "b" * 100, 100)
    assert text.startswith("a" * 75)
    assert text.endswith("b" * 25)
    assert note == "900 of 1,000 characters are left out here"


def test_deep_json_is_shown_as_it_came() -> None:
    deep = "[" * 50_000
    assert pretty(deep) == deep


def test_a_graphql_document_is_shown_as_one_writes_it() -> None:
    assert (
        pretty('{"query": "{\\n  shop { id }\\n}", "variables": {"a": 1}}')
        == '{\n  shop { id }\n}\n\n{\n  "variables": {\n    "a": 1\n  }\n}'
    )
