"""What a sandbox says when it starts, in three forms, and which mutants and variants there are."""

import json
import shlex
from collections.abc import Mapping
from typing import TypeVar

from fulfillspec.sandbox.app import SECRET_ENV, Sandbox
from fulfillspec.sandbox.mutants import mutants
from fulfillspec.sandbox.variants import variants

T = TypeVar("T")

FORMS = ("plain", "env", "json")
"""`plain`: the URL alone on the first line; `env`: lines for a shell to read; `json`: one line."""


def announcement(sandbox: Sandbox, url: str, form: str = "plain") -> str:
    """Write what a user needs: base URL, tokens, the app secret, ids of the seeded states."""
    variables = {_variable(actor): token for actor, token in sandbox.tokens.items()}
    variables[SECRET_ENV] = sandbox.app_secret
    if form == "json":
        told = {
            "base_url": url,
            "tokens": sandbox.tokens,
            "app_secret": sandbox.app_secret,
            "seeded": sandbox.seeded,
            "mutants": list(sandbox.mutants),
            "variants": list(sandbox.variants),
        }
        return json.dumps(told) + "\n"
    if form == "env":
        named = {"FULFILLSPEC_BASE_URL": url, **variables}
        return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in named.items())
    lines = [url, *(f"{name}={value}" for name, value in variables.items())]
    lines += [f'"{state}" = {ids}' for state, ids in sandbox.seeded.items()]
    return "\n".join(lines) + "\n"


def _variable(actor: str) -> str:
    return f"FULFILLSPEC_{actor.upper()}_TOKEN"


def listing() -> str:
    """Return every mutant and every variant with what it does."""
    lines = ["Mutants: defects, each with the requirement that it breaks"]
    lines += [f"  {name}  {one.requirement}: {one.sense()}" for name, one in _sorted(mutants())]
    lines += ["", "Variants: what the documents leave open"]
    lines += [f"  {name}  {one.sense()}" for name, one in _sorted(variants())]
    return "\n".join(lines) + "\n"


def _sorted(named: Mapping[str, T]) -> list[tuple[str, T]]:
    return sorted(named.items())
