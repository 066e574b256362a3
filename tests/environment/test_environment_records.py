"""Queries of behaviour: `env["Model"]` and what it gives."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal

import pytest

from graphql_erp import Q, UserError
from graphql_erp.environment.transaction import Transaction
from graphql_erp.errors import FieldNotLoaded
from graphql_erp.expressions.tree import Literal, Lookup, Path
from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import NOW, DeclaredModels
from graphql_erp.testing.permissions import reading
from graphql_erp.testing.queries import Queries
from graphql_erp.writing.writer import Writer

pytestmark = pytest.mark.anyio

MODELS = """
    model: Company
    fields: {name: Char}
    ---
    model: Team
    archive: active
    fields:
      name: {type: Char, required: true, unique: true}
      active: {type: Boolean, required: true, default: true}
    ---
    model: Lead
    order_by: [id]
    fields:
      name: {type: Char, required: true}
      code: {type: Char, unique: true}
      team: {type: ManyToOne, to: Team, inverse: leads}
      company: {type: ManyToOne, to: Company, default: company}
      revenue: {type: Decimal, default: 0}
      won: {type: Boolean, required: true, default: false}
"""


@pytest.fixture
async def env(models: DeclaredModels) -> AsyncIterator[Transaction]:
    """Give a transaction over two companies, two teams and four leads; it is undone."""
    models.declare(MODELS)
    await models.gql(
        """mutation {
          companyCreateMany(data: [{name: "One"}, {name: "Two"}]) { affected }
          teamCreateMany(data: [{name: "North"}, {name: "South"}]) { affected }
          leadCreateMany(data: [
            {name: "a", code: "A", team: {id: 1}, revenue: "10"},
            {name: "b", team: {id: 1}, revenue: "5.50", won: true},
            {name: "c", team: {id: 2}}, {name: "d"}]) { affected }
        }"""
    )
    pool = await models.pool()
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        yield Transaction(
            Writer(
                registry=models.engine.registry,
                tables=models.engine.tables,
                actor=Actor(company=1),
                now=NOW,
                connection=connection,
            )
        )
        await transaction.rollback()


async def test_query_is_refined_step_by_step(env: Transaction) -> None:
    leads = env["Lead"].where(Q(team__name="North")).order_by("-revenue")

    assert [lead.name for lead in await leads.all()] == ["a", "b"]
    assert [lead.name for lead in await leads.offset(1).limit(1).all()] == ["b"]
    first = await leads.where(Q(won=True)).first()
    assert first is not None
    assert (first.name, first.revenue, first.team.id) == ("b", Decimal("5.50"), 1)


async def test_records_may_stand_in_conditions(env: Transaction) -> None:
    south = await env["Team"].get(name="South")

    assert [lead.name for lead in await env["Lead"].where(Q(team=south)).all()] == ["c"]
    assert await env["Lead"].where(Q(team__in=[south, 1])).count() == 3


async def test_what_was_not_loaded_raises(env: Transaction, queries: Queries) -> None:
    lead = await env["Lead"].get(1)
    assert lead.team.id == 1
    with pytest.raises(FieldNotLoaded, match="name is not loaded"):
        _ = lead.team.name
    (await queries.told()).clear()

    leads = await env["Lead"].load("team.name").all()

    assert [lead.team and lead.team.name for lead in leads] == ["North", "North", "South", None]
    assert (await queries.told()).count == 2


async def test_fetch_loads_for_all_that_were_loaded_together(
    env: Transaction, queries: Queries
) -> None:
    leads = await env["Lead"].all()
    (await queries.told()).clear()

    for lead in leads:
        await lead.fetch("team")

    assert [lead.team and lead.team.name for lead in leads] == ["North", "North", "South", None]
    assert (await queries.told()).count == 1


async def test_get_refuses_what_is_not_there(env: Transaction) -> None:
    with pytest.raises(UserError, match="There is no Lead 99") as refused:
        await env["Lead"].get(99)

    assert refused.value.problems[0].code == "NOT_FOUND"
    with pytest.raises(KeyError, match="Lead"):
        _ = env["Leed"]


async def test_figures(env: Transaction) -> None:
    leads = env["Lead"]

    assert await leads.aggregate(n="count", total="sum(revenue)", codes="count(code)") == {
        "n": 4,
        "total": Decimal("15.50"),
        "codes": 1,
    }
    assert await leads.group_by("won", n="count", most="max(revenue)") == [
        {"won": False, "n": 3, "most": Decimal("10.00")},
        {"won": True, "n": 1, "most": Decimal("5.50")},
    ]
    assert await leads.group_by("team.name", n="count") == [
        {"team.name": "North", "n": 2},
        {"team.name": "South", "n": 1},
        {"team.name": None, "n": 1},
    ]


@pytest.mark.parametrize("figure", ["total", "sum(name)", "sum(team)", "sum(nothing)", "min()"])
async def test_figure_that_is_none_is_refused(env: Transaction, figure: str) -> None:
    with pytest.raises(ValueError, match=r"figure|field|added"):
        await env["Lead"].aggregate(x=figure)


async def test_writes_through_queries(env: Transaction, queries: Queries) -> None:
    leads = env["Lead"]
    (await queries.told()).clear()

    assert await leads.where(Q(team__isnotnull=True)).update(won=True) == 3
    assert (await queries.told()).count == 3

    made = await leads.create_many(
        [{"name": "x"}, {"name": "y", "team": {"create": {"name": "N"}}}]
    )
    assert [(lead.name, lead.id, lead.company.id) for lead in made] == [("x", 5, 1), ("y", 6, 1)]
    assert await leads.where(Q(won=False)).delete() == 3
    assert await leads.count() == 3


async def test_get_or_create_and_upsert(env: Transaction) -> None:
    leads = env["Lead"]

    assert (await leads.get_or_create({"name": "new"}, code="A")).name == "a"
    assert (await leads.get_or_create({"name": "new"}, code="N")).name == "new"
    both = await leads.upsert(
        [{"code": "Z", "name": "z"}, {"code": "A", "name": "changed"}], on=["code"]
    )
    assert [(lead.id, lead.name) for lead in both] == [(6, "z"), (1, "changed")]
    with pytest.raises(UserError, match="no unique key"):
        await leads.get_or_create(name="a")


async def test_update_of_a_record_loads_it_anew(env: Transaction) -> None:
    lead = await env["Lead"].load("team").get(1)

    await lead.update(team=2, revenue="7.005")

    assert (lead.team.id, lead.revenue, lead.version) == (2, Decimal("7.01"), 2)


async def test_archived_records_are_asked_for(env: Transaction) -> None:
    await (await env["Team"].get(1)).update(active=False)

    assert await env["Team"].count() == 1
    assert await env["Team"].archived().count() == 2
    assert (await env["Team"].get(1)).name == "North"


async def test_other_company(env: Transaction) -> None:
    other = env.with_company(await env["Company"].get(2))

    lead = await other["Lead"].create(name="far")

    assert (lead.company.id, other.company, env.company) == (2, 2, 1)


async def test_elevated_sees_what_the_actor_may_not(env: Transaction) -> None:
    won = Lookup(Path(("won",)), "eq", Literal(value=True))
    limited = Transaction(replace(env.writer, permission=reading({"Lead": won})))

    assert await limited["Lead"].count() == 1
    with pytest.raises(UserError, match="There is no Lead 1"):
        await limited["Lead"].get(1)
    with pytest.raises(UserError, match="There is no Lead 1"):
        await limited.update_records([await env["Lead"].get(1)], {"name": "mine"})
    assert await limited.elevated()["Lead"].count() == 4
