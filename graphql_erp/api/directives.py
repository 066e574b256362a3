"""Directives of the schema that say more about an input than its type."""

import decimal

import strawberry
from strawberry.schema_directive import Location, schema_directive

from graphql_erp.api.shapes import ArgumentShape

CONSTRAINT_ARGUMENTS = (
    ArgumentShape("maxLength", "Int"),
    ArgumentShape("min", "Decimal"),
    ArgumentShape("max", "Decimal"),
    ArgumentShape("pattern", "String"),
)
CONSTRAINT_LOCATIONS = ("INPUT_FIELD_DEFINITION", "ARGUMENT_DEFINITION")


@schema_directive(
    locations=[Location.INPUT_FIELD_DEFINITION, Location.ARGUMENT_DEFINITION], name="constraint"
)
class Constraint:
    """What a value must satisfy beyond its type; checked by the engine, shown to clients."""

    max_length: int | None = strawberry.directive_field("maxLength", default=strawberry.UNSET)
    min: decimal.Decimal | None = strawberry.directive_field("min", default=strawberry.UNSET)
    max: decimal.Decimal | None = strawberry.directive_field("max", default=strawberry.UNSET)
    pattern: str | None = strawberry.directive_field("pattern", default=strawberry.UNSET)
