"""Filters of a model: the typed subset of Q."""

from collections.abc import Iterator

from graphql_erp.api.offer import (
    Offer,
    enum_name,
    field_origin,
    id_name,
    is_selection,
    model_origin,
    reference_name,
    value_type,
)
from graphql_erp.api.shapes import FieldShape, TypeKind, TypeShape
from graphql_erp.api.shared_types import operator_fields
from graphql_erp.expressions.wire import CHOICE_LOOKUPS
from graphql_erp.registry.model import FieldDef, ModelDef


def filter_types(offer: Offer, model: ModelDef) -> Iterator[TypeShape]:
    """Give the filter of a model, of its to-many lists and of its selections."""
    name = f"{model.name}Filter"
    for field in offer.conditions(model):
        if is_selection(field):
            yield _selection_filter(field)
    for field in offer.references(model):
        yield _reference_filter(offer, field)
    yield TypeShape(
        kind=TypeKind.INPUT,
        name=name,
        fields=(
            FieldShape("AND", f"[{name}!]"),
            FieldShape("OR", f"[{name}!]"),
            FieldShape("NOT", name),
            *_fields(offer, model),
        ),
        origin=model_origin(model, "the Filter"),
    )
    yield TypeShape(
        kind=TypeKind.INPUT,
        name=f"{model.name}ListFilter",
        fields=(
            FieldShape("some", name),
            FieldShape("every", name),
            FieldShape("none", name),
            FieldShape("count", "IntFilter"),
        ),
        origin=model_origin(model, "the ListFilter"),
    )


def _selection_filter(field: FieldDef) -> TypeShape:
    return TypeShape(
        kind=TypeKind.INPUT,
        name=f"{enum_name(field)}Filter",
        fields=operator_fields(enum_name(field), CHOICE_LOOKUPS),
        origin=field_origin(field, "the Filter"),
    )


def _reference_filter(offer: Offer, field: FieldDef) -> TypeShape:
    targets = (FieldShape(name, f"{target.name}Filter") for name, target in offer.targets(field))
    return TypeShape(
        kind=TypeKind.INPUT,
        name=f"{reference_name(field)}Filter",
        fields=(FieldShape("isnull", "Boolean"), *targets),
        origin=field_origin(field, "the Filter"),
    )


def _fields(offer: Offer, model: ModelDef) -> Iterator[FieldShape]:
    for field in offer.conditions(model):
        origin = field_origin(field)
        name = field.graphql_name
        if field.relation is None:
            yield FieldShape(name, f"{value_type(field)}Filter", origin=origin)
        elif field.is_to_many:
            yield FieldShape(name, f"{field.relation.target}ListFilter", origin=origin)
        else:
            if not field.is_inverse_one:
                yield FieldShape(id_name(field), "IDFilter", origin=origin)
            yield FieldShape(name, f"{field.relation.target}Filter", origin=origin)
    for field in offer.references(model):
        reference = f"{reference_name(field)}Filter"
        yield FieldShape(field.graphql_name, reference, origin=field_origin(field))
