"""Files of a run that lie compressed: written as they come, read to where they were cut, never without bounds."""

import gzip
import os
from pathlib import Path

import pytest

from fulfillspec.evidence import packed
from fulfillspec.evidence.log import FILE, DamagedEvidence, Evidence, read
from fulfillspec.evidence.redaction import Redactor


def evidence(folder: Path, *, exchanges: int) -> Evidence:
    """Return an evidence that was written to and not closed."""
    log = Evidence(folder / packed.named(FILE, compressed=True), Redactor())
    for number in range(exchanges):
        log.case = f"case {number}"
        log.record(actor="merchant", transport="rest", operation="get", method="GET", url="http://a/1", status=200,
                   request_headers={}, headers={}, request_body=None, body="{}", error=None, ms=1.0)  # fmt: skip
    return log


def test_evidence_is_read_as_it_was_written(tmp_path: Path) -> None:
    evidence(tmp_path, exchanges=3).close()
    path = packed.found(tmp_path, FILE)
    assert path.name == "evidence.ndjson.gz"
    assert [exchange.n for exchange in read(path)] == [1, 2, 3]


def test_evidence_of_a_run_that_was_killed_is_read_to_there(tmp_path: Path) -> None:
    log = evidence(tmp_path, exchanges=3)
    log.flush()
    assert [exchange.n for exchange in read(packed.found(tmp_path, FILE))] == [1, 2, 3]
    log.close()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_compression_that_was_cut_off_ends_the_file(tmp_path: Path, share: float) -> None:
    evidence(tmp_path, exchanges=40).close()
    path = packed.found(tmp_path, FILE)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    numbers = [exchange.n for exchange in read(path)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


def test_broken_compression_is_damage_and_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / f"{FILE}.gz"
    path.write_bytes(b"this is no gzip")
    with pytest.raises(DamagedEvidence, match="cannot be unpacked"):
        list(read(path))


def test_file_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST", 10_000)
    path = tmp_path / f"{FILE}.gz"
    path.write_bytes(gzip.compress(b" " * 100_000))
    with pytest.raises(DamagedEvidence, match="unpacks to more than"):
        packed.opened(path)


def test_plain_file_is_taken_before_a_compressed_one(tmp_path: Path) -> None:
    assert packed.found(tmp_path, FILE) == tmp_path / FILE
    (tmp_path / f"{FILE}.gz").write_bytes(b"")
    assert packed.found(tmp_path, FILE) == tmp_path / f"{FILE}.gz"
    (tmp_path / FILE).write_bytes(b"")
    assert packed.found(tmp_path, FILE) == tmp_path / FILE


def test_same_file_gives_the_same_compressed_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("text" * 1000, "utf-8")
    for name in ("b", "c"):
        packed.pack(tmp_path / "a", tmp_path / name)
    assert (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()
    with packed.opened(tmp_path / "a") as file:
        assert file.read() == gzip.decompress((tmp_path / "b").read_bytes())


def test_pipe_or_device_is_not_opened_for_it_may_never_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "evidence.ndjson")
    (tmp_path / "device").symlink_to(os.devnull)
    for name in ("evidence.ndjson", "device"):
        with pytest.raises(OSError, match="It is no regular file"):
            packed.opened(tmp_path / name)
