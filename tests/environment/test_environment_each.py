"""Many records in one go, each in its own way: `update_each`, and errors of a hook's batch."""

import pytest

from graphql_erp import UserError
from graphql_erp.testing.models import Declare, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Shelf
    order_by: [id]
    fields:
      name: {type: Char, required: true}
      boxes: {type: OneToMany, to: Box, inverse: shelf}
    ---
    model: Box
    order_by: [id]
    fields:
      shelf: {type: ManyToOne, to: Shelf, inverse: boxes}
      pieces: {type: Integer, default: 0}
"""
PYTHON = """
    from graphql_erp import Environment, Model, UserError, mutation

    class Box(Model):
        @mutation
        @classmethod
        async def grow(cls, records: "list[Box]", by: list[int]) -> None:
            '''Put pieces into boxes.'''
            more = dict(zip(records, by))
            await records[0].env.update_each(
                {box: {"pieces": box.pieces + added} for box, added in more.items()}
            )
            if sum(box.pieces for box in records) > 1000:
                raise UserError("Too many in all.")

        @mutation
        @classmethod
        async def grow_nothing(cls, env: Environment) -> int:
            '''Change nothing.'''
            await env.update_each({})
            return 0

        @classmethod
        async def before_create(cls, records: "list[Box]") -> None:
            heavy = [box for box in records if box.pieces > 100]
            if heavy:
                raise UserError.joined(
                    UserError("{n} are too many.", n=box.pieces).of(box).at("pieces")
                    for box in heavy
                )
            if sum(box.pieces for box in records) > 150:
                raise UserError("Too many at once.")
"""
GROW = """mutation($ids: [ID!]!, $by: [Int!]!) {
    boxGrow(ids: $ids, by: $by) {
      records { pieces version } errors { code message path index } } }"""
CREATE = """mutation($data: [BoxCreateInput!]!) {
    boxCreateMany(data: $data) { affected errors { message path index } } }"""


async def test_each_record_gets_its_own_values_by_one_statement(
    declare: Declare, gql: Gql, queries: Queries
) -> None:
    declare(MODELS, python=PYTHON)
    await gql(CREATE, data=[{"pieces": number} for number in range(5)])

    sent = []
    for ids in (["1", "2"], ["5", "3", "4"]):
        queries.clear()
        result = await gql(GROW, ids=ids, by=[10 * int(key) for key in ids])
        sent.append([query.text for query in (await queries.told()).sent])

    assert result.data["boxGrow"] == {
        "records": [
            {"pieces": 54, "version": 2},
            {"pieces": 32, "version": 2},
            {"pieces": 43, "version": 2},
        ],
        "errors": [],
    }
    assert len(sent[0]) == len(sent[1])
    assert sum("UPDATE box" in text for text in sent[0]) == 1


async def test_records_are_loaded_anew(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await gql(CREATE, data=[{"pieces": 1}])

    result = await gql(GROW, ids=["1"], by=[1000])

    assert result.data["boxGrow"]["errors"] == [
        {"code": "BUSINESS_RULE", "message": "Too many in all.", "path": None, "index": None}
    ]
    assert (await gql("{ boxes { nodes { pieces } } }")).data["boxes"]["nodes"] == [{"pieces": 1}]


async def test_nothing_to_change_is_nothing_to_do(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)

    result = await gql("mutation { boxGrowNothing { result errors { message } } }")

    assert result.data["boxGrowNothing"] == {"result": 0, "errors": []}


async def test_errors_of_a_batch_are_told_of_their_records(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)

    several = await gql(CREATE, data=[{"pieces": 101}, {"pieces": 1}, {"pieces": 102}])
    whole = await gql(CREATE, data=[{"pieces": 100}, {"pieces": 99}])
    nested = await gql(
        """mutation { shelfCreate(data: {name: "a", boxes: {create: [{pieces: 1}, {pieces: 999}]}})
          { record { boxes { nodes { pieces } } } errors { message path index } } }"""
    )

    assert several.data["boxCreateMany"] == {
        "affected": 0,
        "errors": [
            {"message": "101 are too many.", "path": ["pieces"], "index": 0},
            {"message": "102 are too many.", "path": ["pieces"], "index": 2},
        ],
    }
    assert whole.data["boxCreateMany"]["errors"] == [
        {"message": "Too many at once.", "path": None, "index": None}
    ]
    assert nested.data["shelfCreate"]["errors"] == [
        {
            "message": "999 are too many.",
            "path": ["boxes", "create", "1", "pieces"],
            "index": None,
        }
    ]
    assert (await gql("{ boxes { totalCount } }")).data["boxes"]["totalCount"] == 0


async def test_rest_of_a_batch_is_written_where_failing_rows_may_be_skipped(
    declare: Declare, gql: Gql
) -> None:
    declare(MODELS, python=PYTHON)

    result = await gql(
        """mutation { boxCreateMany(
          data: [{pieces: 101}, {pieces: 1}], onError: SKIP_FAILED
        ) { affected errors { message index } } }"""
    )

    assert result.data["boxCreateMany"] == {
        "affected": 1,
        "errors": [{"message": "101 are too many.", "index": 0}],
    }


def test_joined_errors_tell_all_of_them() -> None:
    first, second = UserError("Too few.").at("lines"), UserError("{n} left.", n=2)

    joined = UserError.joined([first, second])

    assert joined.problems == (*first.problems, *second.problems)
    assert str(joined) == "Too few.; 2 left."
