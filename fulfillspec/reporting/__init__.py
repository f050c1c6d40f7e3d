"""The reporting room: projections of a stored run. It reads results and evidence, and never touches the network."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fulfillspec.reporting import badge, har, junit, page, sheet
from fulfillspec.reporting.run import UnreadableRun, load

__all__ = ["Failed", "write_all"]


@dataclass(frozen=True, slots=True)
class Failed:
    """A projection that could not be written: the file's name and why."""

    name: str
    reason: str


def write_all(run_dir: Path) -> list[Failed]:
    """Write every projection of the run stored in `run_dir` beside it; return those that failed, [] if none did.

    Reads `results.json` and `evidence.ndjson`; writes `report.html`, `junit.xml`, `results.csv`, `exchanges.har` and
    `badge.json`. The same run gives the same bytes. A projection that fails loses nothing of the others, and a
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
    evidence = run_dir / "evidence.ndjson"
    projections: dict[str, Callable[[Path], None]] = {
        "junit.xml": lambda path: junit.write(run, path),
        "results.csv": lambda path: sheet.write(run, path),
        "badge.json": lambda path: badge.write(run, path),
        "report.html": lambda path: page.write(run, evidence, path),
        "exchanges.har": lambda path: har.write(run, evidence, path),
    }
    failed = (_write(run_dir / name, project) for name, project in projections.items())
    return [failure for failure in failed if failure]


def _write(path: Path, project: Callable[[Path], None]) -> Failed | None:
    draft = path.with_name(f".{path.name}.draft")
    try:
        project(draft)
        draft.replace(path)
    except Exception as error:  # noqa: BLE001 - whatever breaks one projection must not take the others with it
        return Failed(path.name, f"{type(error).__name__}: {error}")
    finally:
        draft.unlink(missing_ok=True)
    return None
