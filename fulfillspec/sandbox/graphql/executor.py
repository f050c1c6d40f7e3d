"""Executing documents whose fields are mostly plain values that are there already."""

from typing import Any

from graphql import Undefined, is_leaf_type, is_non_null_type
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path
from graphql.type import GraphQLObjectType

_PLAIN = frozenset({str, int, bool, float})


class PlainExecutor(Executor[Any]):
    """Completes a leaf without arguments at once where its object holds the value; all else goes the usual way.

    The usual way makes a `GraphQLResolveInfo` for each field, which is most of what executing such documents costs.
    """

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,
    ) -> Any:
        """Resolve a field of an object and complete its value."""
        node = field_details_list[0].node
        name = node.name.value
        if not node.arguments and isinstance(source, dict) and type(value := source.get(name)) in _PLAIN:
            field = parent_type.fields.get(name)
            type_ = field.type if field is not None and field.resolve is None else None
            if is_non_null_type(type_):
                type_ = type_.of_type
            if is_leaf_type(type_):
                try:
                    completed = type_.coerce_output_value(value)
                except Exception:  # noqa: BLE001 - whatever it is, the usual way tells it with its place
                    completed = None
                if completed is not None and completed is not Undefined:
                    return completed
        return super().execute_field(parent_type, source, field_details_list, path, position_context)
