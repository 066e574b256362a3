"""Models while they are being put together: merged declarations, not yet bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql_erp import naming
from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.nodes import FieldDecl, ModelDecl
from graphql_erp.declarations.source import Source
from graphql_erp.declarations.text import Text
from graphql_erp.errors import Problem
from graphql_erp.expressions.scope import FieldInfo, RelationInfo
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.base import FieldType
from graphql_erp.fields.reference import Reference
from graphql_erp.naming import did_you_mean, nearest
from graphql_erp.registry.model import Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDraft:
    """A field whose type is read."""

    decl: FieldDecl
    type: FieldType
    relation: Relation | None = None
    is_system: bool = False
    member_of: str = ""
    """The Reference behind which it stands."""

    @property
    def name(self) -> str:
        """YAML name."""
        return self.decl.name

    @property
    def column(self) -> str:
        """Column that would store it, "" for to-many fields."""
        if not self.type.has_column:
            return ""
        if self.type.kind is Kind.RECORD:
            return naming.postgres_name(f"{self.name}_id")
        return naming.postgres_name(self.name)

    @property
    def is_in_python(self) -> bool:
        """Whether a method computes it."""
        return isinstance(self.type.compute, tuple)

    @property
    def is_sql(self) -> bool:
        """Whether SQL alone can give the value."""
        return self.type.store or not self.is_in_python

    def text(self, option: str) -> Text:
        """Return an option that is a text and was given."""
        return Text.of(self.decl.options[option])

    def place(self, option: str) -> Source:
        """Return where an option stands, else where the field does."""
        located = self.decl.options.get(option)
        return located.source if located else self.decl.source


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDraft:
    """A model with everything its extensions add."""

    decl: ModelDecl
    module: str
    fields: Mapping[str, FieldDraft]

    @property
    def places(self) -> Mapping[str, Source]:
        """Where each field stands, those included that have a problem."""
        known = {name: item.decl.source for name, item in self.fields.items()}
        return known | {item.name: item.source for item in self.decl.fields}


@dataclass(frozen=True, slots=True)
class Drafts:
    """All models, seen by expressions through the protocol `Models`."""

    models: Mapping[str, ModelDraft]
    mistakes: Mistakes = field(default_factory=Mistakes)
    """What was found wrong so far; fields that have a problem are lost names."""
    abstract: frozenset[str] = frozenset()
    """Names of the abstract models, which are among no others."""

    def names(self, model: str) -> tuple[str, ...]:
        """Return all field names of a model, those included that have a problem."""
        return tuple(self.models[model].places)

    def resolve(self, model: str, name: str) -> FieldInfo | RelationInfo | None:
        """Return what a name means on a model; computed fields by their declared type."""
        fields = self.models[model].fields
        draft = fields.get(name) or fields.get(naming.uncamel(name))
        return info(draft.name, draft.type, draft.relation, draft.member_of) if draft else None


def info(
    name: str, kind: FieldType, relation: Relation | None, member_of: str = ""
) -> FieldInfo | RelationInfo:
    """Return what expressions need to know of a field."""
    if relation is not None:
        return relation.info(name, nullable=not kind.required, member_of=member_of)
    if isinstance(kind, Reference):
        members = tuple(kind.members(name))
        return FieldInfo(name, kind.value_type(), kind.lookups, sql=False, members=members)
    is_sql = kind.store or not isinstance(kind.compute, tuple)
    secret = kind.is_secret
    return FieldInfo(name, kind.value_type(), kind.lookups, sql=is_sql, secret=secret)


def declared_in(source: Source) -> str:
    """Return the remark that says where something stands."""
    return f" (declared in {source})"


def near_miss(name: str, places: Mapping[str, Source]) -> str:
    """Return "did you mean" with the place of the nearest name."""
    near = nearest(name, places)
    return did_you_mean(name, places) + (declared_in(places[near]) if near else "")


def unknown(
    check: str, message: str, name: str, places: Mapping[str, Source], source: Source
) -> Problem:
    """Return the problem of a name nobody declares."""
    return source.problem(check, message, near_miss(name, places))
