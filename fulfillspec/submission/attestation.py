"""A signed claim about an archive: an in-toto Statement with a test-result predicate, in a DSSE envelope.

The forms are those of in-toto Statement v1, of its predicate test-result v0.1, and of DSSE v1; keys are Ed25519 in PEM.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jsonschema import Draft202012Validator

from fulfillspec.documents import paths
from fulfillspec.submission import archive as archives
from fulfillspec.submission.archive import BadArchive
from fulfillspec.verdicts import stored
from fulfillspec.verdicts.stored import NotARun

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://in-toto.io/attestation/test-result/v0.1"
_LONGEST: Final = 4 * 1024 * 1024


class BadAttestation(Exception):
    """A claim cannot be made, or does not hold; the message says why in a sentence."""


def beside(archive: Path) -> Path:
    """Return where the claim about an archive lies."""
    return archive.with_name(f"{archive.name}.dsse.json")


def of_archive(archive: Path) -> dict[str, Any]:
    """Return what is claimed of an archive. Raises `BadAttestation`."""
    try:
        with tempfile.TemporaryDirectory(prefix="fulfillspec-") as made:
            manifest = archives.unpack(archive, Path(made))
            return statement(archive, manifest.run, stored.load(Path(made)).results)
    except (BadArchive, NotARun) as reason:
        raise BadAttestation(str(reason)) from None


def statement(archive: Path, run: str, results: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is claimed: which requirements passed and failed, of this archive, which is of the run with a digest."""
    judged: dict[str, list[str]] = {verdict: [] for verdict in ("pass", "warn", "fail")}
    for row in results["requirements"]:
        if row["verdict"] in judged:
            judged[row["verdict"]].append(row["id"])
    suite = results["suite"]
    told = (results.get("statement") or {}).get("claim") or {}
    product = " ".join(filter(None, (told.get("vendor"), told.get("product"), told.get("version"))))
    return {
        "_type": STATEMENT,
        "subject": [
            {"name": archive.name, "digest": {"sha256": _digest(archive)}},
            {"name": "SHA256SUMS", "digest": {"sha256": run}},
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "result": _result(results, warned=bool(judged["warn"])),
            "configuration": [
                {
                    "name": "fulfillspec",
                    "digest": {"sha256": hashlib.sha256(suite["register_digest"].encode()).hexdigest()},
                    "annotations": {
                        "version": suite["version"],
                        "register": suite["register_digest"],
                        "verdict": results["verdict"],
                        "profile": results.get("profile", "standard"),
                        "scope": results.get("scope", "whole"),
                        "depth": suite.get("depth"),
                        "apiVersion": results["target"]["api_version"]["served"],
                        "transports": results["target"]["transports"],
                        "areas": results["target"]["areas"],
                        "product": product or None,
                        "started": results["started"],
                    },
                }
            ],
            "passedTests": judged["pass"],
            "warnedTests": judged["warn"],
            "failedTests": judged["fail"],
        },
    }


def _result(results: Mapping[str, Any], *, warned: bool) -> str:
    """Return the verdict in the predicate's words: only a whole run that is conformant has passed."""
    if results["verdict"] != "conformant":
        return "FAILED"
    return "WARNED" if warned or results.get("scope") == "partial" else "PASSED"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def encoded(payload_type: str, payload: bytes) -> bytes:
    """Return what is signed: DSSE's pre-authentication encoding."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(claim: Mapping[str, Any], key: Path) -> str:
    """Return the envelope with a claim, signed with the private key in a PEM file. Raises `BadAttestation`."""
    ed25519, serialization, _ = _library()
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise BadAttestation(f"{key} holds no private key that can be read: {_line(error)}.") from None
    if not isinstance(private, ed25519.Ed25519PrivateKey):
        raise BadAttestation(f"{key} holds another kind of key: expected Ed25519.")
    payload = json.dumps(claim, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    signature = private.sign(encoded(PAYLOAD_TYPE, payload))
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": key_id(private.public_key()), "sig": base64.b64encode(signature).decode()}],
    }
    return json.dumps(envelope, indent=1) + "\n"


def check(envelope: Path, archive: Path, key: Path) -> dict[str, Any]:
    """Return the claim of an envelope, once its signature, its form, the archive's digest and what it says of it hold.

    Raises `BadAttestation`.
    """
    public = _public(key)
    payload, signatures = _opened(envelope)
    if not any(_signed(public, signature, payload) for signature in signatures):
        raise BadAttestation(f"{envelope} is not signed with the key in {key}, or was changed since.")
    try:
        claim: dict[str, Any] = json.loads(payload)
        wrong = next(breaches(claim), None)
    except (ValueError, RecursionError):
        raise BadAttestation(f"{envelope} holds no in-toto Statement.") from None
    if wrong is not None:
        raise BadAttestation(f"{envelope} holds no in-toto Statement with a test result: {wrong}.")
    if claim["subject"][0]["digest"].get("sha256") != _digest(archive):
        raise BadAttestation(f"{envelope} is about another archive than {archive}.")
    wrong = next(_untrue(claim, of_archive(archive)), None)
    if wrong is not None:
        raise BadAttestation(f"{envelope} says something else of {archive} than it shows: {wrong}.")
    return claim


def breaches(claim: Any) -> Iterator[str]:
    """Yield where a claim is not in the form of an in-toto Statement v1 with a test result v0.1."""
    for error in _validator().iter_errors(claim):
        yield f"{error.json_path}: {_line(error)}"


@functools.cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads((paths.schemas() / "attestation.schema.json").read_text("utf-8")))


def _untrue(claim: Mapping[str, Any], shown: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a claim says of its archive that is not so; what only another suite says is passed over."""
    said, right = claim["predicate"], shown["predicate"]
    for key in ("result", "passedTests", "warnedTests", "failedTests"):
        if said.get(key) != right[key]:
            yield key
    if [one["digest"] for one in claim["subject"][1:]] != [one["digest"] for one in shown["subject"][1:]]:
        yield "the run"
    told: dict[str, Any] = next((one.get("annotations", {}) for one in said["configuration"]), {})
    annotations = right["configuration"][0]["annotations"]
    for key in sorted(annotations.keys() & told.keys()):
        if told[key] != annotations[key]:
            yield key


def key_id(public: Ed25519PublicKey) -> str:
    """Return what names a key: the SHA-256 of its public part as DER."""
    _, serialization, _ = _library()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _public(key: Path) -> Ed25519PublicKey:
    ed25519, serialization, _ = _library()
    try:
        public = serialization.load_pem_public_key(key.read_bytes())
    except (OSError, ValueError) as error:
        raise BadAttestation(f"{key} holds no public key that can be read: {_line(error)}.") from None
    if not isinstance(public, ed25519.Ed25519PublicKey):
        raise BadAttestation(f"{key} holds another kind of key: expected Ed25519.")
    found: Ed25519PublicKey = public
    return found


def _opened(envelope: Path) -> tuple[bytes, list[bytes]]:
    try:
        with envelope.open("rb") as file:
            told = json.loads(file.read(_LONGEST))
        if told["payloadType"] != PAYLOAD_TYPE:
            raise BadAttestation(f"{envelope} carries another payload than {PAYLOAD_TYPE}.")
        signatures = [base64.b64decode(each["sig"], validate=True) for each in told["signatures"]]
        return base64.b64decode(told["payload"], validate=True), signatures
    except FileNotFoundError:
        raise BadAttestation(f"There is no {envelope}: `fulfillspec attest` writes it.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise BadAttestation(f"{envelope} is no DSSE envelope: {_line(error)}.") from None


def _signed(public: Ed25519PublicKey, signature: bytes, payload: bytes) -> bool:
    _, _, invalid = _library()
    try:
        public.verify(signature, encoded(PAYLOAD_TYPE, payload))
    except invalid:
        return False
    return True


def _library() -> tuple[Any, Any, Any]:
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - an extra that most runs need not
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415
    except ImportError:
        raise BadAttestation('Signatures need the extra "attest": pip install "fulfillspec[attest]".') from None
    return ed25519, serialization, InvalidSignature


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]
