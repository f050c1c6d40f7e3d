"""What commands have in common: the options of a run, saying something, ending wrong use with a sentence."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Collection, Iterator
from typing import Any

import click

from fulfillspec.verdicts.command import DEPTHS, OPTIONS


def run_options(command: Callable[..., int], names: Collection[str] = ()) -> Callable[..., int]:
    """Give a command every option of a run, or those of these names."""
    for option in reversed([one for one in OPTIONS if not names or one.name in names]):
        kinds: dict[str, dict[str, Any]] = {
            "file": {"type": click.Path(dir_okay=False)},
            "folder": {"type": click.Path(file_okay=False)},
            "list": {"multiple": True},
            "choice": {"type": click.Choice(DEPTHS), "default": DEPTHS[0], "show_default": True},
            "number": {"type": int, "default": 0, "show_default": True},
            "steps": {"type": click.IntRange(min=0)},
            "seconds": {"type": click.FloatRange(min=0)},
            "flag": {"is_flag": True},
        }
        kind = kinds.get(option.kind, {})
        command = click.option(f"--{option.name}", help=option.help, metavar=option.metavar, **kind)(command)
    return command


@contextlib.contextmanager
def sentences() -> Iterator[None]:
    """Let a folder that is no run's, or an unknown requirement, end with a sentence and the exit status of wrong use."""
    from fulfillspec.documents.register import UnknownRequirement
    from fulfillspec.verdicts.baseline import BadBaseline
    from fulfillspec.verdicts.stored import NotARun

    try:
        yield
    except (BadBaseline, NotARun, UnknownRequirement) as reason:
        raise click.ClickException(str(reason)) from None


def tell(text: str) -> None:
    """Print a text; what the terminal's encoding cannot carry is told in ASCII."""
    from fulfillspec.reporting.terminal import printable

    click.echo(printable(text, sys.stdout))
