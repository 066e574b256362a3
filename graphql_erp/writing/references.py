"""Values of References: which of the to-one fields behind one gets the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql_erp.behaviour.model import Model
from graphql_erp.fields.base import InvalidValue
from graphql_erp.naming import uncamel
from graphql_erp.registry.model import FieldDef, ModelDef


def reference_values(model: ModelDef, definition: FieldDef, value: Any) -> dict[str, Any]:
    """Return the values of all fields behind a Reference, not yet cleaned.

    Args:
        model: The Reference's model.
        definition: The Reference.
        value: A record, or its id under the name of its model: `{sale_order: 5}`; None clears.

    Raises:
        InvalidValue: The value is neither.
    """
    values: dict[str, Any] = dict.fromkeys(definition.members)
    if value is None:
        return values
    name, target = _chosen(model, definition, value)
    if name not in values:
        leads = (_target(model, member) for member in definition.members)
        raise InvalidValue(f"must be a record of {' or '.join(leads)}.")
    values[name] = target
    return values


def _chosen(model: ModelDef, definition: FieldDef, value: Any) -> tuple[str, Any]:
    """Return the field behind a Reference that a value is for, and its value."""
    if isinstance(value, Model):
        names = (name for name in definition.members if _is_of(model, name, value))
        return next(names, ""), value
    if not isinstance(value, Mapping):
        return "", None
    given = [(name, item) for name, item in value.items() if item is not None]
    if len(given) != 1:
        raise InvalidValue("give exactly one record.")
    name, target = given[0]
    return f"{definition.name}_{uncamel(name)}", target


def _is_of(model: ModelDef, member: str, value: Model) -> bool:
    return value._definition.name == _target(model, member)  # noqa: SLF001 - no author's business


def _target(model: ModelDef, member: str) -> str:
    relation = model.fields[member].relation
    return relation.target if relation else ""
