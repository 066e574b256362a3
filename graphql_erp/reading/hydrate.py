"""Rows -> records, by a function written for the fields at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphql_erp.behaviour.model import Model, siblings
from graphql_erp.behaviour.protocols import Environment
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.base import FieldType
from graphql_erp.registry.model import FieldDef
from graphql_erp.registry.registry import Registry

Hydrate = Callable[[Sequence[Any], Environment | None], list[Any]]
"""Rows of a statement -> records, in the same order."""

_NUMBERS: dict[Kind, Callable[[Any], Any]] = {Kind.INTEGER: int, Kind.FLOAT: float}


def hydrator(registry: Registry, model: str, fields: Sequence[str], *, first: int) -> Hydrate:
    """Return the function that makes records of rows.

    Args:
        registry: The models and the classes of their records.
        model: The model.
        fields: Fields in the order of their columns; a to-one field's holds an id.
        first: Number of the column of the first field.
    """
    definition = registry.models[model]
    names: dict[str, Any] = {"new": object.__new__, "cls": registry.classes[model]}
    entries, references = ["'_env': env"], []
    for number, name in enumerate(fields, start=first):
        field = definition.fields[name]
        if field.relation is not None:
            references.append(f"known{number}")
            names[f"refer{number}"] = _referrer(registry.classes[field.relation.target])
            known = (
                f"known{number}[v] if v in known{number} else refer{number}(known{number}, v, env)"
            )
            entries.append(f"{name!r}: None if (v := row[{number}]) is None else {known}")
        elif (read := value_reader(field)) is not None:
            names[f"read{number}"] = read
            entries.append(f"{name!r}: None if (v := row[{number}]) is None else read{number}(v)")
        else:
            entries.append(f"{name!r}: row[{number}]")
    lines = [
        "def hydrate(rows, env):",
        *(f"    {name} = {{}}" for name in references),
        "    records = []",
        "    for row in rows:",
        "        record = new(cls)",
        f"        record.__dict__.update({{{', '.join(entries)}}})",
        "        records.append(record)",
        *(f"    together({name}.values())" for name in references),
        "    return records",
    ]
    names["together"] = siblings
    exec("\n".join(lines), names)  # noqa: S102 - made of the names of declared fields alone
    hydrate: Hydrate = names["hydrate"]
    return hydrate


def value_reader(field: FieldDef) -> Callable[[Any], Any] | None:
    """Return what makes the driver's value of a field the field's, None when it is already."""
    if type(field.type).from_column is not FieldType.from_column:
        return field.type.from_column
    # Arithmetic is NUMERIC whatever comes of it.
    return None if field.is_stored else _NUMBERS.get(field.type.kind)


def _referrer(
    target: type[Model],
) -> Callable[[dict[int, Any], int, Environment | None], Any]:
    """Return what makes the record an id leads to, of which nothing but the id is known."""

    def refer(known: dict[int, Any], key: int, env: Environment | None) -> Any:
        made = object.__new__(target)
        made.__dict__.update(id=key, _env=env)
        known[key] = made
        return made

    return refer
