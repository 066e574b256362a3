"""Tables, columns, constraints and indexes as Python source."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, asyncpg
from sqlalchemy.schema import CreateIndex

from graphql_erp.install.python_text import Call, Keyword, Node, Text, Word, call
from graphql_erp.install.sql_text import expression_sql, without_parameters

TRUE, FALSE = Word("True"), Word("False")
_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]


def type_text(kind: sa.types.TypeEngine[Any]) -> Node:
    """Return the source of a column's type.

    Raises:
        TypeError: No field type has such a column.
    """
    match kind:
        case JSONB():
            return Word("postgresql.JSONB()")
        case sa.Text():
            return Word("sa.Text()")
        case sa.String():
            return Word(f"sa.String({kind.length})")
        case sa.Double():
            return Word("sa.Double()")
        case sa.Numeric() if kind.precision is not None:
            return Word(f"sa.Numeric({kind.precision}, {kind.scale})")
        case sa.DateTime() | sa.Time():
            zone = "timezone=True" if kind.timezone else ""
            return Word(f"sa.{type(kind).__name__}({zone})")
        case sa.BigInteger() | sa.Integer() | sa.Boolean() | sa.Date() | sa.LargeBinary():
            return Word(f"sa.{type(kind).__name__}()")
    raise TypeError(f"No revision can be written for a column of type {kind!r}.")


def column_text(column: sa.Column[Any], *, fill: str = "") -> Call:
    """Return the source of a column.

    Args:
        column: The column.
        fill: SQL of a default that the records already there get.
    """
    arguments: list[Node] = [Text(column.name), type_text(column.type)]
    if column.identity is not None:
        arguments.append(Word(f"sa.Identity(always={column.identity.always})"))
    if column.computed is not None:
        sql = without_parameters(expression_sql(column.computed.sqltext))
        arguments.append(call("sa.Computed", Text(sql), persisted=TRUE))
    default = fill or default_sql(column)
    if default:
        value = call("sa.text", Text(without_parameters(default)))
        arguments.append(Keyword("server_default", value))
    if not column.nullable:
        arguments.append(Keyword("nullable", FALSE))
    return call("sa.Column", *arguments)


def default_sql(column: sa.Column[Any]) -> str:
    """Return the SQL of a column's default, "" without one."""
    default = column.server_default
    if not isinstance(default, sa.DefaultClause):
        return ""
    return default.arg if isinstance(default.arg, str) else expression_sql(default.arg)


def table_text(table: sa.Table) -> Call:
    """Return the source that creates a table, without its foreign keys and indexes."""
    inside = (sa.PrimaryKeyConstraint, sa.UniqueConstraint, sa.CheckConstraint)
    constraints = [item for item in table.constraints if isinstance(item, inside)]
    # The primary key first, then by name: SQLAlchemy keeps them in a set.
    constraints.sort(key=lambda item: (not isinstance(item, inside[0]), str(item.name)))
    return call(
        "op.create_table",
        Text(table.name),
        *(column_text(column) for column in table.columns),
        *(_inline_constraint(item) for item in constraints),
        **({"comment": Text(table.comment)} if table.comment else {}),
    )


def _inline_constraint(constraint: sa.Constraint) -> Call:
    name = Text(str(constraint.name))
    match constraint:
        case sa.CheckConstraint():
            return call("sa.CheckConstraint", _check(constraint), name=name)
        case sa.PrimaryKeyConstraint():
            return call("sa.PrimaryKeyConstraint", *_columns(constraint), name=name)
        case sa.UniqueConstraint():
            return call("sa.UniqueConstraint", *_columns(constraint), name=name)
    raise TypeError(f"{constraint!r} is not made with its table.")


def constraint_text(table: str, constraint: sa.Constraint) -> Call:
    """Return the source that adds a constraint to a table.

    Raises:
        TypeError: It is of no kind that tables here have.
    """
    name = Text(str(constraint.name))
    match constraint:
        case sa.CheckConstraint():
            return call("op.create_check_constraint", name, Text(table), _check(constraint))
        case sa.PrimaryKeyConstraint():
            columns = Call("", _columns(constraint))
            return call("op.create_primary_key", name, Text(table), columns)
        case sa.UniqueConstraint():
            columns = Call("", _columns(constraint))
            return call("op.create_unique_constraint", name, Text(table), columns)
        case sa.ForeignKeyConstraint():
            return _foreign_key(name, table, constraint)
    raise TypeError(f"No revision can be written for {constraint!r}.")


def _foreign_key(name: Text, table: str, constraint: sa.ForeignKeyConstraint) -> Call:
    targets = [item.target_fullname.rpartition(".") for item in constraint.elements]
    options: dict[str, Node] = {}
    if constraint.ondelete:
        options["ondelete"] = Text(constraint.ondelete)
    if constraint.deferrable:
        options["deferrable"] = TRUE
    if constraint.initially:
        options["initially"] = Text(constraint.initially)
    return call(
        "op.create_foreign_key",
        name,
        Text(table),
        Text(targets[0][0]),
        Call("", tuple(Text(column) for column in constraint.column_keys)),
        Call("", tuple(Text(column) for _, _, column in targets)),
        **options,
    )


def index_text(table: str, index: sa.Index) -> Call:
    """Return the source that creates an index."""
    if all(isinstance(item, sa.Column) for item in index.expressions):
        columns = Call("", tuple(Text(item.name) for item in index.columns))
        unique = {"unique": TRUE} if index.unique else {}
        return call("op.create_index", Text(str(index.name)), Text(table), columns, **unique)
    statement = str(CreateIndex(index).compile(dialect=_DIALECT))
    return call("op.execute", Text(without_parameters(" ".join(statement.split()))))


def _check(constraint: sa.CheckConstraint) -> Node:
    return Text(without_parameters(expression_sql(constraint.sqltext)))


def _columns(constraint: sa.PrimaryKeyConstraint | sa.UniqueConstraint) -> tuple[Node, ...]:
    return tuple(Text(column.name) for column in constraint.columns)
