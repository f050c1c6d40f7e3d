"""A HAR file is read one entry at a time, however it is cut into pieces."""

import json
from pathlib import Path

import pytest

from fulfillspec.traffic import har


@pytest.mark.parametrize("piece", [1, 7, 64, 1 << 20])
def test_entries_come_one_by_one(piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har, "_PIECE", piece)
    entries = [{"n": number, "text": "é" * number + '"}],'} for number in range(20)]
    text = json.dumps({"log": {"creator": {"name": "x"}, "entries": entries, "comment": "end"}}, ensure_ascii=False)
    (tmp_path / "x.har").write_text(text, "utf-8-sig")
    assert list(har.entries(tmp_path / "x.har")) == entries


def test_entry_beyond_any_length_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har, "_PIECE", 8)
    monkeypatch.setattr(har, "LONGEST", 100)
    (tmp_path / "x.har").write_text(json.dumps({"log": {"entries": [{"text": "x" * 5000}]}}), "utf-8")
    with pytest.raises(har.NotHar, match="cannot be read"):
        list(har.entries(tmp_path / "x.har"))
