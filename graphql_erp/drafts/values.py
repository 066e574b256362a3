"""Computed values of drafted records, each after those it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql_erp.behaviour.model import Model, record
from graphql_erp.computed.reads import paths_read
from graphql_erp.computed.values import compute_values
from graphql_erp.drafts.sheets import Sheet
from graphql_erp.errors import FieldNotLoaded
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.evaluate import PythonContext, declared, evaluate
from graphql_erp.expressions.scope import FieldInfo, RelationInfo, Surroundings
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.base import InvalidValue
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.model import FieldDef, ModelDef, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.writing.writer import Writer


class _Unknown(Exception):
    """A value cannot be computed without more than the form has."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The models for expressions: values of other computed fields are there, not made again."""

    registry: Registry

    def names(self, model: str) -> tuple[str, ...]:
        return self.registry.names(model)

    def resolve(self, model: str, name: str) -> FieldInfo | RelationInfo | None:
        found = self.registry.resolve(model, name)
        return replace(found, expression=None) if isinstance(found, FieldInfo) else found


class DraftValues:
    """Computes the values of a record and of those drafted with it.

    Unknown stay those that need the database, as full-text lookups and ancestors do, and those of
    a method one of whose inputs is required and was not filled in yet.
    """

    def __init__(self, writer: Writer, root: Sheet) -> None:
        around = surroundings(writer.actor, writer.now)
        values = Surroundings({name.removeprefix("@"): value for name, value in around.items()})
        self._writer = writer
        self._root = root
        self._context = PythonContext(_Loaded(writer.registry), LOOKUPS, values)
        self._sheets: dict[int, Sheet] = {}

    def compute(self) -> None:
        """Compute all values that are not there."""
        self._sheets = {id(item.record): item for item in self._root.all()}
        for sheet in self._sheets.values():
            for definition in sheet.model.fields.values():
                if definition.is_computed:
                    self._compute(sheet, definition)

    def _compute(self, sheet: Sheet, definition: FieldDef) -> None:
        name, state = definition.name, sheet.record.__dict__
        if name in state:
            return
        try:
            for names in paths_read(definition):
                is_strict = bool(definition.inputs)
                self._prepare(sheet.model, sheet.record, names, is_strict=is_strict)
            state[name] = self._value(sheet, definition)
        except (_Unknown, FieldNotLoaded, ExpressionError, InvalidValue):
            state[name] = None
            sheet.unknown.add(name)

    def _prepare(
        self, model: ModelDef, start: Model, names: Sequence[str], *, is_strict: bool
    ) -> None:
        """Compute the values of drafted records that lie on a path.

        Raises:
            _Unknown: A value on it is not known, or a method needs one that is not filled in.
        """
        name, *rest = names
        definition, sheet = model.fields[name], self._sheets.get(id(start))
        relation = definition.relation
        if sheet is not None:
            if definition.is_computed:
                self._compute(sheet, definition)
            is_stale = relation is not None and relation.kind is RelationKind.ANCESTORS
            if name in sheet.unknown or is_stale:
                raise _Unknown
        value = start.__dict__.get(name)
        if is_strict and value is None and definition.type.required:
            raise _Unknown
        if not rest or relation is None:
            return
        target = self._writer.model(relation.target)
        for item in value if isinstance(value, list) else (value,):
            if item is not None:
                self._prepare(target, item, rest, is_strict=is_strict)

    def _value(self, sheet: Sheet, definition: FieldDef) -> Any:
        if definition.expression is None:
            (value,) = compute_values([sheet.record], definition)
            return value
        made = evaluate(definition.expression, sheet.record, sheet.model.name, self._context)
        if made is None:
            return None
        if definition.relation is not None:
            cls = self._writer.registry.classes[definition.relation.target]
            return record(cls, {"id": made}, self._writer.env)
        value = declared(made, definition.type.value_type())
        return float(value) if definition.type.kind is Kind.FLOAT else value
