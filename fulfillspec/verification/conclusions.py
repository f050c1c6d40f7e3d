"""Whether results say what follows from their own rows and from the register: levels, verdicts, sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from fulfillspec.documents.register import Register
from fulfillspec.verdicts import results
from fulfillspec.verdicts.ledger import cell_verdict
from fulfillspec.verdicts.results import Scope, Verdict
from fulfillspec.verification.finding import Disagreement

FILE = "results.json"
_BROKEN = frozenset({"fail", "warn"})


def of_register(found: Mapping[str, Any], register: Register) -> Iterator[Disagreement]:
    """Compare the rows with the register: each requirement once, and as it is written there."""
    ids = [row["id"] for row in found["requirements"]]
    for identity in sorted(set(register.requirements) ^ set(ids)):
        strange = identity not in register.requirements
        yield Disagreement(FILE, f"{identity} is {'no row of the register' if strange else 'missing'}")
    for identity in sorted(one for one, count in Counter(ids).items() if count > 1):
        yield Disagreement(FILE, f"{identity} has more than one row")
    rows = [(row["id"], row) for row in found["requirements"]]
    for identity, row in (*rows, *((row["requirement"], row) for row in found["deviations"])):
        known = register.requirements.get(identity)
        for key in ("level", "area", "statement", "source", "quote"):
            if known is not None and row[key] != getattr(known, key):
                yield Disagreement(FILE, f"{identity}: {key} is not as the register has it")


def of_verdicts(found: Mapping[str, Any], register: Register, scope: Scope | None) -> Iterator[Disagreement]:
    """Derive each verdict from what is below it, and the sentences at the top from the verdict.

    `scope` None: what the run set out to judge is not known.
    """
    rows = found["requirements"]
    for row in rows:
        known = register.requirements.get(row["id"])
        whole = results.overall({name: Verdict(word) for name, word in row["by_transport"].items()}).word
        if known is not None and known.not_tested:
            whole = "not-tested"
        if row["verdict"] != whole:
            yield Disagreement(
                FILE, f"{row['id']}: its verdict is {row['verdict']}, those of its transports come to {whole}"
            )
    aborted = found["verdict"] == "aborted"
    verdict = results.verdict_on(rows, aborted=aborted, strict=results.strictly(found))
    if found["verdict"] != verdict:
        yield Disagreement(FILE, f"the verdict is {found['verdict']}, the requirements come to {verdict}")
    elif scope is not None and not aborted:
        first = found["deviations"][0]["requirement"] if found["deviations"] else ""
        for key, text in results.sentences(verdict, rows, first, scope, found).items():
            if found[key] != text:
                yield Disagreement(FILE, f"{key} says {found[key]!r}, the requirements come to {text!r}")


def of_scope(found: Mapping[str, Any], register: Register, scope: Scope) -> Iterator[Disagreement]:
    """Compare what was judged with what the run claims: neither less over a transport nor anything besides."""
    for row in found["requirements"]:
        known = register.requirements.get(row["id"])
        if known is None:
            continue
        judged = {name for name in scope.transports if name in known.transports}
        if judged != set(row["by_transport"]):
            yield Disagreement(
                FILE, f"{row['id']}: verdicts over {_listed(row['by_transport'])}, expected over {_listed(judged)}"
            )
        for transport in sorted(judged & set(row["by_transport"])):
            without, word = results.excluded(known, transport, scope), row["by_transport"][transport]
            if without is not None and word != without.word:
                yield Disagreement(
                    FILE, f"{row['id']} over {transport}: {word}, expected {without.word} ({without.reason})"
                )


def of_deviations(found: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Compare deviations and cells with the verdicts of their requirements, both ways."""
    rows = {row["id"]: row for row in found["requirements"]}
    shown = {(row["requirement"], row["transport"]) for row in found["deviations"]}
    for row in found["requirements"]:
        for transport, word in row["by_transport"].items():
            if word in _BROKEN and (row["id"], transport) not in shown:
                yield Disagreement(FILE, f"{row['id']} over {transport}: {word}, and no deviation shows it")
    for row in found["deviations"]:
        word = rows[row["requirement"]]["verdict"] if row["requirement"] in rows else "no row"
        if word not in _BROKEN:
            yield Disagreement(FILE, f"a deviation from {row['requirement']}, whose verdict is {word}")
    for cell in found["cells"]:
        where = f"the cell {cell['action']} by {cell['actor']} in {cell['state']} over {cell['transport']}"
        verdict = cell_verdict(cell["expected"], cell["level"], cell["seen"])
        if cell["verdict"] != verdict:
            yield Disagreement(
                FILE, f"{where}: {cell['verdict']}, though {cell['seen']} where {cell['expected']} is expected"
            )
        word = rows.get(cell["requirement"], {}).get("by_transport", {}).get(cell["transport"])
        if verdict in _BROKEN and word == "pass":
            yield Disagreement(FILE, f"{where}: {verdict}, and {cell['requirement']} says pass")


def _listed(names: Any) -> str:
    return ", ".join(sorted(names)) or "none"
