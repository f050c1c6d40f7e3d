"""Each must row that is judged has a mutant, or is proven by breaking a documented sample where it stands."""

import sys
from pathlib import Path

from fulfillspec.documents import register
from fulfillspec.judge import schema
from fulfillspec.sandbox.mutants import mutants

SCRIPTS = Path(__file__).parents[2] / "scripts"


def broken_by_samples() -> set[str]:
    """Return the requirements that some broken sample of the documents is found to break."""
    sys.path.insert(0, str(SCRIPTS))
    try:
        import documented_samples
        import schema_strictness
    finally:
        sys.path.remove(str(SCRIPTS))
    found: set[str] = set()
    for sample in documented_samples.samples():
        for _, _, body in schema_strictness.broken_answers(sample):
            found |= {
                one.requirement
                for one in schema.check_answer(sample.operation, body, version=sample.version, includes=sample.includes)
            }
    return found


def test_every_must_that_is_judged_has_a_mutant() -> None:
    mutated = {mutant.requirement for mutant in mutants().values()}
    rows = [row for row in register.load().requirements.values() if row.level == "must" and not row.not_tested]
    lacking = {row.id for row in rows} - mutated
    shapes = {identity for identity in lacking if identity.startswith("FO-PROP-")}
    assert sorted(lacking - shapes) == []
    assert sorted(shapes - broken_by_samples()) == []
