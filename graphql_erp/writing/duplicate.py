"""Duplicates: what a copy of a record takes over, its owned lines included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa

from graphql_erp.behaviour.model import Model
from graphql_erp.errors import UserError
from graphql_erp.reading.records import read_records
from graphql_erp.registry.model import FieldDef, ModelDef, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.registry.translations import TRANSLATIONS, translated_fields
from graphql_erp.writing.batches import created
from graphql_erp.writing.lock import not_found
from graphql_erp.writing.rows import Batch
from graphql_erp.writing.statements import run_rows
from graphql_erp.writing.values import named_field
from graphql_erp.writing.writer import Writer

Texts = Mapping[str, Any]
"""Texts by language, by GraphQL name of the field."""


async def duplicated(
    writer: Writer, model: ModelDef, record_id: int, data: Mapping[str, Any]
) -> Batch:
    """Return the batch that creates a copy of a record.

    The number of statements does not depend on the number of lines.

    Args:
        writer: On whose behalf.
        model: The record's model.
        record_id: The record.
        data: What the copy has instead, by name in GraphQL or YAML; what is given is not copied.

    Raises:
        UserError: There is no such record, or none that may be read.
    """
    paths = copied_paths(writer.registry, model.name)
    found = await read_records(writer.record_reader(), model.name, ids=[record_id], paths=paths)
    if not found:
        raise UserError("", not_found(model, record_id))
    copier = _Copier(writer)
    await copier.read_texts(model, found)
    return created(writer, model, [copier.data(model, found[0], data)])


def is_copied(model: ModelDef, definition: FieldDef) -> bool:
    """Tell whether a duplicate has the value, links or lines of a field."""
    kind, relation = definition.type, definition.relation
    is_made = definition.is_system or definition.is_computed or definition.sequence is not None
    if is_made or kind.readonly or not kind.copy or definition.member_of:
        return False
    if definition.members:
        return True
    if relation is None or relation.kind is RelationKind.TO_ONE:
        is_key = any(key.fields == (definition.name,) for key in model.unique)
        return definition.is_stored and not is_key
    return relation.kind in {RelationKind.LINK, RelationKind.INVERSE}


def is_owned(registry: Registry, definition: FieldDef) -> bool:
    """Tell whether a field leads to records that cannot be without this one and go with it."""
    relation = definition.relation
    if relation is None or relation.kind is not RelationKind.INVERSE or not relation.inverse:
        return False
    back = registry.models[relation.target].fields[relation.inverse]
    is_bound = back.relation is not None and back.relation.on_delete == "cascade"
    return is_bound and back.type.required


@lru_cache(maxsize=512)
def copied_paths(registry: Registry, model: str, above: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the dotted paths of what a duplicate takes over beside own values.

    Args:
        registry: The models.
        model: The record's model.
        above: Models of the records it is a line of.
    """
    found: list[str] = []
    for definition in copied_to_many(registry, registry.models[model]):
        target = definition.relation.target if definition.relation else ""
        if not is_owned(registry, definition):
            found.append(f"{definition.name}.id")
        elif target not in (*above, model):
            found.append(definition.name)
            beyond = copied_paths(registry, target, (*above, model))
            found += (f"{definition.name}.{path}" for path in beyond)
    return tuple(found)


def copied_to_many(registry: Registry, model: ModelDef) -> Iterator[FieldDef]:
    """Give the fields whose links or owned lines a duplicate has too."""
    for definition in model.fields.values():
        if definition.is_to_many and is_copied(model, definition):
            is_link = definition.relation and definition.relation.kind is RelationKind.LINK
            if is_link or is_owned(registry, definition):
                yield definition


@dataclass(frozen=True, slots=True)
class _Copier:
    """Turns records into the input that creates their copies."""

    writer: Writer
    texts: dict[tuple[str, int], Texts] = field(default_factory=dict)
    """Texts in all languages, by model and id."""

    async def read_texts(self, model: ModelDef, records: Iterable[Model]) -> None:
        """Read the texts in all languages of records and their lines, one statement a model."""
        found: dict[str, dict[int, None]] = {}
        self._note(model, records, found)
        for name, ids in found.items():
            texts = await _texts(self.writer, self.writer.model(name), list(ids))
            self.texts.update({(name, key): value for key, value in texts.items()})

    def _note(
        self, model: ModelDef, records: Iterable[Model], found: dict[str, dict[int, None]]
    ) -> None:
        for record in records:
            if any(_copied_texts(model)):
                found.setdefault(model.name, {})[record.id] = None
            for definition, others in self._related(model, record):
                if is_owned(self.writer.registry, definition):
                    self._note(self._target(definition), others, found)

    def data(
        self, model: ModelDef, record: Model, given: Mapping[str, Any], back: str = ""
    ) -> dict[str, Any]:
        """Return the input of a copy by GraphQL name.

        Args:
            model: The record's model.
            record: The record.
            given: What the copy has instead.
            back: Field that leads back to the record it is a line of, "" when it is no line.
        """
        own = {name: value for name, value in given.items() if name != TRANSLATIONS}
        named = {*((back,) if back else ()), *(named_field(model, name).name for name in own)}
        texts = {**self.texts.get((model.name, record.id), {})}
        made: dict[str, Any] = {}
        for definition in model.fields.values():
            name = definition.graphql_name
            if {definition.name, definition.member_of} & named:
                texts.pop(name, None)
            elif not self.writer.permission.sees(model.name, definition.name):
                texts.pop(name, None)  # The copy gets what new records get.
            elif is_copied(model, definition) and not definition.is_to_many and name not in texts:
                made[name] = getattr(record, definition.name)
        for definition, others in self._related(model, record):
            if definition.name not in named:
                made[definition.graphql_name] = self._commands(definition, others)
        return {**made, **own, **_all_texts(texts, given)}

    def _commands(self, definition: FieldDef, records: list[Model]) -> dict[str, Any]:
        if not is_owned(self.writer.registry, definition):
            return {"link": [record.id for record in records]}
        target = self._target(definition)
        back = definition.relation.inverse if definition.relation else ""
        return {"create": [self.data(target, record, {}, back) for record in records]}

    def _related(self, model: ModelDef, record: Model) -> Iterator[tuple[FieldDef, list[Model]]]:
        """Give the links and lines of a record that a duplicate has too."""
        for definition in copied_to_many(self.writer.registry, model):
            is_seen = self.writer.permission.sees(model.name, definition.name)
            if is_seen and definition.name in record.__dict__:
                yield definition, record.__dict__[definition.name]

    def _target(self, definition: FieldDef) -> ModelDef:
        return self.writer.model(definition.relation.target if definition.relation else "")


def _copied_texts(model: ModelDef) -> Iterator[FieldDef]:
    """Give the fields whose texts a duplicate has in all languages."""
    return (item for item in translated_fields(model) if is_copied(model, item))


async def _texts(writer: Writer, model: ModelDef, ids: Sequence[int]) -> dict[int, Texts]:
    fields, table = tuple(_copied_texts(model)), writer.tables.of(model.name)
    wanted = sa.bindparam(None, list(ids), type_=sa.ARRAY(sa.BigInteger()))
    columns = [sa.cast(table.c[item.column], sa.Text()) for item in fields]
    select = sa.select(table.c["id"], *columns).where(table.c["id"] == sa.any_(wanted))
    return {
        row[0]: {
            item.graphql_name: orjson.loads(text)
            for item, text in zip(fields, tuple(row)[1:], strict=True)
            if text is not None
        }
        for row in await run_rows(writer.connection, select)
    }


def _all_texts(copied: Texts, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the member `translations` of a copy's input: given texts beside copied ones."""
    texts = given.get(TRANSLATIONS)
    if texts is None:
        return {TRANSLATIONS: dict(copied)} if copied else {}
    if not isinstance(texts, Mapping):
        return {TRANSLATIONS: texts}
    merged = dict(copied)
    for name, entries in texts.items():
        is_both = isinstance(entries, Mapping) and name in copied
        merged[name] = {**copied[name], **entries} if is_both else entries
    return {TRANSLATIONS: merged}
