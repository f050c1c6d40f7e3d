"""The figures of the kill matrix are those of this build, or they are not quoted."""

import json
import re
from pathlib import Path

import pytest

from fulfillspec.documents import paths, proof
from fulfillspec.sandbox.mutants import mutants

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_figures_are_quoted_for_the_mutants_that_they_are_of(tmp_path: Path) -> None:
    assert proof.figures(tmp_path) is None
    proof.record(7, 6, tmp_path)
    assert proof.figures(tmp_path) == {"mutants": 7, "killed": 6}


@pytest.mark.parametrize("digest", ["0123456789abcdef", None])
def test_figures_of_other_mutants_are_not_quoted(digest: str | None, tmp_path: Path) -> None:
    stored = {"mutants": 7, "killed": 7} | ({"digest": digest} if digest else {})
    (tmp_path / proof.FILE).write_text(json.dumps(stored), "utf-8")
    assert proof.figures(tmp_path) is None


def test_source_figures_are_quoted_for_the_modules_that_they_are_of(tmp_path: Path) -> None:
    assert proof.source_figures(tmp_path) is None
    sandbox = tmp_path / "sandbox"
    (sandbox / "store").mkdir(parents=True)
    files = [sandbox / "rest.py", sandbox / "store" / "holds.py"]
    for file in files:
        file.write_text("class A: pass", "utf-8")
    proof.record_sources(9, 8, files, tmp_path, sandbox)
    assert proof.source_figures(tmp_path, sandbox) == {"judged": 9, "found": 8}
    (sandbox / "views.py").write_text("class C: pass", "utf-8")
    assert proof.source_figures(tmp_path, sandbox) is not None, "no mutant was made of it"
    files[1].write_text("class B: pass", "utf-8")
    assert proof.source_figures(tmp_path, sandbox) is None
    files[1].unlink()
    assert proof.source_figures(tmp_path, sandbox) is None


def test_page_of_source_mutants_is_of_the_committed_figures() -> None:
    stated = re.findall(r"^- score: (\d+) of (\d+) that", (DOCS / "refutation.md").read_text("utf-8"), re.MULTILINE)
    stored = json.loads((paths.schemas() / proof.SOURCES).read_text("utf-8"))
    assert stated == [(str(stored["found"]), str(stored["judged"]))]


def test_digest_tells_other_names_and_other_code(tmp_path: Path) -> None:
    found: set[str] = set()
    for name, text in (("closing", "class A: pass"), ("closing", "class B: pass"), ("holds", "class B: pass")):
        folder = tmp_path / f"{name}{len(found)}"
        folder.mkdir()
        (folder / f"{name}.py").write_text(text, "utf-8")
        found.add(proof.digest.__wrapped__(folder))
    assert len(found) == 3


def test_committed_figures_count_every_mutant_of_this_build() -> None:
    figures = proof.figures()
    assert figures is None or figures["mutants"] == len(mutants())


@pytest.mark.parametrize("page", ["kill-matrix.md", "kill-matrix-cells.md"])
def test_pages_of_the_kill_matrix_are_of_the_committed_figures(page: str) -> None:
    stated = re.findall(r"^- digest of the mutants: (\w+)$", (DOCS / page).read_text("utf-8"), re.MULTILINE)
    stored = json.loads((paths.schemas() / proof.FILE).read_text("utf-8")).get("digest")
    assert stated == ([stored] if stored else [])
