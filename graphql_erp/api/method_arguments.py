"""Arguments of methods: what a client gave as the Python values their annotations promise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql_erp.behaviour.annotations import (
    DataType,
    EnumType,
    ListType,
    Member,
    RecordType,
    ScalarType,
    Typed,
)
from graphql_erp.behaviour.model import Model
from graphql_erp.errors import UserError, UserProblem
from graphql_erp.reading.records import RecordReader, read_records
from graphql_erp.reading.values import read_id, read_text

_Records = Mapping[tuple[str, int], Model]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Mention:
    """A record an argument speaks of."""

    model: str
    id: int
    path: Path


async def read_members(
    reader: RecordReader, members: Iterable[Member], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return arguments by Python name; records are read, one statement per model.

    Args:
        reader: Where records are read, and for whom.
        members: The arguments of a method.
        given: Coerced values by GraphQL name.

    Raises:
        UserError: A record does not exist, or may not be read.
        BadUserInput: An id is none.
    """
    members = tuple(members)
    mentions = list(_mentions_of_members(members, given, ()))
    return _members(members, given, await _records(reader, mentions))


async def _records(reader: RecordReader, mentions: Iterable[_Mention]) -> _Records:
    mentions = tuple(mentions)
    found: dict[tuple[str, int], Model] = {}
    for model in dict.fromkeys(mention.model for mention in mentions):
        ids = list(dict.fromkeys(item.id for item in mentions if item.model == model))
        for record in await read_records(reader, model, ids=ids):
            found[model, record.id] = record
    missing = [item for item in mentions if (item.model, item.id) not in found]
    if missing:
        models = reader.registry.models
        raise UserError(
            "",
            *(
                UserProblem(
                    "NOT_FOUND", f"There is no {models[item.model].label} {item.id}.", item.path
                )
                for item in missing
            ),
        )
    return found


def _mentions_of_members(
    members: Iterable[Member], given: Mapping[str, Any], path: Path
) -> Iterator[_Mention]:
    for member in members:
        name = member.graphql_name
        yield from _mentions(member.type, given.get(name), (*path, name))


def _mentions(kind: Typed, value: Any, path: Path) -> Iterator[_Mention]:
    match kind:
        case _ if value is None:
            return
        case RecordType(model=model):
            yield _Mention(model, read_id(value), path)
        case ListType(item=item):
            for number, part in enumerate(value):
                yield from _mentions(item, part, (*path, str(number)))
        case DataType(members=members):
            yield from _mentions_of_members(members, value, path)


def _members(
    members: Iterable[Member], given: Mapping[str, Any], records: _Records
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for member in members:
        value = given.get(member.graphql_name)
        is_left_out = member.graphql_name not in given or (
            value is None and not member.type.nullable
        )
        if member.has_default and is_left_out:
            continue
        values[member.name] = _python(member.type, value, records)
    return values


def _python(kind: Typed, value: Any, records: _Records) -> Any:
    match kind:
        case _ if value is None:
            return None
        case RecordType(model=model):
            return records[model, read_id(value)]
        case ListType(item=item):
            return [_python(item, part, records) for part in value]
        case DataType(cls=cls, members=members):
            return cls(**_members(members, value, records))
        case EnumType(members=members):
            return members[value]
        case ScalarType(name="String"):
            return read_text(value)
        case ScalarType(name="ID"):
            return read_id(value)
        case ScalarType(name="Float"):
            return float(value)
        case _:
            return value
