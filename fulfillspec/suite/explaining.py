"""A requirement explained: what it says, where that stands, what judges it, what proves the check."""

from __future__ import annotations

from collections.abc import Mapping

from fulfillspec.documents import quoting, register
from fulfillspec.reporting.text import unmarked
from fulfillspec.suite import coverage

_MOST = 12
"""Cases or mutants that are listed."""


def explanation(identity: str, mutants: Mapping[str, str]) -> str:
    """Return everything that is known of a requirement. Raise `UnknownRequirement`.

    `mutants` are the defects of the sandbox that break it, by name, each with a sentence.
    """
    row = register.load().get(identity)
    told = [
        f"{row.id}  {row.level} · {row.area} · {', '.join(row.transports)}"
        + (f" · versions {row.versions}" if row.versions else ""),
        f"  {row.statement}",
        "",
    ]
    if row.quote:
        found = quoting.passage(row.document, row.quote)
        told.append(f"  Quote: … {unmarked(f'{found.before}»{found.quote}«{found.after}')} …")
    told.append(f"  Source: {row.source} ({row.provenance})")
    if row.document:
        told.append(
            f"  Published at {quoting.links()[row.document]}; the text quoted is fixtures/documents/{row.document}.txt"
        )
    if row.not_tested:
        told.append(f"  Not tested: {row.not_tested}")
    told += _listed("Judged by", list(coverage.judges().get(row.id, ())))
    told += _listed("Proven by", [f"{name}: {sense}" for name, sense in sorted(mutants.items())])
    told += _listed(
        "Either interpretation passes", [f"{one.id}: {one.question}" for one in register.load().ambiguities_of(row.id)]
    )
    deep = " --depth certify" if row.id in coverage.judged_at_certify() else ""
    told += ["", f"  Run it alone: fulfillspec run --only {row.id}{deep}"]
    if mutants:
        told.append(f"  See it fail: fulfillspec run --only {row.id}{deep} --mutant {min(mutants)}")
    return "\n".join(told)


def _listed(heading: str, names: list[str]) -> list[str]:
    if not names:
        return []
    more = [f"    … and {len(names) - _MOST} more"] if len(names) > _MOST else []
    return ["", f"  {heading}:", *(f"    {name}" for name in names[:_MOST]), *more]
