"""Offer: what of the registry the schema shows, and in which GraphQL types its values travel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from graphql_erp import naming
from graphql_erp.api.shapes import Origin
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.selection import Selection
from graphql_erp.registry.model import FieldDef, ModelDef

_INCOMPARABLE = frozenset({Kind.JSON, Kind.BINARY})
_RECORD_ORDER = (
    "id",
    "display_name",
    "version",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
)


@dataclass(frozen=True, slots=True)
class Offer:
    """The models the schema shows; what leads to another model is not shown."""

    models: Mapping[str, ModelDef]

    def fields(self, model: ModelDef) -> Iterator[FieldDef]:
        """Give the fields shown of a model, those of every record first."""
        for name in _RECORD_ORDER:
            if name in model.fields and self._is_shown(model.fields[name]):
                yield model.fields[name]
        for name, field in model.fields.items():
            if name not in _RECORD_ORDER and self._is_shown(field):
                yield field

    def _is_shown(self, field: FieldDef) -> bool:
        if field.members:
            return any(True for _ in self.targets(field))
        if field.member_of:
            return False
        return field.relation is None or field.relation.target in self.models

    def targets(self, field: FieldDef) -> Iterator[tuple[str, ModelDef]]:
        """Give the models a Reference may lead to, by the names clients give them."""
        for name in field.members:
            relation = self.models[field.model].fields[name].relation
            if relation is not None and relation.target in self.models:
                shown = naming.camel(name.removeprefix(f"{field.name}_"))
                yield shown, self.models[relation.target]

    def references(self, model: ModelDef) -> Iterator[FieldDef]:
        """Give the fields that lead to one of several models."""
        for field in self.fields(model):
            if field.members:
                yield field

    def conditions(self, model: ModelDef) -> Iterator[FieldDef]:
        """Give the fields SQL can filter by; version and secrets are nobody's question."""
        for field in self.fields(model):
            is_asked = field.name != "version" and not field.type.is_secret
            if is_asked and (field.is_to_many or field.is_sql):
                yield field

    def ordered(self, model: ModelDef) -> Iterator[FieldDef]:
        """Give the fields a list can be ordered by."""
        for field in self.conditions(model):
            if not field.is_to_many and (field.is_to_one or field.type.is_orderable):
                yield field

    def grouped(self, model: ModelDef) -> Iterator[FieldDef]:
        """Give the fields a list can be grouped by: those with comparable values."""
        for field in self.conditions(model):
            if not field.is_to_many and field.type.kind not in _INCOMPARABLE:
                yield field

    def numbers(self, model: ModelDef) -> Iterator[FieldDef]:
        """Give the fields that can be added up."""
        for field in self.grouped(model):
            if field.relation is None and field.type.is_summable:
                yield field

    def extremes(self, model: ModelDef) -> Iterator[FieldDef]:
        """Give the fields whose smallest and largest value say something."""
        for field in self.ordered(model):
            if field.relation is None and field.name != "id" and _has_extremes(field):
                yield field


def offer(models: Mapping[str, ModelDef]) -> Offer:
    """Return what the schema shows of the models: all but those with `api: none`."""
    shown = {name: model for name, model in models.items() if model.api != "none"}
    return Offer(MappingProxyType(shown))


def _has_extremes(field: FieldDef) -> bool:
    return field.type.kind is not Kind.BOOLEAN and not is_selection(field)


def is_selection(field: FieldDef) -> bool:
    """Tell whether the field has an enum of its own."""
    return isinstance(field.type, Selection)


def enum_name(field: FieldDef) -> str:
    """Return the name of a selection's enum: `ContactKind`."""
    return field.model + naming.pascal(field.name)


def reference_name(field: FieldDef) -> str:
    """Return the name of a Reference's union: `CommentSubject`."""
    return field.model + naming.pascal(field.name)


def value_type(field: FieldDef) -> str:
    """Return the GraphQL type of the field's values, an id for a to-one relation."""
    if field.relation is not None:
        return "ID"
    return enum_name(field) if is_selection(field) else field.type.graphql_type


def id_name(field: FieldDef) -> str:
    """Return the name under which a to-one relation's own id is known: `companyId`."""
    return f"{field.graphql_name}Id"


def model_origin(model: ModelDef, part: str = "") -> Origin:
    """Return the model as what made a type."""
    return Origin(f"{part} of model {model.name}" if part else f"model {model.name}", model.source)


def field_origin(field: FieldDef, part: str = "") -> Origin:
    """Return the field as what made a type or another field."""
    words = f"field {field.name} of model {field.model}"
    return Origin(f"{part} of {words}" if part else words, field.source)
