import pytest

from graphql_erp.tables.widening import is_assignable, is_widening


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("text", "text"),
        ("character varying(10)", "character varying(11)"),
        ("character varying(10)", "text"),
        ("text", "character varying"),
        ("integer", "bigint"),
        ("bigint", "numeric"),
        ("numeric(10,2)", "numeric(12,3)"),
        ("numeric(10,2)", "numeric"),
    ],
)
def test_wider_type_holds_every_value(before: str, after: str) -> None:
    assert is_widening(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("character varying(11)", "character varying(10)"),
        ("text", "character varying(10)"),
        ("bigint", "integer"),
        ("numeric(10,2)", "numeric(10,3)"),
        ("numeric(12,3)", "numeric(12,2)"),
        ("numeric", "numeric(10,2)"),
        ("text", "integer"),
        ("timestamp with time zone", "date"),
    ],
)
def test_narrower_or_other_type_does_not(before: str, after: str) -> None:
    assert not is_widening(before, after)


@pytest.mark.parametrize(
    ("before", "after", "is_free"),
    [
        ("text", "character varying(10)", True),
        ("numeric(12,3)", "integer", True),
        ("boolean", "text", True),
        ("text", "integer", False),
        ("integer", "boolean", False),
        ("text", "date", False),
    ],
)
def test_only_some_types_convert_by_themselves(before: str, after: str, *, is_free: bool) -> None:
    assert is_assignable(before, after) is is_free
