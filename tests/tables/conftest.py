from pathlib import Path

import pytest

from graphql_erp.declarations.discover import load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.tables.build import Tables, build_tables

MODULES = Path(__file__).parent / "modules"


@pytest.fixture(scope="session")
def shop_tables() -> Tables:
    """Give the tables of the module `shop` beside this file."""
    return build_tables(build_registry(load_modules([MODULES], ["shop"])))
