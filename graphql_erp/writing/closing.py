"""Closing: the last statement of a write gives its answer too, where nothing comes after it."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.writing.journal import Journal
from graphql_erp.writing.rows import Batch
from graphql_erp.writing.writer import Writer


class Closing(Protocol):
    """What changes a record and reads the answer at once."""

    async def change(self, writer: Writer, batch: Batch) -> bool | None:
        """Change the record of the only row of a batch.

        Returns:
            Whether it was there to be changed; None when it takes more than one statement.
        """


@lru_cache(maxsize=64)
def closable_models(registry: Registry) -> frozenset[str]:
    """Return the models to whose updates nothing is added once the values are known."""
    return frozenset(model.name for model in registry.models.values() if _is_closable(model))


def _is_closable(model: ModelDef) -> bool:
    logic = model.logic
    if "after_update" in logic.hooks or "update_many" in logic.overrides or logic.checks:
        return False
    if not all(check.is_database for check in model.checks):
        return False
    return all(field.sequence is None for field in model.fields.values())


def is_last(registry: Registry, journal: Journal) -> bool:
    """Tell whether nothing is left to do for what was written before, such as to number it."""
    return closable_models(registry).issuperset(journal.written)
