"""Record an application's traffic with the sandbox, and judge it: what of mutants it shows, and nothing of variants.

    python scripts/judge_traffic.py [--variants] [NAME…]

Without names: every mutant that shows over REST or GraphQL, in steps so that there are 150, or with --variants every variant. Prints a
line for each of which the traffic shows anything. Exit status 1 where anything is said of a variant, or of the sandbox without any.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "traffic"))

import har_forms  # noqa: E402 - from the folder named above
from application import Application, Sent  # noqa: E402
from own_documents import OwnDocuments  # noqa: E402

from fulfillspec.documents import register  # noqa: E402
from fulfillspec.sandbox.mutants import mutants  # noqa: E402
from fulfillspec.sandbox.serve import Server  # noqa: E402
from fulfillspec.sandbox.variants import variants  # noqa: E402
from fulfillspec.traffic import run as judging  # noqa: E402

_MOST: Final = 150


def _recorded(name: str, *, legal: bool) -> list[Sent]:
    """Return the traffic of an application with a sandbox that has this change, if any."""
    changes = [name] if name else []
    with Server(mutants=[] if legal else changes, variants=changes if legal else []) as server:
        application = Application(server.url, server.tokens)
        application.work()
        OwnDocuments(application).work()
        return application.sent


def _judged(sent: list[Sent]) -> dict[str, str]:
    """Return what is broken in some traffic, by requirement, with what was received."""
    with tempfile.TemporaryDirectory(prefix="fulfillspec-") as made:
        har = har_forms.write(Path(made) / "traffic.har", map(har_forms.proxy, sent))
        found, _ = judging.judge([har], Path(made) / "out")
    return {row["requirement"]: f"{row['operation']}: {row['received']}" for row in found["deviations"]}


def _of_variants(names: list[str]) -> int:
    loud = 0
    for name in ["", *names]:
        broken = _judged(_recorded(name, legal=True))
        loud += bool(broken)
        if broken:
            print(f"{name or 'plain'}: {broken}", flush=True)
    print(f"variants: {len(names)}, and the sandbox without any; not silent: {loud}")
    return 1 if loud else 0


def _of_mutants(names: list[str]) -> int:
    plain = [(one.status, one.answer) for one in _recorded("", legal=True)]
    rows = register.load().requirements
    counted = dict.fromkeys(("found", "found under another row", "shown, and not found", "not shown"), 0)
    for name in names:
        mutant = mutants()[name]
        sent = _recorded(name, legal=False)
        broken = _judged(sent)
        shows = [(one.status, len(one.answer)) for one in sent] != [(status, len(text)) for status, text in plain]
        word = (
            "found"
            if mutant.requirement in broken
            else "found under another row"
            if broken
            else "shown, and not found"
            if shows
            else "not shown"
        )
        counted[word] += 1
        if word == "not shown" and len(names) > 1:
            continue
        level = rows[mutant.requirement].level if mutant.requirement in rows else "?"
        told = "; ".join(f"{row} ({received[:60]})" for row, received in broken.items())
        print(f"{name} · {level} {mutant.requirement} · {word}{f': {told[:200]}' if told else ''}", flush=True)
    print(f"mutants: {len(names)}; " + ", ".join(f"{word}: {count}" for word, count in counted.items()))
    return 0


def main() -> int:
    """Judge what is named, or a sample."""
    names = [word for word in sys.argv[1:] if not word.startswith("--")]
    if "--variants" in sys.argv[1:]:
        return _of_variants(names or sorted(variants()))
    shown = sorted(name for name, mutant in mutants().items() if {"rest", "graphql"} & set(mutant.transports))
    return _of_mutants(names or shown[:: max(len(shown) // _MOST, 1)][:_MOST])


if __name__ == "__main__":
    sys.exit(main())
