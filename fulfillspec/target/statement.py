"""What a vendor states of a product: a file beside the target file, read strictly. Names no test and holds no secret."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from fulfillspec.documents.register import AREAS, TRANSPORTS
from fulfillspec.documents.versions import is_version
from fulfillspec.target.file import BadTarget, Section, nearest, text_of

NAME: Final = "statement.toml"
PROFILES: Final = ("standard", "strict")


@dataclass(frozen=True, slots=True)
class StatedDeviation:
    """A deviation that the vendor knows of, with the reason and where more is said."""

    requirement: str
    reason: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is claimed: of which product, in which version, for which areas, transports and API versions."""

    vendor: str
    product: str
    version: str
    contact: str = ""
    areas: tuple[str, ...] = ()
    transports: tuple[str, ...] = ()
    api_versions: tuple[str, ...] = ()
    profile: str = PROFILES[0]
    deviations: tuple[StatedDeviation, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the statement as results hold it."""
        return asdict(self)


def beside(target_file: Path | None) -> Path | None:
    """Return the statement that lies beside a target file; None where there is none, or one that states nothing yet.

    Raises `BadTarget` where it is no TOML.
    """
    found = target_file.with_name(NAME) if target_file is not None else None
    return found if found is not None and found.is_file() and text_of(found) else None


def load(file: Path) -> Statement:
    """Return what a file states. Raises `BadTarget` with what was expected, and what came."""
    top = Section("at the top", text_of(file))
    top.only("vendor", "product", "version", "contact", "areas", "transports", "api_versions", "profile", "deviations")
    for key in ("vendor", "product", "version"):
        if top.string(key) is None:
            raise top.wrong(key, "a string", f"{file.name} heads the report with it.")
    return Statement(
        vendor=top.string("vendor") or "",
        product=top.string("product") or "",
        version=top.string("version") or "",
        contact=top.string("contact") or "",
        areas=_known(top, "areas", AREAS),
        transports=_known(top, "transports", TRANSPORTS),
        api_versions=_versions(top),
        profile=top.word("profile", PROFILES) or PROFILES[0],
        deviations=tuple(_deviations(top)),
    )


def _known(top: Section, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    for word in top.words(key):
        if word not in known:
            raise BadTarget(f"Unknown word {word!r} in {key}: {nearest(word, known)}")
    return top.words(key)


def _versions(top: Section) -> tuple[str, ...]:
    for version in top.words("api_versions"):
        if not is_version(version):
            raise BadTarget(f"{version!r} in api_versions is not an API version: expected YYYY-MM.")
    return top.words("api_versions")


def _deviations(top: Section) -> list[StatedDeviation]:
    found = []
    for section in top.rows("deviations"):
        section.only("requirement", "reason", "link")
        requirement, reason = section.string("requirement"), section.string("reason")
        if requirement is None or reason is None:
            raise BadTarget("Each of [[deviations]] needs a requirement and a reason.")
        found.append(StatedDeviation(requirement, reason, section.string("link") or ""))
    return found
