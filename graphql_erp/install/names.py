"""Names of the databases of tenants and templates."""

from __future__ import annotations

import re

from graphql_erp.config import Settings
from graphql_erp.errors import SettingsError
from graphql_erp.registry.registry import Registry

_TENANT = re.compile(r"[a-z][a-z0-9_]{0,30}")
_RESERVED = ("template_", "scratch_")
_DIGEST = 12


def tenant_database(settings: Settings, tenant: str) -> str:
    """Return the database of a tenant.

    Raises:
        SettingsError: The tenant cannot be called so.
    """
    if not _TENANT.fullmatch(tenant) or tenant.startswith(_RESERVED):
        raise SettingsError(
            f'"{tenant}" cannot be the name of a tenant.',
            hint="Use lower-case letters, digits and _, beginning with a letter, at most 31;"
            " template_ and scratch_ are taken.",
        )
    return f"{settings.database_prefix}_{tenant}"


def tenant_of(settings: Settings, database: str) -> str | None:
    """Return the tenant that lives in a database, None when it is no tenant's."""
    prefix = f"{settings.database_prefix}_"
    name = database.removeprefix(prefix)
    is_tenant = database.startswith(prefix) and _TENANT.fullmatch(name)
    return name if is_tenant and not name.startswith(_RESERVED) else None


def template_database(settings: Settings, registry: Registry, *, demo: bool) -> str:
    """Return the database from which tenants with these modules are copied."""
    kind = "demo" if demo else "plain"
    return f"{settings.database_prefix}_template_{registry.fingerprint[:_DIGEST]}_{kind}"


def scratch_database(settings: Settings) -> str:
    """Return the database in which models and migrations are compared; it is always empty."""
    return f"{settings.database_prefix}_scratch_empty"
