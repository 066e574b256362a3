"""Writes of a model: CreateInput, UpdateInput, ToOneInput and the payloads."""

from collections.abc import Iterator

import orjson

from graphql_erp.api.offer import Offer, field_origin, is_selection, model_origin, value_type
from graphql_erp.api.roles import TypeMeaning, TypeRole
from graphql_erp.api.shapes import Default, FieldShape, TypeKind, TypeShape
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.text import Char
from graphql_erp.registry.model import FieldDef, ModelDef


def to_one_type(model: ModelDef) -> TypeShape:
    """Return the input by which another record refers to one of this model."""
    return TypeShape(
        kind=TypeKind.INPUT,
        name=f"{model.name}ToOneInput",
        one_of=True,
        fields=(FieldShape("id", "ID"), FieldShape("key", f"{model.name}UniqueKey")),
        origin=model_origin(model, "the ToOneInput"),
    )


def write_types(offer: Offer, model: ModelDef) -> Iterator[TypeShape]:
    """Give the inputs and payloads of a model's mutations."""
    name = model.name
    written = written_fields(offer, model)
    for suffix, fields in (
        ("CreateInput", tuple(_created(field) for field in written)),
        ("UpdateInput", tuple(_updated(field) for field in written)),
    ):
        yield TypeShape(
            kind=TypeKind.INPUT,
            name=name + suffix,
            fields=fields,
            origin=model_origin(model, f"the {suffix}"),
        )
    errors = FieldShape("errors", "[UserError!]!")
    yield TypeShape(
        kind=TypeKind.OBJECT,
        name=f"{name}Payload",
        fields=(FieldShape("record", name), errors),
        meaning=TypeMeaning(TypeRole.PAYLOAD, name),
        origin=model_origin(model, "the Payload"),
    )
    yield TypeShape(
        kind=TypeKind.OBJECT,
        name=f"{name}BulkPayload",
        fields=(
            FieldShape("affected", "Int!"),
            FieldShape("records", f"[{name}!]!"),
            FieldShape("results", f"[{name}Payload!]!"),
            errors,
        ),
        meaning=TypeMeaning(TypeRole.BULK_PAYLOAD, name),
        origin=model_origin(model, "the BulkPayload"),
    )


def written_fields(offer: Offer, model: ModelDef) -> tuple[FieldDef, ...]:
    """Return the fields clients may set: values and to-one relations."""
    return tuple(
        field for field in offer.fields(model) if field.is_writable and not field.is_to_many
    )


def _input_type(field: FieldDef) -> str:
    return f"{field.relation.target}ToOneInput" if field.relation else value_type(field)


def _created(field: FieldDef) -> FieldShape:
    must = field.type.required and field.type.default is None
    return _input(field, _input_type(field) + ("!" if must else ""), _default(field))


def _updated(field: FieldDef) -> FieldShape:
    return _input(field, _input_type(field), None)


def _input(field: FieldDef, reference: str, default: Default | None) -> FieldShape:
    return FieldShape(
        field.graphql_name,
        reference,
        default=default,
        description=field.type.hint,
        max_length=field.type.max_length if isinstance(field.type, Char) else None,
        origin=field_origin(field),
    )


def _default(field: FieldDef) -> Default | None:
    """Return a default that is a plain value; others are made when the record is.

    A field limited to groups shows none: GraphQL fills shown defaults in, and that would be a
    write of a field the user may not see.
    """
    kind = field.type
    if kind.default is None or kind.named_default or kind.groups:
        return None
    if field.relation is not None or kind.kind is Kind.JSON:
        return None
    value = kind.clean(kind.default)
    shown = kind.to_json_python(value)
    literal = shown if is_selection(field) else orjson.dumps(shown).decode()
    return Default(literal, value)
