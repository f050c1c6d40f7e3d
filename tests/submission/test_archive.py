"""A run as one archive: the same bytes for the same run, three levels of one digest, and none that can do harm."""

import gzip
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stored_results import MUST, results

from fulfillspec.evidence.packed import pack
from fulfillspec.submission import archive
from fulfillspec.submission.archive import BadArchive
from fulfillspec.verdicts import checksums

PERSONAL = '{"order":{"phone":"«phone:1f3a9c0d»"}}'
PLAIN = '{"fulfillment_orders":[]}'


def exchange(number: int, body: str) -> dict[str, Any]:
    return {
        "n": number, "at": "2025-11-22T10:00:00.000Z", "case": "", "actor": "merchant", "transport": "rest",
        "operation": "list", "phase": "look", "error": None, "ms": 1.0,
        "request": {"method": "GET", "url": "http://127.0.0.1:1/x", "headers": {}, "body": None},
        "response": {"status": 200, "headers": {}, "body": body, "truncated": False},
    }  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The files of a run, as far as an archive tells them apart."""
    folder = tmp_path / "run"
    (folder / "reproduce").mkdir(parents=True)
    (folder / "results.json").write_text(json.dumps(results({MUST: {"rest": "pass"}})), "utf-8")
    lines = [{"schema": "fulfillspec/evidence/1"}, exchange(1, PERSONAL), exchange(2, PLAIN), {"end": True}]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "evidence.ndjson").write_text(text, "utf-8")
    for name in ("times.ndjson", "report.html", "exchanges.har", "reproduce/1.sh"):
        (folder / name).write_text("{}\n", "utf-8")
    checksums.write(folder)
    return folder


def packed(run: Path, level: str = "full") -> Path:
    target = run.with_name(f"{level}.zip")
    archive.pack(run, target, level)
    return target


@pytest.mark.parametrize("level", archive.LEVELS)
def test_same_run_gives_the_same_bytes(level: str, run: Path) -> None:
    first = packed(run, level).read_bytes()
    (run / "results.json").touch()
    assert packed(run, level).read_bytes() == first


def test_archive_holds_what_cannot_be_made_again(run: Path, tmp_path: Path) -> None:
    manifest = archive.unpack(packed(run), tmp_path / "again")
    assert set(manifest.files) == {"results.json", "evidence.ndjson", "times.ndjson", "reproduce/1.sh", "SHA256SUMS"}
    for name in manifest.files:
        assert (tmp_path / "again" / name).read_bytes() == (run / name).read_bytes()


def test_one_digest_names_the_run_at_every_level(run: Path, tmp_path: Path) -> None:
    told = {archive.unpack(packed(run, level), tmp_path / level).run for level in archive.LEVELS}
    assert told == {checksums.digest(run / "SHA256SUMS")}


def test_vendor_level_withholds_bodies_that_held_personal_data(run: Path, tmp_path: Path) -> None:
    manifest = archive.unpack(packed(run, "vendor"), tmp_path / "again")
    lines = (tmp_path / "again" / "evidence.ndjson").read_text("utf-8").splitlines()
    responses = [row["response"] for row in map(json.loads, lines) if "n" in row]
    assert manifest.withheld == 1
    assert responses[0]["body"] == ""
    assert responses[0]["body_sha256"] == hashlib.sha256(PERSONAL.encode()).hexdigest()
    assert responses[1]["body"] == PLAIN


def test_vendor_level_withholds_them_in_a_compressed_log_too(run: Path, tmp_path: Path) -> None:
    compressed = run / "evidence.ndjson.gz"
    pack(run / "evidence.ndjson", compressed)
    (run / "evidence.ndjson").unlink()
    checksums.write(run)
    manifest = archive.unpack(packed(run, "vendor"), tmp_path / "again")
    assert manifest.withheld == 1
    assert PERSONAL.encode() in gzip.decompress(compressed.read_bytes()).replace(b'\\"', b'"')
    told = gzip.decompress((tmp_path / "again" / "evidence.ndjson.gz").read_bytes()).decode()
    assert "phone" not in told
    assert len(told.splitlines()) == 4


def test_public_level_holds_no_exchange(run: Path, tmp_path: Path) -> None:
    assert set(archive.unpack(packed(run, "public"), tmp_path / "again").files) == {"results.json", "SHA256SUMS"}


def test_run_without_sums_cannot_be_named(run: Path) -> None:
    (run / "SHA256SUMS").unlink()
    with pytest.raises(BadArchive, match="no digest that names the run"):
        packed(run)


def rewritten(source: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(source) as old:
        files = {name: old.read(name) for name in old.namelist()}
    change(files)
    target = source.with_name("forged.zip")
    with zipfile.ZipFile(target, "w") as new:
        for name, content in files.items():
            new.writestr(name, content)
    return target


def manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, bytes]], None]:
    def rewrite(files: dict[str, bytes]) -> None:
        told = json.loads(files[archive.MANIFEST])
        change(told)
        files[archive.MANIFEST] = json.dumps(told).encode()

    return rewrite


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: files.update({"results.json": b"{}"}), "is not what its manifest has the digest of"),
        (lambda files: files.pop("results.json"), "lacks results.json"),
        (lambda files: files.update({"../out.txt": b"x"}), "which is not a file of a run"),
        (lambda files: files.update({"/etc/x": b"x"}), "which is not a file of a run"),
        (lambda files: files.update({"letter.txt": b"x"}), "letter.txt is not what its manifest"),
        (lambda files: files.pop(archive.MANIFEST), "no manifest.json of ours"),
        (manifest(lambda told: told.update(level="secret")), "another schema or level"),
        (manifest(lambda told: told.update(files=[])), "no manifest.json of ours"),
        (manifest(lambda told: told["run"].update(sha256="0" * 64)), "its SHA256SUMS is another"),
    ],
)
def test_archive_that_was_tampered_with_is_a_sentence(
    change: Callable[[dict[str, bytes]], None], said: str, run: Path, tmp_path: Path
) -> None:
    with pytest.raises(BadArchive, match=said) as reason:
        archive.unpack(rewritten(packed(run), change), tmp_path / "again")
    assert "\n" not in str(reason.value)
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all" * 100])
def test_file_that_is_no_archive_is_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(BadArchive, match="cannot be unpacked"):
        archive.unpack(tmp_path / "x.zip", tmp_path / "again")


def test_archive_that_unpacks_to_more_than_any_run_is_refused(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST", 10)
    with pytest.raises(BadArchive, match="unpacks to more than 10 bytes"):
        archive.unpack(packed(run), run.with_name("again"))
    shutil.rmtree(run)
