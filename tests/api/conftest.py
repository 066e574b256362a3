import pytest

from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels

MODELS = """
    model: Stage
    order_by: [sequence]
    fields:
      name: {type: Char, required: true, max_length: 20, unique: true}
      sequence: {type: Integer, required: true, default: 10}
    ---
    model: Lead
    search: [name]
    fields:
      name: {type: Char, required: true}
      stage: {type: ManyToOne, to: Stage, inverse: leads}
      revenue: {type: Decimal, digits: [8, 2]}
      seats: Integer
      big: BigInteger
      rate: Float
      due: Date
      at: Datetime
      clock: Time
      extra: Json
      mood: {type: Selection, options: {good: Good, bad: Bad}}
      open: Boolean
      ratio: {type: Decimal, digits: [8, 2], compute: revenue / seats}
"""


@pytest.fixture
async def shop(models: DeclaredModels) -> Client:
    """Give a client of two models without records."""
    models.declare(MODELS)
    return await models.client()


@pytest.fixture
async def filled_shop(shop: Client, models: DeclaredModels) -> Client:
    """Give a client of two stages and three leads."""
    result = await shop(
        """mutation {
          stageCreateMany(data: [{name: "New", sequence: 1}, {name: "Won"}]) { affected }
          leadCreateMany(data: [
            {name: "a", stage: {id: "1"}, revenue: "10.50", seats: 3, mood: GOOD}
            {name: "b", stage: {id: "1"}, due: "2026-06-15"}
            {name: "c", stage: {id: "2"}, revenue: "7", at: "2026-06-30T22:30:00Z"}
          ]) { affected }
        }"""
    )
    assert result.data == {"stageCreateMany": {"affected": 2}, "leadCreateMany": {"affected": 3}}
    models.queries.clear()
    return shop
