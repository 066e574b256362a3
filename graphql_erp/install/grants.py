"""Groups, access and rules that modules ship -> records, which administrators may change.

A record remembers what its module said last (`shipped`). As long as it says the same it follows
its module; once somebody changed or deleted it, it is theirs, and an upgrade that would have
changed it says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql_erp.environment.transaction import Transaction
from graphql_erp.install.records import REFERENCES
from graphql_erp.registry.grants import OPERATIONS, AccessDef, GroupDef, RuleDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.stored import ACCESS, GROUP, RULE, has_grants

Said = Mapping[str, Any]
"""What a module or a record says, as JSON."""


@dataclass(frozen=True, slots=True)
class _Shipped:
    """One record of grants as a module declares it."""

    model: str
    module: str
    name: str
    """Its identifier in the module."""
    said: Said

    @property
    def place(self) -> tuple[str, str]:
        """What stands for it among the references to records."""
        return self.module, self.name


async def ship_grants(transaction: Transaction) -> list[str]:
    """Bring the records of grants to what the modules say; return what was left to others.

    Args:
        transaction: Elevated.

    Returns:
        A sentence for each record that differs from its module because somebody changed it.
    """
    registry = transaction.writer.registry
    if not has_grants(registry):
        return []
    left: list[str] = []
    shipped = [*_shipped(registry)]
    for model in (GROUP, ACCESS, RULE):
        items = [item for item in shipped if item.model == model]
        left += await _ship(transaction, model, items)
    return left


def _shipped(registry: Registry) -> Iterator[_Shipped]:
    for group in registry.groups.values():
        yield _Shipped(GROUP, group.module, group.name, _said_of_group(group))
    given: Counter[tuple[str, str]] = Counter()
    for item in registry.access:
        name = f"access_{item.group}_{item.model}"
        given[item.module, name] += 1
        number = given[item.module, name]
        unique = name if number == 1 else f"{name}_{number}"
        yield _Shipped(ACCESS, item.module, unique, _said_of_access(item))
    for rule in registry.rules:
        yield _Shipped(RULE, rule.module, f"rule_{rule.name}", _said_of_rule(rule))


def _said_of_group(group: GroupDef) -> Said:
    return {"label": group.label, "kind": group.kind, "implies": sorted(group.implies)}


def _said_of_access(item: AccessDef) -> Said:
    return {
        "group": item.group,
        "model": item.model,
        "allow": sorted(item.allow),
        "where": item.text,
        "active": True,
    }


def _said_of_rule(rule: RuleDef) -> Said:
    return {
        "model": rule.model,
        "models_with": rule.models_with,
        "where": rule.text,
        "active": True,
    }


def _says(model: str, record: Any) -> Said:
    """Return what a record says now."""
    if model == GROUP:
        implies = sorted(item.name for item in record.implies)
        return {"label": record.label, "kind": record.kind, "implies": implies}
    said = {"model": record.model or "", "where": record.where or "", "active": record.active}
    if model == RULE:
        return {**said, "models_with": record.models_with or ""}
    allow = [name for name in OPERATIONS if getattr(record, f"can_{name}")]
    return {**said, "group": record.group.name, "allow": sorted([*allow, *(record.methods or ())])}


_PATHS = {GROUP: ("implies",), ACCESS: ("group",), RULE: ()}


async def _ship(transaction: Transaction, model: str, items: Sequence[_Shipped]) -> list[str]:
    """Create the records that are new, change and delete those that follow their module."""
    references = await _references(transaction, model)
    records = await _records(transaction, model)
    groups = {group.name: group for group in await transaction[GROUP].all()}
    new = [item for item in items if item.place not in references]
    made = await transaction[model].create_many([_values(item, groups) for item in new])
    await _remember(transaction, new, made)
    if model == GROUP:
        groups.update((group.name, group) for group in made)
    changes = {
        record: _links(item, groups)
        for item, record in zip(new, made, strict=True)
        if item.said.get("implies")
    }
    left: list[str] = []
    for item in items:
        record = records.get(references.get(item.place, 0))
        if record is None or item.said == record.shipped:
            continue
        if _says(model, record) == record.shipped:
            changes[record] = {**_values(item, groups), **_links(item, groups)}
        else:
            changes[record] = {"shipped": item.said}
            left.append(f"{item.module}: {item.name} was changed here and is left as it is.")
    await transaction.update_each(changes)
    declared = {item.place for item in items}
    gone = {place: records.get(key) for place, key in references.items() if place not in declared}
    return left + await _drop(transaction, model, gone)


async def _drop(
    transaction: Transaction, model: str, gone: Mapping[tuple[str, str], Any]
) -> list[str]:
    """Delete the records that modules no longer ship, unless somebody changed them."""
    left = []
    for (module, name), record in gone.items():
        if record is None or record.shipped is None:
            continue
        if _says(model, record) == record.shipped:
            await transaction.delete_records([record])
        else:
            await transaction.update_records([record], {"shipped": None})
            left.append(f"{module}: {name} is no longer shipped, but was changed here: it stays.")
    return left


async def _records(transaction: Transaction, model: str) -> dict[int, Any]:
    query = transaction[model].load(*_PATHS[model])
    found = await (query if model == GROUP else query.archived()).all()
    return {record.id: record for record in found}


async def _remember(
    transaction: Transaction, items: Sequence[_Shipped], made: Sequence[Any]
) -> None:
    await transaction[REFERENCES].create_many(
        [
            {
                "module": item.module,
                "name": item.name,
                "model": item.model,
                "record_id": record.id,
            }
            for item, record in zip(items, made, strict=True)
        ]
    )


async def _references(transaction: Transaction, model: str) -> dict[tuple[str, str], int]:
    found = await transaction[REFERENCES].all()
    return {(item.module, item.name): item.record_id for item in found if item.model == model}


def _links(item: _Shipped, groups: Mapping[str, Any]) -> Mapping[str, Any]:
    if item.model != GROUP:
        return {}
    return {"implies": {"set": [groups[name].id for name in item.said["implies"]]}}


def _values(item: _Shipped, groups: Mapping[str, Any]) -> Mapping[str, Any]:
    said = item.said
    if item.model == GROUP:
        values = {"name": item.name, "label": said["label"], "kind": said["kind"]}
        return {**values, "shipped": dict(said)}
    if item.model == RULE:
        kept = {name: said[name] or None for name in ("model", "models_with", "where")}
        return {"name": item.name.removeprefix("rule_"), **kept, "shipped": dict(said)}
    rights = {f"can_{name}": name in said["allow"] for name in OPERATIONS}
    return {
        "group": groups[said["group"]],
        "model": said["model"],
        "where": said["where"] or None,
        "methods": [name for name in said["allow"] if name not in OPERATIONS] or None,
        **rights,
        "shipped": dict(said),
    }
