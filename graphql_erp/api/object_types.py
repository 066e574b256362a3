"""The object type of a model and the enums of its selections."""

from collections.abc import Iterator

from graphql_erp.api.connection_types import list_arguments
from graphql_erp.api.method_types import record_methods
from graphql_erp.api.offer import (
    Offer,
    enum_name,
    field_origin,
    id_name,
    model_origin,
    reference_name,
    value_type,
)
from graphql_erp.api.roles import TypeMeaning, TypeRole
from graphql_erp.api.shapes import ENGINE, FieldShape, MemberShape, TypeKind, TypeShape
from graphql_erp.fields.labels import words
from graphql_erp.fields.selection import Selection
from graphql_erp.planning.access import ACCESS
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.translations import TRANSLATIONS, translated_fields

_ALWAYS_THERE = {"id", "version", "created_at", "updated_at", "display_name"}
_LIMITED = "Nullable because the field is limited to a group."


def object_types(offer: Offer, model: ModelDef) -> Iterator[TypeShape]:
    """Give the enums of a model's selections and its object type."""
    for field in offer.fields(model):
        if isinstance(field.type, Selection):
            yield _enum(field, field.type)
        elif field.members:
            yield _union(offer, field)
    yield TypeShape(
        kind=TypeKind.OBJECT,
        name=model.name,
        interfaces=("Record", "Node"),
        fields=(
            FieldShape("nodeId", "ID!", origin=ENGINE),
            *_fields(offer, model),
            *record_methods(offer, model),
            FieldShape(ACCESS, "RecordAccess!", origin=ENGINE),
        ),
        description=_description(model),
        meaning=TypeMeaning(TypeRole.OBJECT, model.name),
        origin=model_origin(model),
    )


def _description(model: ModelDef) -> str:
    text = (model.description or model.label or model.name).strip().rstrip(".")
    return f"{text} (module: {model.module})."


def _enum(field: FieldDef, selection: Selection) -> TypeShape:
    return TypeShape(
        kind=TypeKind.ENUM,
        name=enum_name(field),
        members=tuple(
            MemberShape(
                member,
                value,
                selection.labels[value] if selection.labels[value] != words(value) else "",
            )
            for value, member in selection.members.items()
        ),
        origin=field_origin(field, "the enum"),
    )


def _union(offer: Offer, field: FieldDef) -> TypeShape:
    return TypeShape(
        kind=TypeKind.UNION,
        name=reference_name(field),
        types=tuple(target.name for _, target in offer.targets(field)),
        description=field.type.hint,
        origin=field_origin(field, "the union"),
    )


def _fields(offer: Offer, model: ModelDef) -> Iterator[FieldShape]:
    for field in offer.fields(model):
        if field.members:
            origin, hint = field_origin(field), field.type.hint
            yield FieldShape(
                field.graphql_name, reference_name(field), description=hint, origin=origin
            )
        elif field.relation is None:
            yield _value(field)
        elif field.is_to_many:
            yield _to_many(offer.models[field.relation.target], field)
        else:
            yield from _to_one(field.relation.target, field)
    if translated_fields(model):
        description = "Texts by field and language: `{name: {en: ..., fr: ...}}`."
        yield FieldShape(TRANSLATIONS, "JSON!", description=description, origin=model_origin(model))


def _value(field: FieldDef) -> FieldShape:
    # Of a secret one learns whether it is there, which is always known.
    is_certain = field.name in _ALWAYS_THERE or field.type.is_secret
    is_certain = is_certain or not field.type.value_type().nullable
    is_limited = bool(field.type.groups)
    description = field.type.hint.strip()
    if is_certain and is_limited:
        description = f"{description} {_LIMITED}".strip()
    return FieldShape(
        field.graphql_name,
        value_type(field) + ("!" if is_certain and not is_limited else ""),
        description=description,
        origin=field_origin(field),
    )


def _to_one(target: str, field: FieldDef) -> Iterator[FieldShape]:
    # Nullable even when required: a rule may hide the target.
    origin = field_origin(field)
    if not field.is_system and not field.is_inverse_one:
        yield FieldShape(id_name(field), "ID", origin=origin)
    yield FieldShape(field.graphql_name, target, description=field.type.hint, origin=origin)


def _to_many(target: ModelDef, field: FieldDef) -> FieldShape:
    return FieldShape(
        field.graphql_name,
        f"{target.name}Connection!",
        arguments=list_arguments(target),
        description=field.type.hint,
        origin=field_origin(field),
    )
