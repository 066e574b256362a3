"""Defaults that methods make: `default_<field>` of a behaviour class, asked once per batch."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from graphql_erp.fields.base import InvalidValue
from graphql_erp.security.permission import Operation
from graphql_erp.writing.rows import Batch
from graphql_erp.writing.values import clean_reference, clean_value, default_value, is_open
from graphql_erp.writing.writer import Writer


async def default_methods(writer: Writer, batches: Iterable[Batch]) -> None:
    """Give new records the defaults that methods make, for fields that were omitted.

    A default depends on the environment alone, so that one call serves all rows; where the
    method gives None the declared default counts.
    """
    for batch in batches:
        if batch.operation is not Operation.CREATE:
            continue
        for name, method in batch.model.logic.defaults.items():
            definition = batch.model.fields[name]
            rows = [row for row in batch.rows if is_open(row, definition)]
            if not rows:
                continue
            made = method(writer.env)
            value = await made if inspect.isawaitable(made) else made
            try:
                if definition.members:
                    behind = clean_reference(writer, batch.model, definition, value)
                    for row in rows:
                        row.values.update(behind)
                    continue
                clean = clean_value(writer, definition, value)
            except InvalidValue as error:
                message = f"default_{name} of {batch.model.name} gave {value!r}: {error}"
                raise TypeError(message) from error
            for row in rows:
                row.values[name] = default_value(writer, definition) if clean is None else clean
