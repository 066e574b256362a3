"""compute_values: what the method of a computed field gives for records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from graphql_erp.behaviour.model import Model
from graphql_erp.errors import ErpError
from graphql_erp.fields.base import FieldType, InvalidValue
from graphql_erp.registry.logic import COMPUTE_PREFIX
from graphql_erp.registry.model import FieldDef

_Narrow = Callable[[Model], Any]


def compute_values(records: Sequence[Model], field: FieldDef) -> list[Any]:
    """Return the value of a Python computed field for each record, as the field's type keeps it.

    The method is given a record that holds the declared inputs and nothing else.

    Args:
        records: Records of one model on which the inputs are loaded.
        field: The field.

    Raises:
        FieldNotLoaded: The method reads what is not among its inputs, or an input is not loaded.
        ErpError: The method gives a value that does not fit the field.
    """
    if not records:
        return []
    narrow = _narrower(field.inputs)
    method = getattr(type(records[0]), COMPUTE_PREFIX + field.name)
    clean, required = _cleaner(field), field.type.required
    values = []
    for record in records:
        value = method(narrow(record))
        if value is None and required:
            raise _misfit(field, record, "must not be null.")
        if value is None or clean is None:
            values.append(value)
            continue
        try:
            values.append(clean(value))
        except InvalidValue as error:
            raise _misfit(field, record, str(error)) from error
    return values


def _misfit(field: FieldDef, record: Model, why: str) -> ErpError:
    method = f"{field.model}.{COMPUTE_PREFIX}{field.name}"
    return ErpError(
        f"What {method} gives for {record!r} {why}", hint="Return a value that fits the field."
    )


def _cleaner(field: FieldDef) -> Callable[[Any], Any] | None:
    """Return what makes a value one of the field's type, None when every value is."""
    clean = field.type.clean
    return None if type(field.type).clean is FieldType.clean else clean


@lru_cache(maxsize=1024)
def _narrower(paths: tuple[str, ...]) -> _Narrow:
    """Return the function that copies a record with the values at some dotted paths only."""
    below: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        below.setdefault(name, []).extend([rest] if rest else [])
    hops = {name: _narrower(("id", *rest)) if rest else _key for name, rest in below.items()}
    return lambda record: _narrowed(record, hops)


def _narrowed(record: Model, hops: Mapping[str, _Narrow]) -> Any:
    loaded = record.__dict__
    made = object.__new__(type(record))
    state = made.__dict__
    for name, narrow in hops.items():
        # What is not loaded is no entry; the attribute then says how to load it.
        value = loaded[name] if name in loaded else getattr(record, name)
        if isinstance(value, Model):
            value = narrow(value)
        elif type(value) is list and value and isinstance(value[0], Model):
            value = [narrow(item) for item in value]
        state[name] = value
    return made


_ID: Mapping[str, _Narrow] = {"id": lambda value: value}


def _key(record: Model) -> Any:
    """Return a record of which only the id is known, not even that when it is new."""
    return _narrowed(record, _ID if "id" in record.__dict__ else {})
