"""What one actor sees of a database: a snapshot with everything else left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from oracle_grants import Case

from graphql_erp.registry.model import FieldDef, ModelDef, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.testing.reference_reader_snapshot import Record, Snapshot

Ids = Mapping[str, frozenset[int]]
AUDITED = ("Partner", "Order")


def visible_ids(case: Case, whole: Snapshot) -> Ids:
    """Return the ids of the records of each model that somebody may read."""
    found: dict[str, frozenset[int]] = {}
    for model in whole.registry.models:
        found[model] = frozenset(
            record.id
            for record in whole.all(model)
            if case.allows(model, record, whole.context, "read")
        )
    found["AuditEntry"] = frozenset(
        entry.id
        for entry in whole.all("AuditEntry")
        if entry.id in found["AuditEntry"] and _is_told(case, found, entry)
    )
    return found


def _is_told(case: Case, visible: Ids, entry: Record) -> bool:
    """Tell whether the record an entry is about may be read; gone ones by who sees all."""
    return case.is_unlimited(entry.model, "read") or entry.record_id in visible[entry.model]


def seen_by(case: Case, whole: Snapshot) -> tuple[Snapshot, Ids]:
    """Return the snapshot of what somebody sees, and the ids in it."""
    ids = visible_ids(case, whole)
    copies = {
        model: {key: Record(**vars(whole.records[model][key])) for key in sorted(ids[model])}
        for model in whole.registry.models
    }
    for name, model in whole.registry.models.items():
        for record in copies[name].values():
            for field in model.fields.values():
                if field.relation is not None:
                    _narrow(record, field, copies)
            record.translations = {
                key: value
                for key, value in record.translations.items()
                if case.sees(name, model.by_graphql_name[key].name)
            }
    for entry in copies["AuditEntry"].values():
        _tell(case, ids, entry)
    _walk_trees(whole.registry, copies)
    registry = replace(
        whole.registry,
        models={name: _ordered(case, model) for name, model in whole.registry.models.items()},
    )
    context = replace(whole.context, models=registry)
    return Snapshot(registry, context, copies, whole.sort_keys), ids


def _narrow(record: Record, field: FieldDef, copies: Mapping[str, Mapping[int, Record]]) -> None:
    assert field.relation is not None
    targets = copies[field.relation.target]
    found = getattr(record, field.name)
    if field.is_to_many:
        setattr(record, field.name, [targets[item.id] for item in found if item.id in targets])
    elif found is not None:
        setattr(record, field.name, targets.get(found.id))


def _tell(case: Case, ids: Ids, entry: Record) -> None:
    """Leave in an entry what its reader may see: no limited field, no record that is hidden."""
    sides = [entry.old_values, entry.new_values]
    told = [None if side is None else dict(side) for side in sides]
    for name in {name for side in told for name in side or ()}:
        field = case.registry.models[entry.model].fields[name]
        is_limited = field.is_to_one and not case.is_unlimited(_target(field), "read")
        for side in told:
            if is_limited and side is not None and side.get(name) is not None:
                is_seen = int(side[name]) in ids[_target(field)]
                side[name] = side[name] if is_seen else None
        is_empty = is_limited and all((side or {}).get(name) is None for side in told)
        if is_empty or not case.sees(entry.model, name):
            for side in told:
                (side or {}).pop(name, None)
    entry.old_values, entry.new_values = told


def _target(field: FieldDef) -> str:
    assert field.relation is not None
    return field.relation.target


def _walk_trees(registry: Registry, copies: Mapping[str, Mapping[int, Record]]) -> None:
    """Walk trees anew: nobody is led past a record they may not see."""
    for name, model in registry.models.items():
        for field in model.fields.values():
            if field.relation is None:
                continue
            kind = field.relation.kind
            if kind not in {RelationKind.ANCESTORS, RelationKind.DESCENDANTS}:
                continue
            for record in copies[name].values():
                setattr(record, field.name, [])
            for record in copies[name].values():
                above = record.parent
                while above is not None:
                    pair = (record, above) if kind is RelationKind.ANCESTORS else (above, record)
                    getattr(pair[0], field.name).append(pair[1])
                    above = above.parent


def _ordered(case: Case, model: ModelDef) -> ModelDef:
    """Return a model that is ordered by default as far as its keys may be named."""
    kept = tuple(key for key in model.order_by if all_seen(case, model.name, key.path))
    return replace(model, order_by=kept)


def all_seen(case: Case, model: str, path: tuple[str, ...]) -> bool:
    for name in path:
        if not case.sees(model, name):
            return False
        relation = case.registry.models[model].fields[name].relation
        model = relation.target if relation is not None else model
    return True
