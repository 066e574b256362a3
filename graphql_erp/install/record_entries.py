"""Records that modules ship, from data files and from Python alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql_erp.behaviour.load import RecordSource
from graphql_erp.declarations.source import Source
from graphql_erp.errors import Problem
from graphql_erp.fields.base import InvalidValue
from graphql_erp.fields.varying import clean_shipped
from graphql_erp.registry.model import FieldDef, ModelDef, RelationKind
from graphql_erp.registry.records import RecordDef
from graphql_erp.registry.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record to be loaded; its values are clean."""

    model: str
    identifier: str
    """Full identifier: `<module>.<key>`."""
    values: Mapping[str, Any]
    references: Mapping[str, str]
    """Full identifier of the target by to-one field."""
    links: Mapping[str, tuple[str, ...]]
    """Full identifiers of the targets by many-to-many field."""
    source: Source

    @property
    def module(self) -> str:
        """Module that ships it."""
        return self.identifier.partition(".")[0]

    @property
    def name(self) -> str:
        """Identifier within its module."""
        return self.identifier.partition(".")[2]

    def problem(self, check: str, message: str) -> Problem:
        """Return what is wrong with it."""
        return self.source.problem(check, f'record "{self.identifier}": {message}')


def entries_of(registry: Registry, problems: list[Problem], *, demo: bool) -> list[Entry]:
    """Return all records of a registry, each identifier once.

    Args:
        registry: The models and what their modules ship.
        problems: Mistakes are added to it.
        demo: Whether records for demonstration are among them.
    """
    found: dict[str, Entry] = {}
    for entry in _all(registry, problems, demo=demo):
        first = found.setdefault(entry.identifier, entry)
        if first is not entry:
            message = f"is given twice (first in {first.source})."
            problems.append(entry.problem("duplicate_record", message))
    return list(found.values())


def _all(registry: Registry, problems: list[Problem], *, demo: bool) -> Iterator[Entry]:
    for source in registry.record_sources:
        for key, values in source.function():
            yield _made(registry.model(source.model), source, key, values, problems)
    for record in registry.records:
        if demo or not record.demo:
            yield _declared(record)


def _declared(record: RecordDef) -> Entry:
    return Entry(
        model=record.model,
        identifier=record.identifier,
        values=record.values,
        references=record.references,
        links=record.links,
        source=record.source,
    )


def _made(
    model: ModelDef,
    source: RecordSource,
    key: str,
    given: Mapping[str, object],
    problems: list[Problem],
) -> Entry:
    values: dict[str, Any] = {}
    references: dict[str, str] = {}
    links: dict[str, tuple[str, ...]] = {}
    identifier = f"{source.module}.{key}"

    def wrong(check: str, message: str) -> None:
        problems.append(source.source.problem(check, f'record "{identifier}": {message}'))

    for name, value in given.items():
        field = model.fields.get(name)
        if field is None or field.is_system or field.is_computed or field.is_inverse_one:
            wrong("unknown_field", f'{model.name} has no field "{name}" that can be set.')
        elif value is None:
            values[name] = None
        elif field.is_to_one:
            references[name] = _full(str(value), source.module)
        elif field.is_to_many:
            links[name] = _links(field, value, source.module, wrong_kind=wrong)
        else:
            try:
                values[name] = clean_shipped(field.type, value)
            except InvalidValue as error:
                wrong("invalid_value", f'"{name}" {error}')
    return Entry(
        model=model.name,
        identifier=identifier,
        values=values,
        references=references,
        links=links,
        source=source.source,
    )


def _full(identifier: str, module: str) -> str:
    return identifier if "." in identifier else f"{module}.{identifier}"


def _links(field: FieldDef, value: object, module: str, *, wrong_kind: Any) -> tuple[str, ...]:
    is_link = field.relation is not None and field.relation.kind is RelationKind.LINK
    if not is_link or not isinstance(value, list | tuple):
        wrong_kind("invalid_value", f'"{field.name}" must be a list of identifiers.')
        return ()
    return tuple(_full(str(item), module) for item in value)
