"""Lists of a model: Connection, Edge, Aggregate, Numbers, Extremes and the Grouping types."""

from collections.abc import Iterator

from graphql_erp import naming
from graphql_erp.api.offer import Offer, field_origin, model_origin, value_type
from graphql_erp.api.roles import TypeMeaning, TypeRole
from graphql_erp.api.shapes import (
    ENGINE,
    ArgumentShape,
    Default,
    FieldShape,
    MemberShape,
    TypeKind,
    TypeShape,
)
from graphql_erp.planning.access import ACCESS
from graphql_erp.registry.model import FieldDef, ModelDef

_CURSOR_ARGUMENTS = (
    ArgumentShape("first", "Int"),
    ArgumentShape("after", "String"),
    ArgumentShape("last", "Int"),
    ArgumentShape("before", "String"),
)
_PAGE_ARGUMENTS = (*_CURSOR_ARGUMENTS, ArgumentShape("offset", "Int"))
_GROUP_PAGE_ARGUMENTS = (
    ArgumentShape("first", "Int"),
    ArgumentShape("after", "String"),
    ArgumentShape("offset", "Int"),
)
_SEARCH = (ArgumentShape("search", "String"),)
_ARCHIVED = (ArgumentShape("archived", "Archived!", Default("EXCLUDE", "EXCLUDE")),)


def list_arguments(model: ModelDef) -> tuple[ArgumentShape, ...]:
    """Return the arguments of a list; `search` and `archived` only where they mean something."""
    return (
        ArgumentShape("filter", f"{model.name}Filter"),
        ArgumentShape("q", "QExpr"),
        *(_SEARCH if model.search else ()),
        *(_ARCHIVED if model.archive else ()),
        ArgumentShape("orderBy", f"[{model.name}OrderBy!]"),
        *_PAGE_ARGUMENTS,
    )


def connection_types(offer: Offer, model: ModelDef) -> Iterator[TypeShape]:
    """Give the types of a model's lists, their figures and their groups."""
    name = model.name
    yield _object(
        model,
        "Edge",
        TypeRole.EDGE,
        FieldShape("cursor", "String!"),
        FieldShape("node", f"{name}!"),
    )
    yield _object(
        model,
        "Connection",
        TypeRole.CONNECTION,
        FieldShape("edges", f"[{name}Edge!]!"),
        FieldShape("nodes", f"[{name}!]!"),
        FieldShape("pageInfo", "PageInfo!"),
        FieldShape("totalCount", "Int!"),
        FieldShape("count", "Count!", (_COUNT_MODE,)),
        FieldShape(
            "aggregate", f"{name}Aggregate!", description="Over the filter, whatever the page."
        ),
        _groups(model),
        FieldShape(ACCESS, "ModelAccess!"),
    )
    yield from _figures(offer, model)
    yield from _groupings(offer, model)


_COUNT_MODE = ArgumentShape("mode", "CountMode!", Default("CAPPED", "CAPPED"))


def _object(model: ModelDef, suffix: str, role: TypeRole, *fields: FieldShape) -> TypeShape:
    return TypeShape(
        kind=TypeKind.OBJECT,
        name=model.name + suffix,
        fields=fields,
        meaning=TypeMeaning(role, model.name),
        origin=model_origin(model, f"the {suffix}"),
    )


def _figures(offer: Offer, model: ModelDef) -> Iterator[TypeShape]:
    name = model.name
    numbers = tuple(_number(field) for field in offer.numbers(model))
    extremes = tuple(_value(field) for field in offer.extremes(model))
    field_argument = (ArgumentShape("field", f"{name}FieldName!"),)
    fields = [FieldShape("count", "Int!"), FieldShape("countDistinct", "Int!", field_argument)]
    if numbers:
        fields += [FieldShape(each, f"{name}Numbers!") for each in ("sum", "avg")]
    if extremes:
        fields += [FieldShape(each, f"{name}Extremes!") for each in ("min", "max")]
    yield _object(model, "Aggregate", TypeRole.AGGREGATE, *fields)
    if numbers:
        yield _object(model, "Numbers", TypeRole.NUMBERS, *numbers)
    if extremes:
        yield _object(model, "Extremes", TypeRole.EXTREMES, *extremes)
    yield TypeShape(
        kind=TypeKind.ENUM,
        name=f"{name}FieldName",
        members=tuple(
            MemberShape(naming.constant(field.name), field.name) for field in offer.grouped(model)
        ),
        origin=model_origin(model, "the FieldName"),
    )


def _number(field: FieldDef) -> FieldShape:
    # One type serves sum and avg. Where they differ (a sum of Int is a BigInt, its average a
    # Decimal) Decimal holds both, and both are strings to the client.
    types = {field.type.sum_type().graphql_type, field.type.average_type().graphql_type}
    number = types.pop() if len(types) == 1 else "Decimal"
    return FieldShape(field.graphql_name, number, origin=field_origin(field))


def _value(field: FieldDef) -> FieldShape:
    target = field.relation.target if field.relation else value_type(field)
    return FieldShape(field.graphql_name, target, origin=field_origin(field))


def _groups(model: ModelDef) -> FieldShape:
    arguments = (
        ArgumentShape("by", f"[{model.name}GroupingBy!]!"),
        ArgumentShape("orderBy", f"[{model.name}GroupingOrderBy!]"),
        *_GROUP_PAGE_ARGUMENTS,
    )
    return FieldShape("groups", f"{model.name}GroupingPage!", arguments)


def _record_arguments(model: ModelDef) -> tuple[ArgumentShape, ...]:
    """Return the arguments of a group's records: the filter is that of the list."""
    return (ArgumentShape("orderBy", f"[{model.name}OrderBy!]"), *_CURSOR_ARGUMENTS)


def _groupings(offer: Offer, model: ModelDef) -> Iterator[TypeShape]:
    name = model.name
    yield _grouping_by(offer, model)
    yield _grouping_order(offer, model)
    keys = tuple(_value(field) for field in offer.grouped(model))
    yield _object(model, "GroupingKey", TypeRole.GROUPING_KEY, *keys)
    yield _object(
        model,
        "Grouping",
        TypeRole.GROUPING,
        FieldShape("key", f"{name}GroupingKey!", description="Own fields, typed."),
        FieldShape(
            "values", "JSON!", description="Every item under its alias, by default its path."
        ),
        FieldShape("count", "Int!"),
        FieldShape("aggregate", f"{name}Aggregate!"),
        FieldShape("records", f"{name}Connection!", _record_arguments(model)),
        _groups(model),
    )
    yield _object(
        model,
        "GroupingPage",
        TypeRole.GROUPING_PAGE,
        FieldShape("nodes", f"[{name}Grouping!]!"),
        FieldShape("pageInfo", "PageInfo!"),
        FieldShape("totalCount", "Int!"),
    )


def _grouping_by(offer: Offer, model: ModelDef) -> TypeShape:
    paths = (
        FieldShape(
            field.graphql_name, f"{field.relation.target}GroupingBy", origin=field_origin(field)
        )
        for field in offer.grouped(model)
        if field.relation
    )
    return TypeShape(
        kind=TypeKind.INPUT,
        name=f"{model.name}GroupingBy",
        fields=(
            FieldShape("field", f"{model.name}FieldName", origin=ENGINE),
            *paths,
            FieldShape("granularity", "DateGranularity", origin=ENGINE),
            FieldShape("as", "String", origin=ENGINE),
        ),
        description="One key per item; `as` names it when a field is used twice.",
        origin=model_origin(model, "the GroupingBy"),
    )


def _grouping_order(offer: Offer, model: ModelDef) -> TypeShape:
    name = model.name
    has_numbers = any(True for _ in offer.numbers(model))
    fields = (
        FieldShape("key", f"{name}FieldName"),
        FieldShape("count", "OrderDirection"),
        *((FieldShape("sum", f"{name}FieldName"),) if has_numbers else ()),
        FieldShape("direction", "OrderDirection", default=Default("DESC", "DESC")),
    )
    return TypeShape(
        kind=TypeKind.INPUT,
        name=f"{name}GroupingOrderBy",
        fields=fields,
        origin=model_origin(model, "the GroupingOrderBy"),
    )
