"""Rewrite shop.sql from what is said now: `python tests/tables/regenerate.py`."""

from pathlib import Path

from graphql_erp.declarations.discover import load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.tables.build import build_tables
from graphql_erp.tables.ddl import create_statements

HERE = Path(__file__).parent


def main() -> None:
    tables = build_tables(build_registry(load_modules([HERE / "modules"], ["shop"])))
    text = ";\n".join(create_statements(tables)) + ";\n"
    (HERE / "shop.sql").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
