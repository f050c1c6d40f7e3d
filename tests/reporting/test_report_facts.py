"""The projections of a run tell the same facts, and tell them again in the same bytes."""

import base64
import csv
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import page_reader
import pytest
import stored_run

from fulfillspec.documents import quoting
from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.reporting import PROJECTIONS, Failed, write_all
from fulfillspec.reporting.text import clause

FILES = ("report.html", "junit.xml", "results.csv", "exchanges.har", "badge.json", "summary.md")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    stored_run.make(folder)
    assert write_all(folder) == []
    return folder


@pytest.fixture(scope="module")
def results(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "results.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def page(folder: Path) -> page_reader.Page:
    return page_reader.read((folder / "report.html").read_text("utf-8"))


def test_every_verdict_is_counted_alike_in_json_csv_and_html(
    folder: Path, results: dict[str, Any], page: page_reader.Page
) -> None:
    told = Counter(row["verdict"] for row in results["requirements"])
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row["verdict"] for row in rows) == told
    shown = Counter(
        (attributes["class"] or "").removeprefix("is-")
        for attributes in page.named("tr")
        if (attributes.get("class") or "").startswith("is-")
    )
    assert shown == told
    assert set(told) == {"pass", "fail", "warn", "inconclusive", "not-applicable", "not-tested"}


def test_every_verdict_by_transport_is_counted_alike_in_json_csv_and_junit(
    folder: Path, results: dict[str, Any]
) -> None:
    told = Counter(verdict for row in results["requirements"] for verdict in row["by_transport"].values())
    bare = Counter(row["verdict"] for row in results["requirements"] if not row["by_transport"])
    known = sum(found["baseline"] is not None for found in results["deviations"])
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row[name] for row in rows for name in ("rest", "graphql", "connector") if row[name]) == told
    root = ET.parse(folder / "junit.xml").getroot()
    total = told + bare
    assert int(root.get("tests", "")) == total.total()
    assert int(root.get("failures", "")) == total["fail"] - known
    assert int(root.get("errors", "")) == total["inconclusive"]
    assert int(root.get("skipped", "")) == total["not-applicable"] + total["not-tested"] + known


def test_suites_of_the_junit_file_add_up(folder: Path) -> None:
    root = ET.parse(folder / "junit.xml").getroot()
    for name in ("tests", "failures", "errors", "skipped"):
        assert sum(int(suite.get(name, "")) for suite in root) == int(root.get(name, ""))


def test_each_deviation_has_its_card_with_id_clause_diff_exchanges_and_command(
    results: dict[str, Any], page: page_reader.Page
) -> None:
    assert len(page.classed("div", "found") + page.classed("details", "found")) == len(results["deviations"])
    told = {(found["requirement"], found["baseline"] is not None) for found in results["deviations"]}
    assert len(page.classed("details", "card")) == len(told)
    for found in results["deviations"]:
        assert found["requirement"] in page.text
        assert found["quote"] in page.text
        assert found["reproduce"] in page.text
        for number in found["exchanges"]:
            assert f"x{number}" in page.ids


def test_deviations_that_block_come_first_and_known_ones_last(page: page_reader.Page) -> None:
    tones = [(attributes["class"] or "").split()[1] for attributes in page.classed("details", "card")]
    assert tones == sorted(tones, key=("fail", "warn", "idle").index)
    assert set(tones) == {"fail", "warn", "idle"}


def test_every_link_inside_the_page_leads_somewhere(page: page_reader.Page) -> None:
    missing = {link for link in page.links if link.startswith("#") and link[1:] not in set(page.ids)}
    assert missing == set()


def test_ids_in_the_page_are_unique(page: page_reader.Page) -> None:
    assert [name for name, times in Counter(page.ids).items() if times > 1] == []


def test_tags_of_the_page_are_balanced(page: page_reader.Page) -> None:
    assert page.unbalanced == []


def test_sections_stand_in_the_documented_order(page: page_reader.Page) -> None:
    sections = [attributes.get("id") for attributes in page.named("section") if attributes.get("id")]
    assert sections == [
        "verdict",
        "deviations",
        "unjudged",
        "lifecycle",
        "matrix",
        "requirements",
        "ambiguities",
        "invariants",
        "cases",
        "exchanges",
        "left",
        "legend",
        "again",
    ]


def test_the_page_loads_nothing(folder: Path, page: page_reader.Page) -> None:
    policy = next(one["content"] for one in page.named("meta") if one.get("http-equiv") == "Content-Security-Policy")
    source = (folder / "report.html").read_text("utf-8")
    scripts = re.findall("<script>(.*?)</script>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert len(scripts) == len(page.named("script")) == 1
    assert policy == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    loading = {"img", "link", "iframe", "object", "embed", "audio", "video", "source", "base", "form"}
    assert not loading & {tag for tag, _ in page.tags}
    assert not any("src" in attributes or "srcset" in attributes for _, attributes in page.tags)
    style = source.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    outside = [link for link in page.links if not link.startswith("#")]
    assert [link for link in outside if not link.startswith("https://shopify.dev/docs/api/")] == [
        "https://bugs.example/oms-mock/41"
    ]


def test_clause_stands_in_its_sentence_and_leads_to_its_document(folder: Path, page: page_reader.Page) -> None:
    assert set(quoting.links().values()) <= set(page.links)
    source = (folder / "report.html").read_text("utf-8")
    assert re.search(r"<blockquote><span class=\"soft\">[^<]+ </span><b>[^<]+</b>", source)


def test_reasons_stand_by_what_was_not_judged(results: dict[str, Any], page: page_reader.Page) -> None:
    for row in results["requirements"]:
        if row["verdict"] in {"inconclusive", "not-tested", "not-applicable"}:
            assert row["reason"] in page.text


def test_readings_seen_are_marked(results: dict[str, Any], page: page_reader.Page) -> None:
    seen = {(row["id"], met["reading"]) for row in results["ambiguities"] for met in row["seen"]}
    assert len(page.classed("li", "met")) == len(seen)


def test_each_cell_of_the_matrix_carries_mark_and_word_for_each_transport(
    results: dict[str, Any], page: page_reader.Page
) -> None:
    groups = {
        (cell["state"], cell["action"], cell["actor"], cell["seen"], cell["verdict"]) for cell in results["cells"]
    }
    entries = [attributes for attributes in page.named("a") if " over REST" in (attributes.get("title") or "")]
    entries += [attributes for attributes in page.named("a") if " over GraphQL:" in (attributes.get("title") or "")]
    both = [one for one in entries if "REST and GraphQL" in (one["title"] or "")]
    assert len({id(one) for one in entries}) == len(groups)
    assert 2 * len(both) + (len({id(one) for one in entries}) - len(both)) == len(results["cells"])


def test_writing_again_gives_the_same_bytes(folder: Path) -> None:
    before = {name: (folder / name).read_bytes() for name in FILES}
    assert write_all(folder) == []
    assert {name: (folder / name).read_bytes() for name in FILES} == before


def test_no_draft_stays_behind(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {*FILES, "results.json", "evidence.ndjson"}


def test_a_sound_run_reads_as_one(tmp_path: Path) -> None:
    stored_run.make(tmp_path, sound=True)
    assert write_all(tmp_path) == []
    page = page_reader.read((tmp_path / "report.html").read_text("utf-8"))
    assert page.classed("section", "pass")
    assert not page.classed("details", "card")
    assert "Nothing that was observed deviates" in page.text
    assert json.loads((tmp_path / "badge.json").read_text("utf-8")) == {
        "schemaVersion": 1,
        "label": "FulfillmentOrder API",
        "message": "conformant · 2025-10",
        "color": "0a6b3b",
    }


@pytest.mark.parametrize(
    ("sound", "said"), [(True, "1,100 of 1,200 source mutants found"), (False, "not recorded for this build")]
)
def test_what_the_suite_was_seen_to_find_stands_in_the_report(*, sound: bool, said: str, tmp_path: Path) -> None:
    stored_run.make(tmp_path, sound=sound)
    assert write_all(tmp_path) == []
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "214 of 214 mutants killed" in text
    assert said in text


def test_a_run_of_two_thousand_checks_stays_below_two_megabytes(tmp_path: Path) -> None:
    results = stored_run.make(tmp_path, copies=6)
    assert sum(len(row["by_transport"]) for row in results["requirements"]) >= 2000
    assert write_all(tmp_path) == []
    assert (tmp_path / "report.html").stat().st_size < 2_000_000


def test_a_broken_projection_loses_none_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_run.make(tmp_path)

    def burst(*_: object) -> None:
        raise RuntimeError("out of ink")

    monkeypatch.setitem(PROJECTIONS, "report.html", burst)
    assert write_all(tmp_path) == [Failed("report.html", "RuntimeError: out of ink")]
    assert {name for name in FILES if (tmp_path / name).exists()} == set(FILES) - {"report.html"}


def test_a_projection_that_fails_leaves_the_earlier_file(tmp_path: Path) -> None:
    stored_run.make(tmp_path)
    write_all(tmp_path)
    before = (tmp_path / "exchanges.har").read_bytes()
    (tmp_path / "evidence.ndjson").unlink()
    failed = write_all(tmp_path)
    assert [failure.name for failure in failed] == ["exchanges.har"]
    assert "evidence.ndjson" in failed[0].reason
    assert (tmp_path / "exchanges.har").read_bytes() == before


@pytest.mark.parametrize("whole", [True, False])
def test_a_log_is_called_incomplete_only_where_it_was_cut_short(*, whole: bool, tmp_path: Path) -> None:
    stored_run.make(tmp_path, sound=True)
    path = tmp_path / "evidence.ndjson"
    log = Evidence(path, Redactor(()))
    log.record(actor="merchant", transport="rest", operation="get", method="GET", url="http://127.0.0.1/")
    log.close()
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines if whole else lines[:-1]), encoding="utf-8")
    assert write_all(tmp_path) == []
    told = "The log of this run is incomplete" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert told is not whole


def test_a_report_without_evidence_says_so(tmp_path: Path) -> None:
    stored_run.make(tmp_path)
    (tmp_path / "evidence.ndjson").unlink()
    write_all(tmp_path)
    page = page_reader.read((tmp_path / "report.html").read_text("utf-8"))
    assert "The exchanges cannot be shown" in page.text
    assert page.classed("details", "card")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"requirements": 3}', '{"requirements": [{"judged": "many"}]}'])
def test_unreadable_results_are_the_one_failure(tmp_path: Path, text: str) -> None:
    (tmp_path / "results.json").write_text(text, encoding="utf-8")
    assert [failure.name for failure in write_all(tmp_path)] == ["results.json"]


def test_an_aborted_run_with_nothing_judged_has_a_report(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text('{"verdict": "aborted", "summary": "Interrupted."}', encoding="utf-8")
    (tmp_path / "evidence.ndjson").write_text('{"schema": "fulfillspec/evidence/1"}\n{"n": 1, "at"', encoding="utf-8")
    assert write_all(tmp_path) == []
    page = page_reader.read((tmp_path / "report.html").read_text("utf-8"))
    assert "Aborted" in page.text
    assert "the run was cut short" in page.text


def test_passes_lead_to_their_exchanges(results: dict[str, Any], page: page_reader.Page) -> None:
    links = {attributes.get("href") for attributes in page.named("a")}
    passed = [cell for cell in results["cells"] if cell["verdict"] == "pass" and cell["exchanges"]]
    assert passed
    assert {f"#x{cell['exchanges'][0]}" for cell in passed} <= links


@pytest.mark.parametrize(("embedded", "host"), [(True, "embedded sandbox"), (False, "store.example")])
def test_head_of_the_page_says_what_was_tested(embedded: bool, host: str, tmp_path: Path) -> None:  # noqa: FBT001
    found = stored_run.make(tmp_path, sound=True, hostile=False)
    found["target"] |= {"embedded": embedded, "base_url": "https://store.example/"}
    (tmp_path / "results.json").write_text(json.dumps(found), "utf-8")
    assert write_all(tmp_path) == []
    assert f'<p class="host">{host}</p>' in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("quote", "source", "told"),
    [
        (
            "Marks an in-progress fulfillment order as incomplete",
            "S2 Marks a fulfillment order as incomplete",
            ("as incomplete ", "Marks an in-progress fulfillment order as incomplete", ", indicating"),
        ),
        ("no such words", "S2 Somewhere", ("", "no such words", "")),
        ("in-progress", "R7 a recording", ("", "in-progress", "")),
    ],
    ids=["in its document", "not in it", "of another document"],
)
def test_clause_has_what_stands_around_it(quote: str, source: str, told: tuple[str, str, str]) -> None:
    before, said, after = clause(quote, source)
    assert (before.endswith(told[0]), said, after.startswith(told[2])) == (True, told[1], True)
    assert bool(before) is bool(told[0])
    assert "```" not in before + after


def test_long_script_is_named_on_paper_and_no_area_opens_for_what_was_not_judged(tmp_path: Path) -> None:
    found = stored_run.make(tmp_path, hostile=False)
    for row in found["requirements"]:
        row["verdict"] = "inconclusive" if row["verdict"] in {"fail", "warn"} else row["verdict"]
    found["deviations"][0]["reproduce"] = "# run: sh reproduce/FO-X-1.sh\n" + "true\n" * 20
    (tmp_path / "results.json").write_text(json.dumps(found), "utf-8")
    assert write_all(tmp_path) == []
    source = (tmp_path / "report.html").read_text("utf-8")
    assert source.count('<details class="again long">') == source.count('<p class="on-paper">') == 1
    assert '<p class="on-paper"><b>Reproduce</b> # run: sh reproduce/FO-X-1.sh</p>' in source
    assert not re.search(r'<details class="area" id="[^"]+" open>', source)
