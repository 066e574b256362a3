"""compute_values: what the method of a computed field gives for records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    kind: Any = type(records[0])
    narrow = _narrower(field.inputs, kind)
    return compute_narrowed([narrow(record) for record in records], field)


def compute_narrowed(records: Sequence[Model], field: FieldDef) -> list[Any]:
    """Return the value of a Python computed field for records that hold its inputs alone.

    Raises:
        FieldNotLoaded: The method reads what is not among its inputs.
        ErpError: The method gives a value that does not fit the field.
    """
    if not records:
        return []
    method = getattr(type(records[0]), COMPUTE_PREFIX + field.name)
    clean = _cleaner(field)
    values = [method(record) for record in records]
    if clean is None:
        return values
    try:
        return [None if value is None else clean(value) for value in values]
    except InvalidValue as error:
        name = f"{field.model}.{COMPUTE_PREFIX}{field.name}"
        message = f"{name} gives a value that {error}"
        raise ErpError(message, hint="Return a value that fits the field.") from error


def _cleaner(field: FieldDef) -> Callable[[Any], Any] | None:
    """Return what makes a value one of the field's type, None when every value is."""
    clean = field.type.clean
    return None if type(field.type).clean is FieldType.clean else clean


@lru_cache(maxsize=1024)
def _narrower(paths: tuple[str, ...], kind: Any) -> _Narrow:
    """Return the function that copies a record with the values at some dotted paths only."""
    fields = kind._definition.fields  # noqa: SLF001 - a part of the class no author should see
    names = tuple(dict.fromkeys(path.partition(".")[0] for path in paths))
    plain = tuple(name for name in names if fields[name].relation is None)
    hops = {name: _follower(_beyond(paths, name)) for name in names if name not in plain}

    def narrow(record: Model) -> Any:
        loaded = record.__dict__
        made = object.__new__(kind)
        state = made.__dict__
        try:
            for name in plain:
                state[name] = loaded[name]
        except KeyError as error:
            return getattr(record, str(error.args[0]))  # raises: it says how to load the field
        for name, follow in hops.items():
            state[name] = follow(loaded[name] if name in loaded else getattr(record, name))
        return made

    return narrow


def _beyond(paths: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(path.removeprefix(f"{name}.") for path in paths if path.startswith(f"{name}."))


def _follower(paths: tuple[str, ...]) -> Callable[[Any], Any]:
    """Return the function that narrows what a relation leads to: a record, several or none."""

    def narrowed(record: Model) -> Any:
        known = ("id",) if "id" in record.__dict__ else ()
        kind: Any = type(record)
        return _narrower((*known, *paths), kind)(record)

    def follow(value: Any) -> Any:
        if isinstance(value, list):
            return [narrowed(item) for item in value]
        return None if value is None else narrowed(value)

    return follow
