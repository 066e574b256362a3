"""ApiSchema: the GraphQL schema of one registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from graphql_erp.api.clashes import name_clashes
from graphql_erp.api.collector import paused_collector
from graphql_erp.api.connection_types import connection_types
from graphql_erp.api.directives import RUNNING
from graphql_erp.api.filter_types import filter_types
from graphql_erp.api.introspection import print_introspection
from graphql_erp.api.method_types import method_types
from graphql_erp.api.object_types import object_types
from graphql_erp.api.offer import Offer, offer
from graphql_erp.api.order_types import order_type
from graphql_erp.api.roles import RootMeaning, TypeMeaning
from graphql_erp.api.root_fields import RootField, mutation_fields, query_fields
from graphql_erp.api.scalars import STRAWBERRY_SCALARS
from graphql_erp.api.sdl import print_sdl, schema_hash
from graphql_erp.api.shapes import TypeKind, TypeShape, reachable
from graphql_erp.api.shared_types import shared_types
from graphql_erp.api.strawberry_types import StrawberryTypes, refuse_resolving
from graphql_erp.api.unique_keys import unique_key_types
from graphql_erp.api.write_types import payload_types, relation_types, write_types
from graphql_erp.errors import DeclarationError
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSchema:
    """The schema of one registry, as the libraries and as the engine need it."""

    strawberry: strawberry.Schema
    graphql: GraphQLSchema
    types: Mapping[str, TypeMeaning]
    """What object types mean, by name."""
    queries: Mapping[str, RootMeaning]
    """What the fields of Query mean, by name."""
    mutations: Mapping[str, RootMeaning]
    """What the fields of Mutation mean, by name."""
    shapes: Mapping[str, TypeShape]
    """Every type but the built-in ones, by name, in the order of the SDL."""
    sdl: str
    hash: str
    """SHA-256 of the SDL."""


def build_schema(registry: Registry) -> ApiSchema:
    """Return the schema of a registry.

    Raises:
        DeclarationError: Two declarations make the same GraphQL name.
    """
    with paused_collector():
        return _build(offer(registry.models))


def _build(shown: Offer) -> ApiSchema:
    queries, mutations = tuple(query_fields(shown)), tuple(mutation_fields(shown))
    shapes = _shapes(shown, queries, mutations)
    sdl = print_sdl(shapes)
    schema = _strawberry_schema(shapes)
    return ApiSchema(
        strawberry=schema,
        graphql=schema._schema,  # noqa: SLF001 - Strawberry has no public name for it
        types=MappingProxyType(
            {name: shape.meaning for name, shape in shapes.items() if shape.meaning}
        ),
        queries=MappingProxyType({field.name: meaning for field, meaning in queries}),
        mutations=MappingProxyType({field.name: meaning for field, meaning in mutations}),
        shapes=MappingProxyType(dict(shapes)),
        sdl=sdl,
        hash=schema_hash(sdl),
    )


def introspection_bytes(schema: ApiSchema) -> bytes:
    """Return the JSON answer to the introspection query."""
    with paused_collector():
        return print_introspection(schema.shapes)


def _shapes(
    shown: Offer, queries: tuple[RootField, ...], mutations: tuple[RootField, ...]
) -> Mapping[str, TypeShape]:
    every = (
        *shared_types(has_users="User" in shown.models),
        *(shape for model in shown.models.values() for shape in _model_types(shown, model)),
        *method_types(shown),
        *_roots(queries, mutations),
    )
    problems = name_clashes(every)
    if problems:
        raise DeclarationError(problems)
    by_name = {shape.name: shape for shape in every}
    roots = ["Query"]
    if mutations:
        # Nothing but their interface leads to the kinds of errors.
        roots += ["Mutation", "ValidationError", "BusinessError", "ConflictError"]
    return reachable(by_name, roots)


def _model_types(shown: Offer, model: ModelDef) -> Iterator[TypeShape]:
    yield from object_types(shown, model)
    yield from connection_types(shown, model)
    yield from filter_types(shown, model)
    yield order_type(shown, model)
    yield from unique_key_types(shown, model)
    yield from relation_types(shown, model)
    if model.api == "full":
        yield from write_types(shown, model)
    elif model.methods:
        yield from payload_types(model)


def _roots(*roots: Iterable[RootField]) -> Iterator[TypeShape]:
    for name, fields in zip(("Query", "Mutation"), roots, strict=True):
        shapes = tuple(field for field, _ in fields)
        if shapes:
            yield TypeShape(kind=TypeKind.OBJECT, name=name, fields=shapes)


def _strawberry_schema(shapes: Mapping[str, TypeShape]) -> strawberry.Schema:
    types = StrawberryTypes(shapes)
    schema = strawberry.Schema(
        query=types.type("Query"),
        mutation=types.type("Mutation") if "Mutation" in shapes else None,
        types=[types.type(shape.name) for shape in shapes.values() if shape.interfaces],
        config=StrawberryConfig(
            auto_camel_case=False,
            scalar_map=STRAWBERRY_SCALARS,
            default_resolver=refuse_resolving,
        ),
    )
    inner = schema._schema  # noqa: SLF001 - Strawberry has no public name for it
    _say_one_of(inner)
    if "Mutation" in shapes:
        inner.directives = (*inner.directives, *RUNNING)
    return schema


def _say_one_of(schema: GraphQLSchema) -> None:
    """Tell graphql-core itself which inputs are @oneOf; Strawberry knows it on its own side only.

    Validation, coercion and introspection of graphql-core follow from it. Strawberry also answers
    `isOneOf` with false for types that are no inputs, where the specification says null.
    """
    for item in schema.type_map.values():
        if isinstance(item, GraphQLInputObjectType):
            definition: Any = item.extensions["strawberry-definition"]
            item.is_one_of = definition.is_one_of
    introspected = schema.type_map["__Type"]
    if isinstance(introspected, GraphQLObjectType):
        introspected.fields["isOneOf"].resolve = _is_one_of


def _is_one_of(item: object, _info: object) -> bool | None:
    return item.is_one_of if isinstance(item, GraphQLInputObjectType) else None
