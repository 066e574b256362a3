"""The answer to the introspection query, written straight from the shapes.

Asking the executor takes seconds for hundreds of models, and nothing in the answer depends on the
request.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import orjson
from graphql import (
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    introspection_from_schema,
)

from graphql_erp.api.sdl import directives
from graphql_erp.api.shapes import (
    BUILT_IN_SCALARS,
    ArgumentShape,
    FieldShape,
    TypeKind,
    TypeShape,
    named,
    references,
)

_KINDS = {
    TypeKind.SCALAR: "SCALAR",
    TypeKind.ENUM: "ENUM",
    TypeKind.INTERFACE: "INTERFACE",
    TypeKind.OBJECT: "OBJECT",
    TypeKind.UNION: "UNION",
    TypeKind.INPUT: "INPUT_OBJECT",
}
_KEPT = {"isDeprecated": False, "deprecationReason": None}


def print_introspection(shapes: Mapping[str, TypeShape]) -> bytes:
    """Return `{"data": {"__schema": ...}}` as JSON, every optional part included."""
    return orjson.dumps({"data": {"__schema": _schema(shapes)}})


def _schema(shapes: Mapping[str, TypeShape]) -> dict[str, Any]:
    own = _Types(shapes)
    asked = {name for shape in shapes.values() for name in references(shape)}
    own_directives = directives(shapes)
    asked |= {named(item.type) for shape in own_directives for item in shape.arguments}
    given = _given()
    always = {"String", "Boolean"} | asked
    built_in = (
        item
        for item in given["types"]
        if item["name"].startswith("__")
        or (item["name"] in BUILT_IN_SCALARS and item["name"] in always)
    )
    has_mutations = "Mutation" in shapes
    return {
        "description": None,
        "queryType": {"name": "Query", "kind": "OBJECT"},
        "mutationType": {"name": "Mutation", "kind": "OBJECT"} if has_mutations else None,
        "subscriptionType": None,
        "types": [*(own.full(shape) for shape in shapes.values()), *built_in],
        "directives": [*given["directives"], *own.directives()],
    }


@lru_cache(maxsize=1)
def _given() -> dict[str, Any]:
    """Return what every schema has: built-in scalars, introspection types, directives."""
    scalars = {"a": GraphQLString, "b": GraphQLID, "c": GraphQLInt, "d": GraphQLFloat}
    fields = {name: GraphQLField(scalar) for name, scalar in scalars.items()}
    schema = GraphQLSchema(GraphQLObjectType("Query", fields))
    introspection: Any = introspection_from_schema(schema)
    for item in introspection["__schema"]["types"]:
        # Strawberry answers false here for types that are no inputs; the specification says null.
        item["isOneOf"] = None
    found: dict[str, Any] = introspection["__schema"]
    return found


class _Types:
    """The introspection of the types of one set of shapes."""

    def __init__(self, shapes: Mapping[str, TypeShape]) -> None:
        self._shapes = shapes
        self._references: dict[str, dict[str, Any]] = {}
        self._implementations: dict[str, list[str]] = {}
        for shape in shapes.values():
            for interface in shape.interfaces if shape.kind is TypeKind.OBJECT else ():
                self._implementations.setdefault(interface, []).append(shape.name)

    def full(self, shape: TypeShape) -> dict[str, Any]:
        """Return a type."""
        has_fields = shape.kind in {TypeKind.OBJECT, TypeKind.INTERFACE}
        is_input = shape.kind is TypeKind.INPUT
        members = [
            {"name": member.name, "description": member.description or None, **_KEPT}
            for member in shape.members
        ]
        return {
            "kind": _KINDS[shape.kind],
            "name": shape.name,
            "description": shape.description or None,
            "specifiedByURL": None,
            "isOneOf": shape.one_of if is_input else None,
            "fields": [self._field(field) for field in shape.fields] if has_fields else None,
            "inputFields": self._inputs(shape.fields) if is_input else None,
            "interfaces": self._all(shape.interfaces) if has_fields else None,
            "enumValues": members if shape.kind is TypeKind.ENUM else None,
            "possibleTypes": self._possible(shape),
        }

    def _possible(self, shape: TypeShape) -> list[dict[str, Any]] | None:
        if shape.kind is TypeKind.UNION:
            return self._all(shape.types)
        is_interface = shape.kind is TypeKind.INTERFACE
        return self._all(self._implementations.get(shape.name, ())) if is_interface else None

    def directives(self) -> list[dict[str, Any]]:
        """Return the directives of our own."""
        return [
            {
                "name": shape.name,
                "description": shape.description or None,
                "isRepeatable": False,
                **_KEPT,
                "locations": list(shape.locations),
                "args": self._inputs(shape.arguments),
            }
            for shape in directives(self._shapes)
        ]

    def _field(self, field: FieldShape) -> dict[str, Any]:
        return {
            "name": field.name,
            "description": field.description or None,
            "args": self._inputs(field.arguments),
            "type": self._reference(field.type),
            **_KEPT,
        }

    def _inputs(self, inputs: Iterable[FieldShape | ArgumentShape]) -> list[dict[str, Any]]:
        return [
            {
                "name": item.name,
                "description": item.description or None,
                "type": self._reference(item.type),
                "defaultValue": item.default.literal if item.default else None,
                **_KEPT,
            }
            for item in inputs
        ]

    def _all(self, names: Iterable[str]) -> list[dict[str, Any]]:
        return [self._reference(name) for name in names]

    def _reference(self, reference: str) -> dict[str, Any]:
        if reference not in self._references:
            self._references[reference] = self._resolve(reference)
        return self._references[reference]

    def _resolve(self, reference: str) -> dict[str, Any]:
        if reference.endswith("!"):
            return {"kind": "NON_NULL", "name": None, "ofType": self._reference(reference[:-1])}
        if reference.startswith("["):
            return {"kind": "LIST", "name": None, "ofType": self._reference(reference[1:-1])}
        shape = self._shapes.get(reference)
        kind = _KINDS[shape.kind] if shape else "SCALAR"
        return {"kind": kind, "name": reference, "ofType": None}
