import pytest
import sqlalchemy as sa

from graphql_erp.install.sql_text import expression_sql, fills_of, name_sql, without_parameters
from graphql_erp.testing.declare import declare


@pytest.mark.parametrize(
    ("field", "sql"),
    [
        ("{type: Char, default: it's}", "'it''s'"),
        ("{type: Integer, default: 3}", "3"),
        ("{type: Decimal, default: 1.5}", "1.50"),
        ("{type: Boolean, default: false}", "false"),
        ("{type: Date, default: 2026-01-31}", "'2026-01-31'"),
        ("{type: Date, default: today}", "CURRENT_DATE"),
        ("{type: Datetime, default: now}", "now()"),
        ("{type: Selection, options: [a, b], default: b}", "'b'"),
    ],
)
def test_existing_records_get_the_declared_default(field: str, sql: str) -> None:
    registry = declare(f"model: Thing\nfields: {{value: {field}}}")

    assert fills_of(registry) == {("thing", "value"): sql}


@pytest.mark.parametrize("field", ["Char", "{type: Json, default: {a: 1}}"])
def test_other_fields_leave_them_without_a_value(field: str) -> None:
    assert fills_of(declare(f"model: Thing\nfields: {{value: {field}}}")) == {}


@pytest.mark.parametrize(
    "sql", ["a::text = ':x'", "a = '12:30'", "a = ' :x'", "a = '::y:z'", "a LIKE '5%'"]
)
def test_sql_survives_being_read_as_text_with_parameters(sql: str) -> None:
    assert expression_sql(sa.text(without_parameters(sql))) == sql


def test_words_of_the_language_are_quoted() -> None:
    assert [name_sql("order"), name_sql("user"), name_sql("lead_line")] == [
        '"order"',
        '"user"',
        "lead_line",
    ]
