"""Commands that look something up: the register, one requirement, one exchange of a stored run."""

from __future__ import annotations

from pathlib import Path

import click

from fulfillspec.commands.common import sentences, tell
from fulfillspec.documents.register import AREAS


@click.command()
@click.argument("identities", metavar="[ID]...", nargs=-1)
@click.option("--area", type=click.Choice(AREAS), metavar="AREA", help="Only this area.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def requirements(identities: tuple[str, ...], area: str | None, *, as_json: bool) -> int:
    """List the register, or the requirements named: statement, quote, and what judges each."""
    from fulfillspec.suite import coverage

    with sentences():
        tell(coverage.listing(area, identities, as_json=as_json))
    return 0


@click.command()
@click.argument("identities", metavar="ID...", nargs=-1, required=True)
def explain(identities: tuple[str, ...]) -> int:
    """Explain requirements: statement, quote in its context, link, what judges each, and which mutants prove it."""
    from fulfillspec.sandbox.mutants import mutants
    from fulfillspec.suite import explaining

    proving = {
        identity: {name: one.sense() for name, one in mutants().items() if one.requirement == identity}
        for identity in identities
    }
    with sentences():
        tell("\n\n".join(explaining.explanation(identity, proving[identity]) for identity in identities))
    return 0


@click.command()
@click.argument("number", type=click.IntRange(min=1))
@click.argument(
    "directory", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("reports/latest")
)
def show(number: int, directory: Path) -> int:
    """Show an exchange of a stored run by its number: request and answer, as recorded. Default: reports/latest."""
    from fulfillspec.reporting import commands, exchanges

    try:
        tell(commands.exchange(exchanges.find(exchanges.log_of(directory), number)))
    except exchanges.NoEvidence as reason:
        raise click.ClickException(f"{directory}: {reason}.") from None
    return 0
