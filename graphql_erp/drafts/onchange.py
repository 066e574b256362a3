"""Methods marked with `@onchange`: called when fields were changed, and again for what follows."""

from __future__ import annotations

import inspect
from collections.abc import Collection
from dataclasses import dataclass

from graphql_erp.behaviour.model import Model
from graphql_erp.drafts.places import Place
from graphql_erp.drafts.sheets import Sheet, SheetMaker
from graphql_erp.drafts.values import DraftValues
from graphql_erp.errors import UserError
from graphql_erp.registry.logic import OnChange
from graphql_erp.security.permission import Operation
from graphql_erp.writing.hooks import seen, take_assigned
from graphql_erp.writing.rows import Batch
from graphql_erp.writing.targets import resolve_references
from graphql_erp.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class Form:
    """The record of a form with its behaviour."""

    writer: Writer
    place: Place
    sheet: Sheet
    maker: SheetMaker
    values: DraftValues

    async def set_inverses(self) -> frozenset[str]:
        """Call the setters of computed fields the data gives; return what they changed."""
        row = self.sheet.row
        if not row.inverses:
            return frozenset()
        self.values.compute()
        for name, value in row.inverses.items():
            await self._call(self.sheet.model.logic.inverses[name], value)
        return await self._taken()

    async def change(self, changed: Collection[str]) -> None:
        """Call the methods that watch changed fields, each once at most, until none is left."""
        known, called = set(changed), set[str]()
        while method := self._next(known, called):
            called.add(method.name)
            self.values.compute()
            await self._call(method.name)
            known |= await self._taken()
        self.values.compute()

    def _next(self, changed: set[str], called: set[str]) -> OnChange | None:
        methods = self.sheet.model.logic.onchange
        open_methods = (item for item in methods if item.name not in called)
        return next((item for item in open_methods if item.fields & changed), None)

    async def _call(self, name: str, *values: object) -> None:
        try:
            made = getattr(self.sheet.record, name)(*values)
            if inspect.isawaitable(made):
                await made
        except UserError as error:
            for problem in error.problems:
                self.sheet.row.note(problem)

    async def _taken(self) -> frozenset[str]:
        """Take over what behaviour assigned, load what it leads to, return what differs now."""
        model, row, state = self.sheet.model, self.sheet.row, self.sheet.record.__dict__
        assigned = dict(state["_pending"])
        many = next((name for name in assigned if model.fields[name].is_to_many), "")
        if many:
            raise TypeError(f"{model.name}.{many} leads to many records and cannot be assigned.")
        start = {name: row.values.get(name, self.sheet.before.get(name)) for name in assigned}
        row.record = self.sheet.record
        take_assigned(self.writer, model, row)
        await resolve_references(self.writer, [Batch(model, Operation.UPDATE, [row])])
        for name, value in assigned.items():
            if not isinstance(value, Model):
                state[name] = seen(self.writer, model, name, row.values.get(name))
        state["_pending"] = {}
        await self.maker.load(self.place, self.sheet)
        return frozenset(
            model.fields[name].member_of or name
            for name in assigned
            if plain(row.values.get(name)) != plain(start[name])
        )


def plain(value: object) -> object:
    """Return a value that can be compared: the id of a record."""
    return value.__dict__.get("id") if isinstance(value, Model) else value
