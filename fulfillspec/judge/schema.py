"""Whether a REST body has the shape that the documents give it.

The documents are `schemas/rest/`: JSON Schemas of every answer and request, and `keys.toml` with the keys that depend
on operation, version and parameters. A finding is a place in the body: what is documented there and what came. Its
requirement is the `x-requirement` of the deepest documented property that the place lies in.

Shapes only: nothing here knows states, effects or HTTP, and nothing is read but the packaged schemas, once.
"""

import functools
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from jsonschema.protocols import Validator
from referencing import Registry, Resource

from fulfillspec.documents import paths
from fulfillspec.documents.versions import ApiVersion, range_of
from fulfillspec.judge import keywords
from fulfillspec.judge.finding import value_in_words
from fulfillspec.judge.registry import Hears, judging

judging(__file__, Hears.ANSWERS)

MOST_FINDINGS = 20
"""A body yields at most this many findings: after that it is not the same document any more."""

BASE_URI = "https://fulfillspec.example/schemas/rest/"
"""The identity of the schema files, a name that resolves nowhere."""

INCLUDES = frozenset({"include_financial_summaries", "include_order_reference_fields"})
"""The parameters of list and get that ask for more keys (S2)."""

_MOST_CLEAN = 20_000
"""Items of lists of which is remembered that they are as documented."""
_FULFILLMENT_ORDER = "fulfillment_order"
_MISSING = object()

Schema = Mapping[str, Any]
Step = str | int


class UnknownOperationError(ValueError):
    """No document describes a body of this operation in REST."""


class UnknownIncludeError(ValueError):
    """No document knows this parameter."""


class SchemaDefectError(Exception):
    """The packaged schemas contradict themselves."""


@dataclass(frozen=True, slots=True)
class SchemaFinding:
    """A place where a body is not what the documents say.

    `path` reads like `fulfillment_orders[0].line_items[1].quantity`, `$` is the whole body; `documented` and `received`
    are short phrases for people.
    """

    requirement: str
    path: str
    documented: str
    received: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing an answer with the documents gave: where it differs, and all requirements that it was held to."""

    findings: list[SchemaFinding]
    judged: frozenset[str]


def compare(operation: str, body: object, *, version: str, includes: frozenset[str] = frozenset()) -> Compared:
    """Compare the JSON body of a successful REST answer with the documents of an API version.

    `operation` is a word of the neutral vocabulary, or `mark_incomplete` for the connector's action; `version` is the
    one that the target served (anything that is no version means the newest documents);
    `includes` are the parameters of the request that ask for more keys. Held to are the top-level keys, the keys that
    are required, and every documented property that the body has; a property that neither came nor had to come was not
    judged. A body without any null may leave out keys whose value may be null (AMB-NULL-KEYS).
    Raises UnknownOperationError and UnknownIncludeError.
    """
    if not includes <= INCLUDES:
        raise UnknownIncludeError(f"expected some of {sorted(INCLUDES)}, got {sorted(includes)}")
    judge = _answer(operation, _rules_at(version), includes)
    if writes_no_null(body):
        held = {judge.requirement}
        _collect(judge.tree, body, held, present=True)
        return Compared(_findings(judge, body, nulls_left_out=True), frozenset(held))
    rest, new, held = _unseen(judge, body)
    _collect(judge.tree, rest, held)
    findings = _findings(judge, rest)
    if not findings:
        judge.clean.update(new if len(judge.clean) < _MOST_CLEAN else {})
    elif rest is not body:  # the places are those of the whole body
        findings = _findings(judge, body)
    return Compared(findings, frozenset(held))


def check_answer(
    operation: str, body: object, *, version: str, includes: frozenset[str] = frozenset()
) -> list[SchemaFinding]:
    """Return the findings of `compare`."""
    return compare(operation, body, version=version, includes=includes).findings


def writes_no_null(value: object) -> bool:
    """Tell whether nothing in a body is null: then a key that did not come may stand for null (AMB-NULL-KEYS)."""
    inside = [value]
    while inside:  # a body may be nested deeper than Python calls
        match inside.pop():
            case None:
                return False
            case list(values):
                inside += values
            case dict(parts):
                inside += parts.values()
    return True


def check_request(operation: str, body: object, *, version: str) -> list[SchemaFinding]:
    """Compare a request body of ours with the documents: a check of the suite by itself.

    The requirement of a finding is `FO-REQ-<OP>`, which is no row of the register. The documented request bodies do not
    differ by version; `version` is taken so that no caller has to know. Raises UnknownOperationError.
    """
    del version
    return _findings(_request(operation), body)


def check_error(body: object) -> list[SchemaFinding]:
    """Tell whether the body of a refusal says why: `errors` a sentence, list or object, or `error` a sentence."""
    return _findings(_error(), body)


def operations() -> tuple[str, ...]:
    """Return the operations whose REST answers are documented, in alphabetical order."""
    return tuple(sorted(file.stem for file in (paths.schemas() / "rest" / "answers").glob("*.json")))


def slots(operation: str) -> tuple[str, ...]:
    """Return the top-level keys of an operation's answer that hold fulfillment orders. Raises UnknownOperationError."""
    properties = _resolved(_file("answers", operation)).get("properties", {})
    return tuple(
        key for key, node in properties.items() if node.get("items", node).get("x-object") == _FULFILLMENT_ORDER
    )


def required_keys(operation: str, slot: str, version: str, includes: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the keys that every fulfillment order under `slot` has at this version, without those of its dialect.

    Raises UnknownOperationError, for a slot too that the answer does not have.
    """
    if slot not in slots(operation):
        raise UnknownOperationError(f"expected one of {slots(operation)} in the answer of {operation}, got {slot!r}")
    base = _resolved("fulfillment_order.json")["required"]
    return frozenset(base) | frozenset(_added(operation, _rules_at(version), includes).get("", ()))


def era(version: str) -> str:
    """Return the letter of the era that a version belongs to: A, B or C (`keys.toml`)."""
    eras = cast("dict[str, str]", _keys()["eras"])
    fitting = [letter for letter, since in eras.items() if ApiVersion.parse(since) <= ApiVersion.read(version)]
    return max(fitting, default=min(eras))


def request_schema(operation: str) -> Schema:
    """Return the complete JSON Schema of a request body, without references. Raises UnknownOperationError."""
    return _resolved(_file("requests", operation))


def answer_schema(operation: str, version: str, includes: frozenset[str] = frozenset()) -> Schema:
    """Return the complete JSON Schema of an answer at a version, without references. Raises UnknownOperationError."""
    return _answer_schema(operation, _rules_at(version), includes)


# --- schemas: one tree per operation, rules of a version and parameters, without references ------------------------------


@dataclass(frozen=True, slots=True)
class _Judge:
    """A compiled schema: the validator, and the tree that tells requirement and documented phrase of a place."""

    tree: Schema
    validator: Validator
    requirement: str
    clean: dict[bytes, frozenset[str]] = field(default_factory=dict)
    """By the digest of an item of a list that was found as documented: what it was held to."""


@functools.cache
def _keys() -> Mapping[str, Any]:
    return tomllib.loads((paths.schemas() / "rest" / "keys.toml").read_text(encoding="utf-8"))


@functools.cache
def _rules_at(version: str) -> tuple[int, ...]:
    """Return which rules of `keys.toml` hold at a version, by number: the cache has one validator for each set."""
    return tuple(
        number for number, rule in enumerate(_keys()["rule"]) if range_of(rule.get("versions", "")).admits(version)
    )


def _added(operation: str, rules: tuple[int, ...], includes: frozenset[str]) -> dict[str, list[str]]:
    """Return the keys that `keys.toml` adds, by their place in the fulfillment order (`""` is the order itself)."""
    found: dict[str, list[str]] = {}
    for rule in (_keys()["rule"][number] for number in rules):
        if operation in rule["operations"] and ("include" not in rule or rule["include"] in includes):
            found.setdefault(rule.get("at", ""), []).extend(rule["keys"])
    return found


@functools.cache
def _registry() -> Registry[Any]:
    root = paths.schemas() / "rest"
    contents = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(root.rglob("*.json"))]
    return Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in contents)


def _file(kind: str, operation: str) -> str:
    """Return the name of an operation's schema file. Raises UnknownOperationError."""
    name = f"{kind}/{operation}.json"
    if not operation.isidentifier() or BASE_URI + name not in _registry():
        raise UnknownOperationError(f"expected one of {', '.join(operations())}, got {operation!r} ({kind})")
    return name


@functools.cache
def _resolved(name: str) -> Schema:
    """Return a schema file with every reference replaced by what it refers to."""
    resolver = _registry().resolver(BASE_URI)
    found = resolver.lookup(name)
    return cast("Schema", _inline({k: v for k, v in found.contents.items() if k != "$defs"}, found.resolver))


def _inline(node: Any, resolver: Any) -> Any:
    if isinstance(node, list):
        return [_inline(part, resolver) for part in node]
    if not isinstance(node, dict):
        return node
    here = {key: _inline(part, resolver) for key, part in node.items() if key != "$ref"}
    if not isinstance(node.get("$ref"), str):
        return {**here, **({"$ref": _inline(node["$ref"], resolver)} if "$ref" in node else {})}
    found = resolver.lookup(node["$ref"])
    there = _inline(found.contents, found.resolver)
    both = {"required", "properties", "anyOf", "items", "allOf"} & here.keys() & there.keys()
    if both:
        raise SchemaDefectError(f"{node['$ref']} and the place that refers to it both say {sorted(both)}")
    return {**there, **here}


def _answer_schema(operation: str, rules: tuple[int, ...], includes: frozenset[str]) -> Schema:
    plain = _resolved(_file("answers", operation))
    dialects = _keys()["dialects"]
    order = [name for name in dialects if operation in dialects[name]] + list(dialects)
    first = list(dialects).index(order[0])
    return cast("Schema", _completed(plain, _added(operation, rules, includes), first))


def _completed(node: Any, added: Mapping[str, Sequence[str]], dialect: int) -> Any:
    """Return the schema with the keys of the version required, and the operation's own dialect named first."""
    if isinstance(node, list):
        return [_completed(part, added, dialect) for part in node]
    if not isinstance(node, dict):
        return node
    if node.get("x-object") != _FULFILLMENT_ORDER:
        return {key: _completed(part, added, dialect) for key, part in node.items()}
    properties = dict(node["properties"])
    for place, keys in added.items():
        if place:
            inside = properties[place].get("items", properties[place])
            inside = {**inside, "required": [*inside["required"], *keys]}
            properties[place] = {**properties[place], "items": inside} if "items" in properties[place] else inside
    branches = node["anyOf"]
    return {
        **node,
        "properties": properties,
        "required": [*node["required"], *added.get("", ())],
        "anyOf": [branches[dialect], *branches[:dialect], *branches[dialect + 1 :]],
    }


@functools.cache
def _answer(operation: str, rules: tuple[int, ...], includes: frozenset[str]) -> _Judge:
    tree = _answer_schema(operation, rules, includes)
    return _Judge(tree, keywords.validator(tree), tree["x-requirement"])


@functools.cache
def _request(operation: str) -> _Judge:
    tree = request_schema(operation)
    return _Judge(tree, keywords.validator(tree), "FO-REQ-" + operation.upper().replace("_", "-"))


@functools.cache
def _error() -> _Judge:
    tree = _resolved("error.json")
    return _Judge(tree, keywords.validator(tree), tree["x-requirement"])


# --- findings -------------------------------------------------------------------------------------------------------


def _unseen(judge: _Judge, body: object) -> tuple[object, dict[bytes, frozenset[str]], set[str]]:
    """Return a body without those items of its list that were found as documented before, byte for byte.

    Beside it what each other item is held to, and what the body is held to by what was left out.
    """
    held, known = {judge.requirement}, judge.tree.get("properties", {})
    lists = [key for key, value in body.items() if isinstance(value, list)] if isinstance(body, dict) else []
    key = next((key for key in lists if "items" in known.get(key, {})), None)
    if key is None or not isinstance(body, dict):
        return body, {}, held
    new: dict[bytes, frozenset[str]] = {}
    rest = []
    for item in body[key]:
        try:
            text = hashlib.blake2b(json.dumps(item).encode("ascii"), digest_size=16).digest()
        except ValueError:  # a number of more digits than are written
            return body, {}, {judge.requirement}
        if text in judge.clean:
            held |= judge.clean[text]
            continue
        of_item: set[str] = set()
        _collect(known[key]["items"], item, of_item)
        new[text] = frozenset(of_item)
        rest.append(item)
    return {**body, key: rest}, new, held


def _findings(judge: _Judge, body: object, *, nulls_left_out: bool = False) -> list[SchemaFinding]:
    found: dict[tuple[Step, ...], SchemaFinding] = {}
    for error in judge.validator.iter_errors(cast("Any", body)):
        place = tuple(error.absolute_path)
        if place not in found and not (nulls_left_out and _may_be_left_out(judge, body, place)):
            found[place] = _finding(judge, body, place)
        if len(found) == MOST_FINDINGS:
            break
    return list(found.values())


def _finding(judge: _Judge, body: object, place: tuple[Step, ...]) -> SchemaFinding:
    node, requirement = judge.tree, judge.requirement
    value: Any = body
    for step in place:
        node = node["items"] if isinstance(step, int) else node["properties"][step]
        requirement = node.get("x-requirement", requirement)
        value = value[step] if isinstance(step, int) or step in value else _MISSING
    received = "nothing: the key is missing" if value is _MISSING else value_in_words(value)
    return SchemaFinding(requirement, _path(place), _phrase(node), received)


def _may_be_left_out(judge: _Judge, body: object, place: tuple[Step, ...]) -> bool:
    """Tell whether a place is a key that did not come and whose value may be null."""
    node, value = judge.tree, body
    for step in place:
        node = node["items"] if isinstance(step, int) else node["properties"][step]
        if isinstance(step, str) and isinstance(value, dict) and step not in value:
            return keywords.validator(node).is_valid(None)
        value = cast("Any", value)[step]
    return False


def _collect(node: Schema, value: object, found: set[str], *, present: bool = False) -> None:
    """Add what a body is held to: by the keys that came and, where not `present` ones alone, by those that had to come."""
    if isinstance(value, list) and "items" in node:
        for item in value:
            _collect(node["items"], item, found, present=present)
    if isinstance(value, dict):
        required = () if present else node.get("required", ())
        for key, part in node.get("properties", {}).items():
            if (key in value or key in required) and "x-requirement" in part:
                found.add(part["x-requirement"])
            if key in value:
                _collect(part, value[key], found, present=present)


def _path(place: Iterable[Step]) -> str:
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "$"


_NAMES = {
    "integer": "a whole number",
    "string": "a string",
    "boolean": "true or false",
    "object": "an object",
    "array": "an array",
    "null": "null",
}


def _phrase(node: Schema) -> str:
    """Say what a schema allows: its own phrase if it has one, else its values, format or types."""
    if "x-documented" in node:
        return str(node["x-documented"])
    if "enum" in node:
        return "one of " + ", ".join("null" if value is None else str(value) for value in node["enum"])
    types = node.get("type", [])
    names = [_NAMES[name] for name in ([types] if isinstance(types, str) else types)]
    if node.get("format") == "date-time":
        names[0] = "a date and time in ISO 8601 with offset or Z"
    if "minimum" in node:
        names[0] += f" of at least {node['minimum']}"
    if node.get("minItems"):
        names[0] = "a non-empty array"
    if "maxLength" in node:
        names[0] += f" of at most {node['maxLength']} characters"
    return " or ".join(names)
