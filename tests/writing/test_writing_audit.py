"""Audit: the database records every change of an audited model, whoever makes it."""

from dataclasses import replace
from typing import Any, ClassVar

import asyncpg
import orjson
import pytest

from graphql_erp.fields.text import Char
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.security.request_facts import NO_REQUEST, RequestFacts
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.queries import Queries
from graphql_erp.writing.context import context_json, enter_sql

pytestmark = pytest.mark.anyio

MODELS = """
    model: Rack
    fields: {name: Char}
    ---
    model: Box
    audit: true
    fields:
      name: {type: Char, required: true}
      rack: {type: ManyToOne, to: Rack, inverse: boxes, on_delete: set_null}
      outer: {type: ManyToOne, to: Box, inverse: parts, on_delete: cascade}
      price: {type: Decimal, digits: [12, 2]}
      pieces: Integer
      serial: BigInteger
      weight: Float
      due: Date
      at: Datetime
      extra: Json
      state: {type: Selection, options: {open: Open, shut: Shut}}
      is_full: {type: Boolean, default: false}
      total: {type: Decimal, digits: [14, 2], compute: price * pieces, store: true}
"""
CHANGES = """{ auditEntries(orderBy: [{id: ASC}]) { nodes {
    model recordId operation oldValues newValues } } }"""


@pytest.fixture
def registry(declare: Declare) -> Registry:
    """Give boxes, which are audited, and racks, which are not."""
    return declare(MODELS, dependencies=["core"])


@pytest.fixture
async def app(models: DeclaredModels, registry: Registry) -> Any:
    """Give a connection with the rights of the application."""
    del registry
    pool = await models.pool()
    async with pool.acquire() as connection:
        yield connection


async def entries(connection: asyncpg.Connection) -> list[tuple[Any, ...]]:
    rows = await connection.fetch(
        "SELECT model, record_id, operation, old_values, new_values FROM audit_entry ORDER BY id"
    )
    return [(*row[:3], *(text and orjson.loads(text) for text in row[3:])) for row in rows]


async def told(connection: asyncpg.Connection) -> list[tuple[str, Any, Any]]:
    """Return operation and values of all entries, without when and by whom boxes were made."""
    found = await entries(connection)
    for _, _, _, *sides in found:
        for values in sides:
            for name in ("created_at", "created_by"):
                (values or {}).pop(name, None)
    return [(operation, old, new) for _, _, operation, old, new in found]


async def test_each_kind_of_value(app: asyncpg.Connection) -> None:
    await app.execute("INSERT INTO rack (name) VALUES ('r')")
    await app.execute(
        "INSERT INTO box (name, rack_id, price, pieces, serial, weight, due, at, extra, state)"
        " VALUES ('a', 1, 1.50, 3, 9007199254740993, 0.5, '2026-02-03', '2026-02-03 04:05+02',"
        " '{\"id\": [null, 1.0]}', 'open')"
    )

    ((model, record, operation, old, new),) = await entries(app)
    created = new.pop("created_at")
    assert (model, record, operation, old) == ("Box", 1, "create", None)
    assert created.endswith("+00:00")
    assert new == {
        "name": "a",
        "rack": "1",
        "price": "1.50",
        "pieces": 3,
        "serial": "9007199254740993",
        "weight": 0.5,
        "due": "2026-02-03",
        "at": "2026-02-03T02:05:00+00:00",
        "extra": {"id": [None, 1.0]},
        "state": "open",
        "total": "4.50",
    }


async def test_update_records_what_changed(app: asyncpg.Connection) -> None:
    await app.execute("INSERT INTO box (name, price, pieces) VALUES ('a', 2, 3)")
    await app.execute("UPDATE box SET name = 'b', price = NULL, version = version + 1")

    _, update = await told(app)
    assert update == (
        "update",
        {"name": "a", "price": "2.00", "total": "6.00"},
        {"name": "b", "price": None, "total": None},
    )


async def test_stamps_alone_make_no_entry(app: asyncpg.Connection) -> None:
    await app.execute("INSERT INTO box (name) VALUES ('a')")
    await app.execute("UPDATE box SET name = 'a', version = 7, updated_at = now() + '1 hour'")

    assert [operation for operation, _, _ in await told(app)] == ["create"]


async def test_delete_records_what_is_gone(app: asyncpg.Connection) -> None:
    await app.execute("INSERT INTO box (name, pieces) VALUES ('a', 1)")
    await app.execute("DELETE FROM box")

    _, gone = await told(app)
    assert gone == ("delete", {"name": "a", "pieces": 1}, None)


async def test_record_without_values_is_recorded(app: asyncpg.Connection) -> None:
    await app.execute("INSERT INTO box (name) VALUES ('')")

    assert await told(app) == [("create", None, {"name": ""})]


async def test_what_the_database_does_by_itself_is_recorded(app: asyncpg.Connection) -> None:
    await app.execute("INSERT INTO rack (name) VALUES ('r')")
    await app.execute("INSERT INTO box (name, rack_id) VALUES ('a', 1)")
    await app.execute("INSERT INTO box (name, outer_id) VALUES ('b', 1)")
    await app.execute("DELETE FROM rack")
    await app.execute("DELETE FROM box WHERE id = 1")

    assert (await told(app))[2:] == [
        ("update", {"rack": "1"}, {"rack": None}),
        ("delete", {"name": "a"}, None),
        ("delete", {"name": "b", "outer": "1"}, None),
    ]


async def test_upsert_is_recorded_as_what_it_did(app: asyncpg.Connection) -> None:
    await app.execute("INSERT INTO box (id, name) VALUES (7, 'a')")
    await app.execute(
        "INSERT INTO box (id, name) VALUES (7, 'b'), (8, 'c')"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name"
    )

    assert (await told(app))[1:] == [
        ("update", {"name": "a"}, {"name": "b"}),
        ("create", None, {"name": "c"}),
    ]


async def test_another_key_is_another_record(app: asyncpg.Connection) -> None:
    await app.execute("INSERT INTO box (id, name) VALUES (7, 'a')")
    await app.execute("UPDATE box SET id = 8")

    assert [(entry[1], entry[2]) for entry in await entries(app)] == [
        (7, "create"),
        (7, "delete"),
        (8, "create"),
    ]


async def test_models_that_are_not_audited_are_left_alone(app: asyncpg.Connection) -> None:
    await app.execute("INSERT INTO rack (name) VALUES ('r')")

    assert await entries(app) == []


async def test_thousand_rows_are_one_statement(app: asyncpg.Connection, queries: Queries) -> None:
    await app.execute("INSERT INTO box (name) SELECT 'a' FROM generate_series(1, 1000)")
    (await queries.told()).clear()
    await app.execute("UPDATE box SET pieces = id")

    assert (await queries.told()).count == 1
    assert await app.fetchval("SELECT count(*) FROM audit_entry WHERE operation = 'update'") == 1000
    assert await app.fetchval(
        "SELECT bool_and(new_values = jsonb_build_object('pieces', record_id)"
        """ AND old_values = '{"pieces": null}') FROM audit_entry WHERE operation = 'update'"""
    )


@pytest.mark.parametrize(
    "attempt",
    [
        "INSERT INTO audit_entry (operation) VALUES ('create')",
        "UPDATE audit_entry SET model = 'Rack'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "ALTER TABLE box DISABLE TRIGGER erp_audit_create",
        "DROP TRIGGER erp_audit_create ON box",
        "CREATE TEMP TABLE audit_entry (id bigint)",
    ],
)
async def test_application_cannot_touch_entries(app: asyncpg.Connection, attempt: str) -> None:
    await app.execute("INSERT INTO box (name) VALUES ('a')")
    before = await entries(app)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(attempt)
    assert await entries(app) == before


async def test_entries_know_who_was_at_work(app: asyncpg.Connection) -> None:
    await app.execute(
        "INSERT INTO currency (code, numeric, name, symbol, decimal_places, rounding,"
        " active) VALUES ('EUR', '978', 'Euro', 'e', 2, 0.01, true)"
    )
    await app.execute("INSERT INTO company (name, currency_id, active) VALUES ('c', 1, true)")
    await app.execute(
        'INSERT INTO "user" (name, login, active, company_id, time_zone)'
        " VALUES ('Ada', 'ada', true, 1, 'UTC')"
    )
    agent = """curl "8" 'it''s' \\ %s $1; --"""
    request = RequestFacts(id="cart-7", ip="192.0.2.7", agent=agent)
    async with app.transaction():
        await app.execute(enter_sql(context_json(Actor(user=1), request)))
        await app.execute("INSERT INTO box (name) VALUES ('a')")
    await app.execute("INSERT INTO box (name) VALUES ('b')")

    rows = await app.fetch(
        "SELECT user_id, request, ip, agent, changed_at = created_at FROM audit_entry ORDER BY id"
    )
    assert [tuple(row) for row in rows] == [
        (1, "cart-7", "192.0.2.7", agent, True),
        (None, None, None, None, True),
    ]


def test_what_is_unknown_is_left_out() -> None:
    assert context_json(Actor(), NO_REQUEST) == "{}"
    assert context_json(Actor(user=3), RequestFacts(ip="::1")) == '{"user":3,"ip":"::1"}'


async def test_mutation_enters_its_context(registry: Registry, gql: Gql, queries: Queries) -> None:
    del registry
    await gql('mutation { rackCreate(data: {name: "r"}) { errors { code } } }')
    assert queries.count == 1
    assert "set_config('erp.context', " in queries.last


async def test_transaction_enters_its_context(
    registry: Registry, gql: Gql, queries: Queries
) -> None:
    del registry
    await gql('mutation { rackCreateMany(data: [{name: "r"}]) { errors { code } } }')
    texts = [query.text for query in queries.sent]

    assert texts[0].startswith("BEGIN; SET LOCAL erp.context = '{")
    assert sum("erp.context" in text for text in texts) == 1


async def test_nothing_is_told_where_nothing_is_audited(
    declare: Declare, gql: Gql, queries: Queries
) -> None:
    declare("model: Rack\nfields: {name: Char}")
    await gql('mutation { rackCreate(data: {name: "r"}) { errors { code } } }')

    assert not any("erp.context" in query.text for query in queries.sent)


async def test_mutation_is_recorded(registry: Registry, gql: Gql) -> None:
    del registry
    await gql('mutation { boxCreate(data: {name: "a", pieces: 2}) { errors { code } } }')
    await gql("mutation { boxUpdate(id: 1, data: {pieces: 3}) { errors { code } } }")
    await gql("mutation { boxDelete(id: 1) { errors { code } } }")

    nodes = (await gql(CHANGES)).data["auditEntries"]["nodes"]
    assert [node["operation"] for node in nodes] == ["CREATE", "UPDATE", "DELETE"]
    assert (nodes[1]["oldValues"], nodes[1]["newValues"]) == ({"pieces": 2}, {"pieces": 3})
    assert {node["model"] for node in nodes} == {"Box"}
    assert {node["recordId"] for node in nodes} == {"1"}


async def test_refused_write_leaves_no_entry(registry: Registry, gql: Gql) -> None:
    del registry
    await gql('mutation { boxCreate(data: {name: "a", outer: {id: 9}}) { errors { code } } }')

    assert (await gql(CHANGES)).data == {"auditEntries": {"nodes": []}}


class Pin(Char):
    """A text nobody may read in a record of changes."""

    is_secret: ClassVar[bool] = True


async def test_secrets_are_never_recorded(models: DeclaredModels, registry: Registry) -> None:
    box = registry.model("Box")
    pin = replace(box.fields["name"], type=Pin(required=True))
    models.use(_with_model(registry, replace(box, fields={**box.fields, "name": pin})))
    pool = await models.pool()
    async with pool.acquire() as app:
        await app.execute("INSERT INTO box (name, pieces) VALUES ('1234', 1)")
        await app.execute("UPDATE box SET name = '5678', pieces = 2")
        await app.execute("UPDATE box SET name = '9999'")
        await app.execute("DELETE FROM box")

        assert await told(app) == [
            ("create", None, {"pieces": 1}),
            ("update", {"pieces": 1}, {"pieces": 2}),
            ("delete", {"pieces": 2}, None),
        ]


def _with_model(registry: Registry, model: ModelDef) -> Registry:
    """Return a registry with another model of a name, which has tables of its own."""
    return replace(
        registry,
        models={**registry.models, model.name: model},
        fingerprint=f"{registry.fingerprint} {model.name}",
    )
