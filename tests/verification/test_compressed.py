"""A run whose log lies compressed is checked as one whose log does not."""

from pathlib import Path

from fulfillspec.evidence.packed import pack
from fulfillspec.verification import files


def test_token_in_a_compressed_log_is_found(tmp_path: Path) -> None:
    (tmp_path / "evidence.ndjson").write_text('{}\n{"token": "shpat_' + "0" * 32 + '"}\n', "utf-8")
    pack(tmp_path / "evidence.ndjson", tmp_path / "evidence.ndjson.gz")
    found = [(one.where, one.what) for one in files.of_secrets(tmp_path)]
    assert found == [
        (name, "something in line 2 looks like a token") for name in ("evidence.ndjson", "evidence.ndjson.gz")
    ]


def test_what_cannot_be_unpacked_is_told(tmp_path: Path) -> None:
    (tmp_path / "evidence.ndjson.gz").write_bytes(b"no gzip at all")
    assert [one.where for one in files.of_secrets(tmp_path)] == ["evidence.ndjson.gz"]
