"""A signed claim: in the published forms, read by a second implementation, and refused where anything was changed."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from stored_results import MUST, OTHER, results

from fulfillspec.submission import archive, attestation
from fulfillspec.submission.attestation import BadAttestation
from fulfillspec.verdicts import checksums

serialization = pytest.importorskip(
    "cryptography.hazmat.primitives.serialization", reason="the extra attest is missing"
)
ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")


def keys(folder: Path, name: str) -> tuple[Path, Path]:
    """Write a pair of keys as openssl does."""
    private = ed25519.Ed25519PrivateKey.generate()
    secret, public = folder / f"{name}.pem", folder / f"{name}.pub.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    secret.write_bytes(private.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    public.write_bytes(private.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    return secret, public


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    run = tmp_path / "run"
    run.mkdir()
    told = results({MUST: {"rest": "fail"}, OTHER: {"rest": "pass"}}, profile="standard", scope="whole")
    (run / "results.json").write_text(json.dumps(told), "utf-8")
    checksums.write(run)
    archive.pack(run, tmp_path / "run.zip", "public")
    return tmp_path / "run.zip"


@pytest.fixture
def signed(handed_in: Path) -> tuple[Path, Path]:
    """The claim about an archive, and the public key that it is signed with."""
    secret, public = keys(handed_in.parent, "mine")
    claim = attestation.beside(handed_in)
    claim.write_text(attestation.sign(attestation.of_archive(handed_in), secret), "utf-8")
    return claim, public


def test_claim_names_archive_run_and_requirements(handed_in: Path, signed: tuple[Path, Path]) -> None:
    claim = attestation.check(signed[0], handed_in, signed[1])
    assert claim["_type"] == "https://in-toto.io/Statement/v1"
    assert claim["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    digests = [subject["digest"]["sha256"] for subject in claim["subject"]]
    assert digests == [checksums.digest(handed_in), checksums.digest(handed_in.parent / "run" / "SHA256SUMS")]
    predicate = claim["predicate"]
    assert (predicate["result"], predicate["failedTests"], predicate["passedTests"]) == ("FAILED", [MUST], [OTHER])


@pytest.mark.parametrize(
    ("verdict", "scope", "word", "result"),
    [
        ("conformant", "whole", "pass", "PASSED"),
        ("conformant", "whole", "warn", "WARNED"),
        ("conformant", "partial", "pass", "WARNED"),
        ("inconclusive", "whole", "pass", "FAILED"),
    ],
)
def test_only_a_whole_conformant_run_has_passed(
    verdict: str, scope: str, word: str, result: str, handed_in: Path
) -> None:
    told = results({MUST: {"rest": word}}, scope=scope) | {"verdict": verdict}
    assert attestation.statement(handed_in, "0" * 64, told)["predicate"]["result"] == result


def test_second_implementation_reads_the_claim(signed: tuple[Path, Path]) -> None:
    dsse = pytest.importorskip("securesystemslib.dsse", reason="securesystemslib is missing")
    signer = pytest.importorskip("securesystemslib.signer")
    envelope = dsse.Envelope.from_dict(json.loads(signed[0].read_text("utf-8")))
    public = serialization.load_pem_public_key(signed[1].read_bytes())
    key = signer.SSlibKey.from_crypto(public, keyid=attestation.key_id(public))
    assert envelope.verify([key], 1) == {key.keyid: key}
    assert json.loads(envelope.payload)["predicateType"] == attestation.PREDICATE


def test_flipped_bit_is_refused(handed_in: Path, signed: tuple[Path, Path]) -> None:
    envelope = json.loads(signed[0].read_text("utf-8"))
    payload = bytearray(base64.b64decode(envelope["payload"]))
    payload[40] ^= 1
    envelope["payload"] = base64.b64encode(payload).decode()
    signed[0].write_text(json.dumps(envelope), "utf-8")
    with pytest.raises(BadAttestation, match=r"is not signed with the key .* or was changed since"):
        attestation.check(signed[0], handed_in, signed[1])


def test_another_key_is_refused(handed_in: Path, signed: tuple[Path, Path]) -> None:
    _, other = keys(handed_in.parent, "other")
    with pytest.raises(BadAttestation, match="is not signed with the key"):
        attestation.check(signed[0], handed_in, other)


def test_another_archive_is_refused(handed_in: Path, signed: tuple[Path, Path]) -> None:
    other = handed_in.with_name("other.zip")
    other.write_bytes(handed_in.read_bytes() + b"x")
    with pytest.raises(BadAttestation, match="is about another archive"):
        attestation.check(signed[0], other, signed[1])


def changed(claim: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a claim with another value at a path, or without it where the value is None."""
    claim = json.loads(json.dumps(claim))
    *above, last = (int(part) if part.isdigit() else part for part in path.split("."))
    place: Any = claim
    for part in above:
        place = place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return claim


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("predicate.result", "PASSED", "result"),
        ("predicate.passedTests", [MUST, OTHER], "passedTests"),
        ("predicate.failedTests", [], "failedTests"),
        ("subject.1.digest.sha256", "0" * 64, "the run"),
        ("predicate.configuration.0.annotations.verdict", "conformant", "verdict"),
        ("predicate.configuration.0.annotations.transports", ["connector"], "transports"),
    ],
)
def test_signed_claim_that_the_archive_does_not_show_is_refused(
    path: str, value: object, said: str, handed_in: Path, signed: tuple[Path, Path]
) -> None:
    claim = changed(attestation.of_archive(handed_in), path, value)
    signed[0].write_text(attestation.sign(claim, handed_in.parent / "mine.pem"), "utf-8")
    with pytest.raises(BadAttestation, match=f"than it shows: {said}"):
        attestation.check(signed[0], handed_in, signed[1])


def test_claim_has_the_published_form(handed_in: Path) -> None:
    assert list(attestation.breaches(attestation.of_archive(handed_in))) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("_type", "https://in-toto.io/Statement/v0.1"),
        ("predicateType", "https://slsa.dev/provenance/v1"),
        ("predicate", None),
        ("subject", []),
        ("subject.0.digest", None),
        ("subject.0.digest", {}),
        ("subject.0.digest.sha256", "not hexadecimal"),
        ("predicate.result", "CONFORMANT"),
        ("predicate.configuration", None),
        ("predicate.configuration.0.digest", None),
        ("predicate.passedTests", "all"),
        ("predicate.failedTests", [7]),
    ],
)
def test_claim_in_another_form_is_refused(path: str, value: object, handed_in: Path, signed: tuple[Path, Path]) -> None:
    claim = changed(attestation.of_archive(handed_in), path, value)
    assert list(attestation.breaches(claim))
    signed[0].write_text(attestation.sign(claim, handed_in.parent / "mine.pem"), "utf-8")
    with pytest.raises(BadAttestation, match=r"holds no in-toto Statement with a test result: \$"):
        attestation.check(signed[0], handed_in, signed[1])


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"payloadType": "text/plain"}', '{"payloadType": 1, "payload": 2, "signatures": 3}', "[" * 9999],
)
def test_envelope_that_is_none_is_a_sentence(text: str, handed_in: Path, signed: tuple[Path, Path]) -> None:
    signed[0].write_text(text, "utf-8")
    with pytest.raises(BadAttestation) as reason:
        attestation.check(signed[0], handed_in, signed[1])
    assert "\n" not in str(reason.value)


def test_key_that_is_none_is_a_sentence(handed_in: Path, signed: tuple[Path, Path]) -> None:
    with pytest.raises(BadAttestation, match="holds no public key"):
        attestation.check(signed[0], handed_in, handed_in)
    with pytest.raises(BadAttestation, match="holds no private key"):
        attestation.sign({}, signed[1])


def test_missing_library_is_named(signed: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    with pytest.raises(BadAttestation, match=r"fulfillspec\[attest\]"):
        attestation.check(signed[0], signed[0], signed[1])
