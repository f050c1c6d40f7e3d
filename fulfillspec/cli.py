"""The command line: thin over pytest, the sandbox and the reports."""

from __future__ import annotations

import contextlib
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from fulfillspec import __version__
from fulfillspec.commands.common import run_options, sentences, tell
from fulfillspec.commands.lookup import explain, requirements, show
from fulfillspec.commands.serving import sandbox
from fulfillspec.commands.targets import doctor, init
from fulfillspec.documents import paths
from fulfillspec.fleet.commands import fleet
from fulfillspec.submission import commands as handing_in
from fulfillspec.traffic import commands as traffic
from fulfillspec.verdicts.command import OPTIONS
from fulfillspec.verdicts.statuses import BAD_USE, BROKEN, INTERRUPTED


class _Group(click.Group):
    """A group whose wrong use ends with the exit status of the contract."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; bad usage is 4, an interrupt 2, a fault of ours 3. A stream that the caller closed leads nowhere."""
        sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
        try:
            status = super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            sys.exit(0)
        except click.ClickException as error:
            error.show()
            sys.exit(BAD_USE)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(INTERRUPTED)
        except SystemExit as end:  # click ends with 1 where nobody reads what is written
            status = BROKEN if end.code == 1 else end.code
        except Exception as error:  # noqa: BLE001 - a fault of ours must never pass for one of the target
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.write(f"fulfillspec itself failed: {type(error).__name__}: {error}\n")
            status = BROKEN
        _drain()
        sys.exit(status if isinstance(status, int) else 0)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _drain() -> None:
    """Bring out what was written; where nobody reads it any more, Python must not change the exit status for it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fulfillspec")
def main() -> None:
    """Conformance of a Shopify Admin FulfillmentOrder API, with evidence."""


for command in (doctor, init, sandbox, requirements, explain, show, fleet):
    main.add_command(command)


@main.command()
@run_options
@click.option(
    "-n",
    "workers",
    type=click.IntRange(min=1),
    help="2: the cases of REST and GraphQL side by side, a process for each. Default: one after the other.",
)
def run(workers: int | None, **options: Any) -> int:
    """Run the suites and write results and report.

    Tokens come from the environment (FULFILLSPEC_MERCHANT_TOKEN, FULFILLSPEC_SERVICE_TOKEN, …) or from what the target
    file names. Exit status: 0 conformant, 1 nonconformant, 2 interrupted, 3 the suite itself failed, 4 bad usage or an
    unusable target, 5 inconclusive.
    """
    beside = ["--side-by-side"] if workers and workers > 1 else []
    return _pytest([*beside, *(word for option in OPTIONS for word in option.joined(options[option.key]))])


def _pytest(arguments: list[str]) -> int:
    """Run pytest on the packaged suites with nothing of the caller's own pytest set-up."""
    import pytest

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    used = ["pytest_metadata.plugin", "pytest_html.plugin"]
    # none of these is of use here: two collect garbage at every case, the others take time to import
    unused = ["terminal", "cacheprovider", "unraisableexception", "threadexception", "doctest", "legacypath"]
    plugins = [word for name in [*used, *(f"no:{each}" for each in unused)] for word in ("-p", name)]
    suites = paths.suites()
    return int(
        pytest.main(
            [
                str(suites),
                f"--rootdir={paths.home()}",
                "--capture=sys",  # by the file descriptor pytest would take the progress line, too
                "-c",
                os.devnull,
                "--strict-markers",
                *plugins,
                *arguments,
            ]
        )
    )


@main.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def report(directory: Path) -> int:
    """Write the reports of a stored run again."""
    from fulfillspec.reporting import PROJECTIONS, stored_as, write_all
    from fulfillspec.verdicts import checksums

    _stored(directory)
    failed = write_all(directory)
    try:
        checksums.refresh(directory, [stored_as(directory, name) for name in PROJECTIONS])
    except checksums.DamagedSums as error:
        raise click.ClickException(f"{directory / checksums.NAME} cannot be renewed: {error}.") from None
    for one in failed:
        click.echo(f"{one.name} could not be written: {one.reason}", err=True)
    click.echo(str(directory / "report.html"))
    return BROKEN if failed else 0


main.add_command(handing_in.pack)
main.add_command(handing_in.attest)
main.add_command(traffic.judge)
main.add_command(traffic.redact)


@main.command()
@click.argument("directory", metavar="RUN", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Public key of the claim (PEM)."
)
@click.option("--claim", type=click.Path(path_type=Path), help="The claim. Default: ARCHIVE.dsse.json.")
@click.option(
    "--rejudge", is_flag=True, help="Tell which verdicts change by the rules of this suite, for a recording of another."
)
def verify(directory: Path, key: Path | None, claim: Path | None, *, rejudge: bool) -> int:
    """Check a stored run, its folder or an archive, without its target: every verdict made anew from the recording.

    A recording of another suite is not judged, unless --rejudge is given: then it is told which verdicts change by the
    rules of this suite, and why. Exit status: 0 everything agrees, 1 something does not, or changes (each in a line), 4
    there is no run to check.
    """
    from fulfillspec import verification

    if directory.is_dir() and key is not None:
        raise click.UsageError("A claim is about an archive: name that, and not a folder.")
    with sentences():
        if directory.is_dir():
            done = verification.verify(directory, rejudge=rejudge)
        else:
            from fulfillspec.submission import handed_in

            done = handed_in.verify(directory, key, claim, rejudge=rejudge)
    tell(verification.in_words(done, directory))
    return 1 if done.disagreements or done.changed else 0


@main.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--target", type=click.Path(dir_okay=False), help="Target file (TOML).")
@click.option("--base-url", metavar="URL", help="The target to clean, where no target file names it.")
def sweep(directory: Path, target: str | None, base_url: str | None) -> int:
    """Remove what a stored run left behind on its target."""
    from fulfillspec.runs.sweeping import CannotSweep, sweep_run

    try:
        swept = sweep_run(directory, Path(target) if target else None, base_url)
    except CannotSweep as reason:
        raise click.ClickException(str(reason)) from None
    left = swept.left
    click.echo(swept.in_words)
    for row in left:
        click.echo(f"still there: {row['kind']} {row['id']}: {row['why']}", err=True)
    click.echo("Nothing is left behind." if not left else f"{len(left)} left behind.")
    return 1 if left else 0


@main.command()
@click.argument("before", type=click.Path(exists=True, path_type=Path))
@click.argument("after", type=click.Path(exists=True, file_okay=False, path_type=Path))
def diff(before: Path, after: Path) -> int:
    """Tell what differs between two stored runs, or between a baseline file (TOML) and a run.

    Exit status: 0 no must got worse, 1 one did (or an entry of the baseline file is stale), 4 one of them cannot be
    compared.
    """
    from fulfillspec.documents import register
    from fulfillspec.reporting import commands
    from fulfillspec.verdicts import (
        baseline,
        before_after,
        stored,
    )

    with sentences():
        if before.is_file():
            held = baseline.check(baseline.read(before), stored.load_one(after).results, today=_today())
            tell(commands.baseline(held))
            return 0 if held.fine else 1
        runs = [stored.load_one(folder).results for folder in (before, after)]
    found = before_after.between(runs[0], runs[1], register.load())
    tell(commands.change(found, before, after))
    return 1 if found.worse else 0


@main.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--reason", default="known", show_default=True, help="The reason that each entry gets.")
def baseline(directory: Path, reason: str) -> int:
    """Print the deviations of a stored run as a baseline file (TOML), to be kept and given reasons."""
    from fulfillspec.verdicts import baseline as known
    from fulfillspec.verdicts import stored

    with sentences():
        tell(known.written(stored.load_one(directory).results, reason=reason).rstrip("\n"))
    return 0


def _today() -> date:
    return datetime.now(UTC).date()


@main.command()
@click.argument("directories", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("matrix.html"),
    show_default=True,
    help="The page to write.",
)
def matrix(directories: tuple[Path, ...], out: Path) -> int:
    """Set several stored runs side by side: requirement by run, as a page and a table."""
    from fulfillspec.reporting import (
        commands,
        side_by_side,
    )
    from fulfillspec.reporting.run import parse
    from fulfillspec.verdicts import stored

    if len(directories) < 2:
        raise click.UsageError("A comparison needs the folders of two runs or more.")
    with sentences():
        runs = [(folder, parse(stored.load_one(folder).results)) for folder in directories]
    columns = side_by_side.columns(runs, out)
    try:
        out.write_text(side_by_side.render(columns), encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written ({error.strerror}).") from None
    tell(commands.matrix(columns, out))
    return 0


def _stored(directory: Path) -> None:
    from fulfillspec.reporting.exchanges import log_of
    from fulfillspec.verdicts.stored import without_results

    if not (directory / "results.json").is_file():
        raise click.UsageError(without_results(directory))

    evidence = log_of(directory)
    if evidence.is_symlink() or not evidence.is_file():
        raise click.UsageError(
            f"{directory} holds no evidence.ndjson. Reports are made from it and results.json; nothing was changed."
        )
