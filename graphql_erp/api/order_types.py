"""Orderings of a model: one key per item, following to-one paths."""

from graphql_erp.api.offer import Offer, field_origin, model_origin
from graphql_erp.api.shapes import FieldShape, TypeKind, TypeShape
from graphql_erp.registry.model import FieldDef, ModelDef


def order_type(offer: Offer, model: ModelDef) -> TypeShape:
    """Return the input that names one key of an ordering."""
    return TypeShape(
        kind=TypeKind.INPUT,
        name=f"{model.name}OrderBy",
        one_of=True,
        fields=tuple(_key(field) for field in offer.ordered(model)),
        description="One key per item; the list gives the precedence.",
        origin=model_origin(model, "the OrderBy"),
    )


def _key(field: FieldDef) -> FieldShape:
    target = f"{field.relation.target}OrderBy" if field.relation else "OrderDirection"
    return FieldShape(field.graphql_name, target, origin=field_origin(field))
