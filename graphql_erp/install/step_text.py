"""Steps as the Python source of a revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from graphql_erp.install.python_text import Keyword, Node, Text, Word, call
from graphql_erp.install.sql_text import name_sql, source_sql, without_parameters
from graphql_erp.install.table_text import (
    FALSE,
    TRUE,
    column_text,
    constraint_text,
    default_sql,
    index_text,
    table_text,
    type_text,
)
from graphql_erp.tables.columns import SOURCE_KEY
from graphql_erp.tables.steps import (
    AddColumn,
    AddConstraint,
    AddExtension,
    AddIndex,
    AddTable,
    AddTrigger,
    AlterColumn,
    DropColumn,
    DropConstraint,
    DropFunction,
    DropIndex,
    DropTable,
    DropTrigger,
    RenameConstraint,
    RenameIndex,
    RenameTable,
    SetComment,
    SetFunction,
    Step,
)
from graphql_erp.tables.widening import is_assignable

_KINDS = {"p": "primary", "u": "unique", "f": "foreignkey", "c": "check"}


@dataclass(frozen=True, slots=True)
class Source:
    """What steps are written from: the tables as they shall be."""

    tables: Mapping[str, sa.Table]
    fills: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """SQL of the value that existing records get, by table and column."""

    def column(self, table: str, name: str) -> sa.Column[Any]:
        """Return a column as it shall be."""
        return self.tables[table].c[name]

    def constraint(self, table: str, name: str) -> sa.Constraint:
        """Return a constraint as it shall be."""
        return next(item for item in self.tables[table].constraints if item.name == name)

    def index(self, table: str, name: str) -> sa.Index:
        """Return an index as it shall be."""
        return next(item for item in self.tables[table].indexes if item.name == name)


def needs_value(source: Source, step: Step) -> str:
    """Return the column whose existing records lack a value they must have, "" when none do."""
    match step:
        case AddColumn(table, column) if not column.is_nullable and not column.default:
            is_open = not column.generated and not column.identity
            name = column.name
        case AlterColumn(table, _, column) if step.is_required_now:
            is_open, name = not column.generated, column.name
        case _:
            return ""
    return f"{table}.{name}" if is_open and (table, name) not in source.fills else ""


def keeps_values(source: Source, step: Step) -> bool:
    """Tell whether a column gets values per language or company, made of those that are there."""
    if not isinstance(step, AlterColumn) or step.before.type == step.after.type:
        return False
    return SOURCE_KEY in source.column(step.table, step.after.name).info


def step_text(source: Source, step: Step) -> Iterator[Node]:
    """Give the statements of a step."""
    match step:
        case AddTable(table):
            yield table_text(source.tables[table])
            for index in sorted(source.tables[table].indexes, key=lambda item: str(item.name)):
                yield index_text(table, index)
        case AddColumn(table, column):
            yield from _add_column(source, table, column.name)
        case AlterColumn():
            yield from _alter_column(source, step)
        case AddConstraint(table, state):
            yield constraint_text(table, source.constraint(table, state.name))
        case AddIndex(table, index_state):
            yield index_text(table, source.index(table, index_state.name))
        case _:
            yield _short(step)


def _short(step: Step) -> Node:
    """Return the statement of a step that takes no more than one."""
    match step:
        case DropTable(table_state):
            return call("op.drop_table", Text(table_state.name))
        case DropColumn(table, column_name):
            return call("op.drop_column", Text(table), Text(column_name))
        case DropConstraint(table, state):
            kind = {"type_": Text(_KINDS[state.kind])} if state.kind in _KINDS else {}
            return call("op.drop_constraint", Text(state.name), Text(table), **kind)
        case DropIndex(table, name):
            return call("op.drop_index", Text(name), table_name=Text(table))
        case SetComment(table, comment):
            text = Text(comment) if comment else Word("None")
            return call("op.create_table_comment", Text(table), text)
        case RenameTable(old, new):
            return call("op.rename_table", Text(old), Text(new))
        case _:
            return call("op.execute", Text(without_parameters(_sql(step))))


def _sql(step: Step) -> str:
    """Return the statement of a step that Alembic has no operation for."""
    match step:
        case RenameConstraint(table, old, new):
            return f"ALTER TABLE {name_sql(table)} RENAME CONSTRAINT {old} TO {new}"
        case RenameIndex(old, new):
            return f"ALTER INDEX {old} RENAME TO {new}"
        case AddExtension(name):
            return f"CREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA public"
        case SetFunction(_, definition):
            return definition.strip()
        case DropFunction(name):
            return f"DROP FUNCTION {name}"
        case AddTrigger(_, _, definition):
            return definition
        case DropTrigger(table, name):
            return f"DROP TRIGGER {name} ON {name_sql(table)}"
    raise TypeError(f"No revision can be written for {step!r}.")


def _add_column(source: Source, table: str, name: str) -> Iterator[Node]:
    column = source.column(table, name)
    fill = source.fills.get((table, name), "")
    is_filled = bool(fill) and not column.nullable and column.computed is None
    is_filled = is_filled and not default_sql(column)
    yield call("op.add_column", Text(table), column_text(column, fill=fill if is_filled else ""))
    if is_filled:
        # Records already there have got the value; new ones get theirs from the program.
        yield call("op.alter_column", Text(table), Text(name), server_default=Word("None"))


def _converted(column: sa.Column[Any], name: str, kind: str) -> str:
    """Return the SQL of a column's values in their new type."""
    key = column.info.get(SOURCE_KEY)
    if key is None:
        return f"{name}::{kind}"
    return f"CASE WHEN {name} IS NOT NULL THEN {source_sql(key, name)} END"


def _alter_column(source: Source, step: AlterColumn) -> Iterator[Node]:
    table, before, after = step.table, step.before, step.after
    column = source.column(table, after.name)
    fill = source.fills.get((table, after.name), "")
    name = name_sql(after.name)
    alter = f"ALTER TABLE {name_sql(table)} ALTER {name}"
    if before.generated:
        yield call("op.execute", Text(f"{alter} DROP EXPRESSION"))
    if before.identity != after.identity:
        change = "ADD GENERATED BY DEFAULT AS IDENTITY" if after.identity else "DROP IDENTITY"
        yield call("op.execute", Text(f"{alter} {change}"))
    if step.is_required_now and fill:
        change = f"SET {name} = {fill} WHERE {name} IS NULL"
        statement = f"UPDATE {name_sql(table)} {change}"
        yield call("op.execute", Text(without_parameters(statement)))
    options: list[Node] = []
    if before.type != after.type:
        options.append(Keyword("type_", type_text(column.type)))
        if not is_assignable(before.type, after.type):
            options.append(Keyword("postgresql_using", Text(_converted(column, name, after.type))))
    if before.is_nullable != after.is_nullable:
        options.append(Keyword("nullable", TRUE if after.is_nullable else FALSE))
    if before.default != after.default:
        default = default_sql(column)
        value: Node = call("sa.text", Text(without_parameters(default)))
        options.append(Keyword("server_default", value if default else Word("None")))
    if options:
        yield call("op.alter_column", Text(table), Text(after.name), *options)
