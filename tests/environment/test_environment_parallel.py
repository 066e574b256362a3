"""Writers at the same time: nothing is lost, nothing is done twice, deadlocks are gone again."""

import asyncio
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_erp import Q
from graphql_erp.environment.environment import Environment
from graphql_erp.environment.run import in_transaction
from graphql_erp.environment.transaction import Transaction
from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import NOW, DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
    model: Account
    order_by: [id]
    fields:
      name: {type: Char, unique: true}
      balance: {type: Integer, default: 0}
"""
PYTHON = """
    from typing import Self

    from graphql_erp import Model, mutation

    class Account(Model):
        @mutation
        async def add(self, amount: int) -> Self:
            '''Add to the balance.'''
            await self.update(balance=self.balance + amount)
            return self
"""
ADD = """mutation($id: ID!, $amount: Int!, $key: String!) {
    accountAdd(id: $id, amount: $amount) @idempotent(key: $key) {
      record { balance } errors { code } } }"""


@pytest.fixture
async def bank(models: DeclaredModels) -> DeclaredModels:
    """Give three accounts, and ten connections."""
    models.declare(MODELS, python=PYTHON, pool_max=10)
    await models.gql(
        'mutation { accountCreateMany(data: [{name: "a"}, {name: "b"}, {name: "c"}]) { affected } }'
    )
    return models


async def balances(bank: DeclaredModels) -> list[int]:
    result = await bank.gql("{ accounts { nodes { balance } } }")
    return [node["balance"] for node in result.data["accounts"]["nodes"]]


async def reset(bank: DeclaredModels) -> None:
    await bank.gql(
        "mutation { accountUpdateMany(target: {all: true}, data: {balance: 0}) { affected } }"
    )


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(amounts=st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9)), max_size=25))
async def test_method_calls_on_one_record_follow_each_other(
    bank: DeclaredModels, amounts: list[tuple[int, int]]
) -> None:
    await reset(bank)

    await asyncio.gather(
        *(
            bank.gql(
                "mutation($id: ID!, $n: Int!) { accountAdd(id: $id, amount: $n) "
                "{ errors { code } } }",
                id=str(account),
                n=amount,
            )
            for account, amount in amounts
        )
    )

    assert await balances(bank) == [
        sum(amount for account, amount in amounts if account == number) for number in (1, 2, 3)
    ]


async def add_by_version(client: Client, amount: int) -> int:
    """Add to a balance as a front end does: read, write, and again after a conflict."""
    for attempt in range(100):
        found = (await client("{ account(by: {id: 1}) { balance version } }")).data["account"]
        result = await client(
            """mutation($version: Int!, $balance: Int!) {
              accountUpdate(id: 1, version: $version, data: {balance: $balance}) {
                errors { code } } }""",
            version=found["version"],
            balance=found["balance"] + amount,
        )
        if not result.data["accountUpdate"]["errors"]:
            return attempt
        assert result.data["accountUpdate"]["errors"] == [{"code": "CONFLICT"}]
    raise AssertionError


async def test_no_update_by_version_is_lost(bank: DeclaredModels) -> None:
    client = await bank.client()

    attempts = await asyncio.gather(*(add_by_version(client, 1) for _ in range(12)))

    assert (await balances(bank))[0] == 12
    assert sum(attempts) > 0


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(repeats=st.lists(st.integers(1, 4), min_size=1, max_size=5), run=st.uuids())
async def test_repetitions_at_any_time_act_once(
    bank: DeclaredModels, repeats: list[int], run: uuid.UUID
) -> None:
    await reset(bank)
    calls = [
        {"id": "1", "amount": 10**number, "key": f"{run}-{number}"}
        for number, times in enumerate(repeats)
        for _ in range(times)
    ]

    for _ in range(2):
        await asyncio.gather(*(bank.gql(ADD, **call) for call in calls))

    assert (await balances(bank))[0] == sum(10**number for number in range(len(repeats)))


async def test_bulks_that_name_records_in_other_orders_do_not_block_each_other(
    bank: DeclaredModels,
) -> None:
    document = """mutation($ids: [ID!]!) {
      accountUpdateMany(target: {ids: $ids}, data: {name: null}) { errors { code } } }"""

    answers = await asyncio.gather(
        *(bank.gql(document, ids=ids) for ids in (["1", "2", "3"], ["3", "2", "1"]) for _ in "abcd")
    )

    assert {answer.body for answer in answers} == {b'{"data":{"accountUpdateMany":{"errors":[]}}}'}


async def test_deadlock_is_tried_again_whole(bank: DeclaredModels) -> None:
    pool = await bank.pool()
    environment = Environment(pool=pool, actor=Actor(), clock=lambda: NOW)
    engine = bank.engine
    met = asyncio.Barrier(2)
    runs: list[int] = []

    async def transfer(transaction: Transaction, first: int, second: int) -> int:
        runs.append(first)
        (one,) = await transaction["Account"].lock().where(Q(id=first)).all()
        await one.update(balance=one.balance + 1)
        if len(runs) <= 2:
            await met.wait()
        (two,) = await transaction["Account"].lock().where(Q(id=second)).all()
        await two.update(balance=two.balance + 10)
        return first

    async def run(first: int, second: int) -> int:
        return await in_transaction(
            environment,
            engine.registry,
            engine.tables,
            lambda transaction: transfer(transaction, first, second),
            never,
        )

    assert await asyncio.gather(run(1, 2), run(2, 1)) == [1, 2]
    assert len(runs) == 3
    assert await balances(bank) == [11, 11, 0]


async def never(_transaction: Transaction, error: Exception) -> int:
    raise error


async def test_calls_after_commit_come_only_after_a_commit(bank: DeclaredModels) -> None:
    pool = await bank.pool()
    environment = Environment(pool=pool, actor=Actor(), clock=lambda: NOW)
    called: list[str] = []

    async def call() -> None:
        called.append(str(await balances(bank)))

    async def run(transaction: Transaction, *, fails: bool) -> int:
        await transaction["Account"].update(balance=7)
        transaction.after_commit(call)
        if fails:
            raise ZeroDivisionError
        return 1

    async def once(*, fails: bool) -> int:
        return await in_transaction(
            environment,
            bank.engine.registry,
            bank.engine.tables,
            lambda transaction: run(transaction, fails=fails),
            never,
        )

    with pytest.raises(ZeroDivisionError):
        await once(fails=True)
    assert (called, await balances(bank)) == ([], [0, 0, 0])

    await once(fails=False)
    assert called == ["[7, 7, 7]"]


async def test_method_may_require_a_key(models: DeclaredModels) -> None:
    models.declare(MODELS, python=PYTHON.replace("@mutation", '@mutation(idempotent="required")'))
    await models.gql('mutation { accountCreate(data: {name: "a"}) { errors { code } } }')

    without = await models.gql("mutation { accountAdd(id: 1, amount: 1) { errors { code } } }")
    answer = await models.gql(ADD, id="1", amount=1, key="k")

    assert without.codes == ["BAD_USER_INPUT"]
    assert answer.data["accountAdd"] == {"record": {"balance": 1}, "errors": []}


async def test_upserts_of_one_new_record_create_it_once(bank: DeclaredModels) -> None:
    document = """mutation($name: String!) {
        accountUpsert(on: [NAME], data: [{name: $name, balance: 5}]) { errors { code } } }"""

    for name in ("x", "y", "z"):
        answers = await asyncio.gather(*(bank.gql(document, name=name) for _ in range(8)))
        assert all(answer.data == {"accountUpsert": {"errors": []}} for answer in answers)

    found = await bank.gql("{ accounts(filter: {balance: {eq: 5}}) { nodes { name version } } }")
    assert found.data["accounts"]["nodes"] == [{"name": n, "version": 8} for n in "xyz"]


async def test_one_new_record_is_made_once_by_get_or_create(bank: DeclaredModels) -> None:
    client = await bank.client()

    async def make(transaction: Transaction) -> int:
        return (await transaction["Account"].get_or_create(name="new")).id

    async def tell(_transaction: Transaction, error: Exception) -> int:
        raise error

    run = (
        in_transaction(client.environment, bank.engine.registry, bank.engine.tables, make, tell)
        for _ in range(8)
    )
    assert len(set(await asyncio.gather(*run))) == 1
