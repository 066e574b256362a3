from datetime import timedelta
from typing import Any

import pytest
from expression_samples import MODELS, condition, value

from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.tree import (
    FALSE,
    TRUE,
    And,
    Kind,
    Literal,
    Lookup,
    Node,
    Not,
    Or,
    Parameter,
    Path,
    Related,
    ValueType,
)
from graphql_erp.expressions.wire import filter_lookups, from_filter, to_filter
from graphql_erp.expressions.wire_json import from_json, to_json
from graphql_erp.fields.lookups import LOOKUPS


def tree(data: Any) -> Any:
    return from_filter(MODELS, LOOKUPS, "Order", data)


def decoded(data: Any) -> Node:
    return from_json(MODELS, LOOKUPS, "Order", data)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('Q(name__icontains="ac")', {"name": {"icontains": "ac"}}),
        ('Q(name="a") & Q(amount__gt=5)', {"name": {"eq": "a"}, "amount": {"gt": "5"}}),
        (
            'Q(name="a") & Q(name__neq="b")',
            {"AND": [{"name": {"eq": "a"}}, {"name": {"neq": "b"}}]},
        ),
        (
            'Q(name="a") | ~Q(position__in=[1, 2])',
            {"OR": [{"name": {"eq": "a"}}, {"NOT": {"position": {"in": [1, 2]}}}]},
        ),
        (
            'Q(company__orders__company__code="FR")',
            {"company": {"orders": {"some": {"company": {"code": {"eq": "FR"}}}}}},
        ),
        ('Q(lines__label="vip")', {"lines": {"some": {"label": {"eq": "vip"}}}}),
        (
            "Q(lines__every__active=True, lines__count__gte=2)",
            {
                "AND": [
                    {"lines": {"every": {"active": {"eq": True}}}},
                    {"lines": {"count": {"gte": 2}}},
                ]
            },
        ),
        ("Q(lines__none__isnull=False)", {"lines": {"none": {"id": {"isnull": False}}}}),
        ("Q(isOpen__isnull=True)", {"isOpen": {"isnull": True}}),
        ("Q(company=5)", {"companyId": {"eq": "5"}}),
        ('Q(state="in work")', {"state": {"eq": "IN_WORK"}}),
        (
            'Q(placed_at__gte="2026-01-31T10:00:00Z")',
            {"placedAt": {"gte": "2026-01-31T10:00:00+00:00"}},
        ),
        ('Q(placed_at__gte="2026-01-31")', {"placedAt": {"gte": "2026-01-31"}}),
        ('Q(opens="10:30", extra__has="a")', {"opens": {"eq": "10:30:00"}, "extra": {"has": "a"}}),
        ("Q(id=7)", {"id": {"eq": 7}}),
        ("Q()", {}),
        ("~Q()", {"NOT": {}}),
    ],
)
def test_filter_is_the_nested_form_of_q(text: str, data: dict[str, Any]) -> None:
    assert to_filter(MODELS, "Order", condition(text)) == data
    assert tree(data) == condition(text)


def test_siblings_and_operators_of_one_filter_are_joined_by_and() -> None:
    assert tree({"amount": {"gte": "1", "lt": "5"}, "isOpen": {"eq": True}}) == condition(
        "Q(amount__gte=1, amount__lt=5, is_open=True)"
    )


def test_one_some_object_speaks_of_one_record() -> None:
    data = {"lines": {"some": {"label": {"eq": "a"}, "active": {"eq": True}}}}

    assert tree(data) == condition('Q(lines__label="a", lines__active=True)')


def test_leaves_may_be_literals_and_parameters() -> None:
    unknown = ValueType(Kind.TEXT)

    assert tree({"companyId": {"eq": Literal("5"), "in": Parameter("$ids", unknown)}}) == And(
        (
            Lookup(Path(("company",)), "eq", Literal(5)),
            Lookup(
                Path(("company",)),
                "in",
                Parameter(
                    "$ids", ValueType(Kind.RECORD, nullable=False, many=True, model="Company")
                ),
            ),
        )
    )
    assert tree({"name": {"isnull": Literal(value=False)}}) == condition("Q(name__isnull=False)")
    assert tree({"id": {"in": [Literal("1"), "2"]}}) == condition("Q(id__in=[1, 2])")


def test_parameters_stay_in_the_filter() -> None:
    parameter = Parameter("$x", ValueType(Kind.TEXT, nullable=False))

    assert to_filter(MODELS, "Order", Lookup(Path(("name",)), "eq", parameter)) == {
        "name": {"eq": parameter}
    }


def test_empty_objects_restrict_nothing_and_empty_or_matches_nothing() -> None:
    assert tree({}) == tree({"AND": []}) == tree({"name": {}, "company": {}}) == TRUE
    assert tree({"OR": []}) == FALSE
    assert tree({"lines": {"some": {}}}) == Related(("lines",), "some", TRUE)
    assert tree({"OR": [{}, {"name": {"eq": "a"}}]}) == Or(
        (TRUE, Lookup(Path(("name",)), "eq", Literal("a")))
    )
    assert tree({"NOT": {"OR": []}}) == Not(FALSE)


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        ({"nam": {"eq": "a"}}, 'Order has no field "nam".', 'Did you mean "name"?'),
        (
            {"name": {"eqq": "a"}},
            'The filter of "name" has no operator "eqq".',
            'Did you mean "eq"?',
        ),
        (
            {"name": {"regex": "a"}},
            'The filter of "name" has no operator "regex".',
            "Known, among others: gte, gt, eq, neq, lte.",
        ),
        (
            {"isOpen": {"gt": True}},
            'The lookup "gt" does not suit "is_open" (boolean).',
            "Known: eq, in, isnotnull, isnull, neq, nin.",
        ),
        (
            {"name": {"eq": None}},
            "null cannot be compared with.",
            "Use the lookup isnull: Q(field__isnull=True).",
        ),
        (
            {"name": None},
            'The filter of "name" is null.',
            "Leave it out, or use {isnull: true} on a field.",
        ),
        (
            {"company": Literal(None)},
            "A filter is null.",
            "Leave it out, or use {isnull: true} on a field.",
        ),
        ({"name": "a"}, 'The filter of "name" must be an object.', "Write {eq: ...}."),
        ({"AND": None}, "AND takes a list of filters.", "Leave it out if it is null."),
        (
            {"lines": {"any": {}}},
            'A filter of many records has no key "any".',
            "Known: count, every, none, some.",
        ),
        (
            {"lines": {"count": {"contains": "a"}}},
            'The lookup "contains" does not suit a count.',
            "Known: between, eq, gt, gte, in, lt, lte, neq, nin.",
        ),
        (
            {"position": {"eq": "a"}},
            '"a" does not fit: a whole number, such as 5 is expected.',
            "",
        ),
    ],
)
def test_refused_filters(data: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        tree(data)

    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_deep_filters_are_refused() -> None:
    data: dict[str, Any] = {}
    for _ in range(60):
        data = {"NOT": data}

    with pytest.raises(ExpressionError, match=r"^The filter is nested deeper than 50 levels\.$"):
        tree(data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('Q(name__regex="a")', 'The lookup "regex" cannot be said in a filter.'),
        ("Q(due__year=2026)", 'The lookup "year" cannot be said in a filter.'),
        ("Q(company=company)", "Only constants and variables can be operands of a filter."),
        ('Q(amount__gt=F("rate"))', "Only constants and variables can be operands of a filter."),
        ("Q(due__year__gt=1)", "Lookup on a computed value cannot be said in a filter."),
        ('F("amount") > 1', "Compare on a computed value cannot be said in a filter."),
    ],
)
def test_conditions_that_only_q_can_say(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        to_filter(MODELS, "Order", condition(text))

    assert (caught.value.message, caught.value.hint) == (message, "Use the argument q.")


def test_filter_lookups_by_type() -> None:
    assert filter_lookups(ValueType(Kind.BOOLEAN)) == ("eq", "neq", "isnull")
    assert filter_lookups(ValueType(Kind.TEXT, choices=("a",))) == (
        "eq",
        "neq",
        "in",
        "nin",
        "isnull",
    )


# ---- JSON -----------------------------------------------------------------------------------


def test_json_form_of_a_condition() -> None:
    assert to_json(condition("Q(company__name__in=['a'], isOpen=True) | ~Q(amount__lt=1.50)")) == {
        "or": [
            {
                "and": [
                    {
                        "lookup": [
                            {"path": ["company", "name"]},
                            "in",
                            {"list": [{"literal": "a"}]},
                        ]
                    },
                    {"lookup": [{"path": ["isOpen"]}, "eq", {"literal": True}]},
                ]
            },
            {"not": {"lookup": [{"path": ["amount"]}, "lt", {"decimal": "1.50"}]}},
        ]
    }


@pytest.mark.parametrize(
    "text",
    [
        "sum(lines.price, where=Q(active=True)) / count(company.orders.lines)",
        "case(Q(lines__none__label='a') & Q(lines__count=2), -amount, round(rate, 2))",
        "case(Q(placed_at__gte=today), due - days(3), start_of('month'))",
        "case(Q(opens='10:00') | Q(due='2026-01-01'), 1, amount > 99999999999999999999, 2, 3)",
        "case(Q(ratio=0.5, company__in=[company, 1]), 'a', concat(name, 9007199254740993))",
        'case(Q(placed_at__lt="2026-01-01T00:00:00Z"), None, max(lines.label))',
    ],
)
def test_json_gives_the_same_tree_back(text: str) -> None:
    assert decoded(to_json(value(text))) == value(text)


def test_parameters_in_json() -> None:
    known = ValueType(Kind.TEXT, nullable=False)
    node = Lookup(Path(("name",)), "eq", Parameter("$x", known))

    assert to_json(node)["lookup"][2] == {"parameter": ["$x", "text", False]}
    assert decoded(to_json(node)) == node


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "This is not the JSON form of an expression: None."),
        ({"a": 1, "b": 2}, "This is not the JSON form of an expression: {'a': 1, 'b': 2}."),
        ({"foo": 1}, "This is not the JSON form of an expression: {'foo': 1}."),
        ({"path": []}, "This is not the JSON form of an expression: []."),
        ({"path": ["nam"]}, 'Order has no field "nam".'),
        ({"name": "secret"}, "This is not the JSON form of an expression: {'name': 'secret'}."),
        ({"decimal": "x"}, "This is not the JSON form of an expression: {'decimal': 'x'}."),
        ({"decimal": "NaN"}, "NaN cannot be part of an expression."),
        ({1: 1}, "This is not the JSON form of an expression: {1: 1}."),
        (
            {"related": [["company"], "some", {"and": []}]},
            '"company" does not lead to many records.',
        ),
        ({"list": 1}, "This is not the JSON form of an expression: 1."),
        ({"case": [1, {"literal": 1}]}, "This is not the JSON form of an expression: 1."),
        ({"call": ["exec", {"literal": "x"}]}, 'There is no function "exec".'),
        ({"aggregate": ["round", ["amount"], {"and": []}]}, "round has no argument where."),
        (
            {"lookup": [{"path": ["isOpen"]}, "gt", {"literal": True}]},
            'The lookup "gt" does not suit "is_open" (boolean).',
        ),
        (
            {"lookup": [{"path": ["state"]}, "eq", {"literal": "x"}]},
            '"x" is not one of the choices.',
        ),
    ],
)
def test_refused_json(data: object, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        decoded(data)

    assert caught.value.message == message


def test_an_and_of_one_filter_needs_no_list() -> None:
    assert tree({"AND": {"name": {"eq": "a"}}}) == condition('Q(name="a")')


def test_nodes_without_json_form_are_refused() -> None:
    with pytest.raises(ExpressionError, match=r"^Node has no JSON form\.$"):
        to_json(Node())
    with pytest.raises(ExpressionError, match=r"^A timedelta has no JSON form\.$"):
        to_json(Literal(timedelta(1)))


def test_deep_json_is_refused() -> None:
    data: dict[str, Any] = {"and": []}
    for _ in range(150):
        data = {"not": data}

    with pytest.raises(ExpressionError, match=r"^The expression is nested deeper than 100 levels"):
        decoded(data)
