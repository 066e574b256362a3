import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphql_erp.reading.pretty_sql import pretty_sql

WORDS = "SELECT FROM WHERE LIMIT AND CASE END WITH ( ) , = a crm_lead.name $1::BOOLEAN count(*)"
PIECES = (
    *WORDS.split(),
    "ORDER BY",
    "LEFT OUTER JOIN",
    "UNION ALL",
    "IS NOT DISTINCT FROM",
    "BETWEEN 1 AND 2",
    "'a  (b'",
    "'it''s'",
    "E'\\\\'",
    '"Order  By"',
)


def test_clauses_stand_on_lines_of_their_own() -> None:
    sql = (
        "SELECT count(*) AS n, a.b \nFROM a LEFT OUTER JOIN c ON c.id = a.c_id \n"
        "WHERE a.x = $1 AND a.y = $2 ORDER BY a.id DESC \n LIMIT 5"
    )

    assert pretty_sql(sql) == (
        "SELECT count(*) AS n,\n"
        "  a.b\n"
        "FROM a\n"
        "LEFT OUTER JOIN c ON c.id = a.c_id\n"
        "WHERE a.x = $1\n"
        "  AND a.y = $2\n"
        "ORDER BY a.id DESC\n"
        "LIMIT 5\n"
    )


def test_words_of_types_and_locks_stay_together() -> None:
    sql = (
        "SELECT a.id FROM a WHERE a.at = $1::TIMESTAMP WITH TIME ZONE"
        " ORDER BY a.id FOR NO KEY UPDATE OF a"
    )

    assert pretty_sql(sql) == (
        "SELECT a.id\n"
        "FROM a\n"
        "WHERE a.at = $1::TIMESTAMP WITH TIME ZONE\n"
        "ORDER BY a.id\n"
        "FOR NO KEY UPDATE OF a\n"
    )


def test_subqueries_are_indented() -> None:
    sql = "SELECT (SELECT max(b.n) FROM b) AS m FROM a WHERE EXISTS (SELECT 1 FROM b)"

    assert pretty_sql(sql) == (
        "SELECT (\n"
        "    SELECT max(b.n)\n"
        "    FROM b\n"
        "  ) AS m\n"
        "FROM a\n"
        "WHERE EXISTS (\n"
        "    SELECT 1\n"
        "    FROM b\n"
        "  )\n"
    )


@pytest.mark.parametrize(
    "condition",
    [
        "extract(year FROM a.day) = 1",
        "a.n BETWEEN 1 AND 2",
        "a.n IS NOT DISTINCT FROM b.n",
        "CASE WHEN a.n = 1 AND a.m = 2 THEN true END",
        "a.text = 'x, SELECT  FROM (y'",
    ],
)
def test_words_inside_expressions_begin_no_line(condition: str) -> None:
    assert pretty_sql(f"SELECT 1 FROM a WHERE {condition}") == (
        f"SELECT 1\nFROM a\nWHERE {condition}\n"
    )


@given(st.lists(st.sampled_from(PIECES), min_size=1))
def test_only_white_space_outside_of_quotes_changes(pieces: list[str]) -> None:
    sql = " ".join(pieces)

    pretty = pretty_sql(sql)

    assert bare(pretty) == bare(sql)
    assert quoted(pretty) == quoted(sql)


def quoted(sql: str) -> list[str]:
    return re.findall(r"'a  \(b'|'it''s'|E'\\\\'|\"Order  By\"", sql)


def bare(sql: str) -> str:
    return re.sub(r"\s+", "", sql)
