"""The reporting room: projections of a stored run. It reads results and evidence, and never touches the network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fulfillspec.evidence import packed
from fulfillspec.reporting import badge, har, junit, markdown, page, sheet
from fulfillspec.reporting.exchanges import log_of
from fulfillspec.reporting.run import StoredRun, UnreadableRun, load

__all__ = ["PROJECTIONS", "Failed", "stored_as", "write_all"]

PROJECTIONS: Mapping[str, Callable[[StoredRun, Path, Path], None]] = {
    "junit.xml": lambda run, _, path: junit.write(run, path),
    "results.csv": lambda run, _, path: sheet.write(run, path),
    "badge.json": lambda run, _, path: badge.write(run, path),
    "summary.md": lambda run, _, path: markdown.write(run, path),
    "report.html": page.write,
    "exchanges.har": har.write,
}
"""By file name, who writes the files that are made of `results.json` and `evidence.ndjson` alone."""


_PACKED = "exchanges.har"
"""The file that is compressed where the evidence is."""


def stored_as(run_dir: Path, name: str) -> str:
    """Return the name that a projection has in the folder of a run."""
    return packed.named(name, compressed=name == _PACKED and log_of(run_dir).suffix == packed.ENDING)


@dataclass(frozen=True, slots=True)
class Failed:
    """A projection that could not be written: the file's name and why."""

    name: str
    reason: str


def write_all(run_dir: Path, into: Path | None = None) -> list[Failed]:
    """Write every projection of the run stored in `run_dir` beside it, or into another folder; return those that failed.

    Reads `results.json` and `evidence.ndjson`; writes `report.html`, `junit.xml`, `results.csv`, `exchanges.har`,
    `summary.md` and `badge.json`. The same run gives the same bytes. A projection that fails loses nothing of the others, and a
    file that it wrote earlier stays as it was. Without a readable `results.json` nothing is written, and that file is
    the one that failed.
    """
    run_dir = Path(run_dir)
    try:
        run = load(run_dir)
    except UnreadableRun as error:
        return [Failed("results.json", str(error))]
    except (TypeError, ValueError, AttributeError) as error:
        return [Failed("results.json", f"not in the form of fulfillspec/results/1: {error}")]
    evidence = log_of(run_dir)
    failed = (
        _write((into or run_dir) / stored_as(run_dir, name), partial(write, run, evidence))
        for name, write in PROJECTIONS.items()
    )
    return [failure for failure in failed if failure]


def _write(path: Path, project: Callable[[Path], None]) -> Failed | None:
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.unlink(missing_ok=True)  # in a folder of somebody else's it may be a link to a file of ours
        project(draft)
        if path.suffix == packed.ENDING:
            plain = draft.replace(path.with_name(f".{path.name}.plain"))
            try:
                packed.pack(plain, draft)
            finally:
                plain.unlink()
        draft.replace(path)
    except Exception as error:  # noqa: BLE001 - whatever breaks one projection must not take the others with it
        return Failed(path.name, f"{type(error).__name__}: {error}")
    finally:
        draft.unlink(missing_ok=True)
    return None
