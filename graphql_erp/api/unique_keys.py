"""Unique keys of a model as the members of its UniqueKey input."""

from collections.abc import Iterator, Mapping

from graphql_erp import naming
from graphql_erp.api.offer import Offer, field_origin, id_name, model_origin, value_type
from graphql_erp.api.shapes import FieldShape, TypeKind, TypeShape
from graphql_erp.registry.model import FieldDef, ModelDef


def unique_keys(offer: Offer, model: ModelDef) -> Mapping[str, tuple[str, ...]]:
    """Return the fields of each unique key by its GraphQL name.

    A key of one field is named after it (`email`, `companyId`) and takes its value; a key of
    several is named after all (`orderAndProduct`) and takes an object with a value for each.
    """
    shown = {field.name for field in offer.conditions(model)}
    keys = (key for key in model.keys() if shown.issuperset(key))  # noqa: SIM118 - no mapping
    return {_key_name(model, key): key for key in keys}


def member_name(field: FieldDef) -> str:
    """Return the GraphQL name of a field within a key."""
    return field.graphql_name if field.relation is None else id_name(field)


def _key_name(model: ModelDef, key: tuple[str, ...]) -> str:
    if len(key) == 1:
        return member_name(model.field(key[0]))
    return naming.camel("_and_".join(key))


def unique_key_types(offer: Offer, model: ModelDef) -> Iterator[TypeShape]:
    """Give the UniqueKey of a model and the inputs of its keys of several fields."""
    members = []
    for name, key in unique_keys(offer, model).items():
        fields = [model.field(each) for each in key]
        if len(fields) == 1:
            members.append(FieldShape(name, value_type(fields[0]), origin=field_origin(fields[0])))
            continue
        compound = f"{model.name}{name[:1].upper()}{name[1:]}Key"
        members.append(FieldShape(name, compound))
        yield TypeShape(
            kind=TypeKind.INPUT,
            name=compound,
            fields=tuple(
                FieldShape(member_name(field), f"{value_type(field)}!") for field in fields
            ),
            origin=model_origin(model, f"the key {name}"),
        )
    yield TypeShape(
        kind=TypeKind.INPUT,
        name=f"{model.name}UniqueKey",
        one_of=True,
        fields=tuple(members),
        description="The id or another unique key.",
        origin=model_origin(model, "the UniqueKey"),
    )
