"""JSON Schema 2020-12 as the schema judge needs it.

The vocabulary is the standard one. What differs from the library's own validator: a whole number is one that is written
so (1.0 is none), a missing key is an error at the place of that key, of several alternatives the nearest speaks, no
error quotes the body (it may be hostile), and a leaf is judged without the cost of a step into it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

Schema = Mapping[str, Any]
_Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LEAF = {"type", "enum", "minimum", "pattern", "format", "required", "anyOf"}
_JSON_TYPES: Mapping[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict: "object",
    list: "array",
    type(None): "null",
}
_ANNOTATIONS = {"description", "title", "$schema", "$id"}


def validator(schema: Schema) -> Validator:
    """Return the validator of a schema without references; to be built once and kept."""
    return cast("Validator", _Dialect(_bare(schema), format_checker=_formats()))


def _type(_judge: Any, types: str | list[str], value: object, _schema: Schema) -> Iterator[ValidationError]:
    name = _JSON_TYPES.get(type(value), "")
    if name != types and (isinstance(types, str) or name not in types):
        yield ValidationError("type")


def _enum(_judge: Any, values: list[Any], value: object, _schema: Schema) -> Iterator[ValidationError]:
    if not isinstance(value, (str, type(None))) or value not in values:
        yield ValidationError("enum")


def _minimum(_judge: Any, least: int, value: object, _schema: Schema) -> Iterator[ValidationError]:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < least:
        yield ValidationError("minimum")


def _required(_judge: Any, keys: list[str], value: Any, _schema: Schema) -> Iterator[ValidationError]:
    if isinstance(value, dict):
        for key in keys:
            if key not in value:
                yield ValidationError("required", path=[key])


def _unique(_judge: Any, unique: object, value: Any, _schema: Schema) -> Iterator[ValidationError]:
    """Compare strings only: what else is in the list is an error of its own, and the check stays linear."""
    if unique and isinstance(value, list):
        words = [item for item in value if isinstance(item, str)]
        if len(set(words)) < len(words):
            yield ValidationError("uniqueItems")


def _properties(judge: Any, properties: Mapping[str, Schema], value: Any, _: Schema) -> Iterator[ValidationError]:
    if isinstance(value, dict):
        for key, schema in properties.items():
            if key in value and not _fits(judge, value[key], schema):
                yield from judge.descend(value[key], schema, path=key, schema_path=key)


def _fits(judge: Any, value: object, schema: Schema) -> bool:
    """Tell whether the schema is a leaf that the value fits; False says nothing."""
    if not schema.keys() <= _LEAF:
        return False
    return not any(next(iter(_KEYWORDS[name](judge, said, value, schema) or ()), None) for name, said in schema.items())


def _nearest(judge: Any, branches: list[Schema], value: object, _schema: Schema) -> Iterator[ValidationError]:
    """Yield the errors of the branch that fits best, the first of them if several fit equally."""
    best: list[ValidationError] = []
    for index, branch in enumerate(branches):
        if _fits(judge, value, branch):
            return
        errors = list(judge.descend(value, branch, schema_path=index))
        if not errors:
            return
        if not best or len(errors) < len(best):
            best = errors
    yield from best


def _parsed(form: re.Pattern[str], parse: Callable[[str], object]) -> Callable[[object], bool]:
    """Return a check that text has the form and, by not raising ValueError, the values of a moment that exists."""

    def fits(value: object) -> bool:
        if not isinstance(value, str):
            return True
        return form.fullmatch(value) is not None and parse(value) is not None

    return fits


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())
    checker.checks("date-time", raises=ValueError)(_parsed(_INSTANT, datetime.fromisoformat))
    checker.checks("date", raises=ValueError)(_parsed(_DAY, date.fromisoformat))
    return checker


def _bare(node: Any) -> Any:
    """Return the schema without what the validator would only step over."""
    if isinstance(node, list):
        return [_bare(part) for part in node]
    if not isinstance(node, dict):
        return node
    kept: dict[str, Any] = {}
    for key, part in node.items():
        if key == "properties":
            kept[key] = {name: _bare(schema) for name, schema in part.items()}
        elif key not in _ANNOTATIONS and not key.startswith("x-"):
            kept[key] = _bare(part)
    return kept


_OWN: dict[str, _Keyword] = {
    "type": _type,
    "enum": _enum,
    "minimum": _minimum,
    "required": _required,
    "uniqueItems": _unique,
    "properties": _properties,
    "anyOf": _nearest,
}
_KEYWORDS: Mapping[str, _Keyword] = {**cast("dict[str, _Keyword]", Draft202012Validator.VALIDATORS), **_OWN}
_Dialect = extend(Draft202012Validator, validators=_OWN)  # type: ignore[no-untyped-call]
