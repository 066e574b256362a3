"""Fields computed by methods, one record at a time, the method seeing everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql_erp.registry.logic import COMPUTE_PREFIX
from graphql_erp.registry.model import FieldDef
from graphql_erp.testing.reference_reader_snapshot import Record, Snapshot, target_of


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as a method sees it."""

    snapshot: Snapshot
    model: str
    record: Record

    def __getattr__(self, name: str) -> Any:
        field = self.snapshot.model(self.model).fields[name]
        if field.relation is None:
            return value_of(self.snapshot, self.record, field)
        found = getattr(self.record, name)
        if field.is_to_many:
            return [Seen(self.snapshot, target_of(field), item) for item in found]
        return None if found is None else Seen(self.snapshot, target_of(field), found)


def value_of(snapshot: Snapshot, record: Record, field: FieldDef) -> Any:
    """Return the value of a field of a record, whatever computes it; a relation gives an id."""
    if field.is_sql:
        return snapshot.value(field.model, record, (field.name,))
    method = getattr(snapshot.registry.classes[field.model], COMPUTE_PREFIX + field.name)
    value = method(Seen(snapshot, field.model, record))
    return None if value is None else field.type.clean(value)
