"""The lifecycle diagram: labels stand clear, every step is drawn, each transport has its own stroke."""

import itertools
from pathlib import Path
from typing import Any

import page_reader
import pytest
import stored_run

from fulfillspec.documents import lifecycle
from fulfillspec.reporting import write_all
from fulfillspec.reporting.diagram import DiagramLayout, draw
from fulfillspec.reporting.labels import Rect, Words, place, segments
from fulfillspec.reporting.lifecycle_steps import PLACES, DrawnStep, StateSpot, place_of, spots, walks
from fulfillspec.reporting.routing import Box, Lattice
from fulfillspec.reporting.run import StoredRun, parse

STATES = "abcdefghij"


def chart(run: StoredRun, where: str) -> DiagramLayout:
    documents = lifecycle.load()
    return draw(
        spots(run, documents, where), [walk for walk in walks(run, documents) if place_of(walk.source) == where]
    )


def stored(*, sound: bool) -> StoredRun:
    return parse(stored_run.content(sound=sound, hostile=False, copies=1, body=0)[0])


def walk(source: str, target: str, action: str = "submit") -> DrawnStep:
    verdicts = {"rest": "pass", "graphql": "fail"}
    return DrawnStep(source, target, action, "merchant", (), documented=True, by_transport=verdicts, count=1)


def overlaps(drawing: DiagramLayout) -> list[str]:
    labels = [line.label.rect for line in drawing.lines]
    found = [f"labels {a} {b}" for a, b in itertools.combinations(labels, 2) if a.overlaps(b)]
    found += [f"{label} on {node.spot.id}" for label in labels for node in drawing.nodes if label.overlaps(node.rect)]
    for line, other in itertools.permutations(drawing.lines, 2):
        if any(line.label.rect.overlaps(piece) for piece in segments(other.path)):
            found.append(f"label of {line.walks[0]} on the line of {other.walks[0]}")
    return found


def through_boxes(drawing: DiagramLayout) -> list[str]:
    inner = [Rect(n.rect.x + 5, n.rect.y + 5, n.rect.width - 10, n.rect.height - 10) for n in drawing.nodes]
    return [
        str(line.path)
        for line in drawing.lines
        for piece in segments(line.path)
        for box in inner
        if piece.overlaps(box)
    ]


@pytest.mark.parametrize("kind", ["sound", "deviating"])
@pytest.mark.parametrize("where", PLACES)
def test_labels_of_the_lifecycle_overlap_nothing(where: str, kind: str) -> None:
    drawing = chart(stored(sound=kind == "sound"), where)
    assert overlaps(drawing) == []
    assert through_boxes(drawing) == []
    assert [line.number for line in drawing.lines if line.number] == []


@pytest.mark.parametrize("where", PLACES)
def test_every_documented_step_inside_a_place_is_drawn(where: str) -> None:
    drawing = chart(stored(sound=True), where)
    drawn = {(one.source, one.target, one.action) for line in drawing.lines for one in line.walks}
    documented = {
        (edge.source, edge.target, edge.action)
        for edge in lifecycle.load().edges
        if place_of(edge.source) == where == place_of(edge.target)
    }
    assert drawn == documented
    assert drawing.undrawn == ()


def test_each_transport_has_its_own_stroke() -> None:
    for line in chart(stored(sound=True), "service").lines:
        assert [stroke.transport for stroke in line.strokes] == ["rest", "graphql"]
        assert len({stroke.outline for stroke in line.strokes}) == 2


def test_a_transition_that_is_not_documented_is_drawn_as_such_with_its_state() -> None:
    drawing = chart(stored(sound=False), "service")
    stray = [line for line in drawing.lines if not line.documented]
    assert {line.walks[0].action for line in stray} == {"submit", "cancel"}
    assert [node.spot.id for node in drawing.nodes if not node.spot.documented] == ["service:on_hold/submitted"]
    assert all(len(line.strokes) == 1 for line in stray)


def test_a_step_that_was_not_walked_is_told_from_one_that_was() -> None:
    drawing = chart(stored(sound=False), "service")
    assert {one.source for line in drawing.lines if not line.walked for one in line.walks} == {
        "service:scheduled/unsubmitted"
    }


def test_a_documented_reading_of_a_state_counts_as_that_state() -> None:
    transition = {
        "from": "service:in_progress/cancellation_requested",
        "to": "service:closed/cancellation_accepted",
        "action": "accept_cancellation",
        "transport": "rest",
        "count": 1,
        "verdict": "pass",
        "documented": True,
        "requirements": [],
    }
    run = parse({"transitions": [transition], "target": {"transports": ["rest"]}})
    documents = lifecycle.load()
    assert all(spot.documented for spot in spots(run, documents, "service"))
    assert sum(one.count for one in walks(run, documents)) == 1


def test_the_same_input_gives_the_same_drawing() -> None:
    assert chart(stored(sound=False), "service") == chart(stored(sound=False), "service")


@pytest.mark.parametrize("count", [12, 45])
def test_crowded_diagrams_stay_legible(count: int) -> None:
    grid = [StateSpot(f"service:{name}/x", number % 4, number // 4) for number, name in enumerate(STATES)]
    pairs = [(a.id, b.id) for a, b in itertools.permutations(grid, 2)][:: 90 // count]
    drawing = draw(grid, [walk(a, b, "submit_cancellation") for a, b in pairs[:count]])
    assert overlaps(drawing) == []
    assert through_boxes(drawing) == []
    assert len(drawing.lines) + len(drawing.undrawn) == len(pairs[:count])


def test_states_on_one_grid_place_are_set_apart() -> None:
    drawing = draw(
        [StateSpot("service:a/x", 0, 0), StateSpot("service:b/x", 0, 0)], [walk("service:a/x", "service:b/x")]
    )
    assert not drawing.nodes[0].rect.overlaps(drawing.nodes[1].rect)


def test_steps_between_the_same_states_share_one_line() -> None:
    grid = [StateSpot("service:a/x", 0, 0), StateSpot("service:b/x", 1, 0)]
    drawing = draw(grid, [walk("service:a/x", "service:b/x"), walk("service:a/x", "service:b/x", "close")])
    assert [len(line.label.rows) for line in drawing.lines] in ([2], [4])


def test_nothing_to_draw_is_an_empty_drawing() -> None:
    assert draw([], []).nodes == ()


def test_a_line_that_has_no_way_is_none() -> None:
    lattice = Lattice(3, 3, [Box(0, 0, 3, 3)])
    assert lattice.route(Box(0, 0, 3, 3), Box(0, 0, 3, 3)) is None


def test_a_label_that_finds_no_place_is_none() -> None:
    sheet = Rect(0, 0, 50, 50)
    words = Words((("a very long action that fits nowhere", (("R", "pass"),)),))
    assert place(words, [(0, 25), (50, 25)], [], sheet) is None


def test_a_broken_lifecycle_file_costs_only_the_diagram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise lifecycle.BadLifecycle("lifecycle.toml: no such state")

    stored_run.make(tmp_path)
    monkeypatch.setattr("fulfillspec.documents.lifecycle.load", broken)
    assert write_all(tmp_path) == []
    page = page_reader.read((tmp_path / "report.html").read_text("utf-8"))
    assert "lifecycle.toml: no such state" in page.text
    assert page.classed("details", "card")


def test_the_text_twin_has_a_row_for_every_step_that_was_walked(tmp_path: Path) -> None:
    results = stored_run.make(tmp_path)
    write_all(tmp_path)
    page = page_reader.read((tmp_path / "report.html").read_text("utf-8"))
    rows = [name for name in page.ids if name.startswith("walk-")]
    steps = {(one["from"], one["to"], one["action"]) for one in results["transitions"]}
    steps |= {(edge.source, edge.target, edge.action) for edge in lifecycle.load().edges}
    assert len(rows) == len(steps)
