"""Several API versions of one target side by side: one `results.json` out of one for each version."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fulfillspec.documents.register import Register, applies
from fulfillspec.documents.versions import is_version

_BADNESS = ("aborted", "nonconformant", "inconclusive", "conformant")
_UNTOLD = re.compile(r"[0-9a-f]{8,}|[0-9]+")
"""Ids, instants and numbers, which differ from run to run whatever the version."""

Results = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Walked:
    """A version that was asked for: its folder below that of the whole run, and what was found (None: not walked)."""

    version: str
    folder: str
    found: Results | None = None


def folder_of(stored: str | None) -> str | None:
    """Return the folder of a version below that of the whole run by the path of its results; None if it has none."""
    folder, _, name = (stored or "").partition("/")
    return folder if name == "results.json" and is_version(folder) else None


def telling(walked: Sequence[Walked]) -> Walked | None:
    """Return the version whose verdict decides: the worst one, of several the first; None if none was walked."""
    judged = [one for one in walked if one.found is not None]
    return min(judged, key=lambda one: _BADNESS.index(_verdict(one)), default=None)


def merged(walked: Sequence[Walked], register: Register) -> dict[str, Any]:
    """Return the results of the whole: those of the telling version, and how the others differ. One was walked."""
    worst = telling(walked)
    if worst is None or worst.found is None:
        raise ValueError("no version was walked")
    rows = [_version_row(one) for one in walked]
    found = differences(walked, register)
    verdict = min((row["verdict"] for row in rows), key=_BADNESS.index)
    return {
        **worst.found,
        "options": {**worst.found.get("options", {}), "api_version": [one.version for one in walked]},
        "verdict": verdict,
        "summary": _summary(verdict, rows, len(found)),
        "next_action": _next_action(verdict, worst, found),
        "left_behind": [
            {**row, "version": one.version} for one in walked for row in (one.found or {}).get("left_behind", ())
        ],
        "notes": [
            f"This is what was found at {worst.version}; versions names the results of each version.",
            *(f"{one.version}: {note}" for one in walked for note in (one.found or {}).get("notes", ())),
        ],
        "versions": rows,
        "differences": found,
    }


def differences(walked: Sequence[Walked], register: Register) -> list[dict[str, Any]]:
    """Return what differs between the versions: requirements, readings of ambiguities, cells of the table."""
    judged = {one.version: one.found for one in walked if one.found is not None}
    if len(judged) < 2:
        return []
    return [*_requirements(judged, register), *_readings(judged), *_cells(judged)]


def _verdict(one: Walked) -> str:
    return "aborted" if one.found is None else str(one.found["verdict"])


def _version_row(one: Walked) -> dict[str, Any]:
    found = one.found
    if found is None:
        return {
            "asked": one.version,
            "served": None,
            "verdict": "aborted",
            "summary": "Not walked: the run was stopped before.",
            "counts": {},
            "exchanges": 0,
            "orders_created": 0,
            "seconds": 0,
            "results": None,
        }
    return {
        "asked": one.version,
        "served": found["target"]["api_version"]["served"],
        "verdict": found["verdict"],
        "summary": found["summary"],
        "counts": dict(Counter(row["verdict"] for row in found["requirements"])),
        "exchanges": found["exchanges"],
        "orders_created": found["orders_created"],
        "seconds": found["seconds"],
        "results": f"{one.folder}/results.json",
    }


def _summary(verdict: str, rows: Iterable[Mapping[str, Any]], differing: int) -> str:
    by_verdict: dict[str, list[str]] = {}
    for row in rows:
        word = "not walked" if row["results"] is None else str(row["verdict"])
        by_verdict.setdefault(word, []).append(str(row["asked"]))
    order = sorted(by_verdict, key=lambda word: _BADNESS.index(word) if word in _BADNESS else -1)
    heads = {"aborted": "Interrupted", "nonconformant": "Not conformant", "inconclusive": "Inconclusive"}
    head = heads.get(verdict, "Conformant")
    told = ": " + "; ".join(f"{word} at {_listed(by_verdict[word])}" for word in order)
    if len(order) == 1:
        told = f" at {_listed(by_verdict[order[0]])}"
    differ = f"{differing} difference{'s' if differing != 1 else ''}" if differing else "no difference"
    return f"{head}{told}; {differ} between the versions."


def _next_action(verdict: str, worst: Walked, found: Sequence[Mapping[str, Any]]) -> str:
    if verdict == "aborted":
        return "Run again to the end for a verdict."
    if verdict == "conformant":
        return "Look at the differences between the versions." if found else "Nothing is left to do."
    return f"At {worst.version}: {(worst.found or {}).get('next_action', '')}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _requirements(judged: Mapping[str, Results], register: Register) -> list[dict[str, Any]]:
    rows = {version: {row["id"]: row for row in found["requirements"]} for version, found in judged.items()}
    deviations = {version: _deviations(found) for version, found in judged.items()}
    differing = []
    for identity in dict.fromkeys(name for known in rows.values() for name in known):
        mine = {version: known[identity] for version, known in rows.items() if identity in known}
        seen = {version: deviations[version].get(identity, []) for version in rows}
        shapes = {version: frozenset(_UNTOLD.sub("#", text) for text in texts) for version, texts in seen.items()}
        verdicts = [(row["verdict"], row["by_transport"]) for row in mine.values()]
        if all(verdict == verdicts[0] for verdict in verdicts) and len(set(shapes.values())) == 1:
            continue
        row, known = next(iter(mine.values())), register.requirements.get(identity)
        served = {version: version_of(found) for version, found in judged.items()}
        differing.append(
            {
                "kind": "requirement",
                "id": identity,
                "level": row["level"],
                "statement": row["statement"],
                "documented_for": (known.versions or None) if known else None,
                "documented": known is not None and len({applies(known, one, None) for one in served.values()}) > 1,
                "verdicts": {version: row["verdict"] for version, row in mine.items()},
                "observed": {
                    version: text
                    for version, row in mine.items()
                    if (text := "; ".join(dict.fromkeys(seen[version])) or _over_transports(row, mine) or row["reason"])
                },
            }
        )
    return differing


def _over_transports(row: Results, all_rows: Mapping[str, Results]) -> str:
    """Return the verdict over each transport where only those differ, and not the verdict on the whole."""
    if len({one["verdict"] for one in all_rows.values()}) > 1:
        return ""
    return ", ".join(f"{transport}: {verdict}" for transport, verdict in row["by_transport"].items())


def version_of(found: Results) -> str:
    """Return the version that a run's target said it served, or else the one that was asked for."""
    version = found["target"]["api_version"]
    return str(version["served"] or version["asked"])


def _deviations(found: Results) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for row in found["deviations"]:
        texts.setdefault(row["requirement"], []).append(f"{row['documented']}: {row['received']}")
    return texts


def _readings(judged: Mapping[str, Results]) -> list[dict[str, Any]]:
    """Return the ambiguities of which each version showed a reading, and not the same."""
    questions = {row["id"]: row["question"] for found in judged.values() for row in found["ambiguities"]}
    readings = {
        version: {row["id"]: sorted({seen["reading"] for seen in row["seen"]}) for row in found["ambiguities"]}
        for version, found in judged.items()
    }
    differing = []
    for identity, question in questions.items():
        seen = {version: known.get(identity, []) for version, known in readings.items()}
        if all(seen.values()) and len({tuple(words) for words in seen.values()}) > 1:
            observed = {version: ", ".join(words) for version, words in seen.items()}
            differing.append(_unjudged("reading", identity, question, {}, observed))
    return differing


def _cells(judged: Mapping[str, Results]) -> list[dict[str, Any]]:
    """Return the cells that each version reached and that not all of them answered alike."""
    tables = {
        version: {(row["state"], row["action"], row["actor"], row["transport"]): row for row in found["cells"]}
        for version, found in judged.items()
    }
    differing = []
    for key in dict.fromkeys(cell for table in tables.values() for cell in table):
        mine = {version: table[key] for version, table in tables.items() if key in table}
        reached = {version: row for version, row in mine.items() if row["seen"] != "unreached"}
        if len({row["seen"] for row in reached.values()}) > 1:
            state, action, actor, transport = key
            name, text = f"{state} {action}", f"{action} by {actor} in {state} over {transport}"
            observed = {version: row["seen"] for version, row in reached.items()}
            verdicts = {version: row["verdict"] for version, row in reached.items()}
            differing.append(_unjudged("cell", name, text, verdicts, observed))
    return differing


def _unjudged(
    kind: str, identity: str, statement: str, verdicts: dict[str, str], observed: dict[str, str]
) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": identity,
        "level": None,
        "statement": statement,
        "documented_for": None,
        "documented": False,
        "verdicts": verdicts,
        "observed": observed,
    }
