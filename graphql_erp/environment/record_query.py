"""Records: a query of behaviour over one model, refined step by step and awaited at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql_erp.behaviour.protocols import Values
from graphql_erp.errors import UserError, UserProblem
from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.q import Q
from graphql_erp.expressions.tree import Condition, Literal, Lookup, Path, conjunction
from graphql_erp.fields.base import InvalidValue
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.planning.archived import plan_archived
from graphql_erp.planning.restrict import require_operation
from graphql_erp.reading.figures import figures_of, read_figures
from graphql_erp.reading.records import RecordReader, read_records
from graphql_erp.registry.model import ModelDef, OrderKey
from graphql_erp.security.permission import NO_CONDITIONS, Operation
from graphql_erp.writing.batches import Written, changed, created, deleted, write_all
from graphql_erp.writing.choose import MANY, chosen_ids
from graphql_erp.writing.duplicate import duplicated
from graphql_erp.writing.upsert import key_fields, upserted, where_overtaken
from graphql_erp.writing.values import key_value
from graphql_erp.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class Records:
    """See `behaviour.protocols.RecordQuery`, whose methods it has."""

    writer: Writer
    model: ModelDef
    condition: Condition | None = None
    keys: tuple[OrderKey, ...] = ()
    count_limit: int | None = None
    skipped: int = 0
    paths: tuple[str, ...] = ()
    is_locked: bool = False
    shows_archived: bool = False

    # ---- refining ---------------------------------------------------------------------------

    def where(self, condition: Q) -> Records:
        """Keep the records for which a condition holds, beside those given before."""
        registry = self.writer.registry
        bound = bind_condition(registry, LOOKUPS, self.model.name, condition)
        return replace(self, condition=conjunction(self.condition, bound))

    def order_by(self, *keys: str) -> Records:
        """Order by fields or dotted to-one paths, `-` in front for descending."""
        read = tuple(
            OrderKey(tuple(key.removeprefix("-").split(".")), key.startswith("-")) for key in keys
        )
        return replace(self, keys=(*read, OrderKey(("id",))))

    def limit(self, count: int) -> Records:
        """Give this many records at most."""
        return replace(self, count_limit=count)

    def offset(self, count: int) -> Records:
        """Skip this many records."""
        return replace(self, skipped=count)

    def load(self, *paths: str) -> Records:
        """Load these dotted paths too; own columns are loaded always."""
        return replace(self, paths=(*self.paths, *paths))

    def archived(self) -> Records:
        """Give archived records too."""
        return replace(self, shows_archived=True)

    def lock(self) -> Records:
        """Lock the records, in the order of their ids, until the transaction ends."""
        return replace(self, is_locked=True)

    # ---- reading ----------------------------------------------------------------------------

    async def all(self) -> list[Any]:
        """Return the records."""
        return await read_records(
            self._reader(),
            self.model.name,
            where=self._where,
            order=self.keys,
            limit=self.count_limit,
            offset=self.skipped,
            paths=self.paths,
            lock=self.is_locked,
        )

    async def first(self) -> Any:
        """Return the first record, None when there is none."""
        found = await self.limit(1).all()
        return found[0] if found else None

    async def get(self, record_id: int | None = None, /, **key: Any) -> Any:
        """Return the one record with an id or the values of a unique key.

        Raises:
            UserError: There is no such record.
        """
        wanted = key or {"id": record_id}
        found = await self._found(wanted)
        if found is None:
            shown = ", ".join(str(getattr(value, "id", value)) for value in wanted.values())
            message = f"There is no {self.model.label} {shown}."
            raise UserError("", UserProblem("NOT_FOUND", message))
        return found

    async def _found(self, key: Mapping[str, Any]) -> Any:
        """Return the record with the values of a unique key, None when there is none."""
        values = {name: getattr(value, "id", value) for name, value in key.items()}
        if None in values.values():
            return None
        fields = self.model.fields
        try:
            clean = {name: key_value(fields[name], value) for name, value in values.items()}
        except InvalidValue:
            return None
        held = [Lookup(Path((name,)), "eq", Literal(value)) for name, value in clean.items()]
        query = replace(self, condition=conjunction(self.condition, *held), shows_archived=True)
        return await query.first()

    async def count(self) -> int:
        """Return how many records there are, limit and offset ignored."""
        figures = await self.aggregate(count="count")
        return int(figures["count"])

    async def exists(self) -> bool:
        """Tell whether there is any record."""
        return await self.first() is not None

    async def aggregate(self, **figures: str) -> Mapping[str, Any]:
        """Return figures by name, each `count`, or a function of a field such as `sum(total)`."""
        (row,) = await self.group_by(**figures)
        return row

    async def group_by(self, *keys: str, **figures: str) -> list[Mapping[str, Any]]:
        """Return one mapping per group: the keys and the figures, in the order of the keys."""
        reader = self._reader()
        wanted = figures_of(self.model, figures)
        return await read_figures(reader, self.model, self._where, keys, wanted)

    def _reader(self) -> RecordReader:
        """Return what reads the records.

        Raises:
            Forbidden: Nobody granted reading them; elevated code may.
        """
        require_operation(self.writer.permission, self.model.name, Operation.READ)
        return self.writer.record_reader()

    @property
    def _where(self) -> Condition | None:
        hidden = None if self.shows_archived else plan_archived(self.model, None)
        return conjunction(self.condition, hidden)

    # ---- writing ----------------------------------------------------------------------------

    async def written(self, ids: Sequence[int]) -> Mapping[int, Any]:
        """Return records that were just written by id, also those the actor may not read."""
        reader = replace(self.writer.record_reader(), conditions=NO_CONDITIONS)
        return {item.id: item for item in await read_records(reader, self.model.name, ids=ids)}

    async def create(self, values: Values | None = None, /, **more: Any) -> Any:
        """Create a record and return it with its own columns loaded.

        Raises:
            UserError: With what is wrong.
        """
        (record,) = await self._created([{**(values or {}), **more}], None)
        return record

    async def create_many(self, rows: Sequence[Values]) -> list[Any]:
        """Create records in one go and return them in the same order.

        Raises:
            UserError: With what is wrong, `index` telling the row.
        """
        return await self._created(rows, range(len(rows)))

    async def _created(self, rows: Sequence[Values], numbers: Sequence[int] | None) -> list[Any]:
        batch = created(self.writer, self.model, rows, numbers)
        written = await write_all(self.writer, batch)
        return list((await self.written(written.ids)).values())

    async def duplicate(self, record: Any, values: Values | None = None, /, **more: Any) -> Any:
        """Create a copy of a record, with some values of its own, and return it.

        Raises:
            UserError: With what is wrong.
        """
        changes = {**(values or {}), **more}
        batch = await duplicated(self.writer, self.model, record.id, changes)
        written = await write_all(self.writer, batch)
        (made,) = (await self.written(written.ids)).values()
        return made

    async def update(self, values: Values | None = None, /, **more: Any) -> int:
        """Change all records of the query in one go and return how many there were.

        Raises:
            UserError: With what is wrong.
        """
        ids = await self._locked_ids()
        batch = changed(self.writer, self.model, ids, {**(values or {}), **more})
        return len((await write_all(self.writer, batch)).ids)

    async def delete(self) -> int:
        """Delete all records of the query in one go and return how many there were.

        Raises:
            UserError: With what is wrong.
        """
        ids = await self._locked_ids()
        return len((await write_all(self.writer, deleted(self.model, ids))).ids)

    async def _locked_ids(self) -> list[int]:
        if self.count_limit is not None or self.skipped:
            return [record.id for record in await self.lock().all()]
        return await chosen_ids(self.writer, self.model, self._where, {}, limit=None, most=MANY)

    async def get_or_create(self, values: Values | None = None, /, **key: Any) -> Any:
        """Return the record with the values of a unique key; create it when there is none.

        Raises:
            UserError: The fields are no unique key, or the new record is wrong.
        """

        async def attempt() -> Any:
            found = await self._found(key)
            return found if found is not None else await self.create({**(values or {}), **key})

        on = key_fields(self.model, list(key))
        return await where_overtaken(self.writer, self.model, on, attempt)

    async def upsert(self, rows: Sequence[Values], on: Sequence[str]) -> list[Any]:
        """Create the records that do not exist by the fields of `on`, update the others.

        Raises:
            UserError: With what is wrong, `index` telling the row.
        """
        keys, numbers = key_fields(self.model, on), range(len(rows))

        async def attempt() -> Written:
            new, known = await upserted(self.writer, self.model, rows, keys, numbers)
            return await write_all(self.writer, known, new)

        written = await where_overtaken(self.writer, self.model, keys, attempt)
        found = await self.written(written.ids)
        return [found[key] for key in written.ids]
