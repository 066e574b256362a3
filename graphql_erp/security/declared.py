"""The grants that modules declare: what a tenant begins with."""

from __future__ import annotations

from graphql_erp.registry.registry import Registry
from graphql_erp.security.grants import Access, Grants, Group, Rule


def declared_grants(registry: Registry) -> Grants:
    """Return the groups, access and rules of the modules of a registry."""
    return Grants(
        registry=registry,
        groups={
            group.name: Group(name=group.name, kind=group.kind, implies=group.implies)
            for group in registry.groups.values()
        },
        access=tuple(
            Access(
                name=f"access of {item.group} to {item.model} ({item.module})",
                group=item.group,
                model=item.model,
                allow=item.allow,
                where=item.where,
                text=item.text,
            )
            for item in registry.access
        ),
        rules=tuple(
            Rule(name=item.name, model=model, where=where, text=item.text)
            for item in registry.rules
            for model, where in item.wheres.items()
        ),
    )
