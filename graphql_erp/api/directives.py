"""Directives of our own: what inputs say beyond their types, and how an operation is run."""

from __future__ import annotations

import decimal
from dataclasses import dataclass

import strawberry
from graphql import GraphQLArgument, GraphQLDirective, GraphQLNonNull, GraphQLString
from graphql.language import DirectiveLocation
from strawberry.schema_directive import Location, schema_directive

from graphql_erp.api.shapes import ArgumentShape


@dataclass(frozen=True, slots=True)
class DirectiveShape:
    """A directive of documents or of the schema."""

    name: str
    locations: tuple[str, ...]
    arguments: tuple[ArgumentShape, ...] = ()
    description: str = ""


CONSTRAINT = DirectiveShape(
    "constraint",
    ("INPUT_FIELD_DEFINITION", "ARGUMENT_DEFINITION"),
    (
        ArgumentShape("maxLength", "Int"),
        ArgumentShape("min", "Decimal"),
        ArgumentShape("max", "Decimal"),
        ArgumentShape("pattern", "String"),
    ),
)
IDEMPOTENT = DirectiveShape(
    "idempotent",
    ("FIELD",),
    (ArgumentShape("key", "String!"),),
    "A repetition with the same key within a day gets the first answer and changes nothing.",
)
ATOMIC = DirectiveShape(
    "atomic", ("MUTATION",), (), "All fields are one transaction: a user error undoes them all."
)
RUNNING = (
    GraphQLDirective(
        IDEMPOTENT.name,
        [DirectiveLocation.FIELD],
        {"key": GraphQLArgument(GraphQLNonNull(GraphQLString))},
        description=IDEMPOTENT.description,
    ),
    GraphQLDirective(ATOMIC.name, [DirectiveLocation.MUTATION], description=ATOMIC.description),
)
"""The directives of documents, as graphql-core validates them."""


@schema_directive(
    locations=[Location.INPUT_FIELD_DEFINITION, Location.ARGUMENT_DEFINITION], name="constraint"
)
class Constraint:
    """What a value must satisfy beyond its type; checked by the engine, shown to clients."""

    max_length: int | None = strawberry.directive_field("maxLength", default=strawberry.UNSET)
    min: decimal.Decimal | None = strawberry.directive_field("min", default=strawberry.UNSET)
    max: decimal.Decimal | None = strawberry.directive_field("max", default=strawberry.UNSET)
    pattern: str | None = strawberry.directive_field("pattern", default=strawberry.UNSET)
