from collections.abc import AsyncIterator

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import NOW, DeclaredModels
from graphql_erp.writing.writer import Writer

MODELS = """
    model: User
    fields: {name: {type: Char, required: true, unique: true}}
    ---
    model: Stage
    fields: {name: {type: Char, required: true, unique: true}}
    ---
    model: Kind
    fields:
      stage: {type: ManyToOne, to: Stage, required: true}
      code: {type: Integer, required: true}
    unique: {per_stage: [stage, code]}
    ---
    model: Lead
    fields:
      name: {type: Char, required: true, max_length: 10}
      stage: {type: ManyToOne, to: Stage, inverse: leads}
      kind: {type: ManyToOne, to: Kind, on_delete: set_null}
      parent: {type: ManyToOne, to: Lead, on_delete: cascade, inverse: children}
      ordinal: Integer
      big: BigInteger
      rate: Float
      revenue: {type: Decimal, digits: [8, 2]}
      due: Date
      at: Datetime
      clock: Time
      extra: Json
      mail: Email
      mood: {type: Selection, options: {good: Good, bad: Bad}}
      open: {type: Boolean, default: true}
    checks:
      few_children: {where: "Q(children__count__lte=2)", message: Too many children.}
      stage_first: {where: "Q(stage__name__neq='Closed')", message: The stage is closed.}
"""


@pytest.fixture
async def writer(models: DeclaredModels) -> AsyncIterator[Writer]:
    """Give a writer in a transaction that is undone: user 1, two stages, two kinds."""
    models.declare(MODELS)
    await models.gql(
        """mutation {
          userCreate(data: {name: "Ada"}) { errors { code } }
          stageCreateMany(data: [{name: "New"}, {name: "Closed"}]) { affected }
          kindCreateMany(data: [{stage: {id: 1}, code: 7}, {stage: {id: 2}, code: 7}]) { affected }
        }"""
    )
    pool = await models.pool()
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        (await models.queries.told()).clear()
        yield Writer(
            registry=models.engine.registry,
            tables=models.engine.tables,
            actor=Actor(user=1, timezone="America/New_York"),
            now=NOW,
            connection=connection,
        )
        await transaction.rollback()
