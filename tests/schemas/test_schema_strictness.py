import documented_samples
import pytest
import schema_strictness

from fulfillspec.judge import schema


@pytest.fixture(scope="module")
def score() -> schema_strictness.Score:
    return schema_strictness.measure(documented_samples.samples())


def test_every_mutation_of_a_sample_is_refused_or_explained(score: schema_strictness.Score) -> None:
    assert [f"{hole.kind} {hole.sample} {hole.part} {hole.place} -> {hole.change}" for hole in score.unexplained] == []


@pytest.mark.parametrize("kind", schema_strictness.KINDS)
def test_every_kind_of_mutation_is_made(score: schema_strictness.Score, kind: str) -> None:
    assert score.made[kind] >= 200


def test_every_removed_key_of_an_answer_is_refused_but_those_that_not_every_page_shows(
    score: schema_strictness.Score,
) -> None:
    passed = {
        survivor.place.rpartition(".")[2]
        for survivor in score.survivors
        if survivor.kind == "remove" and survivor.part == "answer"
    }
    assert passed == {
        "branded_promise",
        "detailed_branded_promise",
        "failed_carriers",
        "notify_customer",
        "pickup_point_id",
        "presented_name",
        "remaining_fulfillment_order",
        "response_data",
    }


def test_a_judge_that_sees_nothing_leaves_holes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "check_answer", lambda *_args, **_asked: [])
    blind = schema_strictness.measure(documented_samples.samples()[1:2])
    assert len(blind.unexplained) > 100


def test_samples_are_whole_again_after_the_mutations(score: schema_strictness.Score) -> None:
    assert score.made.total() > 5_000
    for sample in documented_samples.samples():
        found = schema.check_answer(sample.operation, sample.response, version=sample.version, includes=sample.includes)
        assert found == []
