"""The facts of a certificate: what a vendor claims of a product, and which run it rests on."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fulfillspec.reporting.run import StoredRun
from fulfillspec.verdicts.text import words


def facts(run: StoredRun, results: Path) -> tuple[tuple[str, str], ...]:
    """Return name and value of each fact; `results` is the file that the run was read from."""

    def named(key: str) -> str:
        return ", ".join(map(words, run.claim.get(key) or ())) or "not named"

    suite = run.suite
    return (
        ("Contact", words(run.claim.get("contact"))),
        ("Areas claimed", named("areas")),
        ("Transports claimed", named("transports")),
        ("API versions claimed", named("api_versions")),
        ("Profile claimed", words(run.claim.get("profile"))),
        ("Profile of the run", run.profile),
        ("API version served", run.version),
        ("Suite", f"fulfillspec {words(suite.get('version'))}, register {words(suite.get('register_digest'))}"),
        ("Depth", words(suite.get("depth"))),
        ("Date", run.started[:10]),
        ("SHA-256 of results.json", hashlib.sha256(results.read_bytes()).hexdigest() if results.is_file() else ""),
    )
