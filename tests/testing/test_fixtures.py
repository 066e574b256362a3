"""The fixtures that module authors get, used as they use them."""

import pytest

from graphql_erp.testing.models import Declare, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Stage
    fields: {name: Char, is_won: Boolean}
    ---
    model: Lead
    fields: {name: {type: Char, required: true}, stage: {type: ManyToOne, to: Stage}}
"""
LEADS = "{ leads(filter: {stage: {isWon: {eq: true}}}) { nodes { name stage { name } } } }"
CREATE = 'mutation { leadCreate(data: {name: "A"}) { record { id } } }'


async def test_filter_on_relation_joins_once(declare: Declare, gql: Gql, queries: Queries) -> None:
    declare(MODELS)

    result = await gql(LEADS)

    assert result.body == b'{"data":{"leads":{"nodes":[]}}}'
    assert result.data == {"leads": {"nodes": []}}
    assert result.errors == []
    assert queries.count == 1
    assert queries.last.count("JOIN") == 1


@pytest.mark.parametrize("turn", [1, 2])
async def test_every_test_begins_without_records(declare: Declare, gql: Gql, turn: int) -> None:
    declare(MODELS)

    result = await gql(CREATE)

    assert result.data == {"leadCreate": {"record": {"id": "1"}}}, turn


async def test_transaction_commands_are_recorded_but_not_counted(
    declare: Declare, gql: Gql, queries: Queries
) -> None:
    declare(MODELS)

    await gql(CREATE)
    queries.clear()
    await gql("mutation { leadDelete(id: 1) { deletedId } }")

    assert [query.text.split()[0] for query in queries.sent] == [
        "BEGIN",
        "SELECT",
        "DELETE",
        "COMMIT",
    ]
    assert queries.count == 2


async def test_settings_of_one_test(declare: Declare, gql: Gql) -> None:
    declare(MODELS, page_max=3)

    result = await gql("{ leads(first: 4) { nodes { name } } }")

    assert result.codes == ["PAGE_TOO_LARGE"]


async def test_document_before_models_is_refused(gql: Gql) -> None:
    with pytest.raises(TypeError, match=r"call declare\(\.\.\.\) first"):
        await gql("{ leads { nodes { name } } }")
