"""Root fields that write, by role: arguments -> batches -> what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from graphql_erp.api.roles import RootMeaning, RootRole
from graphql_erp.environment.transaction import Transaction
from graphql_erp.expressions.tree import Condition
from graphql_erp.planning.archived import plan_archived
from graphql_erp.planning.pages import plan_where
from graphql_erp.planning.request import Selected
from graphql_erp.reading.values import read_id
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import Operation
from graphql_erp.writing.allowed import require_fields
from graphql_erp.writing.batches import (
    Written,
    changed,
    changed_each,
    created,
    deleted,
    write_all,
    write_some,
)
from graphql_erp.writing.choose import chosen_ids, too_many
from graphql_erp.writing.closing import Closing
from graphql_erp.writing.duplicate import duplicated
from graphql_erp.writing.rows import Batch, nested
from graphql_erp.writing.upsert import key_fields, upserted, where_overtaken
from graphql_erp.writing.writer import Writer

BULKS = frozenset(
    {
        RootRole.CREATE_MANY,
        RootRole.UPDATE_MANY,
        RootRole.UPDATE_EACH,
        RootRole.DELETE_MANY,
        RootRole.UPSERT,
    }
)
"""Roles that write many records."""
OPERATIONS: Mapping[RootRole, tuple[Operation, ...]] = {
    RootRole.CREATE: (Operation.CREATE,),
    RootRole.CREATE_MANY: (Operation.CREATE,),
    RootRole.DUPLICATE: (Operation.READ, Operation.CREATE),
    RootRole.UPDATE: (Operation.UPDATE,),
    RootRole.UPDATE_MANY: (Operation.UPDATE,),
    RootRole.UPDATE_EACH: (Operation.UPDATE,),
    RootRole.UPSERT: (Operation.CREATE, Operation.UPDATE),
    RootRole.DELETE: (Operation.DELETE,),
    RootRole.DELETE_MANY: (Operation.DELETE,),
}
"""What must be granted for each role."""
_LISTS = {"data", "items"}


@dataclass(frozen=True, slots=True)
class Target:
    """The records a bulk is about: ids, or a condition; all records without either."""

    ids: tuple[int, ...] | None = None
    where: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRequest:
    """One root field that writes, with its arguments read."""

    meaning: RootMeaning
    arguments: Mapping[str, Any]
    most: int
    """Most records in one bulk."""
    target: Target = Target()
    inputs: Mapping[str, Any]
    """The client's variables."""

    @property
    def named(self) -> int:
        """How many records the arguments name."""
        return self.count

    @property
    def count(self) -> int:
        """How many records the arguments name; as many as allowed where a condition does."""
        if self.meaning.role not in BULKS:
            return 1
        for name in _LISTS & self.arguments.keys():
            if isinstance(self.arguments[name], list):
                return len(self.arguments[name])
        return self.most if self.target.ids is None else len(self.target.ids)

    async def write(self, transaction: Transaction, closing: Closing | None = None) -> Written:
        """Write what the arguments say.

        Args:
            transaction: In which.
            closing: What may send the last statement of a write of one record.

        Raises:
            UserError: With the problems of all records.
            Refused: The database refused a statement.
        """
        writer = transaction.writer
        model = writer.model(self.meaning.model)
        match self.meaning.role:
            case RootRole.CREATE | RootRole.UPDATE | RootRole.DELETE:
                return await write_all(writer, self.batch(writer), closing=closing)
            case RootRole.DUPLICATE:
                key, data = read_id(self.arguments["id"]), self.arguments.get("data") or {}
                return await write_all(writer, await duplicated(writer, model, key, data))
            case RootRole.UPDATE_MANY:
                ids, data = await self._target(writer, model), self.arguments["data"]
                batch = changed(writer, model, ids, data)
                if not ids:
                    # What may not be named is refused whether or not any record is met.
                    unmet = changed(writer, model, [0], data)
                    require_fields(writer, nested(unmet, writer.registry.models))
                return await write_all(writer, batch)
            case RootRole.DELETE_MANY:
                return await write_all(writer, deleted(model, await self._target(writer, model)))
            case _:
                return await self._write_rows(writer, model)

    def batch(self, writer: Writer) -> Batch:
        """Return the batch of a root field that is about one record.

        Raises:
            BadUserInput: The id is none.
        """
        model = writer.model(self.meaning.model)
        if self.meaning.role is RootRole.CREATE:
            return created(writer, model, [self.arguments["data"]])
        ids, version = [read_id(self.arguments["id"])], self.arguments.get("version")
        if self.meaning.role is RootRole.UPDATE:
            return changed(writer, model, ids, self.arguments["data"], version)
        return deleted(model, ids, version)

    # ---- rows, each with values of its own --------------------------------------------------

    async def _write_rows(self, writer: Writer, model: ModelDef) -> Written:
        if self.arguments.get("onError") == "SKIP_FAILED":
            return await write_some(writer, partial(self._batches, writer, model), self.count)

        async def attempt() -> Written:
            return await write_all(writer, *await self._batches(writer, model, range(self.count)))

        if self.meaning.role is not RootRole.UPSERT:
            return await attempt()
        on = key_fields(model, self.arguments["on"])
        return await where_overtaken(writer, model, on, attempt)

    async def _batches(
        self, writer: Writer, model: ModelDef, numbers: Sequence[int]
    ) -> Sequence[Batch]:
        """Return rows of the input, read anew, in batches."""
        name = "items" if self.meaning.role is RootRole.UPDATE_EACH else "data"
        data = [self.arguments[name][number] for number in numbers]
        match self.meaning.role:
            case RootRole.CREATE_MANY:
                return [created(writer, model, data, numbers)]
            case RootRole.UPDATE_EACH:
                return [changed_each(writer, model, data, numbers)]
            case RootRole.UPSERT:
                on = key_fields(model, self.arguments["on"])
                new, known = await upserted(writer, model, data, on, numbers)
                return [known, new]
            case other:
                raise TypeError(f"{other} does not write rows.")

    async def _target(self, writer: Writer, model: ModelDef) -> list[int]:
        limit = self.arguments.get("limit")
        if self.target.ids is not None:
            if limit is not None and len(self.target.ids) > limit:
                raise too_many(model, limit)
            return list(self.target.ids)
        where = self.target.where
        return await chosen_ids(writer, model, where, self.inputs, limit=limit, most=self.most)


def read_target(
    registry: Registry, meaning: RootMeaning, selected: Selected, arguments: Mapping[str, Any]
) -> Target:
    """Return the target of a bulk update or delete.

    Args:
        registry: The models.
        meaning: Of the root field.
        selected: The root field; its parameters are named after the variables.
        arguments: The arguments as plain values.

    Raises:
        BadUserInput: It names nothing, or everything without saying so.
    """
    given = {name: item for name, item in arguments["target"].items() if item is not None}
    if len(given) != 1 or given.get("all") is False:
        raise selected.refuse("Give exactly one of ids, filter, q and all.", "Such as {ids: [1]}.")
    if "ids" in given:
        return Target(tuple(dict.fromkeys(read_id(item) for item in given["ids"])))
    if "all" in given:
        return Target()
    chosen = replace(selected, arguments=selected.arguments["target"])
    where = plan_where(registry, registry.models[meaning.model], chosen)
    if where is None or where == plan_archived(registry.models[meaning.model], None):
        raise selected.refuse("An empty filter would mean all records.", "Ask for {all: true}.")
    return Target(where=where)
