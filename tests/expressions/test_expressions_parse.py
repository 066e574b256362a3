import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.parse import parse_condition, parse_value
from graphql_erp.expressions.q import F, Q
from graphql_erp.expressions.raw import (
    RawArithmetic,
    RawCall,
    RawLiteral,
    RawName,
    RawNegative,
    raw_value,
)


def test_text_and_python_are_the_same_condition() -> None:
    text = (
        'Q(name__icontains="acme", stage__is_won=False) & ~Q(tags__in=[1, 2]) | Q(paid__lt=F("a"))'
    )

    assert parse_condition(text) == (
        Q(name__icontains="acme", stage__is_won=False) & ~Q(tags__in=[1, 2]) | Q(paid__lt=F("a"))
    )


def test_nested_q_is_kept() -> None:
    assert parse_condition("Q(Q(a=1) | Q(b=2), c=3)") == Q(Q(a=1) | Q(b=2), c=3)


def test_lines_are_one_expression() -> None:
    assert parse_condition("\n  Q(a=1)\n  & Q(b=2)\n") == Q(a=1) & Q(b=2)


def test_numbers_are_exact() -> None:
    assert parse_value("0.1") == RawLiteral(Decimal("0.1"))
    assert parse_value("-1_000") == RawLiteral(-1000)


def test_names_are_dotted_paths() -> None:
    assert parse_value("sum(lines.amount, where=Q(active=True)) / -total") == RawArithmetic(
        "/",
        RawCall("sum", (RawName(("lines", "amount")),), (("where", Q(active=True)),)),
        RawNegative(RawName(("total",))),
    )


def test_escapes_and_raw_text() -> None:
    assert parse_value(r'"a\n\"\u00e9"') == RawLiteral('a\n"é')
    assert parse_value(r'r"\d+"') == RawLiteral(r"\d+")


def test_a_long_chain_is_not_a_deep_one() -> None:
    chain = " | ".join(f"Q(a={number})" for number in range(300))

    assert len(parse_condition(chain).items) == 300


@pytest.mark.parametrize(
    ("text", "offset", "message", "hint"),
    [
        ("", 0, "The expression is empty.", ""),
        ("Q(a=", 1, "Not an expression: '(' was never closed.", ""),
        (
            "Q(a=1) and Q(b=2)",
            0,
            'Conditions are joined by & and |, not by "and" and "or".',
            "Write Q(...) & Q(...); put comparisons in parentheses.",
        ),
        ("not Q(a=1)", 0, 'Conditions are negated by ~, not by "not".', "Write ~Q(...)."),
        (
            "1 if a else 2",
            0,
            'Expressions have no "if".',
            "Write case(Q(...), value, otherwise).",
        ),
        ("a ** 2", 0, "Only + - * / % compute with values.", ""),
        ("9**9**9", 0, "Only + - * / % compute with values.", ""),
        ("é + f'{x}'", 4, "Text cannot have the prefix f.", "Write it in quotes only."),
        ("é + lambda: 1", 4, "Not an expression: invalid syntax.", ""),
        ("[x for x in y]", 0, "ListComp cannot be part of an expression.", ""),
        ("a[0]", 0, "Subscript cannot be part of an expression.", ""),
        ("Q(**a)", 4, "Name cannot be part of an expression.", ""),
        ("Q(*a)", 2, "Starred cannot be part of an expression.", ""),
        ("...", 0, "Constant cannot be part of an expression.", ""),
        ("Q(a=1, a=2)", 7, "a is given twice.", "Write Q(a=...) & Q(a=...)."),
        ("1 < a < 3", 0, "Only two values can be compared at a time.", "Write (a < b) & (b < c)."),
        (
            "a in b",
            0,
            "Only < <= > >= == != compare values.",
            "Write Q(field__in=[...]) or Q(field__isnull=True).",
        ),
        (
            "a > 1 & Q(b=2)",
            4,
            "A value stands where a condition is expected.",
            "Write Q(field__lookup=value); put comparisons beside & and | in parentheses.",
        ),
        (
            "1 + Q(b=2)",
            4,
            "A condition stands where a value is expected.",
            "Use case(Q(...), value, otherwise) to make a value of a condition.",
        ),
        ("summ(a)", 0, 'There is no function "summ".', 'Did you mean "sum"?'),
        ("F(a)", 0, "F takes one path in quotes.", 'Write F("stage__name").'),
        (
            r'"é\d"',
            2,
            r"Unknown escape \d in text.",
            r'Write the backslash twice, or the text as r"...".',
        ),
        (
            "1e5",
            0,
            '"1e5" is not a number.',
            "Write digits with at most one point, such as 12 or 0.5.",
        ),
        (
            "1or 2",
            0,
            '"1or" is not a number.',
            "Write digits with at most one point, such as 12 or 0.5.",
        ),
        (
            "0x1f",
            0,
            '"0x1f" is not a number.',
            "Write digits with at most one point, such as 12 or 0.5.",
        ),
        ("a + " + "9" * 101, 4, "The number is longer than 100 digits.", ""),
        ("007", 0, '"007" begins with a zero.', "Write the number without it, or text in quotes."),
        (
            "a # b",
            2,
            "Expressions have no comments.",
            "Remove the # and what follows, or put it into quotes.",
        ),
        ("a\0", 1, "The character U+0000 cannot be part of an expression.", "Remove it."),
        ("\ud800", 0, "The character U+D800 cannot be part of an expression.", "Remove it."),
        (r'"\x00"', 0, "The text has a character that cannot be stored.", ""),
        (r'"\ud800"', 0, "The text has a character that cannot be stored.", ""),
        (
            '"a\nb"',
            0,
            "Text in quotes cannot go over several lines.",
            r"Write \n for a line break.",
        ),
        (
            "(" * 51 + "a" + ")" * 51,
            50,
            "The expression is nested deeper than 50 levels.",
            "Compute a part of it in a field of its own.",
        ),
        (
            "-" * 60 + "a",
            51,
            "The expression is nested deeper than 50 levels.",
            "Compute a part of it in a field of its own.",
        ),
        (
            "a" * 10_001,
            10_000,
            "The expression is longer than 10000 characters.",
            "Make it shorter, or compute a part of it in a field of its own.",
        ),
    ],
)
def test_refused_text(text: str, offset: int, message: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_value(text)

    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert caught.value.offset == offset


def test_too_many_parts() -> None:
    with pytest.raises(ExpressionError, match=r"^The expression has more than 2000 parts\.$"):
        parse_value(f"Q(a__in=[{'1,' * 2_000}])")


def test_chains_that_overflow_the_parser_are_refused() -> None:
    with pytest.raises(
        ExpressionError, match=r"^The expression is nested deeper than 50 levels\.$"
    ):
        parse_value("+".join("a" * 5_000))
    with pytest.raises(ExpressionError):
        parse_value("~" * 9_999 + "a")


def test_a_value_is_no_condition() -> None:
    with pytest.raises(ExpressionError, match=r"^This is a value, not a condition\.$") as caught:
        parse_condition("a + 1")
    assert caught.value.hint == "Write Q(field__lookup=value), joined by & | ~."


@given(st.text(st.sampled_from("QF()[]{}=,.&|~+-*/%<>!'\"\\ \n\tabcé019_#:;@\0")))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    place = offset_of_refusal(text)

    assert place is None or 0 <= place <= max(len(text), 1)


def offset_of_refusal(text: str) -> int | None:
    try:
        parse_value(text)
    except ExpressionError as error:
        return -1 if error.offset is None else error.offset
    return None


def test_q_is_immutable_and_hashable() -> None:
    assert {Q(a=[1, 2]), Q(a=(1, 2))} == {Q(a=[1, 2])}
    with pytest.raises(AttributeError):
        Q(a=1).connector = "or"  # type: ignore[misc]


def test_only_conditions_combine() -> None:
    with pytest.raises(ExpressionError, match=r"^A int is not a condition\.$"):
        Q(a=1) & 1  # type: ignore[operator]


def test_records_stand_for_their_id() -> None:
    class Record:
        id = 7

    assert Q(stage=Record()) == Q(stage=7)


def test_other_objects_are_refused() -> None:
    with pytest.raises(
        ExpressionError, match=re.escape("A object cannot be part of an expression.")
    ):
        raw_value(object())


def test_f_computes() -> None:
    assert 1 - F("a") * 2 / F("b") % 3 + -F("c") == parse_value(
        '1 - F("a") * 2 / F("b") % 3 + -F("c")'
    )
    assert 2 * (1 + F("a")) - 3 == parse_value('2 * (1 + F("a")) - 3')
    assert 6 / F("a") == parse_value('6 / F("a")')
