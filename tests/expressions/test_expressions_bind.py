from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from expression_samples import MODELS, condition, value

from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.coerce import coerce_value
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.functions import LIST, MIDNIGHT
from graphql_erp.expressions.q import F, Q
from graphql_erp.expressions.tree import (
    TRUE,
    Aggregate,
    And,
    Arithmetic,
    Call,
    Case,
    Compare,
    Counted,
    Kind,
    Literal,
    Lookup,
    Name,
    Node,
    Not,
    Or,
    Parameter,
    Path,
    Related,
    ValueType,
)
from graphql_erp.expressions.types import type_of
from graphql_erp.fields.lookups import LOOKUPS


def bound(q: Q) -> Any:
    return bind_condition(MODELS, LOOKUPS, "Order", q)


def test_camel_case_and_snake_case_are_one() -> None:
    tree = Lookup(Path(("is_open",)), "eq", Literal(value=True))

    assert condition("Q(isOpen=True)") == condition("Q(is_open__eq=True)") == tree


def test_hops_and_lookup_are_split() -> None:
    assert condition('Q(company__name__icontains="a")') == Lookup(
        Path(("company", "name")), "icontains", Literal("a")
    )


def test_to_one_is_compared_by_its_id_without_a_hop() -> None:
    tree = Lookup(Path(("company",)), "eq", Literal(5))

    for text in ("company=5", 'company="5"', "companyId=5", "company_id__eq=5", "company__id=5"):
        assert condition(f"Q({text})") == tree


def test_conditions_of_one_call_share_the_related_record() -> None:
    label, active = (
        Lookup(Path(("label",)), "eq", Literal("a")),
        Lookup(Path(("active",)), "eq", Literal(value=True)),
    )

    assert condition('Q(lines__label="a", lines__active=True)') == Related(
        ("lines",), "some", And((label, active))
    )
    assert condition('Q(lines__label="a") & Q(lines__active=True)') == And(
        (Related(("lines",), "some", label), Related(("lines",), "some", active))
    )


def test_nested_to_many_relations_share_at_each_level() -> None:
    tree = condition('Q(company__orders__lines__label="a", company__orders__name="b")')

    label = Lookup(Path(("label",)), "eq", Literal("a"))
    name = Lookup(Path(("name",)), "eq", Literal("b"))
    assert tree == Related(
        ("company", "orders"), "some", And((Related(("lines",), "some", label), name))
    )


@pytest.mark.parametrize("quantifier", ["some", "every", "none"])
def test_quantifiers(quantifier: str) -> None:
    name = Lookup(Path(("label",)), "eq", Literal("a"))

    assert condition(f'Q(lines__{quantifier}__label="a")') == Related(("lines",), quantifier, name)


def test_to_many_compared_with_ids() -> None:
    assert condition("Q(lines=5)") == Related(
        ("lines",), "some", Lookup(Path(("id",)), "eq", Literal(5))
    )
    assert condition("Q(lines__none__in=[5])") == Related(
        ("lines",), "none", Lookup(Path(("id",)), "in", Literal((5,)))
    )


def test_to_many_is_null_when_there_is_no_record() -> None:
    assert condition("Q(lines__isnull=True)") == Related(("lines",), "none", TRUE)
    assert condition("Q(lines__isnotnull=True)") == Related(("lines",), "some", TRUE)


def test_counts() -> None:
    assert condition("Q(lines__count__gte=2)") == Counted(("lines",), TRUE, "gte", Literal(2))
    assert condition("Q(lines__count=0)") == Counted(("lines",), TRUE, "eq", Literal(0))


def test_empty_q_restricts_nothing() -> None:
    assert bound(Q()) == TRUE
    assert bound(Q() & Q(id=1)) == Lookup(Path(("id",)), "eq", Literal(1))
    assert bound(~Q(id=1)) == Not(Lookup(Path(("id",)), "eq", Literal(1)))
    assert bound(Q(id=1) | Q(id=2) | Q(id=3)) == Or(
        tuple(Lookup(Path(("id",)), "eq", Literal(number)) for number in (1, 2, 3))
    )


def test_null_tests_have_one_form() -> None:
    assert condition("Q(company__isnull=False)") == condition("Q(company__isnotnull=True)")
    assert condition("Q(company__isnotnull=False)") == condition("Q(companyId__isnull=True)")


@pytest.mark.parametrize(
    ("written", "operand"),
    [
        ('Q(due="2026-01-31")', date(2026, 1, 31)),
        ('Q(placed_at="2026-01-31T10:00:00+02:00")', datetime(2026, 1, 31, 8, tzinfo=UTC)),
        ('Q(opens="10:30")', time(10, 30)),
        ("Q(amount=5)", Decimal(5)),
        ('Q(amount="5.25")', Decimal("5.25")),
        ("Q(ratio=0.5)", 0.5),
        ('Q(position="12")', 12),
        ('Q(state="IN_WORK")', "in work"),
        ('Q(name="e\u0301")', "é"),
        ("Q(amount__in=[1, 2.5])", (Decimal(1), Decimal("2.5"))),
        ("Q(amount__in=[])", ()),
    ],
)
def test_constants_take_the_type_of_the_field(written: str, operand: object) -> None:
    tree = condition(written)

    assert isinstance(tree, Lookup)
    assert tree.operand == Literal(operand)
    assert type(tree.operand.value) is type(operand)


def test_a_date_beside_a_moment_is_its_midnight() -> None:
    assert condition("Q(placed_at__gte=today)") == Lookup(
        Path(("placed_at",)), "gte", Call(MIDNIGHT, (Name("today"),))
    )
    assert condition('Q(placed_at__lt="2026-01-31")') == Lookup(
        Path(("placed_at",)), "lt", Call(MIDNIGHT, (Literal(date(2026, 1, 31)),))
    )


def test_names_in_lists() -> None:
    assert condition("Q(company__in=[company, 3])") == Lookup(
        Path(("company",)), "in", Call(LIST, (Name("company"), Literal(3)))
    )


def test_date_part_with_a_lookup() -> None:
    assert condition("Q(due__year__gte=2020)") == Lookup(
        Call("year", (Path(("due",)),)), "gte", Literal(2020)
    )
    assert condition("Q(due__year=2020)") == Lookup(Path(("due",)), "year", Literal(2020))


def test_parameters_take_the_type_of_the_operand() -> None:
    anything = ValueType(Kind.TEXT)
    tree = bound(Q(amount__gt=Parameter("x", anything), id__in=Parameter("y", anything)))

    kinds = [item.operand.type for item in tree.items]
    assert kinds == [
        ValueType(Kind.DECIMAL, nullable=False, scale=2),
        ValueType(Kind.INTEGER, nullable=False, many=True),
    ]


def test_values() -> None:
    assert value("amount * position / 100") == Arithmetic(
        "/", Arithmetic("*", Path(("amount",)), Path(("position",))), Literal(100)
    )
    assert value("company.name") == Path(("company", "name"))
    assert value("company.id") == value("company") == Path(("company",))
    assert value("today") == Name("today")
    assert value("round(amount)") == Call("round", (Path(("amount",)), Literal(0)))
    assert value('start_of("month")') == Call("start_of", (Literal("month"), Name("today")))
    assert value("is_open") == Path(("is_open",))


def test_bare_names_in_the_operands_of_q_are_no_fields() -> None:
    assert value("case(Q(due__lt=today), amount, 0)") == Case(
        ((Lookup(Path(("due",)), "lt", Name("today")), Path(("amount",))),), Literal(0)
    )
    assert value("case(is_open, 1, position > 2, 2, 3)").branches == (
        (Lookup(Path(("is_open",)), "eq", Literal(value=True)), Literal(1)),
        (Compare(">", Path(("position",)), Literal(2)), Literal(2)),
    )


def test_aggregates() -> None:
    active = Lookup(Path(("active",)), "eq", Literal(value=True))

    assert value("sum(lines.price, where=Q(active=True))") == Aggregate(
        "sum", ("lines",), Path(("price",)), active
    )
    assert value("count(company.orders)") == Aggregate("count", ("company", "orders"), None)
    assert value("count(company.orders.lines)") == Aggregate(
        "sum", ("company", "orders"), Aggregate("count", ("lines",), None)
    )
    assert value("max(lines.order.amount)") == Aggregate(
        "max", ("lines",), Path(("order", "amount"))
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("position + 1", ValueType(Kind.INTEGER)),
        ("id + 1", ValueType(Kind.INTEGER, nullable=False)),
        ("id / 2", ValueType(Kind.DECIMAL, nullable=False)),
        ("id / id", ValueType(Kind.DECIMAL)),
        ("id % position", ValueType(Kind.INTEGER)),
        ("amount * 1.5", ValueType(Kind.DECIMAL, scale=3)),
        ("amount + 1.555", ValueType(Kind.DECIMAL, scale=3)),
        ("amount + rate", ValueType(Kind.DECIMAL)),
        ("ratio + 1", ValueType(Kind.DECIMAL)),
        ("-ratio", ValueType(Kind.DECIMAL)),
        ("round(amount / 3, 4)", ValueType(Kind.DECIMAL, scale=4)),
        ("due - today", ValueType(Kind.INTEGER)),
        ("due + days(3)", ValueType(Kind.DATE)),
        ("now - months(1)", ValueType(Kind.DATETIME)),
        ('start_of("day", placed_at)', ValueType(Kind.DATE)),
        ("month(today)", ValueType(Kind.INTEGER, nullable=False)),
        ("coalesce(amount, 0)", ValueType(Kind.DECIMAL, nullable=False, scale=2)),
        ("coalesce(due, None)", ValueType(Kind.DATE)),
        ('coalesce(due, "2026-01-01")', ValueType(Kind.DATE, nullable=False)),
        ("case(is_open, 1, None)", ValueType(Kind.INTEGER)),
        ("concat(name, id)", ValueType(Kind.TEXT, nullable=False)),
        ("sum(lines.quantity)", ValueType(Kind.INTEGER, nullable=False)),
        ("sum(lines.price)", ValueType(Kind.DECIMAL, nullable=False, scale=4)),
        ("avg(lines.quantity)", ValueType(Kind.DECIMAL)),
        ("min(lines.label)", ValueType(Kind.TEXT)),
        ("count(lines)", ValueType(Kind.INTEGER, nullable=False)),
        ("amount > 1", ValueType(Kind.BOOLEAN, nullable=False)),
        ("company", ValueType(Kind.RECORD, model="Company")),
        ("company.name", ValueType(Kind.TEXT)),
        ("99999999999999999999", ValueType(Kind.DECIMAL, nullable=False, scale=0)),
        ("state", ValueType(Kind.TEXT, choices=("new", "in work", "done"))),
        ("case(is_open, ratio, 1)", ValueType(Kind.DECIMAL)),
        ("case(is_open, ratio, ratio)", ValueType(Kind.FLOAT)),
        ("coalesce(state, state)", ValueType(Kind.TEXT, choices=("new", "in work", "done"))),
        ("coalesce(state, name)", ValueType(Kind.TEXT)),
        ("due + case(is_open, days(1), months(1))", ValueType(Kind.DATE)),
        ('year(start_of("year", "2026-05-05"))', ValueType(Kind.INTEGER, nullable=False)),
    ],
)
def test_types(text: str, expected: ValueType) -> None:
    assert type_of(value(text), "Order", MODELS) == expected


@pytest.mark.parametrize(
    ("text", "offset", "message", "hint"),
    [
        ("Q(nam=1)", 2, 'Order has no field "nam".', 'Did you mean "name"?'),
        ("Q(company__nam=1)", 2, 'Company has no field "nam".', 'Did you mean "name"?'),
        (
            'Q(name__icontain="a")',
            2,
            'The lookup "icontain" does not suit "name" (text).',
            'Did you mean "icontains"?',
        ),
        ('Q(name__eq__gt="a")', 2, 'Nothing can follow the lookup "eq".', 'Remove "__gt".'),
        (
            "Q(lines__foo=1)",
            2,
            'Line has no field "foo", and it is no lookup on many records.',
            (
                "Known: active, count, every, id, label, none, order, price, quantity, share, some,"
                " subtotal."
            ),
        ),
        (
            f"Q({'company__orders__' * 10}id=1)",
            2,
            "The path has more than 20 names.",
            "Compute a part of it in a field.",
        ),
        ("Q(lines__isnull=today)", 2, "isnull of a to-many relation takes True or False.", ""),
        (
            "Q(name=None)",
            2,
            "null cannot be compared with.",
            "Use the lookup isnull: Q(field__isnull=True).",
        ),
        ("Q(name=5)", 2, '5 does not fit: text in quotes, such as "acme" is expected.', ""),
        ("Q(position=1.5)", 2, "1.5 does not fit: a whole number, such as 5 is expected.", ""),
        ("Q(position=True)", 2, "True does not fit: a whole number, such as 5 is expected.", ""),
        (
            "Q(position=9223372036854775808)",
            2,
            "9223372036854775808 is beyond 64 bits.",
            "Use a smaller number.",
        ),
        ('Q(amount="1e5")', 2, '"1e5" does not fit: a number, such as 12.50 is expected.', ""),
        (
            'Q(due="2026-02-30")',
            2,
            '"2026-02-30" does not fit: a date, such as "2026-01-31" is expected.',
            "",
        ),
        (
            'Q(placed_at="2026-01-01T10:00:00")',
            2,
            (
                '"2026-01-01T10:00:00" does not fit: a date and time with offset, such as'
                ' "2026-01-31T10:00:00Z" is expected.'
            ),
            "",
        ),
        ('Q(state="neu")', 2, '"neu" is not one of the choices.', 'Did you mean "new"?'),
        (
            "Q(name__in=5)",
            2,
            "5 is not a list.",
            "Write the values in brackets: [1, 2].",
        ),
        (
            'Q(name=["a"])',
            2,
            'The lookup "eq" takes one value, not a list.',
            'Use the lookup "in".',
        ),
        (
            "Q(amount__between=[1])",
            2,
            'The lookup "between" takes a list of two values.',
            "Write [from, to]; both belong to it.",
        ),
        (
            "Q(company=companies)",
            2,
            "List of company does not fit: Company is expected.",
            'Use the lookup "in".',
        ),
        ("Q(company=user)", 2, "User does not fit: Company is expected.", ""),
        ("Q(name=today)", 2, "Date does not fit: text is expected.", ""),
        (
            "Q(amount=positon)",
            9,
            'There is no name "positon".',
            'Known: companies, company, now, today, user. A field is written F("positon").',
        ),
        (
            r'Q(name__like="a\\")',
            2,
            "The pattern ends with an escape character.",
            "Write a literal backslash twice.",
        ),
        (
            'F("amount") > "a"',
            0,
            '"a" does not fit: a number, such as 12.50 is expected.',
            "",
        ),
        (
            'F("amount") == None',
            0,
            "null cannot be compared with.",
            "Use the lookup isnull: Q(field__isnull=True).",
        ),
        ('F("is_open") > True', 0, "Boolean cannot be compared by >.", ""),
        (
            'F("lines") > 1',
            0,
            '"lines" of Order leads to many records.',
            "Use sum, count, min, max or avg over it.",
        ),
    ],
)
def test_refused_conditions(text: str, offset: int, message: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        condition(text)

    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("amount + name", "+ cannot combine decimal and text.", "Use concat(a, b) to join texts."),
        (
            "due + 3",
            "+ cannot combine date and integer.",
            "Write days(n), months(n) or years(n) after the date.",
        ),
        (
            "days(3) + due",
            "+ cannot combine duration and date.",
            "Write the date first: due + days(3) + months(1).",
        ),
        (
            "now - due",
            "- cannot combine datetime and date.",
            'Use start_of("day", moment) to get the date of a moment.',
        ),
        ("companies + 1", "+ cannot compute with a list.", ""),
        ("-name", "- needs a number, not text.", ""),
        (
            "amount + None",
            "This constant has no type of its own.",
            "Give at least one typed value beside it.",
        ),
        ("coalesce(None, None)", "All values are null.", "Give at least one typed value."),
        (
            "coalesce(name, due)",
            "The values are of different types: text and date.",
            "",
        ),
        ("coalesce(name)", "coalesce takes at least 2 arguments, not 1.", ""),
        ("round(amount, 1, 2)", "round takes 1 to 2 arguments, not 3.", ""),
        ("round(amount, position)", "A whole number from -20 to 20 is expected.", ""),
        ("round(amount, 21)", "A whole number from -20 to 20 is expected.", ""),
        ("round(name)", "round cannot use text.", "It takes decimal, float, integer."),
        ("days(amount)", "days cannot use decimal.", "It takes integer."),
        ('start_of("mont")', "start_of needs a unit first.", 'Did you mean "month"?'),
        (
            "case(Q(id=1), 2)",
            "case needs pairs of condition and value, then the other value.",
            "Write case(Q(...), value, otherwise).",
        ),
        (
            "case(amount, 1, 2)",
            "A value stands where a condition is expected.",
            "Write Q(field__lookup=value), or compare the value.",
        ),
        ("sum(lines)", "sum needs a field of Line.", "Write sum(lines.field)."),
        (
            "sum(amount)",
            '"amount" does not lead to many records.',
            "sum needs a path through a to-many relation.",
        ),
        (
            "sum(lines.quantity * 2)",
            "sum needs a path through a to-many relation.",
            "Write sum(lines.amount); make a field of what is to be added.",
        ),
        ("sum(lines.label)", "sum cannot use text.", "It takes decimal, float, integer."),
        (
            "count(lines.label)",
            "count takes a relation, not a field.",
            "Write count(lines, where=Q(field__isnull=False)).",
        ),
        (
            "avg(company.orders.lines.price)",
            "avg goes over one to-many relation only.",
            "Divide a sum by a count.",
        ),
        ("sum(lines.price, when=Q(id=1))", "sum has no argument when.", "Write where=Q(...)."),
        ("round(amount, where=Q(id=1))", "round has no argument where.", ""),
        (
            "lines.price",
            '"lines" of Order leads to many records.',
            "Use sum, count, min, max or avg over it.",
        ),
        ("company.nam", '"company" of Order has no field "nam".', 'Did you mean "name"?'),
        ("amunt", 'Order has no field "amunt".', 'Did you mean "amount"?'),
        ("[1, 2]", "A list stands where one value is expected.", 'Use the lookup "in".'),
        ("days(3)", "The expression has no single value.", ""),
        ("due * days(3)", "* cannot combine date and duration.", ""),
        ("is_open * 3", "* cannot combine boolean and integer.", ""),
        ("a.b().c", "Call cannot be part of an expression.", ""),
        (
            "name.upper()",
            "Expressions have no methods.",
            (
                "Functions are avg, case, coalesce, concat, count, day, days, max, min, month,"
                " months, quarter, round, start_of, sum, week, year, years."
            ),
        ),
        (
            "case(is_open, days(1), 5)",
            "5 does not fit: a duration, such as days(3) is expected.",
            "",
        ),
    ],
)
def test_refused_values(text: str, message: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(text)

    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert caught.value.offset is not None


@pytest.mark.parametrize(
    ("operand", "message"),
    [
        (float("nan"), "nan is not a finite number."),
        (float("inf"), "inf is not a finite number."),
        (Decimal("NaN"), "NaN cannot be part of an expression."),
        (Decimal("1E+999999"), "1E+999999 cannot be part of an expression."),
        (10**200, "A whole number of more than 100 digits cannot be part of an expression."),
        ("a\0", "Text cannot hold the character NUL."),
    ],
)
def test_refused_python_constants(operand: object, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        bound(Q(rate=operand))

    assert caught.value.message == message
    assert caught.value.offset is None


def test_moments_without_time_zone_are_refused() -> None:
    with pytest.raises(ExpressionError, match=r"^2026-01-01 00:00:00 has no time zone\.$"):
        bound(Q(placed_at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the mistake under test


def test_a_field_that_python_computes_cannot_be_filtered() -> None:
    with pytest.raises(ExpressionError) as caught:
        condition("Q(balance=1)", "Company")

    assert caught.value.message == (
        '"balance" of Company is computed in Python and cannot be filtered by.'
    )
    with pytest.raises(ExpressionError, match=r"^\"balance\" of Company is computed in Python\.$"):
        value("company.balance")


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        (True, ValueType(Kind.BOOLEAN, nullable=False)),
        (1.5, ValueType(Kind.FLOAT, nullable=False)),
        (datetime(2026, 1, 1, tzinfo=UTC), ValueType(Kind.DATETIME, nullable=False)),
        (date(2026, 1, 1), ValueType(Kind.DATE, nullable=False)),
        (time(1), ValueType(Kind.TIME, nullable=False)),
        ((1, 2), ValueType(Kind.INTEGER, nullable=False, many=True)),
    ],
)
def test_types_of_constants(literal: Any, expected: ValueType) -> None:
    assert type_of(Literal(literal), "Order", MODELS) == expected


def test_type_of_a_list_with_names() -> None:
    names = Call(LIST, (Name("company"), Path(("company",))))

    assert type_of(names, "Order", MODELS) == ValueType(Kind.RECORD, many=True, model="Company")


def test_type_of_a_parameter_is_its_own() -> None:
    known = ValueType(Kind.TIME)

    assert type_of(Parameter("$x", known), "Order", MODELS) == known


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (Path(("lines",)), '"lines" leads to many records.'),
        (Path(("lines", "price")), '"lines" of Order leads to many records.'),
        (Path(("name", "id")), '"name" of Order is a value and leads nowhere.'),
        (Aggregate("count", ("company",), None), '"company" does not lead to many records.'),
        (Node(), "Node is not a value."),
        (
            Call("round", (Path(("amount",)), Path(("position",)))),
            "A constant whole number is expected.",
        ),
    ],
)
def test_trees_made_by_hand_are_checked(node: Node, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        type_of(node, "Order", MODELS)

    assert caught.value.message == message


@pytest.mark.parametrize(
    ("given", "expected", "coerced"),
    [
        (1.5, ValueType(Kind.DECIMAL), Decimal("1.5")),
        (date(2026, 1, 1), ValueType(Kind.DATE), date(2026, 1, 1)),
        (time(1), ValueType(Kind.TIME), time(1)),
        (("1", 2), ValueType(Kind.RECORD, many=True), (1, 2)),
    ],
)
def test_run_time_values(given: Any, expected: ValueType, coerced: object) -> None:
    assert coerce_value(given, expected) == coerced


@pytest.mark.parametrize(
    ("given", "expected", "message"),
    [
        ((1,), ValueType(Kind.INTEGER), "A list stands where one value is expected."),
        (True, ValueType(Kind.DECIMAL), "True does not fit: a number, such as 12.50 is expected."),
        (
            datetime(2026, 1, 1, tzinfo=UTC),
            ValueType(Kind.DATE),
            '2026-01-01 00:00:00+00:00 does not fit: a date, such as "2026-01-31" is expected.',
        ),
        (5, ValueType(Kind.DATE), '5 does not fit: a date, such as "2026-01-31" is expected.'),
        (
            "0001-01-01T00:00:00+14:00",
            ValueType(Kind.DATETIME),
            (
                '"0001-01-01T00:00:00+14:00" does not fit: a date and time with offset, such as'
                ' "2026-01-31T10:00:00Z" is expected.'
            ),
        ),
    ],
)
def test_refused_run_time_values(given: Any, expected: ValueType, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        coerce_value(given, expected)

    assert caught.value.message == message


def test_float_constants_become_exact_in_arithmetic() -> None:
    assert bound(Q(rate=F("amount") * 0.1)).operand == Arithmetic(
        "*", Path(("amount",)), Literal(Decimal("0.1"))
    )


def test_dates_compared_with_moments_are_midnights() -> None:
    due, placed = Path(("due",)), Path(("placed_at",))

    assert condition('F("due") < F("placed_at")') == Compare("<", Call(MIDNIGHT, (due,)), placed)
    assert condition('F("placed_at") < F("due")') == Compare("<", placed, Call(MIDNIGHT, (due,)))
    assert condition('"2026-01-01" < F("due")') == Compare("<", Literal(date(2026, 1, 1)), due)


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("coalesce(", ", amount)"),
        ("case(is_open, ", ", amount)"),
        ("round(", ")"),
        ("(1 + ", ")"),
        ("case(1 < ", ", 1, 0)"),
    ],
)
def test_work_does_not_double_with_every_level(head: str, tail: str) -> None:
    node = value(head * 24 + "amount" + tail * 24)

    assert type_of(node, "Order", MODELS).kind in {Kind.DECIMAL, Kind.INTEGER}


def test_relations_in_a_row_are_limited() -> None:
    two = "count(order.lines, where=count(order.lines) > 1) > 1"
    ten = "lines.order." * 9 + "lines"

    value(f"count({ten}, where={two})")
    with pytest.raises(ExpressionError) as caught:
        value(f"count({ten}, where=count(order.lines, where={two}) > 1)")
    assert caught.value.message == (
        "The expression goes through more than 12 to-many relations in a row."
    )


def test_f_in_python() -> None:
    assert bound(Q(amount__gt=F("company__credit") * 2)) == condition(
        'Q(amount__gt=F("company.credit") * 2)'
    )
