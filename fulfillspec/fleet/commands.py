"""The command `fleet`: many targets, each version of each a run of its own, and the board that compares them."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=Path("fleet.toml"))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="SITE",
              help="The folder of the board and its runs; what is done there already is kept.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 256), default=8, show_default=True,
              help="Runs at the same time; of those on this machine at most one for each core.")  # fmt: skip
@click.option("--fresh", is_flag=True, help="Run everything again, whatever is done.")
@click.option("--scheduler", metavar="URL", help="Run on the workers of a Dask scheduler, such as tcp://host:8786.")
@click.option("--target", "names", multiple=True, metavar="NAME", help="Run only this target; repeatable.")
@click.option("--board", "board_only", is_flag=True, help="Run nothing: make the board of the runs that lie there.")
def fleet(
    file: Path,
    out: Path,
    workers: int,
    scheduler: str | None,
    names: tuple[str, ...],
    *,
    fresh: bool,
    board_only: bool,
) -> int:
    """Run every target of a fleet file (TOML) at each of its API versions, and set them side by side on a board.

    A run that cannot start is a row of the board with its reason. A fleet that was stopped goes on with the same
    command. Exit status, of the worst row: 1 a target is nonconformant, 3 or 4 a run broke or could not start, 5
    inconclusive, 0 all conformant; 2 the fleet was stopped, 4 also for a fleet file that cannot be used.
    """
    from fulfillspec.fleet.file import BadTarget, load
    from fulfillspec.fleet.local import LocalWorkers
    from fulfillspec.fleet.on_dask import DaskWorkers, NoScheduler
    from fulfillspec.fleet.plan import jobs
    from fulfillspec.fleet.site import Site, SiteInUse
    from fulfillspec.fleet.whole import WholeFleet, Workers

    def say(text: str) -> None:
        click.echo(text, err=True)

    def workers_for(run: WholeFleet) -> Workers:
        if scheduler:
            return DaskWorkers(scheduler, run.folder_of, run.others)
        return LocalWorkers(workers, run.conduct)

    try:
        described = load(file)
        whole = WholeFleet(Site(out), described.title, jobs(described), say, described.chosen(names))
        with whole.site.open(fresh=fresh, whatever=board_only):
            board = whole.write() if board_only else whole.run(workers_for)
    except (BadTarget, NoScheduler, SiteInUse) as reason:
        raise click.ClickException(str(reason)) from None
    click.echo(str(out / "index.html"))
    return board.status
