"""Documents are read once; plans are made once per shape of the variables."""

import pytest

from graphql_erp.api.call import Call
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

FILTERED = "query($filter: LeadFilter) { leads(filter: $filter) { nodes { name } } }"


def plans(client: Client, document: str) -> int:
    return len(client.engine.documents.get(document).operation(None).programs)


def names(result_data: dict[str, dict[str, list[dict[str, str]]]]) -> list[str]:
    return [node["name"] for node in result_data["leads"]["nodes"]]


async def test_same_document_is_read_once(shop: Client) -> None:
    document = "{ leads { nodes { name } } }"

    await shop(document)
    first = shop.engine.documents.get(document)
    await shop(document)

    assert shop.engine.documents.get(document) is first


async def test_document_used_least_recently_makes_room(models: DeclaredModels) -> None:
    models.declare("model: Lead\nfields: {name: Char}", document_cache=2)
    client = await models.client()
    texts = ["{ leads { nodes { name } } }", "{ leads { totalCount } }", "{ __typename }"]
    documents = client.engine.documents
    first, second = documents.get(texts[0]), documents.get(texts[1])

    assert documents.get(texts[0]) is first
    documents.get(texts[2])

    assert documents.get(texts[0]) is first
    assert documents.get(texts[1]) is not second


async def test_other_scalars_share_a_plan_and_its_text(
    filled_shop: Client, queries: Queries
) -> None:
    one = await filled_shop(FILTERED, filter={"name": {"eq": "a"}})
    two = await filled_shop(FILTERED, filter={"name": {"eq": "c"}})

    assert (names(one.data), names(two.data)) == (["a"], ["c"])
    assert queries.texts[0] == queries.texts[1]
    assert plans(filled_shop, FILTERED) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"name": {"neq": "a"}},
        {"name": {"eq": "a"}, "seats": {"eq": 3}},
        {"OR": [{"name": {"eq": "a"}}]},
        {"mood": {"eq": "GOOD"}},
        {},
        None,
    ],
)
async def test_other_shape_of_a_filter_makes_a_plan(
    filled_shop: Client, other: dict[str, object] | None
) -> None:
    await filled_shop(FILTERED, filter={"name": {"eq": "a"}})
    await filled_shop(FILTERED, filter=other)

    assert plans(filled_shop, FILTERED) == 2


async def test_lists_of_any_length_share_a_plan(filled_shop: Client) -> None:
    found = [
        names((await filled_shop(FILTERED, filter={"name": {"in": wanted}})).data)
        for wanted in ([], ["a"], ["b", "c"])
    ]

    assert found == [[], ["a"], ["b", "c"]]
    assert plans(filled_shop, FILTERED) == 1


async def test_absent_and_null_variables_give_the_same_answer(filled_shop: Client) -> None:
    absent = await filled_shop(FILTERED)
    null = await filled_shop(FILTERED, filter=None)

    assert absent.body == null.body
    assert names(null.data) == ["a", "b", "c"]


async def test_absent_value_inside_a_filter_is_no_condition(filled_shop: Client) -> None:
    document = "query($x: String) { leads(filter: {name: {eq: $x}}) { nodes { name } } }"

    given = await filled_shop(document, x="b")
    absent = await filled_shop(document)
    null = await filled_shop(document, x=None)

    assert names(given.data) == ["b"]
    assert names(absent.data) == ["a", "b", "c"]
    assert null.codes == ["BAD_USER_INPUT"]
    assert plans(filled_shop, document) == 2


async def test_first_is_part_of_the_plan(filled_shop: Client) -> None:
    document = "query($n: Int) { leads(first: $n) { nodes { name } } }"

    found = [names((await filled_shop(document, n=n)).data) for n in (1, 2, 1, None)]

    assert found == [["a"], ["a", "b"], ["a"], ["a", "b", "c"]]
    assert plans(filled_shop, document) == 3


async def test_offset_and_cursor_are_bound(filled_shop: Client) -> None:
    offset = "query($n: Int) { leads(offset: $n) { nodes { name } } }"
    after = "query($c: String) { leads(after: $c) { nodes { name } } }"
    edges = (await filled_shop("{ leads { edges { cursor } } }")).data["leads"]["edges"]

    skipped = [names((await filled_shop(offset, n=n)).data) for n in (1, 2)]
    later = [names((await filled_shop(after, c=edge["cursor"])).data) for edge in edges]

    assert skipped == [["b", "c"], ["c"]]
    assert later == [["b", "c"], ["c"], []]
    assert (plans(filled_shop, offset), plans(filled_shop, after)) == (1, 1)


async def test_flags_of_skip_and_include_make_plans(filled_shop: Client) -> None:
    document = (
        "query($a: Boolean!, $b: Boolean!)"
        " { leads(first: 1) { nodes { name @include(if: $a) id @skip(if: $b) __typename } } }"
    )

    nodes = [
        (await filled_shop(document, a=a, b=b)).data["leads"]["nodes"][0]
        for a, b in ((True, False), (False, True), (True, False))
    ]

    assert nodes == [
        {"name": "a", "id": "1", "__typename": "Lead"},
        {"__typename": "Lead"},
        {"name": "a", "id": "1", "__typename": "Lead"},
    ]
    assert plans(filled_shop, document) == 2


async def test_oldest_plan_of_a_document_makes_room(filled_shop: Client) -> None:
    document = "query($n: Int) { leads(first: $n) { nodes { name } } }"

    for number in range(1, 70):
        await filled_shop(document, n=number)

    assert plans(filled_shop, document) == 64


async def test_several_operations_need_a_name(filled_shop: Client) -> None:
    document = "query A { leads(first: 1) { nodes { name } } } query B { stages { totalCount } }"

    unnamed = await filled_shop.call(Call(document))
    unknown = await filled_shop.call(Call(document, operation_name="C"))
    named = await filled_shop.call(Call(document, operation_name="B"))

    assert [unnamed.codes, unknown.codes] == [["BAD_REQUEST"], ["BAD_REQUEST"]]
    assert (unnamed.answer.has_data, unnamed.answer.status) == (False, 400)
    assert named.data == {"stages": {"totalCount": 2}}


async def test_variables_of_one_operation_do_not_concern_the_other(filled_shop: Client) -> None:
    document = (
        "query A($x: Int) { leads(first: $x) { nodes { name } } }"
        " query B($x: String) { leads(filter: {name: {eq: $x}}) { nodes { name } } }"
    )

    a = await filled_shop.call(Call(document, {"x": 1}, "A"))
    b = [await filled_shop.call(Call(document, {"x": x}, "B")) for x in ("b", "c")]

    assert names(a.data) == ["a"]
    assert [names(result.data) for result in b] == [["b"], ["c"]]


async def test_mutation_is_not_read_only(shop: Client) -> None:
    document = 'mutation { stageCreate(data: {name: "x"}) { record { id } } }'

    result = await shop.call(Call(document, read_only=True))

    assert (result.codes, result.answer.status) == (["BAD_REQUEST"], 405)
    assert (await shop("{ stages { totalCount } }")).data == {"stages": {"totalCount": 0}}
