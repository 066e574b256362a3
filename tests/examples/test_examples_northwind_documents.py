import re
from pathlib import Path

import load
import pytest
from graphql import GraphQLSchema, parse, validate
from graphql.utilities import validate_input_value
from loading import answers
from loading.files import TABLES, Table, read_rows

from graphql_erp.api.schema import build_schema
from graphql_erp.declarations.discover import load_modules
from graphql_erp.registry.build import build_registry

REPOSITORY = Path(__file__).parent.parent.parent
README = (REPOSITORY / "examples" / "northwind" / "README.md").read_text(encoding="utf-8")

DOCUMENTS = {
    "counts": load.COUNTS,
    "take over": load.TAKE_OVER,
    "totals": answers.TOTALS,
    "groups": answers.GROUPS,
    "orders": answers.ORDERS,
    "customers": answers.CUSTOMERS,
    **{table.file: load.create_many(table) for table in TABLES},
    **{
        f"README {number}": text
        for number, text in enumerate(re.findall(r"```graphql\n(.*?)```", README, re.DOTALL), 1)
    },
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    paths = [REPOSITORY / "modules", REPOSITORY / "examples"]
    return build_schema(build_registry(load_modules(paths, ["northwind"]))).graphql


def faults(schema: GraphQLSchema, type_name: str, value: object) -> list[str]:
    found: list[str] = []
    kind = schema.type_map[type_name]
    validate_input_value(value, kind, lambda error, path: found.append(f"{path}: {error.message}"))
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_fits_the_schema(schema: GraphQLSchema, name: str) -> None:
    assert validate(schema, parse(DOCUMENTS[name])) == []


def test_readme_shows_a_query() -> None:
    assert "README 1" in DOCUMENTS


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_rows_fit_the_input_of_their_model(
    schema: GraphQLSchema, folder: Path, table: Table
) -> None:
    rows = read_rows(folder, table)

    assert rows
    for row in rows:
        assert faults(schema, f"{table.model}CreateInput", row.data) == []


def test_row_of_another_model_does_not_fit(schema: GraphQLSchema) -> None:
    assert faults(schema, "NorthwindShipperCreateInput", {"number": 1, "code": "A"}) != []


@pytest.mark.parametrize("by", [answers.BY_CATEGORY, answers.BY_EMPLOYEE, answers.BY_MONTH])
def test_grouping_fits_its_input(schema: GraphQLSchema, by: dict[str, object]) -> None:
    assert faults(schema, "NorthwindOrderLineGroupingBy", by) == []
