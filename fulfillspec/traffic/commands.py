"""The command that judges recorded traffic."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("traffic", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports/traffic"),
    show_default=True,
    help="Folder for results and report.",
)
@click.option(
    "--against",
    "run",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A conformance run: which of what the traffic uses is proven there.",
)
def judge(traffic: tuple[Path, ...], out: Path, run: Path | None) -> int:
    """Judge recorded traffic, HAR files or evidence of ours, by the documents; nothing is sent.

    Exit status: 0 no must that the traffic shows is broken, 1 one is, 4 there is nothing to judge. With --against: 0 all
    that the traffic uses is proven by the run, 1 something deviates there, 5 something was not judged there.
    """
    from fulfillspec.runs import ending
    from fulfillspec.traffic import proven
    from fulfillspec.traffic import run as judging
    from fulfillspec.verdicts import stored
    from fulfillspec.verdicts.stored import NotARun

    try:
        proof = stored.load_one(run).results if run is not None else None
        found, seen = judging.judge(traffic, out)
    except (judging.NoTraffic, NotARun, OSError) as reason:
        raise click.ClickException(str(reason)) from None
    ending.report(found, out)
    click.echo(
        f"{seen.answers:,} answers judged, {seen.steps:,} steps; "
        f"{sum(seen.not_concluded.values()):,} times nothing could be concluded"
    )
    if proof is None:
        return ending.status_of(found)
    uses = proven.against(seen, proof)
    for use in uses:
        click.echo(use.in_words())
    words = {use.word for use in uses}
    return 1 if proven.DEVIATING in words else 5 if proven.NOT_JUDGED in words else 0


@click.command()
@click.argument("source", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
def redact(source: Path, target: Path) -> int:
    """Write a HAR file without tokens and personal data, and without what judging it does not need."""
    from fulfillspec.traffic import redacted
    from fulfillspec.traffic.har import NotHar

    try:
        count = redacted.redact(source, target)
    except (NotHar, OSError) as reason:
        raise click.ClickException(str(reason)) from None
    click.echo(f"{target}: {count:,} entries")
    return 0
