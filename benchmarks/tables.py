"""The tables of the module `shop`, for measuring and testing without an installed tenant."""

from dataclasses import replace
from pathlib import Path

from graphql_erp.config import REPOSITORY
from graphql_erp.declarations.discover import load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import build_tables
from graphql_erp.tables.ddl import create_statements
from graphql_erp.tables.functions import prerequisites

MODULES = Path(__file__).parent / "modules"
MODULE = "shop"


def shop_registry() -> Registry:
    """Return the models of `shop` and of what it depends on."""
    modules = load_modules((REPOSITORY / "modules", MODULES), (MODULE,))
    # Their companies are no companies of the tenant, of which the rules of core speak.
    return build_registry([replace(module, rules=()) for module in modules])


def table_statements() -> tuple[str, ...]:
    """Return the statements that make an empty database ready to be filled."""
    return (*prerequisites(), *create_statements(build_tables(shop_registry())))
