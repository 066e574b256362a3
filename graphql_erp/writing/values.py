"""Input -> clean values: one rule for GraphQL, Python, data files and clients alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphql_erp.behaviour.model import Model
from graphql_erp.fields.base import InvalidValue
from graphql_erp.fields.relation import Id
from graphql_erp.naming import did_you_mean
from graphql_erp.registry.model import FieldDef, ModelDef, Relation, RelationKind
from graphql_erp.registry.translations import TRANSLATIONS, translated_fields
from graphql_erp.sealing.sealer import Sealed
from graphql_erp.security.permission import Operation
from graphql_erp.writing.references import reference_values
from graphql_erp.writing.rows import Batch, Reference, Row, ToMany
from graphql_erp.writing.translations import read_translations
from graphql_erp.writing.writer import Writer

PARENT = object()
"""Stands for the record a new one is nested in, until that one has an id."""

_ID = Id()


def read_row(
    writer: Writer,
    model: ModelDef,
    data: Mapping[str, Any],
    *,
    operation: Operation,
    index: int | None = None,
    path: tuple[str, ...] = (),
) -> Row:
    """Return the clean values of one input object, nested ones included.

    Names are those of GraphQL or of YAML. Omitted fields stay out, null clears. Mistakes are
    noted in the row, all of them. New records get the defaults that are values.
    """
    row = Row(index, path)
    given: list[str] = []
    translations = None
    for name, value in data.items():
        if name == TRANSLATIONS and translated_fields(model):
            translations = value
            continue
        definition = named_field(model, name)
        relation = definition.relation
        given.append(definition.name)
        if relation is not None and relation.is_to_many:
            _read_to_many(writer, row, definition, value, name)
        elif definition.name in model.logic.inverses:
            _read(writer, row, definition, value, name, row.inverses)
        elif definition.members:
            _read_reference(writer, model, row, definition, value, name)
        elif is_nothing(definition, value):
            clear(row, definition, name)
        elif relation is not None and _new_target(value) is not None:
            row.creates[definition.name] = read_row(
                writer,
                writer.model(relation.target),
                _new_target(value) or {},
                operation=Operation.CREATE,
                index=index,
                path=(*path, name, "create"),
            )
        else:
            _read(writer, row, definition, value, name, row.values)
    row.given = frozenset(given)
    read_translations(row, model, translations, writer.actor)
    if operation is Operation.CREATE:
        fill_defaults(writer, model, row)
    return row


def named_field(model: ModelDef, name: str) -> FieldDef:
    """Return the field of a GraphQL or YAML name.

    Raises:
        TypeError: There is none; input objects are checked before, so module code gave it.
    """
    settable = model.inputs.get(name)
    if settable is not None:
        return settable
    definition = model.by_graphql_name.get(name) or model.fields.get(name)
    if definition is None:
        message = f"{model.name} has no field {name!r}."
        raise TypeError(f"{message} {did_you_mean(name, list(model.fields))}".rstrip())
    if definition.member_of:
        raise TypeError(f"{model.name}.{name} is set as {definition.member_of}.")
    if definition.is_computed and definition.name not in model.logic.inverses:
        raise TypeError(f"{model.name}.{name} is computed and cannot be set.")
    if definition.is_system or definition.is_inverse_one:
        raise TypeError(f"{model.name}.{name} is made by the engine and cannot be set.")
    return definition


def is_nothing(definition: FieldDef, value: Any) -> bool:
    """Tell whether a value clears a field; a blank text does where there must be a value."""
    is_blank = isinstance(value, str) and not value.strip()
    return value is None or (is_blank and definition.type.required)


def clear(row: Row, definition: FieldDef, name: str) -> None:
    """Take the value of a field away, or note that it must have one."""
    if definition.type.required:
        row.problem("REQUIRED", f"{definition.label} is required.", name)
    else:
        row.values[definition.name] = None


def _read(
    writer: Writer, row: Row, definition: FieldDef, value: Any, name: str, into: dict[str, Any]
) -> None:
    try:
        into[definition.name] = clean_value(writer, definition, value)
    except InvalidValue as error:
        row.problem("INVALID", f"{definition.label}: {error}", name)


def _read_reference(
    writer: Writer, model: ModelDef, row: Row, definition: FieldDef, value: Any, name: str
) -> None:
    if value is None and definition.type.required:
        clear(row, definition, name)
        return
    try:
        row.values.update(clean_reference(writer, model, definition, value))
    except InvalidValue as error:
        row.problem("INVALID", f"{definition.label}: {error}", name)


def clean_reference(
    writer: Writer, model: ModelDef, definition: FieldDef, value: Any
) -> Mapping[str, Any]:
    """Return the stored values of the fields behind a Reference.

    Raises:
        InvalidValue: The value does not fit the field.
    """
    values = reference_values(model, definition, value)
    return {key: clean_value(writer, model.fields[key], item) for key, item in values.items()}


def clean_value(writer: Writer, definition: FieldDef, value: Any) -> Any:
    """Return the stored form of a value; of a to-one input its id or a reference.

    The one place where secrets are sealed: no row and no statement holds their text.

    Raises:
        InvalidValue: The value does not fit the field.
    """
    if value is None:
        return None
    if definition.relation is None:
        clean = definition.type.clean(value)
        if definition.type.is_secret and not isinstance(clean, Sealed):
            return writer.sealer.seal(clean, definition.model, definition.name)
        return clean
    target = writer.model(definition.relation.target)
    if isinstance(value, Model):
        if not isinstance(value, writer.registry.classes[target.name]):
            raise InvalidValue(f"must be a record of {target.name}.")
        return value.id
    return _reference(target, value)


def fill_defaults(writer: Writer, model: ModelDef, row: Row) -> None:
    """Give a new record the defaults that are values, for fields that were omitted."""
    for definition in model.defaulted:
        if is_open(row, definition) and definition.name not in model.logic.defaults:
            value = default_value(writer, definition)
            if value is not None:
                row.values[definition.name] = value


def check_complete(batches: Iterable[Batch]) -> None:
    """Note which values new records miss that no behaviour could still give them."""
    for batch in batches:
        logic = batch.model.logic
        if batch.operation is Operation.CREATE and not logic.handles("create"):
            for row in batch.rows:
                check_required(batch.model, row)


def check_required(model: ModelDef, row: Row) -> None:
    """Note which values a new record misses."""
    for definition in model.own_values:
        is_missing = definition.type.required and row.values.get(definition.name) is None
        if is_missing and is_open(row, definition):
            row.problem("REQUIRED", f"{definition.label} is required.", definition.graphql_name)
    for definition in model.references:
        is_missing = all(row.values.get(name) is None for name in definition.members)
        if definition.type.required and is_missing and is_open(row, definition):
            row.problem("REQUIRED", f"{definition.label} is required.", definition.graphql_name)


def is_open(row: Row, definition: FieldDef) -> bool:
    """Tell whether nothing is known yet of a field of a new record."""
    names = definition.members or (definition.name,)
    for name in names:
        if row.values.get(name) is not None or name in row.creates:
            return False
    if names[0] in row.values and not definition.type.required:
        return False
    return not row.problems or not any(
        problem.path[len(row.path) :][:1] == (definition.graphql_name,) for problem in row.problems
    )


def default_value(writer: Writer, definition: FieldDef) -> Any:
    """Return the value of a new record's field: declared, or named and known only now."""
    match definition.type.named_default:
        case "today":
            return writer.today
        case "now":
            return writer.now
        case "user":
            return writer.actor.user
        case "company":
            return writer.actor.company
    if definition.type.default is None:
        return None
    return definition.type.clean(definition.type.default)


# ---- to-one ----------------------------------------------------------------------------------


def _new_target(value: Any) -> Mapping[str, Any] | None:
    """Return the new record of a to-one input, None when it names one that exists."""
    created = value.get("create") if isinstance(value, Mapping) else None
    return created if isinstance(created, Mapping) else None


def _reference(target: ModelDef, value: Any) -> Reference:
    """Return the reference of a to-one input: {id: ...} or {key: {...}}."""
    if not isinstance(value, Mapping):
        return Reference(target.name, ("id",), (_ID.clean(value),))
    given = [(name, item) for name, item in value.items() if item is not None]
    if len(given) != 1:
        raise InvalidValue("give exactly one of id, key and create")
    name, item = given[0]
    if name == "id":
        return Reference(target.name, ("id",), (_ID.clean(item),))
    if name != "key" or not isinstance(item, Mapping):
        raise InvalidValue("give the id or a key of a record.")
    members = [(key, part) for key, part in item.items() if part is not None]
    if len(members) != 1:
        raise InvalidValue("give exactly one key")
    key, part = members[0]
    parts = part if isinstance(part, Mapping) else {key: part}
    fields = [_key_field(target, member) for member in parts]
    values = (key_value(field, item) for field, item in zip(fields, parts.values(), strict=True))
    return Reference(target.name, tuple(field.name for field in fields), tuple(values))


def key_value(definition: FieldDef, value: Any) -> Any:
    """Return a value records are looked up by as it is stored, of a to-one field the id.

    Raises:
        InvalidValue: The value does not fit the field.
    """
    if definition.name != "id" and definition.relation is None:
        return definition.type.clean(value)
    return value.id if isinstance(value, Model) else _ID.clean(value)


def _key_field(target: ModelDef, name: str) -> FieldDef:
    known = target.by_graphql_name.get(name)
    return known or target.by_graphql_name[name.removesuffix("Id")]


# ---- to-many ---------------------------------------------------------------------------------


def _read_to_many(writer: Writer, row: Row, definition: FieldDef, value: Any, name: str) -> None:
    relation = definition.relation
    if relation is None or value is None:
        return
    given = value if isinstance(value, Mapping) else _listed(value)
    parts = {key: part for key, part in given.items() if part is not None}
    if "set" in parts and len(parts) > 1:
        row.problem("INVALID", f"{definition.label}: `set` stands alone.", name)
        return
    if relation.kind is RelationKind.LINK and {"update", "delete"} & parts.keys():
        message = f"{definition.label}: records that are only linked are changed by themselves."
        row.problem("INVALID", message, name)
        return
    target = writer.model(relation.target)
    path = (*row.path, name)
    update = [
        read_item(writer, target, item, row.index, (*path, "update", str(number)))
        for number, item in enumerate(parts.get("update", ()))
    ]
    note_repeated(update)
    commands = ToMany(
        create=[
            _child(writer, target, item, relation, row.index, (*path, "create", str(number)))
            for number, item in enumerate(parts.get("create", ()))
        ],
        update=update,
    )
    for part in ("delete", "link", "unlink", "set"):
        if part not in parts:
            continue
        ids = _ids(row, definition, parts[part], (name, part))
        if part == "delete":
            places = [(*path, part, str(number)) for number in range(len(ids))]
            commands.delete = [
                Row(row.index, place, id=item) for item, place in zip(ids, places, strict=True)
            ]
        else:
            setattr(commands, part, ids)
    row.to_many[definition.name] = commands


def _listed(value: Sequence[Any]) -> Mapping[str, Any]:
    """Return the commands a list in Python stands for: new records, or the records to link."""
    if all(isinstance(item, Mapping) for item in value):
        return {"create": value}
    return {"set": value}


def _child(
    writer: Writer,
    target: ModelDef,
    data: Mapping[str, Any],
    relation: Relation,
    index: int | None,
    path: tuple[str, ...],
) -> Row:
    row = read_row(writer, target, data, operation=Operation.CREATE, index=index, path=path)
    if relation.kind is not RelationKind.INVERSE:
        return row
    back = target.fields[relation.inverse]
    if back.name in row.given:
        message = f"{back.label} is the record it is nested in: leave it out."
        row.problem("INVALID", message, back.graphql_name)
    row.creates.pop(back.name, None)
    row.values[back.name] = PARENT
    return row


def read_item(
    writer: Writer,
    model: ModelDef,
    item: Mapping[str, Any],
    index: int | None,
    path: tuple[str, ...],
) -> Row:
    """Return the row of an update item: `{id, version, data}`."""
    data = item.get("data") or {}
    row = read_row(
        writer, model, data, operation=Operation.UPDATE, index=index, path=(*path, "data")
    )
    row.version = item.get("version")
    try:
        row.id = _ID.clean(item["id"])
    except InvalidValue as error:
        row.problem("INVALID", f"id: {error}", "id")
    return row


def note_repeated(rows: Iterable[Row]) -> None:
    """Note which items change a record that an earlier one changes: one change would be lost."""
    seen: set[int | None] = set()
    for row in rows:
        if row.id in seen and row.id is not None:
            row.problem("INVALID", f"An earlier item changes {row.id} too.", "id")
        seen.add(row.id)


def _ids(row: Row, definition: FieldDef, values: Sequence[Any], path: tuple[str, ...]) -> list[int]:
    ids: list[int] = []
    for number, value in enumerate(values):
        try:
            ids.append(value.id if isinstance(value, Model) else _ID.clean(value))
        except InvalidValue as error:
            row.problem("INVALID", f"{definition.label}: {error}", *path, str(number))
    return list(dict.fromkeys(ids))
