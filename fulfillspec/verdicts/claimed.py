"""What a vendor's statement claims, held against what a run observed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def differences(claim: Mapping[str, Any], results: Mapping[str, Any]) -> list[str]:
    """Return in sentences what is claimed and was not shown, and what was shown and is not claimed."""
    return [
        *_areas(claim, results),
        *_named(claim, results, "transports", "transport", results["target"]["transports"]),
        *_named(claim, results, "api_versions", "API version", [results["target"]["api_version"]["served"]]),
        *_profile(claim, results),
        *_deviations(claim, results),
    ]


def _areas(claim: Mapping[str, Any], results: Mapping[str, Any]) -> Iterator[str]:
    tested = set(results["target"]["areas"])
    musts: dict[str, list[str]] = {}
    for row in results["requirements"]:
        if row["level"] == "must" and row["verdict"] not in {"not-applicable", "not-tested"}:
            musts.setdefault(row["area"], []).append(row["verdict"])
    for area in claim["areas"]:
        verdicts = musts.get(area, [])
        if area not in tested or not verdicts:
            yield f"Claimed and not tested: the area {area}."
        elif (failed := verdicts.count("fail")) or "inconclusive" in verdicts:
            open_ = verdicts.count("inconclusive")
            yield f"Claimed and not shown: the area {area} ({failed} of {len(verdicts)} musts fail, {open_} open)."
    if claim["areas"]:
        for area in sorted(tested - set(claim["areas"])):
            if musts.get(area) and set(musts[area]) == {"pass"}:
                yield f"Shown and not claimed: the area {area}."


def _named(
    claim: Mapping[str, Any], results: Mapping[str, Any], key: str, word: str, seen: list[str | None]
) -> Iterator[str]:
    for name in claim[key]:
        if name not in seen and not results.get("versions"):
            yield f"Claimed and not tested in this run: the {word} {name}."
    for name in seen if claim[key] else ():
        if name is not None and name not in claim[key]:
            yield f"Tested and not claimed: the {word} {name}."


def _profile(claim: Mapping[str, Any], results: Mapping[str, Any]) -> Iterator[str]:
    if claim["profile"] == "strict" and results.get("profile") != "strict":
        yield "Claimed and not tested: the strict profile. Run with --strict."


def _deviations(claim: Mapping[str, Any], results: Mapping[str, Any]) -> Iterator[str]:
    known = {row["requirement"] for row in claim["deviations"]}
    seen = {row["requirement"] for row in results["deviations"]}
    yield from (f"Known to the vendor and not seen: {identity} holds." for identity in sorted(known - seen))
    if new := sorted(seen - known):
        more = f" and {len(new) - 6} more" if len(new) > 6 else ""
        yield f"Seen and not named by the statement: {', '.join(new[:6])}{more}."
