"""The command line: thin over pytest, the sandbox and the reports."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

import click

from fulfillspec import __version__
from fulfillspec.documents import paths
from fulfillspec.documents.register import AREAS
from fulfillspec.verdicts.command import DEPTHS, OPTIONS
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


def _run_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command every option of a run."""
    for option in reversed(OPTIONS):
        kinds: dict[str, dict[str, Any]] = {
            "file": {"type": click.Path(dir_okay=False)},
            "folder": {"type": click.Path(file_okay=False)},
            "list": {"multiple": True},
            "choice": {"type": click.Choice(DEPTHS), "default": DEPTHS[0], "show_default": True},
            "number": {"type": int, "default": 0, "show_default": True},
            "steps": {"type": click.IntRange(min=0)},
            "flag": {"is_flag": True},
        }
        kind = kinds.get(option.kind, {})
        command = click.option(f"--{option.name}", help=option.help, metavar=option.metavar, **kind)(command)
    return command


@main.command()
@_run_options
@click.option(
    "-n", "workers", type=int, default=0, help="Taken for compatibility: cases share orders, so a run is one process."
)
def run(workers: int, **options: Any) -> int:
    """Run the suites and write results and report.

    Tokens come from the environment (FULFILLSPEC_MERCHANT_TOKEN, FULFILLSPEC_SERVICE_TOKEN, …) or from what the target
    file names. Exit status: 0 conformant, 1 nonconformant, 2 interrupted, 3 the suite itself failed, 4 bad usage or an
    unusable target, 5 inconclusive.
    """
    if workers > 1:
        click.echo("-n: one process is used, for the cases of a run share the orders that they need.", err=True)
    return _pytest([word for option in OPTIONS for word in option.joined(options[option.key])])


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
@click.option("--port", type=int, default=0, show_default=True, help="0 takes a free one.")
@click.option("--mutant", multiple=True, help="A defect to switch on; repeatable.")
@click.option("--variant", multiple=True, help="A legal variant to switch on; repeatable.")
@click.option(
    "--rate", type=click.Choice(["none", "standard"]), default="none", show_default=True, help="Rate limits to enforce."
)
@click.option("--one-app", is_flag=True, help="Merchant and service are one app with one token and every scope.")
@click.option(
    "--oldest", metavar="VERSION", help="The oldest API version that is supported; an older one is served as this one."
)
@click.option("--without", type=click.Choice(["rest", "graphql"]), multiple=True, help="A transport to leave out.")
def sandbox(
    port: int,
    mutant: tuple[str, ...],
    variant: tuple[str, ...],
    rate: str,
    oldest: str | None,
    without: tuple[str, ...],
    *,
    one_app: bool,
) -> int:
    """Serve the reference store until stopped: its URL on the first line, then its tokens."""
    from fulfillspec.sandbox import serve

    return serve.run(port, mutant, variant, rate, combined=one_app, oldest=oldest, without=without)


@main.command()
@click.option("--area", type=click.Choice(AREAS), metavar="AREA", help="Only this area.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def requirements(area: str | None, *, as_json: bool) -> int:
    """List the register, with what judges each row."""
    from fulfillspec.suite import coverage

    click.echo(coverage.listing(area, as_json=as_json))
    return 0


@main.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def report(directory: Path) -> int:
    """Write the reports of a stored run again."""
    from fulfillspec.reporting import PROJECTIONS, write_all
    from fulfillspec.verdicts import checksums

    _stored(directory)
    failed = write_all(directory)
    try:
        checksums.refresh(directory, PROJECTIONS)
    except checksums.DamagedSums as error:
        raise click.ClickException(f"{directory / checksums.NAME} cannot be renewed: {error}.") from None
    for one in failed:
        click.echo(f"{one.name} could not be written: {one.reason}", err=True)
    click.echo(str(directory / "report.html"))
    return BROKEN if failed else 0


@main.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def verify(directory: Path) -> int:
    """Check a stored run without its target: whether its files agree with each other and with the suite.

    Exit status: 0 everything agrees, 1 something does not (each in a line), 4 there is no run to check.
    """
    from fulfillspec import verification

    with _sentences():
        done = verification.verify(directory)
    _tell(verification.told(done, directory))
    return 1 if done.disagreements else 0


@main.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--target", type=click.Path(dir_okay=False), help="Target file (TOML).")
@click.option("--base-url", metavar="URL", help="The target to clean, where no target file names it.")
def sweep(directory: Path, target: str | None, base_url: str | None) -> int:
    """Remove what a stored run left behind on its target."""
    from fulfillspec.runs.sweeping import CannotSweep, sweep_run

    try:
        left = sweep_run(directory, Path(target) if target else None, base_url)
    except CannotSweep as reason:
        raise click.ClickException(str(reason)) from None
    for row in left:
        click.echo(f"still there: {row['kind']} {row['id']}: {row['why']}", err=True)
    click.echo("Nothing is left behind." if not left else f"{len(left)} left behind.")
    return 1 if left else 0


@main.command()
@click.argument("before", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("after", type=click.Path(exists=True, file_okay=False, path_type=Path))
def diff(before: Path, after: Path) -> int:
    """Tell what differs between two stored runs.

    Exit status: 0 no must got worse, 1 one did, 4 one of them is no run that can be compared.
    """
    from fulfillspec.documents import register
    from fulfillspec.reporting import commands
    from fulfillspec.verdicts import (
        before_after,
        stored,
    )

    with _sentences():
        runs = [stored.load_one(folder).results for folder in (before, after)]
    found = before_after.between(runs[0], runs[1], register.load())
    _tell(commands.change(found, before, after))
    return 1 if found.worse else 0


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
        raise click.UsageError("One run has nothing beside it: name the folders of two runs or more.")
    with _sentences():
        runs = [(folder, parse(stored.load_one(folder).results)) for folder in directories]
    columns = side_by_side.columns(runs, out)
    try:
        out.write_text(side_by_side.render(columns), encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written ({error.strerror}).") from None
    _tell(commands.matrix(columns, out))
    return 0


@contextlib.contextmanager
def _sentences() -> Iterator[None]:
    """Let a folder that is no run's end with a sentence and the exit status of wrong use."""
    from fulfillspec.verdicts.stored import NotARun

    try:
        yield
    except NotARun as reason:
        raise click.ClickException(str(reason)) from None


def _tell(text: str) -> None:
    from fulfillspec.reporting.terminal import printable

    click.echo(printable(text, sys.stdout))


def _stored(directory: Path) -> None:
    if not (directory / "results.json").is_file():
        killed = (directory / "journal.ndjson").is_file()
        hint = (
            f" The run did not end: `fulfillspec sweep {directory}` removes what it left; then run again."
            if killed
            else ""
        )
        raise click.UsageError(f"{directory} holds no results.json: expected the folder of a run.{hint}")
