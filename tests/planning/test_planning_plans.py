"""Documents become plans: values that can be printed and compared, without SQL."""

import textwrap
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from planned import REGISTRY, planned

from graphql_erp.errors import BadUserInput, CostExceeded, PageTooLarge, RequestError
from graphql_erp.expressions.tree import And, Kind, Literal, Lookup, Parameter, Path, ValueType
from graphql_erp.planning.explain import explain
from graphql_erp.planning.plan import (
    CountFact,
    CountValue,
    FieldValue,
    GroupNodes,
    GroupRecords,
    Groups,
    Member,
    Nodes,
    ObjectPlan,
    PagePlan,
    TotalCount,
)
from graphql_erp.planning.restrict import restrict
from graphql_erp.registry.model import OrderKey
from graphql_erp.security.permission import UNRESTRICTED
from graphql_erp.testing.permissions import reading

VALUE = (Member("value", CountFact("value")),)


def page(document: str, **variables: Any) -> PagePlan:
    (root,) = planned(document, **variables).roots
    assert isinstance(root.plan, PagePlan)
    return root.plan


def test_plan_is_a_value() -> None:
    assert page("{ stages(first: 3) { nodes { it: name } } }") == PagePlan(
        model="Stage",
        members=(Member("nodes", Nodes(ObjectPlan("Stage", (Member("it", FieldValue("name")),)))),),
        order=(OrderKey(("sequence",)), OrderKey(("id",))),
        limit=3,
    )


def test_equal_documents_have_equal_plans() -> None:
    written = planned("{ leads(first: 2) { nodes { name stage { name } } } }")
    fragments = planned(
        """query($n: Int) { leads(first: $n) { ...P nodes { ... @include(if: true) { name } } } }
        fragment P on LeadConnection { nodes { ...N } }
        fragment N on Lead { name stage { name } }""",
        n=2,
    )

    assert written == fragments
    assert explain(written) == explain(fragments)


def test_explained_plan() -> None:
    plan = planned(
        """query($s: String, $f: LeadFilter) {
          leads(filter: $f, search: $s, orderBy: [{stage: {name: DESC}}], first: 2, offset: 1) {
            totalCount nodes { name stage { parent { name } } }
          }
          stage(by: {name: "New"}) { leads(last: 1) { edges { cursor } } }
        }""",
        s="x",
        f={"due": {"gt": "2026-01-01"}},
    )

    assert explain(plan) == textwrap.dedent(
        """\
        leads: PagePlan model=Lead where=And(Lookup(due, gt, $f.due.gt), Or(Lookup(name, icontains, $s), Lookup(email, icontains, $s))) order=[-stage.name, -id] limit=2 offset=1 keeps_matches=True
          totalCount: TotalCount
          nodes: Nodes
            object: ObjectPlan model=Lead
              name: FieldValue field=name
              stage: ToOne field=stage
                object: ObjectPlan model=Stage
                  parent: ToOne field=parent
                    object: ObjectPlan model=Stage
                      name: FieldValue field=name
        stage: OnePlan where=Lookup(name, eq, 'New')
          object: ObjectPlan model=Stage
            leads: ToMany field=leads
              page: PagePlan model=Lead order=[-due, id] limit=1 is_backward=True
                edges: Edges
                  cursor: Cursor
        """  # noqa: E501
    )


def test_restricted_plan_says_what_may_be_read() -> None:
    plan = planned("{ stages { totalCount } }")
    own = Lookup(Path(("sequence",)), "lt", Literal(3))

    restricted = restrict(plan, REGISTRY, reading({"Stage": own}))

    assert restrict(plan, REGISTRY, UNRESTRICTED) == plan
    assert explain(restricted).splitlines()[-1] == "readable Stage: Lookup(sequence, lt, 3)"


# ---- orderings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "order"),
    [
        ("", ["-due", "id"]),
        ("(orderBy: [])", ["-due", "id"]),
        ("(orderBy: [{name: ASC}])", ["name", "id"]),
        ("(orderBy: [{name: DESC}])", ["-name", "-id"]),
        ("(orderBy: [{id: DESC}, {name: ASC}])", ["-id"]),
        ("(orderBy: [{name: ASC}, {due: ASC}, {name: DESC}])", ["name", "due", "id"]),
        ("(orderBy: {stage: {parent: {name: ASC}}})", ["stage.parent.name", "id"]),
        ("(orderBy: [{twice: ASC}])", ["twice", "id"]),
    ],
)
def test_ordering_is_total(arguments: str, order: list[str]) -> None:
    keys = page(f"{{ leads{arguments} {{ nodes {{ name }} }} }}").order

    assert [("-" if key.descending else "") + ".".join(key.path) for key in keys] == order


@pytest.mark.parametrize(
    ("direction", "key"),
    [
        ("ASC", OrderKey(("due",))),
        ("DESC", OrderKey(("due",), descending=True)),
        ("ASC_NULLS_FIRST", OrderKey(("due",), nulls_first=True)),
        ("DESC_NULLS_LAST", OrderKey(("due",), descending=True, nulls_first=False)),
    ],
)
def test_place_of_nulls(direction: str, key: OrderKey) -> None:
    plan = page(f"{{ leads(orderBy: [{{due: {direction}}}]) {{ nodes {{ name }} }} }}")

    assert plan.order[0] == key


# ---- pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ("first: 1, last: 1", BadUserInput, "Give `first` or `last`, not both."),
        ("first: -1", BadUserInput, "`first` must not be negative."),
        ("last: -1", BadUserInput, "`last` must not be negative."),
        (
            'offset: 1, before: "x"',
            BadUserInput,
            "`offset` counts from the start and does not go with `last` or `before`.",
        ),
        (
            "offset: 1, last: 1",
            BadUserInput,
            "`offset` counts from the start and does not go with `last` or `before`.",
        ),
        (
            "first: 501",
            PageTooLarge,
            "`first: 501` is more than the 500 records a page may hold.",
        ),
        ("orderBy: [{}]", RequestError, None),
        ("orderBy: [{stage: {}}]", RequestError, None),
        ('q: "name"', BadUserInput, None),
        ('q: "Q(name=1, (2))"', BadUserInput, None),
        ('q: "Q(name=__import__)"', BadUserInput, None),
        ("filter: {name: {eq: null}}", BadUserInput, None),
        ("filter: {OR: [{name: {gt: null}}]}", BadUserInput, None),
    ],
)
def test_arguments_that_cannot_be_used(
    arguments: str, error: type[RequestError], message: str | None
) -> None:
    with pytest.raises(error) as caught:
        planned(f"{{ x: leads({arguments}) {{ nodes {{ name }} }} }}")

    if message is not None:
        assert caught.value.message == message
        assert caught.value.path == ("x",)
        assert caught.value.locations == ((1, 3),)


def test_model_without_text_cannot_be_searched() -> None:
    with pytest.raises(RequestError, match=r"Unknown argument 'search' on field 'Query\.marks'"):
        planned('{ marks(search: "x") { totalCount } }')


@pytest.mark.parametrize("by", [{}, {"id": None}, {"name": None}])
def test_one_record_needs_a_key(by: Mapping[str, Any]) -> None:
    with pytest.raises(RequestError):
        planned("query($by: StageUniqueKey!) { stage(by: $by) { name } }", by=by)


@pytest.mark.parametrize("value", [None, "absent"])
def test_key_of_a_variable_that_is_nothing(value: str | None) -> None:
    variables = {"name": None} if value is None else {}

    with pytest.raises(BadUserInput, match="Give exactly one key of Stage"):
        planned("query($name: String) { stage(by: {name: $name}) { name } }", **variables)


# ---- cost -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "nodes"),
    [
        ("{ __typename }", 0),
        ("{ stages { totalCount } }", 0),
        ("{ stages { nodes { name } } }", 50),
        ("{ stages(first: 10) { nodes { name parent { name } } } }", 10),
        ("{ stages(first: 10) { nodes { leads(first: 5) { nodes { name } } } } }", 60),
        ("{ stages(first: 10) { edges { node { leads(first: 5) { nodes { name } } } } } }", 60),
        ("{ stages(first: 10) { nodes { leads { totalCount } } } }", 10),
        ("{ stage(by: {id: 1}) { parent { leads(first: 5) { nodes { name } } } } }", 6),
        ("{ a: stages(first: 2) { nodes { name } } b: stages(first: 3) { nodes { name } } }", 5),
        ("{ leads { groups(by: [{field: DUE}], first: 7) { nodes { count } } } }", 7),
    ],
)
def test_records_a_document_may_return(document: str, nodes: int) -> None:
    assert planned(document).nodes == nodes


@pytest.mark.parametrize(
    ("group", "nodes"),
    [
        ("records(first: 5) { nodes { name } }", 7 * (1 + 5)),
        ("records(first: 5) { totalCount aggregate { count } }", 7),
        ("records { edges { node { name } } }", 7 * (1 + 50)),
        (
            "records(last: 2) { nodes { stage { leads(first: 3) { nodes { name } } } } }",
            7 * (1 + 8),
        ),
        ("records { groups(by: [{field: NAME}], first: 4) { nodes { count } } }", 7 * (1 + 4)),
        (
            "groups(by: {field: NAME}, first: 3) { nodes { records(first: 4) { nodes { id } } } }",
            7 * (1 + 3 * (1 + 4)),
        ),
    ],
)
def test_records_of_groups_are_multiplied(group: str, nodes: int) -> None:
    document = f"{{ leads {{ groups(by: [{{field: DUE}}], first: 7) {{ nodes {{ {group} }} }} }} }}"

    assert planned(document).nodes == nodes


def test_records_of_groups_that_ask_for_too_much() -> None:
    with pytest.raises(CostExceeded, match="may return 250500 records"):
        planned(
            "{ leads { groups(by: [{field: DUE}], first: 500) {"
            " nodes { records(first: 500) { nodes { name } } } } } }"
        )


def test_records_of_a_group_are_ordered_and_cut_as_a_list() -> None:
    plan = page(
        """{ leads(filter: {name: {eq: "a"}}) { groups(by: [{field: DUE}]) {
          nodes { records(orderBy: [{name: ASC}], last: 2) { totalCount } }
        } } }"""
    )
    (groups,) = plan.members
    assert isinstance(groups.value, Groups)
    (nodes,) = groups.value.members
    assert isinstance(nodes.value, GroupNodes)

    assert nodes.value.members == (
        Member(
            "records",
            GroupRecords(
                PagePlan(
                    model="Lead",
                    members=(Member("totalCount", TotalCount()),),
                    order=(OrderKey(("name",)), OrderKey(("id",))),
                    limit=2,
                    is_backward=True,
                )
            ),
        ),
    )


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("", CountValue(10_000, VALUE)),
        ("(mode: CAPPED)", CountValue(10_000, VALUE)),
        ("(mode: EXACT)", CountValue(None, VALUE)),
        ("(mode: ESTIMATED)", CountValue(10_000, VALUE, is_estimated=True)),
    ],
)
def test_modes_of_counting(mode: str, expected: CountValue) -> None:
    (member,) = page(f"{{ leads {{ count{mode} {{ value }} }} }}").members

    assert member.value == expected


def test_document_that_asks_for_too_much() -> None:
    with pytest.raises(CostExceeded, match="may return 250500 records"):
        planned("{ stages(first: 500) { nodes { leads(first: 500) { nodes { name } } } } }")


# ---- strategy -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "members", "keeps"),
    [
        ('search: "x"', "totalCount nodes { name }", True),
        ('filter: {name: {icontains: "x"}}', "totalCount edges { cursor }", True),
        ('search: "x"', "nodes { name }", False),
        ('search: "x"', "totalCount", False),
        ('filter: {name: {eq: "x"}}', "totalCount nodes { name }", False),
        ('search: "x", after: "y"', "totalCount nodes { name }", False),
    ],
)
def test_search_with_total_finds_its_matches_once(
    arguments: str, members: str, *, keeps: bool
) -> None:
    assert page(f"{{ leads({arguments}) {{ {members} }} }}").keeps_matches is keeps


# ---- groups ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("[]", "`by` names nothing to group by."),
        ("[{}]", "Each item of `by` names exactly one field."),
        ("[{field: DUE}, {field: DUE}]", "Two items of `by` have the same name."),
        (
            "[{field: NAME, granularity: DAY}]",
            "`granularity` needs a date; `name` is a Char.",
        ),
    ],
)
def test_groupings_that_cannot_be_used(by: str, message: str) -> None:
    with pytest.raises(BadUserInput) as caught:
        planned(f"{{ leads {{ groups(by: {by}) {{ totalCount }} }} }}")

    assert caught.value.message == message


def test_scalars_are_parameters_of_variables_and_literals_of_the_document() -> None:
    document = "query($r: Decimal) { leads(filter: {revenue: {gt: $r, lt: 3}}) { totalCount } }"

    where = page(document, r="1").where

    revenue, kind = Path(("revenue",)), ValueType(Kind.DECIMAL, nullable=False, scale=2)
    assert isinstance(where, And)
    assert where.items == (
        Lookup(revenue, "gt", Parameter("r", kind)),
        Lookup(revenue, "lt", Literal(Decimal(3))),
    )
