"""Calls of methods: records loaded and locked, arguments read, the method called."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from graphql_erp.api.method_arguments import read_members
from graphql_erp.behaviour.model import Model
from graphql_erp.behaviour.signature import MethodPlace
from graphql_erp.environment.transaction import Transaction
from graphql_erp.errors import BadUserInput, UserError, UserProblem
from graphql_erp.reading.records import read_records
from graphql_erp.reading.values import read_id
from graphql_erp.registry.method import MethodDef
from graphql_erp.writing.allowed import require_callable
from graphql_erp.writing.lock import conflict, not_found


async def call_method(
    transaction: Transaction, method: MethodDef, arguments: Mapping[str, Any]
) -> Any:
    """Call a method and return what it gives; what it is called on where it gives nothing.

    The records of a mutation are locked first, in the order of their ids, so that two calls on
    one record follow each other.

    Args:
        transaction: Whose environment, and where.
        method: The method.
        arguments: Coerced values by GraphQL name, `id`, `ids` and `version` among them.

    Raises:
        UserError: A record does not exist, may not be read or has another version; or the method
            raises it.
        BadUserInput: An id is none.
    """
    on = await _called_on(transaction, method, arguments)
    given = await read_members(transaction.writer.record_reader(), method.arguments, arguments)
    match method.where:
        case MethodPlace.RECORD:
            result = getattr(on[0], method.name)(**given)
        case MethodPlace.RECORDS:
            result = getattr(_class(transaction, method), method.name)(on, **given)
        case MethodPlace.MODEL:
            result = getattr(_class(transaction, method), method.name)(transaction, **given)
    if inspect.isawaitable(result):
        result = await result
    if method.result is not None or method.where is MethodPlace.MODEL:
        return result
    return on[0] if method.where is MethodPlace.RECORD else on


def _class(transaction: Transaction, method: MethodDef) -> type[Model]:
    return transaction.writer.registry.classes[method.model]


async def _called_on(
    transaction: Transaction, method: MethodDef, arguments: Mapping[str, Any]
) -> list[Model]:
    """Return the records a method is called on.

    Raises:
        UserError: One does not exist, may not be read or has another version.
        BadUserInput: An id is none, or there are none at all.
    """
    match method.where:
        case MethodPlace.MODEL:
            return []
        case MethodPlace.RECORDS:
            ids = list(dict.fromkeys(read_id(value) for value in arguments["ids"]))
            if not ids:
                raise BadUserInput("There are no ids.", hint="Give one at least.")
        case MethodPlace.RECORD:
            ids = [read_id(arguments["id"])]
    reader = transaction.writer.record_reader()
    records: list[Model] = await read_records(
        reader, method.model, ids=ids, paths=method.load, lock=method.is_mutation
    )
    model = transaction.writer.model(method.model)
    found = {record.id for record in records}
    missing = [(number, key) for number, key in enumerate(ids) if key not in found]
    if missing and method.where is MethodPlace.RECORD:
        raise UserError("", not_found(model, ids[0]))
    if missing:
        raise UserError(
            "",
            *(
                UserProblem("NOT_FOUND", f"There is no {model.label} {key}.", ("ids",), number)
                for number, key in missing
            ),
        )
    if transaction.writer.permission.callable_on(method.model, method.name) is not None:
        await require_callable(transaction.writer, method, ids)
    expected = arguments.get("version")
    if expected is not None and method.where is MethodPlace.RECORD:
        _check_version(transaction, method, records[0], expected)
    return records


def _check_version(transaction: Transaction, method: MethodDef, record: Any, expected: int) -> None:
    if record.version != expected:
        model = transaction.writer.model(method.model)
        raise UserError("", conflict(model, record.id, expected, record.version))
