"""Writes of a model: CreateInput, UpdateInput, ToOneInput and the payloads."""

from collections.abc import Iterator

import orjson

from graphql_erp.api.offer import (
    Offer,
    field_origin,
    is_selection,
    model_origin,
    reference_name,
    value_type,
)
from graphql_erp.api.roles import TypeMeaning, TypeRole
from graphql_erp.api.shapes import ArgumentShape, Default, FieldShape, TypeKind, TypeShape
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.secret import Secret
from graphql_erp.fields.text import Line
from graphql_erp.registry.model import FieldDef, ModelDef, RelationKind
from graphql_erp.registry.translations import TRANSLATIONS, translated_fields

_DRAFTED = "What differs from `data`, and where that says nothing from the stored record."


def relation_types(offer: Offer, model: ModelDef) -> Iterator[TypeShape]:
    """Give the inputs by which other records refer to records of this model."""
    name = model.name
    can_write = model.api == "full" and bool(written_fields(offer, model))
    create = (FieldShape("create", f"{name}CreateInput"),) if can_write else ()
    yield TypeShape(
        kind=TypeKind.INPUT,
        name=f"{name}ToOneInput",
        one_of=True,
        fields=(FieldShape("id", "ID"), FieldShape("key", f"{name}UniqueKey"), *create),
        description="An existing record or a new one." if can_write else "An existing record.",
        origin=model_origin(model, "the ToOneInput"),
    )
    changes = (
        FieldShape("create", f"[{name}CreateInput!]"),
        FieldShape("update", f"[{name}UpdateItem!]"),
        FieldShape("delete", "[ID!]"),
    )
    yield TypeShape(
        kind=TypeKind.INPUT,
        name=f"{name}ToManyInput",
        fields=(
            *(changes if can_write else ()),
            *(FieldShape(part, "[ID!]") for part in ("link", "unlink", "set")),
        ),
        description="In the order unlink, delete, update, create, link; `set` stands alone.",
        origin=model_origin(model, "the ToManyInput"),
    )


def write_types(offer: Offer, model: ModelDef) -> Iterator[TypeShape]:
    """Give the inputs and payloads of a model's mutations."""
    name = model.name
    written = written_fields(offer, model)
    for suffix, fields in (
        ("CreateInput", tuple(_created(model, field) for field in written)),
        ("UpdateInput", tuple(_updated(field) for field in written)),
    ):
        yield TypeShape(
            kind=TypeKind.INPUT,
            name=name + suffix,
            fields=(*fields, *_translations(model)),
            origin=model_origin(model, f"the {suffix}"),
        )
    for field in offer.references(model):
        yield _reference_input(offer, field)
    yield TypeShape(
        kind=TypeKind.INPUT,
        name=f"{name}UpdateItem",
        fields=(
            FieldShape("id", "ID!"),
            *(FieldShape(item.name, item.type) for item in version_arguments(model)),
            FieldShape("data", f"{name}UpdateInput!"),
        ),
        origin=model_origin(model, "the UpdateItem"),
    )
    yield TypeShape(
        kind=TypeKind.INPUT,
        name=f"{name}Target",
        one_of=True,
        fields=(
            FieldShape("ids", "[ID!]"),
            FieldShape("filter", f"{name}Filter"),
            FieldShape("q", "QExpr"),
            FieldShape("all", "Boolean"),
        ),
        description="The records a bulk is about; all of them must be asked for.",
        origin=model_origin(model, "the Target"),
    )
    yield from payload_types(model)
    yield _draft_payload(model)


def _draft_payload(model: ModelDef) -> TypeShape:
    return TypeShape(
        kind=TypeKind.OBJECT,
        name=f"{model.name}DraftPayload",
        fields=(
            FieldShape("values", "JSON!", description=_DRAFTED),
            FieldShape("changedFields", "[String!]!", description="The fields in `values`."),
            FieldShape("warnings", "[String!]!"),
            FieldShape("errors", "[UserError!]!"),
        ),
        description="What a form shows before anything is written.",
        meaning=TypeMeaning(TypeRole.DRAFT_PAYLOAD, model.name),
        origin=model_origin(model, "the DraftPayload"),
    )


def _reference_input(offer: Offer, field: FieldDef) -> TypeShape:
    return TypeShape(
        kind=TypeKind.INPUT,
        name=f"{reference_name(field)}Input",
        one_of=True,
        fields=tuple(FieldShape(name, "ID") for name, _ in offer.targets(field)),
        description="A record of one of these models.",
        origin=field_origin(field, "the Input"),
    )


def version_arguments(model: ModelDef) -> tuple[ArgumentShape, ...]:
    """Return the argument by which a client tells which version of a record it has seen."""
    text = "Version the record must still have; another one is a CONFLICT."
    match model.locking:
        case "required":
            return (ArgumentShape("version", "Int!", description=text),)
        case "optional":
            return (ArgumentShape("version", "Int", description=text),)
    return ()


def payload_types(model: ModelDef) -> Iterator[TypeShape]:
    """Give the payloads of writes of one record and of many."""
    name = model.name
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
    """Return the fields clients may set."""
    return tuple(field for field in offer.fields(model) if _is_written(offer, model, field))


def _is_written(offer: Offer, model: ModelDef, field: FieldDef) -> bool:
    if field.name in model.logic.inverses:
        return not field.type.readonly
    if not field.is_writable or field.relation is None:
        return field.is_writable
    match field.relation.kind:
        case RelationKind.TO_ONE | RelationKind.LINK:
            return True
        case RelationKind.INVERSE:
            return bool(field.relation.inverse) and _is_owned_written(offer, field)
    return False


def _is_owned_written(offer: Offer, field: FieldDef) -> bool:
    """Tell whether records that refer here can be written, and through this field."""
    target = offer.models.get(field.relation.target) if field.relation else None
    return target is not None and target.api == "full"


def _translations(model: ModelDef) -> Iterator[FieldShape]:
    if any(field.is_writable for field in translated_fields(model)):
        description = "Texts by field and language, such as `{name: {fr: ...}}`; null removes one."
        yield FieldShape(TRANSLATIONS, "JSON", description=description, origin=model_origin(model))


def _input_type(field: FieldDef) -> str:
    if field.members:
        return f"{reference_name(field)}Input"
    if field.type.is_secret:
        return "String"
    if field.relation is None:
        return value_type(field)
    return f"{field.relation.target}{'ToMany' if field.is_to_many else 'ToOne'}Input"


def _created(model: ModelDef, field: FieldDef) -> FieldShape:
    # What a record is nested in gives the reference back to it.
    is_back = field.relation is not None and bool(field.relation.inverse)
    is_made = field.type.default is not None or field.name in model.logic.defaults
    must = field.type.required and not (is_back or is_made or field.is_computed)
    return _input(field, _input_type(field) + ("!" if must else ""), _default(model, field))


def _updated(field: FieldDef) -> FieldShape:
    return _input(field, _input_type(field), None)


def _input(field: FieldDef, reference: str, default: Default | None) -> FieldShape:
    return FieldShape(
        field.graphql_name,
        reference,
        default=default,
        description=field.type.hint,
        max_length=field.type.max_length if isinstance(field.type, Line | Secret) else None,
        origin=field_origin(field),
    )


def _default(model: ModelDef, field: FieldDef) -> Default | None:
    """Return a default that is a plain value; others are made when the record is.

    A field limited to groups shows none: GraphQL fills shown defaults in, and that would be a
    write of a field the user may not see.
    """
    kind = field.type
    if kind.default is None or kind.named_default or kind.groups:
        return None
    if field.name in model.logic.defaults:
        return None
    if field.relation is not None or kind.kind is Kind.JSON:
        return None
    value = kind.clean(kind.default)
    shown = kind.to_json_python(value)
    literal = shown if is_selection(field) else orjson.dumps(shown).decode()
    return Default(literal, value)
