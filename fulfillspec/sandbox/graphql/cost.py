"""What a document costs, and the points that a client may spend (Rate limits: GraphQL Admin API)."""

from collections.abc import Mapping
from time import monotonic
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
)

from fulfillspec.sandbox.errors import Refused, Throttled
from fulfillspec.sandbox.views import Json

MUTATION = 10
MOST = 2000.0
MOST_AT_ONCE = 1000
"""Points of one document."""
RESTORED = 100.0
"""Points restored each second."""

_WRAPPERS = frozenset({"nodes", "edges", "node", "pageInfo"})


class Points:
    """No limit; the answers say that there is room."""

    def spend(self, _client: int, _cost: int) -> None:
        """Take the points of a document, before it is executed."""

    def give_back(self, _client: int, _cost: int) -> None:
        """Return the points that it did not need."""

    def left(self, _client: int, spent: int) -> int:
        """Return the points available after a document that needed `spent`."""
        return max(0, int(MOST) - spent)


class StandardPoints(Points):
    """The bucket of a Standard-plan store for each client: 2000 points, 100 restored a second."""

    def __init__(self) -> None:
        self._levels: dict[int, tuple[float, float]] = {}

    def _level(self, client: int) -> float:
        now = monotonic()
        level, then = self._levels.get(client, (MOST, now))
        return min(MOST, level + (now - then) * RESTORED)

    def _set(self, client: int, level: float) -> None:
        self._levels[client] = (min(MOST, level), monotonic())

    def spend(self, client: int, cost: int) -> None:
        """Take the points of a document; raises Throttled when there are too few, Refused when it costs too much."""
        if cost > MOST_AT_ONCE:
            sentence = f"Query cost is {cost}, which exceeds the single query max cost limit ({MOST_AT_ONCE})."
            raise Refused(sentence, code="MAX_COST_EXCEEDED")
        level = self._level(client)
        if cost > level:
            raise Throttled("Throttled", (cost - level) / RESTORED)
        self._set(client, level - cost)

    def give_back(self, client: int, cost: int) -> None:
        """Return the points that a document did not need."""
        self._set(client, self._level(client) + cost)

    def left(self, client: int, _spent: int) -> int:
        """Return the points available."""
        return int(self._level(client))


POINTS: dict[str, type[Points]] = {"none": Points, "standard": StandardPoints}
"""The buckets by the name of the rate."""


def requested(document: DocumentNode, variables: Mapping[str, Any]) -> int:
    """Reckon what a document may cost: one for each object, as often as a page may have it; ten for a mutation."""
    fragments = {
        node.name.value: node.selection_set for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    defaults: dict[str, Any] = {}
    total = 0
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            for variable in node.variable_definitions or ():
                if isinstance(variable.default_value, IntValueNode):
                    defaults[variable.variable.name.value] = int(variable.default_value.value)
            sizes = {**defaults, **variables}
            if node.operation is OperationType.MUTATION:
                total += sum(
                    MUTATION + _selected(field.selection_set, fragments, sizes)
                    for field in node.selection_set.selections
                    if isinstance(field, FieldNode) and field.selection_set is not None
                )
            else:
                total += _selected(node.selection_set, fragments, sizes)
    return total


def _selected(
    wanted: SelectionSetNode | None, fragments: Mapping[str, SelectionSetNode], sizes: Mapping[str, Any]
) -> int:
    cost = 0
    for node in wanted.selections if wanted is not None else ():
        if isinstance(node, FieldNode):
            if node.selection_set is None or node.name.value == "pageInfo":
                continue
            size = _size(node, sizes)
            within = _selected(node.selection_set, fragments, sizes)
            if node.name.value in _WRAPPERS:
                cost += within if node.name.value == "node" else 1 + within
            else:
                cost += 1 + within if size is None else size * max(1, within)
        elif isinstance(node, InlineFragmentNode):
            cost += _selected(node.selection_set, fragments, sizes)
        elif isinstance(node, FragmentSpreadNode):
            cost += _selected(fragments.get(node.name.value), fragments, sizes)
    return cost


def _size(field: FieldNode, sizes: Mapping[str, Any]) -> int | None:
    for argument in field.arguments or ():
        if argument.name.value in {"first", "last"}:
            value = argument.value
            if isinstance(value, IntValueNode):
                return int(value.value)
            if isinstance(value, VariableNode):
                found = sizes.get(value.name.value)
                return found if isinstance(found, int) else None
    return None


def actual(data: Json | None, *, mutation: bool) -> int:
    """Count what an answer did cost: one for each object in it; ten for a mutation."""
    return (MUTATION if mutation else 0) + sum(_objects(value) for value in (data or {}).values())


def _objects(value: object) -> int:
    if isinstance(value, dict):
        wrapper = 0 if "nodes" in value or "hasNextPage" in value else 1
        return wrapper + sum(_objects(each) for each in value.values() if isinstance(each, (dict, list)))
    if isinstance(value, list):
        return sum(_objects(each) for each in value if isinstance(each, (dict, list)))
    return 0
