"""A small write and its answer in one statement: rows are inserted or changed, and read at once.

PostgreSQL runs all parts of a statement on what there was before it, so that the answer reads what
the other parts return in place of their tables. A statement alone is its own transaction: when any
part of it is refused nothing has happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from graphql_erp.computed.graph import STAMPS, graph_of
from graphql_erp.expressions.tree import Kind, Name, ValueType
from graphql_erp.fields.varies_by import ALL_COMPANIES
from graphql_erp.planning.plan import ObjectPlan
from graphql_erp.reading.json_select import written_select
from graphql_erp.reading.scope import Build, UnseenRowsError, WrittenRows
from graphql_erp.reading.statement import Statement, compile_statement
from graphql_erp.registry.attached import AUDIT_MODEL
from graphql_erp.registry.model import ModelDef, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.registry.trees import PARENT
from graphql_erp.security.permission import Operation, Permission
from graphql_erp.tables.build import Tables
from graphql_erp.writing.allowed import is_limited
from graphql_erp.writing.closing import closable_models
from graphql_erp.writing.context import CONTEXT
from graphql_erp.writing.scoped_values import changed_value
from graphql_erp.writing.shape import ID, OWNER, VERSION, Shape, key_of
from graphql_erp.writing.statements import (
    ORDINAL,
    array_type,
    in_column_type,
    sent_type,
    typed,
    unnested_arrays,
)

_INVERSES = {RelationKind.INVERSE, RelationKind.INVERSE_ONE}


@lru_cache(maxsize=64)
def plain_models(registry: Registry) -> frozenset[str]:
    """Return the models to whose writes the engine adds nothing but the statement."""
    return frozenset(model.name for model in registry.models.values() if _is_plain(model))


def _is_plain(model: ModelDef) -> bool:
    logic = model.logic
    if logic.hooks or logic.overrides or logic.checks or logic.defaults or logic.inverses:
        return False
    if model.is_transient or not all(check.is_database for check in model.checks):
        return False
    return all(field.sequence is None for field in model.fields.values())


def one_statement(
    registry: Registry,
    tables: Tables,
    permission: Permission,
    shape: Shape,
    plans: Sequence[ObjectPlan],
    *,
    is_closing: bool = False,
) -> Statement | None:
    """Return the statement that writes rows and answers; None when it takes more than one.

    It gives one row with a column of JSON per plan, or no row when there is no such record or it
    has another version. Its inputs are those of the plans, the surroundings, and what `inputs_of`
    gives.

    Args:
        registry: The models.
        tables: Their tables.
        permission: What may be read.
        shape: What is written.
        plans: What is selected of the record.
        is_closing: It is the last one of a transaction that knows who is at work and has called
            the hooks before an update.
    """
    plain = closable_models(registry) if is_closing else plain_models(registry)
    if not all(_is_alone(registry, permission, plain, part) for part in _parts(shape)):
        return None
    build = Build(registry, tables, permission.readable)
    written = _Writes(build, is_told=is_closing or not registry.is_audited)
    root = written.add(shape)
    build.written = written.rows()
    try:
        answers = [written_select(build, plan).scalar_subquery() for plan in plans]
    except UnseenRowsError:
        return None
    select = sa.select(*answers) if answers else sa.select(root.c["id"])
    select = select.select_from(root).add_cte(*written.tables.values())
    return compile_statement(select, build.slots)


def _parts(shape: Shape) -> list[Shape]:
    return [shape, *(item for _, part in shape.nested for item in _parts(part))]


def _is_alone(
    registry: Registry, permission: Permission, plain: frozenset[str], shape: Shape
) -> bool:
    """Tell whether writing a model's rows needs nothing beside their statement."""
    model = registry.models[shape.model]
    if model.name not in plain:
        return False
    fields = [model.fields[name] for name in shape.names]
    targets = {field.relation.target for field in fields if field.relation is not None}
    if is_limited(permission, model, shape.operation) or targets & permission.readable.keys():
        return False
    if not all(permission.sees(model.name, name) for name in shape.names):
        return False  # Only the general way tells what was given from what is a default.
    graph = graph_of(registry)
    if shape.operation is Operation.CREATE:
        return not graph.routes(model.name, None, is_new=True)
    if model.is_tree and PARENT in shape.names:
        return False
    return not graph.routes(model.name, {*shape.names, *STAMPS})


class _Writes:
    """The parts of a statement that write, by model."""

    def __init__(self, build: Build, *, is_told: bool) -> None:
        self.build = build
        self._is_told = is_told
        self.tables: dict[str, sa.CTE] = {}
        self._backs: set[tuple[str, str]] = set()
        self._is_update = False

    def add(self, shape: Shape) -> sa.CTE:
        """Add what a shape and those nested in it write, and return the outermost rows."""
        if shape.operation is Operation.UPDATE:
            self._is_update = True
            return self._name(shape.model, self._update(shape))
        return self._insert(shape, (), None)

    def rows(self) -> WrittenRows:
        """Return what reading must know of them."""
        models = [self.build.model(name) for name in self.tables]
        is_audited = any(model.is_audited for model in models)
        ways = set() if self._is_update else {way for model in models for way in self._ways(model)}
        unseen = {AUDIT_MODEL} if is_audited else set()
        return WrittenRows(self.tables, frozenset(ways | self._backs), frozenset(unseen))

    def _ways(self, model: ModelDef) -> set[tuple[str, str]]:
        """Return the relations of new records whose targets can only be new too."""
        return {
            (model.name, field.name)
            for field in model.fields.values()
            if field.relation is not None and field.relation.kind in _INVERSES
        }

    def _name(self, model: str, statement: Any) -> sa.CTE:
        rows: sa.CTE = statement.cte(f"_written_{len(self.tables) + 1}")
        self.tables[model] = rows
        return rows

    # ---- new records ------------------------------------------------------------------------

    def _insert(
        self, shape: Shape, path: tuple[str, ...], owner: tuple[sa.CTE, str] | None
    ) -> sa.CTE:
        """Add the insert of new rows and of those nested in them.

        The ids of rows ascend in the order of the input: that tells a line which row it is of.
        """
        model, table = self.build.model(shape.model), self.build.tables.of(shape.model)
        columns = [table.c[model.fields[name].column] for name in shape.names]
        keys = [key_of(path, name) for name in shape.names]
        values: dict[str, Any] = {}
        for name in ("created_by", "updated_by"):
            if name in model.fields:
                values[model.fields[name].column] = self._user()
        if owner is None:
            for column, key in zip(columns, keys, strict=True):
                sent = self.build.bind_input(key, sent_type(column))
                values[column.name] = typed(column, sent)
            select = sa.select(*values.values()).where(*self._context())
        else:
            given, source = self._given(columns, keys, path, owner[0])
            values[owner[1]] = source.c["id"]
            values |= {column.name: in_column_type(column, given) for column in columns}
            select = sa.select(*values.values()).order_by(given.c[ORDINAL])
            if OWNER in given.c:
                select = select.where(source.c[ORDINAL] == given.c[OWNER])
        insert = table.insert().from_select(list(values), select, include_defaults=False)
        rows = self._name(shape.model, insert.returning(*table.c))
        for name, part in shape.nested:
            relation = model.fields[name].relation
            if relation is None:
                raise TypeError(f"{model.name}.{name} is not a relation.")
            self._backs.add((relation.target, relation.inverse))
            self._insert(part, (*path, name), (rows, relation.column))
        return rows

    def _given(
        self,
        columns: list[sa.Column[Any]],
        keys: list[str],
        path: tuple[str, ...],
        owners: sa.CTE,
    ) -> tuple[sa.TableValuedAlias, sa.FromClause]:
        """Return the values of rows, and the rows they are nested in."""
        source: sa.FromClause = owners
        if len(path) > 1:
            columns = [sa.Column(OWNER, sa.BigInteger()), *columns]
            keys = [key_of(path, OWNER), *keys]
            source = _numbered(owners)
        pairs = zip(keys, columns, strict=True)
        arrays = [self.build.bind_input(key, array_type(column)) for key, column in pairs]
        return unnested_arrays(columns, arrays), source

    # ---- a changed record -------------------------------------------------------------------

    def _update(self, shape: Shape) -> Any:
        model, table = self.build.model(shape.model), self.build.tables.of(shape.model)
        changes: dict[str, Any] = {
            "version": table.c["version"] + 1,
            "updated_at": self.build.bind(Name("now"), ValueType(Kind.DATETIME)),
        }
        if "updated_by" in model.fields:
            changes[model.fields["updated_by"].column] = self._user()
        for name in shape.names:
            field = model.fields[name]
            column = table.c[field.column]
            new = typed(column, self.build.bind_input(key_of((), name), sent_type(column)))
            changes[column.name] = changed_value(field, column, new, self._company())
        update = table.update().values(changes)
        update = update.where(table.c["id"] == self.build.bind_input(ID, sa.BigInteger()))
        if shape.has_version:
            seen = self.build.bind_input(VERSION, sa.Integer())
            update = update.where(table.c["version"] == seen)
        return update.where(*self._context()).returning(*table.c)

    # ---- values -----------------------------------------------------------------------------

    def _user(self) -> sa.ColumnElement[Any]:
        return self.build.bind(Name("user"), ValueType(Kind.RECORD))

    def _company(self) -> sa.ColumnElement[str]:
        company = sa.cast(self.build.bind(Name("company"), ValueType(Kind.RECORD)), sa.Text())
        return sa.func.coalesce(company, sa.literal_column(f"'{ALL_COMPANIES}'", sa.Text()))

    def _context(self) -> list[sa.ColumnElement[bool]]:
        """Return the condition that tells the triggers of the audit who is at work."""
        if self._is_told:
            return []
        text = self.build.bind_input(CONTEXT, sa.Text())
        told = sa.func.set_config(sa.literal_column("'erp.context'"), text, sa.true())
        return [told.is_not(None)]


def _numbered(rows: sa.CTE) -> sa.FromClause:
    number = sa.func.row_number().over(order_by=rows.c["id"])
    return sa.select(rows.c["id"], number.label(ORDINAL)).subquery("owners")
