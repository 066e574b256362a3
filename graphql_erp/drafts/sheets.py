"""Sheet: a record of a form, as it was and as the data says it shall be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql_erp.behaviour.model import Model, record
from graphql_erp.drafts.places import Place, needed_paths, stored_paths
from graphql_erp.reading.records import load_paths, read_records
from graphql_erp.registry.model import FieldDef, ModelDef, RelationKind
from graphql_erp.writing.hooks import seen
from graphql_erp.writing.rows import Row, ToMany
from graphql_erp.writing.values import PARENT
from graphql_erp.writing.writer import Writer

_HELD = frozenset({RelationKind.TO_ONE, RelationKind.INVERSE_ONE})


@dataclass(slots=True, eq=False)
class Sheet:
    """One record that is drafted, and those drafted with it."""

    model: ModelDef
    record: Model
    row: Row
    """What the data says of it; what behaviour assigns is added."""
    before: Mapping[str, Any]
    """Stored and computed values as the database has them; of a new record none."""
    given: Mapping[str, Any]
    """Own values as the data gave them, with defaults."""
    parts: dict[str, list[Sheet]] = field(default_factory=dict)
    """Drafted records beneath, by relation."""

    unknown: set[str] = field(default_factory=set)
    """Computed fields whose value cannot be known yet; behaviour reads None."""

    @property
    def is_new(self) -> bool:
        """Whether the record does not exist."""
        return self.row.id is None

    def all(self) -> Iterator[Sheet]:
        """Give this sheet and all beneath."""
        yield self
        for sheets in self.parts.values():
            for sheet in sheets:
                yield from sheet.all()

    def forget_computed(self) -> None:
        """Forget the computed values of all records: something changed."""
        for sheet in self.all():
            sheet.unknown.clear()
            for name in _computed(sheet.model):
                sheet.record.__dict__.pop(name, None)


@dataclass(frozen=True, slots=True)
class SheetMaker:
    """Lays the data of a form over the records it speaks of."""

    writer: Writer

    async def root(self, place: Place, row: Row) -> Sheet | None:
        """Return the sheet of the form's record, None when there is no such record."""
        stored = None
        if row.id is not None:
            found = await self._read(place, [row.id])
            if not found:
                return None
            stored = found[0]
        sheet = await self._sheet(place, row, stored)
        await self.load(place, sheet)
        return sheet

    async def load(self, place: Place, sheet: Sheet) -> None:
        """Load what drafted records are computed from and do not have yet.

        Computed values of drafted records are the draft's to make: they count as loaded.
        """
        for item in sheet.all():
            state = item.record.__dict__
            for name in _computed(item.model):
                state.setdefault(name, None)
        paths = needed_paths(self.writer.registry, place)
        await load_paths(self.writer.record_reader(), [sheet.record], paths)
        sheet.forget_computed()

    async def _read(self, place: Place, ids: Sequence[int]) -> list[Any]:
        """Return stored records with what is drafted beneath them."""
        start = len(place.names)
        beneath = (path.split(".")[start:] for path in stored_paths(place))
        paths = [".".join(names) for names in beneath if names]
        return await read_records(
            self.writer.record_reader(), place.model.name, ids=ids, paths=paths
        )

    async def _sheet(
        self, place: Place, row: Row, stored: Model | None, above: Model | None = None
    ) -> Sheet:
        model = place.model
        drafted = stored or record(
            self.writer.registry.classes[model.name], dict(_empty(model)), self.writer.env
        )
        state = drafted.__dict__
        before = {name: value for name, value in state.items() if name[0] != "_"} if stored else {}
        state["_pending"] = {}
        for name, value in row.values.items():
            if value is PARENT:
                state[name] = above
            else:
                state[name] = seen(self.writer, model, name, value, before.get(name))
        sheet = Sheet(model, drafted, row, before, dict(row.values))
        for name, child in row.creates.items():
            made = await self._sheet(place.parts[name], child, None)
            state[name], sheet.parts[name] = made.record, [made]
        for name, part in place.parts.items():
            if model.fields[name].is_to_many:
                await self._lines(sheet, part, model.fields[name])
        for name, commands in row.to_many.items():
            if name not in place.parts:
                await self._links(sheet, model.fields[name], commands)
        return sheet

    # ---- to-many ----------------------------------------------------------------------------

    async def _lines(self, sheet: Sheet, place: Place, definition: FieldDef) -> None:
        """Draft the records whose column leads back here."""
        name, relation = definition.name, definition.relation
        commands = sheet.row.to_many.get(name, ToMany())
        stored = {line.id: line for line in sheet.before.get(name, ())}
        changed = {row.id: row for row in commands.update}
        for number, row in enumerate(commands.update):
            if row.id not in stored:
                message = f"{definition.label}: there is no {place.model.label} {row.id} here."
                path = (definition.graphql_name, "update", str(number), "id")
                sheet.row.problem("NOT_FOUND", message, *path)
        linked = [key for key in (*commands.link, *(commands.set or ())) if key not in stored]
        kept = {key: line for key, line in stored.items() if _stays(key, commands)}
        kept |= {line.id: line for line in await self._read(place, linked)}
        rows = [(changed.get(key) or Row(id=key), line) for key, line in kept.items()]
        rows += ((row, None) for row in commands.create)
        sheets = [await self._sheet(place, row, line, sheet.record) for row, line in rows]
        back = relation.inverse if relation else ""
        for item in sheets:
            item.record.__dict__[back] = sheet.record
        sheet.parts[name] = sheets
        sheet.record.__dict__[name] = [item.record for item in sheets]

    async def _links(self, sheet: Sheet, definition: FieldDef, commands: ToMany) -> None:
        """Say which records are linked; new ones are left out, they exist nowhere yet."""
        state, relation = sheet.record.__dict__, definition.relation
        if not sheet.is_new:
            reader = self.writer.record_reader()
            await load_paths(reader, [sheet.record], (f"{definition.name}.id",))
        held = {item.id: item for item in state[definition.name]}
        kept = [item for key, item in held.items() if _stays(key, commands)]
        cls = self.writer.registry.classes[relation.target if relation else ""]
        added = dict.fromkeys((*commands.link, *(commands.set or ())))
        kept += (record(cls, {"id": key}, self.writer.env) for key in added if key not in held)
        state[definition.name] = kept


def _stays(key: int, commands: ToMany) -> bool:
    """Tell whether a record that was there is still there afterwards."""
    if commands.set is not None:
        return key in commands.set
    # Linking comes last: what is unlinked and linked again stays.
    gone = {*commands.unlink, *(row.id for row in commands.delete)}
    return key in commands.link or key not in gone


def _computed(model: ModelDef) -> Iterator[str]:
    return (name for name, definition in model.fields.items() if definition.is_computed)


def _empty(model: ModelDef) -> Iterator[tuple[str, Any]]:
    """Give what a new record has before anything is said of it."""
    for name, definition in model.fields.items():
        if definition.is_system or definition.is_computed or definition.members:
            continue
        if definition.relation is None or definition.relation.kind in _HELD:
            yield name, None
        elif definition.relation.kind is not RelationKind.ANCESTORS:
            yield name, []
