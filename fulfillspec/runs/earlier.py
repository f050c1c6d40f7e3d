"""What an earlier run left in the folder of a run: set aside until another one has begun, and put back where none does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fulfillspec.stage.journal import Journal
from fulfillspec.target.probe import NotUsable

ASIDE: Final = ".earlier"
_FILES: Final = (
    *("results.json", "evidence.ndjson", "evidence.ndjson.gz", "times.ndjson", "journal.ndjson"),
    *("exchanges.har", "exchanges.har.gz", "report.html", "pytest.html", "junit.xml", "results.csv", "badge.json"),
    *("summary.md", "SHA256SUMS", "reproduce/FO-*.sh"),
)
"""What a run writes; whatever else lies in the folder is the user's."""


class EarlierRun:
    """The files of an earlier run in a folder, while it is not known whether another one begins there."""

    def __init__(self, folder: Path) -> None:
        """Set them aside. Raises `NotUsable` where its journal is all that knows of things on a target."""
        left = Journal.left_in(folder / "journal.ndjson")
        if left:
            things = f"{len(left)} thing{'' if len(left) == 1 else 's'}"
            raise NotUsable(
                f"{folder} is the folder of an earlier run that left {things} behind on its target, and its journal is all "
                f"that knows them: run `fulfillspec sweep {folder}` first, or name another folder with --out."
            )
        self._folder = folder
        if any(_files(folder)):
            self.forget()
            _move(folder, folder / ASIDE)

    def forget(self) -> None:
        """Remove them: another run has begun."""
        aside = self._folder / ASIDE
        if aside.is_symlink():
            aside.unlink()
        elif aside.is_dir():
            shutil.rmtree(aside)

    def put_back(self) -> None:
        """Put them where they were, in the place of what was begun since; without any, that stays."""
        aside = self._folder / ASIDE
        if aside.is_dir() and not aside.is_symlink():
            for path in list(_files(self._folder)):
                path.unlink()
            _move(aside, self._folder)
            self.forget()


def _files(folder: Path) -> Iterator[Path]:
    for pattern in _FILES:
        yield from (path for path in folder.glob(pattern) if path.is_symlink() or not path.is_dir())


def _move(there: Path, here: Path) -> None:
    for path in list(_files(there)):
        moved = here / path.relative_to(there)
        moved.parent.mkdir(parents=True, exist_ok=True)
        path.replace(moved)
