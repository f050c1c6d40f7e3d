"""API versions in their order: every bound of a range decides, `unstable` is the newest, and what is unknown is said."""

from itertools import pairwise

import pytest

from fulfillspec.documents import lifecycle, versions
from fulfillspec.documents.versions import UNSTABLE, ApiVersion, NotARange, NotAVersion, VersionRange
from fulfillspec.target.probe import Probe, held_to
from fulfillspec.verdicts.results import Scope

NEWER = f"{int(versions.latest().name[:4]) + 1}-01"


def test_versions_are_ordered_and_unstable_is_the_newest() -> None:
    ordered = [ApiVersion.parse(name) for name in ("2019-10", "2020-01", "2025-10", "2031-01")]
    assert all(one < other for one, other in pairwise([*ordered, UNSTABLE]))
    assert versions.known() == tuple(sorted(versions.known()))
    assert versions.latest() == versions.known()[-1]
    assert versions.DEFAULT in versions.known()


@pytest.mark.parametrize("text", ["2025-13", "2025-00", "2025-1", "newest", "", "2025-10 ", "Unstable"])
def test_what_is_no_version_is_refused(text: str) -> None:
    assert not versions.is_version(text)
    with pytest.raises(NotAVersion, match="expected YYYY-MM"):
        ApiVersion.parse(text)
    assert ApiVersion.read(text) is UNSTABLE


@pytest.mark.parametrize(
    ("bounds", "within", "without"),
    [
        ("", "2019-01 2025-10 unstable", ""),
        (">=2025-10", "2025-10 2026-01 unstable", "2025-07"),
        (">2025-10", "2026-01 unstable", "2025-10 2025-07"),
        ("<=2025-10", "2025-10 2025-07", "2026-01 unstable"),
        ("<2025-10", "2025-07", "2025-10 2026-01 unstable"),
        ("==2025-10", "2025-10", "2025-07 2026-01 unstable"),
        ("==unstable", "unstable", "2025-10"),
        ("<unstable", "2025-10 2031-01", "unstable"),
        (">=2025-01,<2025-10", "2025-01 2025-07", "2024-10 2025-10 unstable"),
        (">2025-01, <=2025-10", "2025-04 2025-10", "2025-01 2026-01"),
    ],
)
def test_every_bound_of_a_range_decides(bounds: str, within: str, without: str) -> None:
    found = VersionRange.parse(bounds)
    assert [name for name in within.split() if not found.admits(name)] == []
    assert [name for name in without.split() if found.admits(name)] == []
    assert VersionRange.parse(str(found)) == found


@pytest.mark.parametrize(
    "text", ["2025-10", "=2025-10", ">=2025-13", ">=2025-10,", ">= ", "~2025-10", ">=2025-10;<2026-01"]
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(NotARange, match="expected a range"):
        VersionRange.parse(text)


@pytest.mark.parametrize(
    ("bounds", "old", "new"), [("<2026-01", "accept", "refuse"), (">=2026-01", "refuse", "accept")]
)
def test_range_of_a_rule_of_the_lifecycle_decides_whatever_its_bound(bounds: str, old: str, new: str) -> None:
    within = lifecycle._Rule("close", "service", ("*",), "accept", versions=VersionRange.parse(bounds))
    life = lifecycle.Lifecycle({}, (), (within, lifecycle._Rule("close", "service", ("*",), "refuse")))
    outcomes = [life.cell("service:open/accepted", "close", "service", name).outcome for name in ("2025-10", "2026-01")]
    assert outcomes == [old, new]


def test_version_newer_than_all_known_ones_is_judged_by_the_newest_and_says_so() -> None:
    said = f"{NEWER} is newer than this suite knows; judged by {versions.latest()}"
    assert ApiVersion.parse(NEWER).stands_for == versions.latest()
    assert held_to(Probe(served=NEWER), NEWER, ("rest",)) == ({"rest": NEWER}, [f"{said}."])
    assert f"{NEWER} ({said})" == Scope(frozenset(), {}, ("rest",), NEWER, asked=NEWER).version_in_words


@pytest.mark.parametrize("name", [*map(str, versions.known()), "unstable", "2019-01"])
def test_version_that_is_known_is_not_talked_about(name: str) -> None:
    assert ApiVersion.parse(name).judged_by == ""
    assert ApiVersion.parse(name).stands_for in versions.known()
