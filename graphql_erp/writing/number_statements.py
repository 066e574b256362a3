"""The statements that number records: which ones, from which counter, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert, insert

from graphql_erp.expressions.tree import Kind, Parameter, ValueType
from graphql_erp.reading.statement import Slot, Statement, compile_statement
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.registry.sequence import SequenceDef
from graphql_erp.tables.build import Tables
from graphql_erp.tables.counters import COUNTERS, NO_COMPANY
from graphql_erp.tables.own_row import OwnRow

_KEY = (COUNTERS.c.company, COUNTERS.c.period)
_PERIODS = {"year": "YYYY", "month": "YYYY-MM"}
_PLACEHOLDERS = {"year": "YYYY", "month": "MM"}


@dataclass(frozen=True, slots=True)
class NumberStatements:
    """What numbers the records of one field.

    Inputs are `ids`, `today` and `timezone`; those of the last two, one item per counter,
    `companies`, `periods` and `values`.
    """

    at_once: Statement
    """Takes the numbers and gives them to the records."""
    needed: Statement
    """Locks the records and returns how many numbers each counter must give."""
    take: Statement
    """Takes as many from the counters and returns the last one of each."""
    give: Statement
    """Gives numbers that were taken to the records."""


_KEPT: WeakKeyDictionary[Tables, dict[tuple[str, str], NumberStatements]] = WeakKeyDictionary()


def number_statements(
    registry: Registry, tables: Tables, model: str, field: str
) -> NumberStatements:
    """Return the statements of a field that has a sequence, made once for its tables."""
    kept = _KEPT.setdefault(tables, {})
    if (model, field) not in kept:
        kept[model, field] = _number_statements(registry, tables, model, field)
    return kept[model, field]


def _number_statements(
    registry: Registry, tables: Tables, model: str, field: str
) -> NumberStatements:
    definition = registry.model(model).field(field)
    sequence = definition.sequence
    if sequence is None:
        raise TypeError(f"{model}.{field} has no sequence.")
    table = tables.of(model)
    placed = _placed(registry, registry.model(model), definition, sequence, table)
    groups = _groups(placed)
    taken = _counters()
    return NumberStatements(
        at_once=_compiled(_given(table, definition, sequence, placed, _taken(sequence, groups))),
        needed=_compiled(groups),
        take=_compiled(_take_aside(sequence, taken)),
        give=_compiled(_given(table, definition, sequence, placed, taken)),
    )


def _placed(
    registry: Registry, model: ModelDef, field: FieldDef, sequence: SequenceDef, table: sa.Table
) -> sa.CTE:
    """Return the records to be numbered with their counter and their place in its row."""
    day = _day(model, sequence, table)
    ids: sa.BindParameter[Any] = sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger()))
    where = [table.c["id"] == sa.any_(ids), table.c[field.column].is_(None)]
    if sequence.when is not None:
        where.append(OwnRow(registry, model.name).condition(sequence.when))
    company = table.c[sequence.company] if sequence.company else sa.null()
    ready = (
        sa.select(
            table.c["id"],
            sa.func.coalesce(company, NO_COMPANY, type_=sa.BigInteger()).label("company"),
            _written(day, _PERIODS.get(sequence.period)).label("period"),
            _prefix(sequence, day).label("prefix"),
        )
        .where(*where)
        .order_by(table.c["id"])
        # A record that somebody else is numbering has its number when this lock is there.
        .with_for_update()
        .cte("ready")
    )
    counter = [ready.c["company"], ready.c["period"]]
    return sa.select(
        *ready.c,
        sa.func.row_number().over(partition_by=counter, order_by=ready.c["id"]).label("place"),
        sa.func.count().over(partition_by=counter).label("total"),
    ).cte("placed")


def _day(model: ModelDef, sequence: SequenceDef, table: sa.Table) -> sa.ColumnElement[Any]:
    """Return the day that decides the period, which a moment has in the actor's time zone."""
    today: sa.ColumnElement[Any] = sa.bindparam("today", type_=sa.Date())
    if not sequence.date:
        return today
    field = model.field(sequence.date)
    day: sa.ColumnElement[Any] = table.c[field.column]
    if field.type.kind is Kind.DATETIME:
        timezone: sa.BindParameter[str] = sa.bindparam("timezone", type_=sa.Text())
        day = sa.cast(sa.func.timezone(timezone, day), sa.Date())
    return sa.func.coalesce(day, today, type_=sa.Date())


def _written(day: sa.ColumnElement[Any], form: str | None) -> sa.ColumnElement[str]:
    if form is None:
        return sa.literal("", sa.Text())
    return sa.func.to_char(day, sa.literal(form, sa.Text()), type_=sa.Text())


def _prefix(sequence: SequenceDef, day: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    pieces = [
        _written(day, _PLACEHOLDERS[piece]) if number % 2 else sa.literal(piece, sa.Text())
        for number, piece in enumerate(sequence.prefix)
    ]
    return sa.func.concat(*pieces, type_=sa.Text())


def _groups(placed: sa.CTE) -> sa.Select[Any]:
    """Return how many numbers each counter must give."""
    key = (placed.c["company"], placed.c["period"])
    return sa.select(*key, sa.func.count().label("value")).group_by(*key)


def _taken(sequence: SequenceDef, groups: sa.Select[Any]) -> sa.CTE:
    return _taking(sequence, groups).returning(*_KEY, COUNTERS.c.value).cte("taken")


def _taking(sequence: SequenceDef, groups: sa.Select[Any]) -> Insert:
    """Return the statement that takes the numbers; all lock the counters in the same order."""
    wanted = groups.subquery("wanted")
    name = sa.literal(sequence.name, sa.Text())
    source = sa.select(name, *wanted.c).order_by(*(wanted.c[key.name] for key in _KEY))
    taking = insert(COUNTERS).from_select(COUNTERS.c.keys(), source)
    return taking.on_conflict_do_update(
        index_elements=list(COUNTERS.primary_key.columns),
        set_={"value": COUNTERS.c.value + taking.excluded.value},
    )


def _take_aside(
    sequence: SequenceDef, counters: sa.TableValuedAlias
) -> sa.sql.dml.ReturningInsert[Any]:
    # The records are committed after the counters, by a later place in the same log: what makes
    # them durable makes the counters durable, so that nobody needs to wait for that here.
    no_wait = sa.func.set_config("synchronous_commit", "off", sa.true()).label("no_wait")
    return _taking(sequence, sa.select(*counters.c)).returning(*_KEY, COUNTERS.c.value, no_wait)


def _counters() -> sa.TableValuedAlias:
    """Return counters that are given as three lists."""
    lists = (
        sa.bindparam("companies", type_=sa.ARRAY(sa.BigInteger())),
        sa.bindparam("periods", type_=sa.ARRAY(sa.Text())),
        sa.bindparam("values", type_=sa.ARRAY(sa.BigInteger())),
    )
    columns = (sa.column(item.name, item.type) for item in (*_KEY, COUNTERS.c.value))
    return sa.func.unnest(*lists).table_valued(*columns).render_derived("taken")


def _given(
    table: sa.Table,
    field: FieldDef,
    sequence: SequenceDef,
    placed: sa.CTE,
    taken: sa.CTE | sa.TableValuedAlias,
) -> sa.Update:
    """Return the statement that writes the numbers: of those taken, the last is the counter's."""
    number = sa.cast(taken.c["value"] - placed.c["total"] + placed.c["place"], sa.Text())
    digits = sa.func.greatest(sa.func.length(number), sequence.padding)
    padded = sa.func.lpad(number, digits, "0", type_=sa.Text())
    return (
        table.update()
        .values({field.column: placed.c["prefix"].concat(padded)})
        .where(
            table.c["id"] == placed.c["id"],
            *(placed.c[key.name] == taken.c[key.name] for key in _KEY),
        )
    )


_INPUTS = ("ids", "today", "timezone", "companies", "periods", "values")
_ANY = ValueType(Kind.TEXT)


def _compiled(statement: sa.sql.Executable) -> Statement:
    slots = {name: Slot(Parameter(name, _ANY), _ANY, _as_it_is) for name in _INPUTS}
    return compile_statement(statement, slots)


def _as_it_is(value: Any) -> Any:
    return value
