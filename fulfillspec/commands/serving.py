"""The command `sandbox`: the reference store, served until it is stopped."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click

from fulfillspec.commands.common import tell


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on, such as 0.0.0.0.")
@click.option("--port", type=int, default=0, show_default=True, help="0 takes a free one.")
@click.option("--token", "tokens", multiple=True, metavar="ACTOR=TOKEN", help="Fix an actor's token; repeatable.")
@click.option(
    "--state",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Make the states of this file (JSON) first.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["plain", "env", "json"]),
    default="plain",
    show_default=True,
    help="What it says first: plain, lines for a shell to read, or one line of JSON.",
)
@click.option("--list", "listed", is_flag=True, help="List mutants and variants, and end.")
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
    tokens: tuple[str, ...],
    file: Path | None,
    *,
    one_app: bool,
    listed: bool,
    **options: Any,
) -> int:
    """Serve the reference store until stopped: its URL on the first line, then its tokens."""
    from fulfillspec.sandbox import announcing, serve

    if not options["host"].strip():
        raise click.ClickException("--host is empty. Name the address to listen on, or leave it out.")
    if listed:
        tell(announcing.listing().rstrip("\n"))
        return 0
    return serve.run(
        port, mutant, variant, rate, combined=one_app, tokens=_fixed(tokens), states=_states(file), **options
    )


def _fixed(tokens: tuple[str, ...]) -> dict[str, str]:
    """Read the tokens that are given as ACTOR=TOKEN."""
    from fulfillspec.sandbox.actors import ACTORS

    found = dict(one.partition("=")[::2] for one in tokens)
    for actor, token in found.items():
        if actor not in ACTORS or not re.fullmatch(r"[\x21-\x7e]+", token):
            raise click.UsageError(
                f"--token: expected ACTOR=TOKEN with one of the actors {', '.join(ACTORS)}, came {actor!r}."
            )
    return found


def _states(file: Path | None) -> list[dict[str, Any]]:
    """Read the states to make from a JSON file."""
    if file is None:
        return []
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}.") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise click.ClickException(
            f'{file}: expected a list of objects such as {{"at": "service", "state": "open/submitted"}}.'
        )
    return found
