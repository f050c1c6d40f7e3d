"""How strict the schemas are: every documented sample, broken in one place at a time, has to be refused.

    python scripts/schema_strictness.py [--survivors]

Mutations: `remove` each documented key, `retype` each value into every other JSON type, `null` each value, replace
each `enum` value, garble each `date`. A mutation that the schemas let pass has to be explained by the schema itself:
the node says in `x-freedom` why `missing`, `null`, another `type` or another `value` is legal; or another sample shows
null at that property; or the node documents a type where the sample shows null. Anything else is a hole: the exit
status is 1.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from documented_samples import Sample, samples

from fulfillspec.judge import schema

KINDS = ("remove", "retype", "null", "enum", "date")
_ENUMS = {
    "status",
    "request_status",
    "supported_actions",
    "kind",
    "method_type",
    "reason",
    "incoterm",
    "allocation_method",
    "target_selection",
    "target_type",
    "country_code",
}
_DATES = {"created_at", "updated_at", "sent_at", "order_processed_at", "fulfill_at", "fulfill_by"}
_DATES |= {"fulfillment_deadline", "new_fulfill_at", "min_delivery_date_time", "max_delivery_date_time"}
_TYPES: dict[str, object] = {
    "string": "text",
    "integer": 7,
    "number": 7.5,
    "boolean": True,
    "array": [],
    "object": {},
}
_UNHEARD = ("unheard_of", "OPEN")
_GARBLED = ("yesterday", "2025-13-02T11:22:25-05:00", "2025-01-02T11:22:25", "1735834945")

Step = str | int
Place = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutation that the schemas let pass. `reason` is why that is legal, None where nothing says so."""

    sample: str
    part: str
    kind: str
    place: str
    change: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """How many mutations were made and refused, by kind, and which were not."""

    made: Counter[str]
    killed: Counter[str]
    survivors: tuple[Survivor, ...]

    @property
    def unexplained(self) -> tuple[Survivor, ...]:
        """Return the holes."""
        return tuple(survivor for survivor in self.survivors if survivor.reason is None)


def measure(documented: list[Sample]) -> Score:
    """Break every sample everywhere and see what the schema judge says."""
    made: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    survivors: list[Survivor] = []
    nulls = _nulls(documented)
    for sample in documented:
        for part, body, tree, fails in _parts(sample):
            focus = sample.focus if part == "answer" else ()
            for kind, place, change in _mutations(body, tree, focus):
                made[kind] += 1
                if fails(body):
                    killed[kind] += 1
                else:
                    reason = _freedom(_node(tree, place) or {}, kind, change, nulls)
                    survivors.append(Survivor(sample.name, part, kind, _text(place), _said(change), reason))
    return Score(made, killed, tuple(survivors))


def broken_answers(sample: Sample) -> Iterator[tuple[str, Place, Any]]:
    """Yield the answer of a sample broken in each place, with the kind and the place; it is mended between yields."""
    tree = schema.answer_schema(sample.operation, sample.version, sample.includes)
    for kind, place, _ in _mutations(sample.response, tree, sample.focus):
        yield kind, place, sample.response


def _parts(sample: Sample) -> Iterator[tuple[str, Any, schema.Schema, Callable[[object], bool]]]:
    """Yield the bodies of a sample, each with its schema and the question whether the judge refuses it."""
    operation, version, includes = sample.operation, sample.version, sample.includes
    yield (
        "answer",
        sample.response,
        schema.answer_schema(operation, version, includes),
        lambda body: bool(schema.check_answer(operation, body, version=version, includes=includes)),
    )
    if sample.request is not None:
        yield (
            "request",
            sample.request,
            schema.request_schema(operation),
            lambda body: bool(schema.check_request(operation, body, version=version)),
        )


def _mutations(body: Any, tree: schema.Schema, focus: Place) -> Iterator[tuple[str, Place, object]]:
    """Break the body in place, yield what was done, and mend it again; only below or at the focus."""
    for place, holder in list(_places(body, ())):
        if place[: len(focus)] != focus or _node(tree, place) is None:
            continue
        step, keep = place[-1], holder[place[-1]]
        for kind, change in _changes(place, keep):
            holder[step] = change
            yield kind, place, change
            holder[step] = keep
        if isinstance(step, str):
            shown = list(holder.items())
            del holder[step]
            yield "remove", place, None
            holder.clear()
            holder.update(shown)


def _places(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield (*place, step), value
        yield from _places(child, (*place, step))


def _changes(place: Place, value: object) -> Iterator[tuple[str, object]]:
    name = next(step for step in reversed(place) if isinstance(step, str))
    if value is not None:
        yield "null", None
    for other in _TYPES.values():
        if type(other) is not type(value):
            yield "retype", other
    if isinstance(value, str) and name in _ENUMS:
        for unheard in _UNHEARD:
            yield "enum", unheard
    if isinstance(value, str) and name in _DATES:
        for garbled in _GARBLED:
            yield "date", garbled


def _node(tree: schema.Schema, place: Place) -> schema.Schema | None:
    """Return the schema at a place, None where the documents describe nothing (the inside of free objects)."""
    node: Any = tree
    for step in place:
        node = node.get("items") if isinstance(step, int) else node.get("properties", {}).get(step)
        if node is None:
            return None
    return node  # type: ignore[no-any-return]


def _nulls(documented: list[Sample]) -> set[str]:
    """Return the requirements of the properties that some sample shows as null."""
    found: set[str] = set()
    for sample in documented:
        for _part, body, tree, _fails in _parts(sample):
            for place, holder in _places(body, ()):
                if holder[place[-1]] is None:
                    found.add((_node(tree, place) or {}).get("x-requirement", ""))
    return found - {""}


def _freedom(node: schema.Schema, kind: str, change: object, nulls: set[str]) -> str | None:
    """Return why the schema lets a mutation pass, None if it does not say."""
    said: dict[str, str] = node.get("x-freedom", {})
    if kind == "null" and node.get("x-requirement") in nulls:
        return said.get("null", "another sample shows null")
    if kind == "retype":
        name = next(name for name, value in _TYPES.items() if type(value) is type(change))
        types = node.get("type", [])
        documented = name in types and ("null" in types or "type" in said)
        return said.get("type", "a documented type, where the sample shows null") if documented else None
    return said.get({"remove": "missing", "enum": "value"}.get(kind, kind))


def _text(place: Place) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")


def _said(change: object) -> str:
    return f"{change!r}"


def main(arguments: list[str]) -> int:
    """Print the score, the explained survivors on demand and the holes always."""
    score = measure(samples())
    for kind in KINDS:
        print(f"{kind:8} {score.killed[kind]:6} of {score.made[kind]:6} refused")
    print(f"{'total':8} {score.killed.total():6} of {score.made.total():6} refused")
    explained = Counter((s.kind, s.reason) for s in score.survivors if s.reason is not None)
    print(f"{len(score.survivors) - len(score.unexplained)} let pass for a reason that the schemas give:")
    for (kind, reason), count in sorted(explained.items(), key=str):
        print(f"  {kind:8} {count:5}  {reason}")
    if "--survivors" in arguments:
        for survivor in score.survivors:
            print(f"  {survivor.kind:8} {survivor.sample} {survivor.part} {survivor.place} -> {survivor.change}")
    print(f"{len(score.unexplained)} holes")
    for hole in score.unexplained:
        print(f"  {hole.kind:8} {hole.sample} {hole.part} {hole.place} -> {hole.change}")
    return 1 if score.unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
