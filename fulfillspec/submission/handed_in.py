"""Checking a run that was handed in as an archive, and the signed claim about it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from fulfillspec import verification
from fulfillspec.documents import register
from fulfillspec.documents.versions import is_version
from fulfillspec.evidence import packed
from fulfillspec.evidence.packed import DamagedEvidence
from fulfillspec.reporting import write_all
from fulfillspec.submission import archive as archives
from fulfillspec.submission import attestation
from fulfillspec.submission.archive import BadArchive, Manifest
from fulfillspec.submission.attestation import BadAttestation
from fulfillspec.verdicts import stored
from fulfillspec.verdicts.stored import NotARun
from fulfillspec.verification import Verification, conclusions, files, log
from fulfillspec.verification.finding import Disagreement

_WITHOUT: Final = {
    "vendor": "bodies that held personal data are withheld ({count} of them), so no answer was judged again",
    "public": "it holds no exchanges, so it does not show that results.json follows from the evidence",
}


def verify(archive: Path, key: Path | None, claim: Path | None, *, rejudge: bool = False) -> Verification:
    """Check an archive, and with a `key` the claim about it. Raises `NotARun` where it cannot be unpacked.

    `rejudge` as in `verification.verify`.
    """
    with tempfile.TemporaryDirectory(prefix="fulfillspec-") as made:
        folder = Path(made) / "run"
        folder.mkdir()
        try:
            manifest = archives.unpack(archive, folder)
        except BadArchive as reason:
            raise NotARun(str(reason)) from None
        done = _whole(folder, rejudge=rejudge) if manifest.level == "full" else _part(folder, manifest)
    done.notes.append(f"The archive is at level {manifest.level}, of the run with digest {manifest.run}.")
    if key is not None:
        _signature(archive, key, claim or attestation.beside(archive), done)
    return done


def _whole(folder: Path, *, rejudge: bool) -> Verification:
    """Make again what the archive left out, and check the run."""
    for part in (folder, *(each for each in sorted(folder.iterdir()) if each.is_dir() and is_version(each.name))):
        if (part / "results.json").is_file():
            write_all(part)
    (folder / "manifest.json").unlink(missing_ok=True)
    return verification.verify(folder, rejudge=rejudge)


def _part(folder: Path, manifest: Manifest) -> Verification:
    """Check what a part of a run shows by itself: its rows, its verdicts, and its log as far as it can be counted."""
    run = stored.read(folder)
    done = Verification()
    told = _WITHOUT[manifest.level].format(count=manifest.withheld)
    done.notes.append(f"Not recomputed: {told}.")
    if not done.add(Disagreement("results.json", text) for text in stored.breaches(run.results)):
        return done
    done.run = verification.described(run.results)
    done.requirements = len(run.results["requirements"])
    suite = run.results["suite"]
    known = register.load()
    if done.add(verification.same_suite(suite["version"], suite["register_digest"])):
        done.add(conclusions.of_register(run.results, known))
        done.add(conclusions.of_verdicts(run.results, known, None))
    done.add(conclusions.of_deviations(run.results))
    held = packed.found(folder, log.FILE)
    if not run.has_versions and held.is_file():
        try:
            counted, within = log.read(held)
            done.exchanges = counted.exchanges
            done.add((*within, *log.against(counted, run.results, log.COUNTS[:1])))
        except DamagedEvidence as error:
            done.add([Disagreement(log.FILE, str(error))])
    done.add(files.of_secrets(folder))
    return done


def _signature(archive: Path, key: Path, claim: Path, done: Verification) -> None:
    try:
        found = attestation.check(claim, archive, key)
    except BadAttestation as reason:
        done.add([Disagreement(claim.name, str(reason))])
        return
    done.notes.append(f"{claim.name} is signed with the key in {key.name}: {found['predicate']['result']}.")
