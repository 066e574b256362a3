"""Order, search, unique keys and indexes of a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql_erp import naming
from graphql_erp.declarations.nodes import IndexDecl, UniqueDecl
from graphql_erp.declarations.source import Source
from graphql_erp.declarations.text import Text
from graphql_erp.errors import Problem
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.text import Char
from graphql_erp.registry.bind_sequence import COMPANY_FIELD
from graphql_erp.registry.draft import Drafts, FieldDraft, ModelDraft, unknown
from graphql_erp.registry.model import IndexDef, OrderKey, UniqueDef
from graphql_erp.registry.system import DISPLAY_NAME


@dataclass(frozen=True, slots=True)
class KeyReader:
    """What the keys of a model may name."""

    drafts: Drafts
    model: ModelDraft
    table: str

    @property
    def problems(self) -> list[Problem]:
        """Problems found so far."""
        return self.drafts.mistakes.problems

    def order_by(self) -> tuple[OrderKey, ...]:
        """Return the default order, ending in the id."""
        keys = [key for text in self.model.decl.order_by if (key := self._order_key(text))]
        if not any(key.path == ("id",) for key in keys):
            keys.append(OrderKey(("id",)))
        return tuple(keys)

    def _order_key(self, text: Text) -> OrderKey | None:
        path = tuple(text.removeprefix("-").split("."))
        model, place = self.model, text.source
        for name in path[:-1]:
            draft = self._field(model, name, place, "order_by")
            if draft is None:
                return None
            if draft.relation is None or draft.relation.is_to_many:
                message = f'order_by of {self.model.decl.name}: "{name}" leads to no one record.'
                self.problems.append(place.problem("bad_order", message))
                return None
            model = self.drafts.models[draft.relation.target]
        last = self._field(model, path[-1], place, "order_by")
        if last is None:
            return None
        if not last.is_sql:
            message = f'order_by of {self.model.decl.name}: "{last.name}" is computed in Python.'
            self.problems.append(place.problem("bad_order", message, "Store it."))
            return None
        if not last.type.is_orderable:
            message = f'order_by of {self.model.decl.name}: "{last.name}" has no order.'
            is_to_one = last.relation is not None and not last.relation.is_to_many
            hint = f'Write "{text}.{DISPLAY_NAME}".' if is_to_one else ""
            self.problems.append(place.problem("bad_order", message, hint))
            return None
        return OrderKey(path, descending=text.startswith("-"))

    def search(self) -> tuple[str, ...]:
        """Return the fields the `search:` argument looks in."""
        fields = self.model.fields
        if not self.model.decl.search:
            indexed = tuple(name for name in fields if fields[name].type.index == "search")
            named = fields.get("name")
            is_text = named is not None and named.is_sql and named.type.kind is Kind.TEXT
            return indexed or (("name",) if is_text else ())
        found = []
        for name in self.model.decl.search:
            draft = self._field(self.model, name, name.source, "search")
            if draft is not None and draft.type.kind is not Kind.TEXT:
                message = f'search of {self.model.decl.name}: "{name}" is no text.'
                self.problems.append(name.source.problem("bad_search", message))
            elif draft is not None and not draft.is_sql:
                message = f'search of {self.model.decl.name}: "{name}" is computed in Python.'
                self.problems.append(name.source.problem("bad_search", message, "Store it."))
            elif draft is not None:
                found.append(str(name))
        return tuple(found)

    def unique(self) -> tuple[UniqueDef, ...]:
        """Return the unique keys: of single fields first, then those declared."""
        single = (
            UniqueDef(name=self._name("uq", draft.column), fields=fields)
            for draft in self.model.fields.values()
            if (fields := self._single_key(draft))
        )
        declared = (
            UniqueDef(
                name=self._name("uq", decl.name),
                fields=tuple(map(str, decl.fields)),
                message=decl.message,
            )
            for decl in self.model.decl.unique
            if self._are_columns(decl)
        )
        return (*single, *declared)

    def _single_key(self, draft: FieldDraft) -> tuple[str, ...]:
        """Return the key a field makes by itself, () for none; numbers of a sequence are one."""
        numbering = draft.type.sequence if isinstance(draft.type, Char) else None
        if numbering is None:
            return (draft.name,) if draft.type.unique else ()
        per_company = numbering.is_per_company and COMPANY_FIELD in self.model.fields
        fields = (draft.name, COMPANY_FIELD) if per_company else (draft.name,)
        is_declared = any(set(fields) == set(key.fields) for key in self.model.decl.unique)
        return () if is_declared else fields

    def indexes(self, unique: tuple[UniqueDef, ...]) -> tuple[IndexDef, ...]:
        """Return the indexes; a foreign key has one unless a key starts with it."""
        declared = tuple(
            IndexDef(name=self._name("ix", decl.name), fields=tuple(map(str, decl.fields)))
            for decl in self.model.decl.indexes
            if self._are_columns(decl)
        )
        led = {item.fields[0] for item in unique} | {item.fields[0] for item in declared}
        single = (
            index
            for draft in self.model.fields.values()
            for index in self._single(draft, is_led=draft.name in led)
        )
        return (*single, *declared)

    def _single(self, draft: FieldDraft, *, is_led: bool) -> Iterator[IndexDef]:
        kind, fields = draft.type, (draft.name,)
        is_key = draft.relation is not None and bool(draft.column)
        if (is_key or kind.index is True) and not is_led:
            yield IndexDef(name=self._name("ix", draft.column), fields=fields)
        if kind.index is True and kind.kind is Kind.TEXT and not kind.value_type().choices:
            yield IndexDef(
                name=self._name("ix", draft.column, "sort"), fields=fields, method="sort"
            )
        if kind.index == "search":
            yield IndexDef(
                name=self._name("ix", draft.column, "search"), fields=fields, method="trigram"
            )

    def _name(self, kind: str, *parts: str) -> str:
        return naming.constraint_name(kind, self.table, *parts)

    def _are_columns(self, decl: UniqueDecl | IndexDecl) -> bool:
        what = f'"{decl.name}"'
        drafts = [self._field(self.model, name, name.source, what) for name in decl.fields]
        if not drafts:
            message = f"{what} of {self.model.decl.name} names no fields."
            self.problems.append(decl.source.problem("bad_key", message))
        for name, draft in zip(decl.fields, drafts, strict=True):
            reason = _no_key(draft) if draft else ""
            if draft is not None and reason:
                message = f'{what} of {self.model.decl.name}: "{draft.name}" {reason}.'
                self.problems.append(name.source.problem("bad_key", message))
                return False
        return bool(drafts) and None not in drafts

    def _field(self, model: ModelDraft, name: str, place: Source, what: str) -> FieldDraft | None:
        draft = model.fields.get(name)
        if draft is None and not self.drafts.mistakes.is_lost(name):
            message = f'{what} of {self.model.decl.name}: {model.decl.name} has no field "{name}".'
            self.problems.append(unknown("unknown_field", message, name, model.places, place))
        return draft


def _no_key(draft: FieldDraft) -> str:
    """Return why a field can be part of no key or index, "" when it can."""
    is_stored = draft.type.compute is None or draft.type.store
    if not (draft.column and is_stored and draft.name != DISPLAY_NAME):
        return "is not stored"
    if draft.type.is_secret:
        return "is a secret"
    varies_by = draft.type.varies_by
    return f"has a value per {varies_by.value}" if varies_by else ""
