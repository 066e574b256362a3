"""Groups, access and rules as records: they follow their module until somebody changes them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphql_erp.config import REPOSITORY
from graphql_erp.declarations.discover import load_modules
from graphql_erp.environment.transaction import Transaction
from graphql_erp.errors import UserError
from graphql_erp.expressions.q import Q
from graphql_erp.expressions.tree import FALSE
from graphql_erp.install.grants import ship_grants
from graphql_erp.reading.grant_rows import read_grant_rows
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.security.declared import declared_grants
from graphql_erp.security.stored import grants_of
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.writing.writer import Writer

pytestmark = pytest.mark.anyio

FIRST = """
groups:
  clerk: {implies: [core_user]}
  boss: {label: The boss, implies: [clerk]}
access:
  Shop:
    clerk: {allow: [read, greet], where: Q(name__isnull=False)}
    boss: all
rules:
  named: {model: Shop, where: ~Q(name="Area 51")}
"""
SECOND = """
groups:
  clerk: {implies: [core_user]}
  boss: {label: Boss, implies: [clerk, core_administrator]}
access:
  Shop:
    clerk: [read, update]
    boss: all
rules:
  named: {model: Shop, where: ~Q(name="Area 52")}
"""
SHOP = "model: Shop\nfields: {name: Char, company: {type: ManyToOne, to: Company}}"
PYTHON = """
from graphql_erp import Model, query

class Shop(Model):
    @query
    def greet(self) -> str:
        '''Greet.'''
        return "Hello"
"""

Open = Callable[[str], AbstractAsyncContextManager[Transaction]]


def registry(folder: Path, security: str) -> Registry:
    module = folder / "sale"
    (module / "models").mkdir(parents=True, exist_ok=True)
    (module / "manifest.yaml").write_text(
        'name: sale\nidentifier: sale\nversion: "1.0"\ndependencies: [core]\n'
    )
    (module / "models" / "shop.yaml").write_text(SHOP)
    (module / "models" / "shop.py").write_text(PYTHON)
    (module / "security.yaml").write_text(security)
    return build_registry(load_modules([REPOSITORY / "modules", folder], ["sale"]))


@pytest.fixture
async def opened(models: DeclaredModels, tmp_path: Path) -> AsyncIterator[Open]:
    """Give a function that opens an elevated transaction for declarations of security."""
    models.use(registry(tmp_path, FIRST))
    pool = await models.pool()
    async with pool.acquire() as connection:

        @asynccontextmanager
        async def open_(security: str) -> AsyncIterator[Transaction]:
            writer = Writer(
                registry=registry(tmp_path, security),
                tables=models.engine.tables,
                actor=Actor(),
                now=datetime.now(UTC),
                connection=connection,
            )
            async with connection.transaction():
                yield Transaction(writer)

        yield open_


async def said(transaction: Transaction) -> dict[str, Any]:
    groups = await transaction["Group"].load("implies").all()
    access = await transaction["Access"].load("group").archived().all()
    rules = await transaction["Rule"].archived().all()
    return {
        **{item.name: (item.label, sorted(one.name for one in item.implies)) for item in groups},
        **{
            f"{item.group.name} {item.model}": (
                item.can_read,
                item.can_update,
                item.methods,
                item.where,
            )
            for item in access
            if item.model == "Shop"
        },
        **{item.name: (item.model, item.models_with, item.where, item.active) for item in rules},
    }


async def test_declared_grants_are_those_of_the_records(opened: Open) -> None:
    async with opened(FIRST) as transaction:
        assert await ship_grants(transaction) == []
        writer = transaction.writer
        stored = grants_of(
            writer.registry,
            await read_grant_rows(writer.connection, writer.registry, writer.tables),
        )
        declared = declared_grants(writer.registry)

        assert dict(stored.groups) == dict(declared.groups)
        for names in (["clerk"], ["boss"], ["core_administrator"], [], ["core_portal"]):
            groups = stored.closed(names)
            assert groups == declared.closed(names)
            assert stored.permission(groups) == declared.permission(groups)
        assert stored.permission(stored.closed(["clerk"])).calls("Shop", "greet")


async def test_records_follow_their_module(opened: Open) -> None:
    async with opened(FIRST) as transaction:
        await ship_grants(transaction)
        first = await said(transaction)
        assert await ship_grants(transaction) == []
        assert await said(transaction) == first
    async with opened(SECOND) as transaction:
        assert await ship_grants(transaction) == []
        found = await said(transaction)

    assert first["boss"] == ("The boss", ["clerk"])
    assert first["clerk Shop"] == (True, False, ["greet"], "Q(name__isnull=False)")
    assert found["boss"] == ("Boss", ["clerk", "core_administrator"])
    assert found["clerk Shop"] == (True, True, None, None)
    assert found["named"] == ("Shop", None, '~Q(name="Area 52")', True)


async def test_what_an_administrator_changed_survives_and_is_told(opened: Open) -> None:
    async with opened(FIRST) as transaction:
        await ship_grants(transaction)
        await (
            transaction["Access"]
            .where(Q(model="Shop") & Q(group__name="clerk"))
            .update(where="Q(id=1)")
        )
        await transaction["Rule"].where(Q(name="named")).update(active=False)
        await transaction["Group"].where(Q(name="boss")).update(label="Chief")
    async with opened(SECOND) as transaction:
        told = await ship_grants(transaction)
        found = await said(transaction)
        again = await ship_grants(transaction)

    assert told == [
        "sale: boss was changed here and is left as it is.",
        "sale: access_clerk_Shop was changed here and is left as it is.",
        "sale: rule_named was changed here and is left as it is.",
    ]
    assert again == []
    assert found["boss"] == ("Chief", ["clerk"])
    assert found["clerk Shop"] == (True, False, ["greet"], "Q(id=1)")
    assert found["named"] == ("Shop", None, '~Q(name="Area 51")', False)


async def test_what_is_no_longer_shipped_goes_unless_it_was_changed(opened: Open) -> None:
    without = FIRST.replace("    boss: all\n", "").replace("  named: {", "  other: {")
    async with opened(FIRST) as transaction:
        await ship_grants(transaction)
        await transaction["Rule"].where(Q(name="named")).update(where="Q(id__isnull=False)")
    async with opened(without) as transaction:
        told = await ship_grants(transaction)
        found = await said(transaction)

    assert told == ["sale: rule_named is no longer shipped, but was changed here: it stays."]
    assert "boss Shop" not in found
    assert found["named"] == ("Shop", None, "Q(id__isnull=False)", True)


async def test_deleted_access_stays_deleted(opened: Open) -> None:
    async with opened(FIRST) as transaction:
        await ship_grants(transaction)
        await transaction["Access"].where(Q(model="Shop")).delete()
    async with opened(SECOND) as transaction:
        assert await ship_grants(transaction) == []
        assert "clerk Shop" not in await said(transaction)


async def test_rule_of_models_with_a_field_narrows_each_of_them(opened: Open) -> None:
    async with opened(FIRST) as transaction:
        await ship_grants(transaction)
        writer = transaction.writer
        rows = await read_grant_rows(writer.connection, writer.registry, writer.tables)
        rules = grants_of(writer.registry, rows).rules

    assert {rule.model for rule in rules if rule.name == "own_companies"} == {
        "Contact",
        "Shop",
        "User",
    }


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"model": "Shops", "where": "Q(id=1)"}, 'There is no model Shops. Did you mean "Shop"?'),
        ({"model": "Shop", "where": "Q(nam=1)"}, 'Shop has no field "nam". Did you mean "name"?'),
        ({"model": "Shop", "where": "open('x')"}, None),
    ],
)
async def test_access_that_means_nothing_is_refused(
    opened: Open, values: dict[str, Any], message: str | None
) -> None:
    async with opened(FIRST) as transaction:
        await ship_grants(transaction)
        before = await transaction["Access"].count()
        group = await transaction["Group"].get(name="clerk")
        with pytest.raises(UserError) as refused:
            async with transaction.savepoint():
                await transaction["Access"].create(group=group, **values)

        assert message is None or str(refused.value) == message
        assert await transaction["Access"].count() == before


async def test_condition_that_no_longer_fits_grants_nothing(opened: Open) -> None:
    async with opened(FIRST) as transaction:
        await ship_grants(transaction)
        writer = transaction.writer
        rows = await read_grant_rows(writer.connection, writer.registry, writer.tables)
    broken = replace(
        rows, rules=tuple((*rule[:3], "Q(gone=1)") for rule in rows.rules if rule[0] == "named")
    )
    grants = grants_of(writer.registry, broken)

    assert [rule.where for rule in grants.rules] == [FALSE]
    assert grants.narrowed("Shop") == FALSE
