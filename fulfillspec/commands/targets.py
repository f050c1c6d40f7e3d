"""Commands before a run: `doctor` checks a target, `init` writes the file that describes one."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from fulfillspec.commands.common import run_options, tell
from fulfillspec.documents.versions import DEFAULT
from fulfillspec.verdicts.statuses import OF_VERDICT

_ASKED = ("target", "base-url", "api-version", "transport", "area", "listen", "depth", "wait")


@click.command()
@partial(run_options, names=_ASKED)
def doctor(**options: Any) -> int:
    """Check a target before a run, without writing anything to it.

    Tells what answers, which versions and scopes it has, what a run would judge and what not, and why, what it would
    create, and how long it would take. Without a base URL the embedded sandbox is checked. Exit status: 0 a run can
    judge all that it claims, 5 it can start and something will be missing, 4 it cannot start.
    """
    from fulfillspec.suite import coverage
    from fulfillspec.suite.check import NotChecked, check

    try:
        diagnosis = check(options, deep=coverage.judged_at_certify())
    except NotChecked as reason:
        raise click.ClickException(str(reason)) from None
    tell(diagnosis.text)
    return OF_VERDICT["inconclusive" if diagnosis.missing else "conformant"]


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=Path("target.toml"))
@click.option("--base-url", metavar="URL", help="Where the target is.")
@click.option("--api-version", metavar="VERSION", help="The API version to ask for.")
@click.option("--transport", "transports", multiple=True, help="rest, graphql or connector; repeatable.")
@click.option("--area", "areas", multiple=True, help="An area that the target supports; repeatable. Default: all.")
@click.option("--merchant-token-env", metavar="NAME", help="The variable with the order management app's token.")
@click.option("--service-token-env", metavar="NAME", help="The variable with the fulfillment service app's token.")
@click.option("--connector", metavar="PATH", help="The path of the connector's action.")
@click.option("--listen", metavar="ADDR", help="host:port where the target can send callbacks.")
@click.option("--allow-writes", is_flag=True, help="Write to it although it does not look like a development store.")
@click.option("--vendor", metavar="NAME", help="For the statement: who claims.")
@click.option("--product", metavar="NAME", help="For the statement: of which product.")
@click.option("--product-version", "version", metavar="VERSION", help="For the statement: in which version.")
@click.option("--contact", metavar="ADDRESS", help="For the statement: whom to ask.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
def init(file: Path, base_url: str | None, *, force: bool, **given: Any) -> int:
    """Write a target file, target.toml by default, and beside it statement.toml: what is claimed of the product.

    A statement without --vendor, --product and --product-version is one to fill in, and states nothing until then.

    On a terminal it asks for the base URL, the API version and the names of the token variables, unless --base-url is
    given. Tokens themselves are never asked for or written.
    """
    from fulfillspec.target.profile import BadTarget
    from fulfillspec.target.writing import StatementFile, TargetFile, write, write_statement

    stated = {name: given.pop(name) or "" for name in ("vendor", "product", "version", "contact")}
    named = {actor: given.pop(f"{actor}_token_env") for actor in ("merchant", "service")}
    tokens = {actor: variable or f"FULFILLSPEC_{actor.upper()}_TOKEN" for actor, variable in named.items()}
    if base_url is None:
        if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
            raise click.UsageError("Name the target with --base-url: there is no terminal to ask on.")
        base_url = click.prompt("Base URL, such as https://your-development-store.myshopify.com")
        given["api_version"] = given["api_version"] or click.prompt("API version", DEFAULT.name)
        tokens = {
            actor: named[actor] or click.prompt(f"Variable with the token of the {actor} app", usual)
            for actor, usual in tokens.items()
        }
    if not base_url.strip():
        raise click.ClickException("--base-url is empty. Name the target.")
    wanted = TargetFile(base_url, tokens=tokens)
    versions = [given["api_version"]] if given["api_version"] else []
    claim = StatementFile(**stated, areas=given["areas"], transports=given["transports"], api_versions=versions)
    try:
        write(replace(wanted, **{key: value for key, value in given.items() if value}), file, over=force)
        written = write_statement(claim, file, over=force)
    except BadTarget as reason:
        raise click.ClickException(str(reason)) from None
    if written is not None:
        tell(f"Wrote {written}{'' if stated['product'] else ', to be filled in'}.")
    tell(f"Wrote {file}. Set {' and '.join(tokens.values())}, then run: fulfillspec doctor --target {file}")
    return 0
