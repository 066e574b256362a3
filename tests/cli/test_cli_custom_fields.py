"""Custom fields over a tenant that is served: added, used, hidden, kept, noticed elsewhere."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from cli_sign_in import ask

from graphql_erp.cli.served_tenant import ServedTenant
from graphql_erp.config import Settings
from graphql_erp.install.modules import install_modules
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant, tenant_state
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio

CREATE = """
mutation ($data: CustomFieldCreateInput!) {
  customFieldCreate(data: $data) {
    record { id model name type label hint options active }
    errors { code message path }
  }
}
"""
UPDATE = """
mutation ($id: ID!, $data: CustomFieldUpdateInput!) {
  customFieldUpdate(id: $id, data: $data) { record { active } errors { code message path } }
}
"""
COUNT = "{ customFields(archived: INCLUDE) { totalCount } }"


@pytest.fixture
async def settings(cli_settings: Settings, server: Server) -> AsyncIterator[Settings]:
    """Give the settings of a tenant of this test alone."""
    chosen = cli_settings.model_copy(update={"tenant": f"t{secrets.token_hex(4)}"})
    await create_tenant(server, chosen, chosen.tenant, ["core"], demo=False, progress=Silent())
    yield chosen
    await drop_database(server, tenant_database(chosen, chosen.tenant))


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[ServedTenant]:
    """Serve the tenant as a process of its own would."""
    tenant = ServedTenant(settings)
    await tenant.startup()
    try:
        yield tenant
    finally:
        await tenant.shutdown()


@pytest.fixture
async def served(settings: Settings) -> AsyncIterator[ServedTenant]:
    """Give a tenant that is served."""
    async with serving(settings) as tenant:
        yield tenant


async def add(served: ServedTenant, name: str, kind: str = "CHAR", **more: Any) -> Any:
    data = {"model": "Contact", "name": name, "type": kind, **more}
    return (await ask(served, CREATE, data=data))["data"]["customFieldCreate"]


async def columns(server: Server, settings: Settings) -> dict[str, str]:
    """Return the columns of custom fields and their types."""
    database = tenant_database(settings, settings.tenant)
    owner = await asyncpg.connect(server.owner_dsn(database))
    try:
        rows = await owner.fetch(
            "SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS kind FROM pg_attribute a"
            " WHERE a.attrelid = 'contact'::regclass AND starts_with(a.attname::text, 'x_')"
            " ORDER BY a.attname"
        )
    finally:
        await owner.close()
    return {row["attname"]: row["kind"] for row in rows}


async def test_field_is_served_as_soon_as_its_mutation_is_answered(served: ServedTenant) -> None:
    before = served.schema()
    await ask(served, 'mutation { contactCreate(data: {name: "Old"}) { errors { code } } }')

    added = await add(served, "x_badge_number", "INTEGER", label="Badge", hint="On the card.")

    assert added == {
        "record": {
            "id": "1",
            "model": "Contact",
            "name": "x_badge_number",
            "type": "INTEGER",
            "label": "Badge",
            "hint": "On the card.",
            "options": None,
            "active": True,
        },
        "errors": [],
    }
    sdl = served.schema().sdl.body.decode()
    assert '"""On the card."""\n  xBadgeNumber: Int' in sdl
    assert "xBadgeNumber" in served.schema().introspection.body.decode()
    assert served.schema().hash_header != before.hash_header
    created = await ask(
        served,
        """mutation { contactCreateMany(data: [
          {name: "Ada", xBadgeNumber: 7}, {name: "Ben", xBadgeNumber: 9}
        ]) { records { name xBadgeNumber } } }""",
    )
    assert created["data"]["contactCreateMany"]["records"] == [
        {"name": "Ada", "xBadgeNumber": 7},
        {"name": "Ben", "xBadgeNumber": 9},
    ]
    found = await ask(
        served,
        """{
          typed: contacts(filter: {xBadgeNumber: {gt: 7}}) { nodes { name } }
          text: contacts(q: "Q(x_badge_number__isnull=True)") { nodes { name } }
          ordered: contacts(orderBy: [{xBadgeNumber: DESC_NULLS_LAST}]) { nodes { name } }
          figures: contacts { aggregate { sum { xBadgeNumber } } }
          type: __type(name: "Contact") { fields { name } }
        }""",
    )
    data = found["data"]
    assert data["typed"]["nodes"] == [{"name": "Ben"}]
    assert {"name": "Old"} in data["text"]["nodes"]
    assert [item["name"] for item in data["ordered"]["nodes"]][:2] == ["Ben", "Ada"]
    assert data["figures"] == {"aggregate": {"sum": {"xBadgeNumber": "16"}}}
    assert {"name": "xBadgeNumber"} in data["type"]["fields"]


async def test_changes_of_the_field_are_written_and_audited(served: ServedTenant) -> None:
    await ask(served, 'mutation { contactCreate(data: {name: "Ada"}) { errors { code } } }')
    await add(served, "x_grade", "SELECTION", options=["gold", "silver"])

    changed = await ask(
        served,
        """mutation { contactUpdateMany(
          target: {filter: {name: {eq: "Ada"}}}, data: {xGrade: GOLD}
        ) { records { xGrade changes(first: 1) { nodes { newValues } } } errors { message } } }""",
    )

    (record,) = changed["data"]["contactUpdateMany"]["records"]
    assert record["xGrade"] == "GOLD"
    assert record["changes"]["nodes"][0]["newValues"]["x_grade"] == "gold"


@pytest.mark.parametrize(
    ("kind", "value", "column"),
    [
        ("CHAR", "a", "text"),
        ("TEXT", "a\nb", "text"),
        ("EMAIL", "ada@example.com", "character varying(254)"),
        ("URL", "https://example.com/", "character varying(2000)"),
        ("INTEGER", 1, "integer"),
        ("BIG_INTEGER", "9007199254740993", "bigint"),
        ("DECIMAL", "1.50", "numeric(16,2)"),
        ("FLOAT", 0.5, "double precision"),
        ("BOOLEAN", True, "boolean"),
        ("DATE", "2026-01-31", "date"),
        ("DATETIME", "2026-01-31T12:00:00.000000Z", "timestamp with time zone"),
        ("TIME", "12:30:00.000000", "time without time zone"),
    ],
)
async def test_values_of_every_type_come_back(
    served: ServedTenant, settings: Settings, server: Server, kind: str, value: Any, column: str
) -> None:
    assert (await add(served, "x_value", kind))["errors"] == []

    answer = await ask(
        served,
        """mutation ($data: ContactCreateInput!) {
          contactCreate(data: $data) { record { xValue } errors { message } }
        }""",
        data={"name": "Ada", "xValue": value},
    )

    assert answer["data"]["contactCreate"] == {"record": {"xValue": value}, "errors": []}
    assert await columns(server, settings) == {"x_value": column}


BAD_NAME = (
    "The name must begin with x_ and a letter; lower-case letters, digits and single"
    " underscores follow, none before a digit."
)
REFUSED = [
    (
        {"name": "badge"},
        "name",
        BAD_NAME,
    ),
    (
        {"name": "x_a_1"},
        "name",
        BAD_NAME,
    ),
    (
        {"model": "Contakt"},
        "model",
        'There is no model "Contakt". Did you mean "Contact"?',
    ),
    ({"model": "AuditEntry"}, "model", "AuditEntry cannot have custom fields."),
    ({"model": "CustomField"}, "model", "CustomField cannot have custom fields."),
    ({"options": ["a"]}, "options", "A Char field has no options."),
    (
        {"type": "SELECTION"},
        "options",
        'A selection needs its values as a list of texts, such as ["a", "b"].',
    ),
    (
        {"type": "SELECTION", "options": ["a-b", "a b"]},
        "options",
        'options "a-b" and "a b" are both A_B in GraphQL.',
    ),
]


@pytest.mark.parametrize(("change", "attribute", "message"), REFUSED)
async def test_mistake_is_told_and_nothing_is_written(
    served: ServedTenant,
    settings: Settings,
    server: Server,
    change: dict[str, Any],
    attribute: str,
    message: str,
) -> None:
    schema = served.schema()
    data = {"model": "Contact", "name": "x_field", "type": "CHAR", **change}

    answer = await ask(served, CREATE, data=data)

    assert answer["data"]["customFieldCreate"] == {
        "record": None,
        "errors": [{"code": "INVALID", "message": message, "path": [attribute]}],
    }
    assert await ask(served, COUNT) == {"data": {"customFields": {"totalCount": 0}}}
    assert served.schema() is schema
    assert await columns(server, settings) == {}


async def test_type_that_is_not_offered_is_refused(served: ServedTenant) -> None:
    data = {"model": "Contact", "name": "x_field", "type": "MANY_TO_ONE"}

    answer = await ask(served, CREATE, data=data)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert await ask(served, COUNT) == {"data": {"customFields": {"totalCount": 0}}}


async def test_name_of_another_custom_field_is_taken(served: ServedTenant) -> None:
    await add(served, "x_badge")

    again = await add(served, "x_badge", "INTEGER")

    assert [(item["code"], item["path"]) for item in again["errors"]] == [("UNIQUE", ["model"])]
    assert await ask(served, COUNT) == {"data": {"customFields": {"totalCount": 1}}}


async def test_two_models_may_have_a_field_of_one_name(served: ServedTenant) -> None:
    data = {"model": "Country", "name": "x_grade", "type": "SELECTION", "options": ["a"]}
    assert (await ask(served, CREATE, data=data))["data"]["customFieldCreate"]["errors"] == []

    assert (await add(served, "x_grade", "SELECTION", options=["b"]))["errors"] == []

    assert "xGrade: CountryXGrade" in served.schema().sdl.body.decode()
    assert "xGrade: ContactXGrade" in served.schema().sdl.body.decode()


async def test_hidden_field_leaves_the_schema_and_keeps_its_values(
    served: ServedTenant, settings: Settings, server: Server
) -> None:
    field = (await add(served, "x_badge", "SELECTION", options=["a", "b"]))["record"]["id"]
    create = 'mutation { contactCreate(data: {name: "Ada", xBadge: A}) { errors { code } } }'
    await ask(served, create)

    hidden = await ask(served, UPDATE, id=field, data={"active": False})

    assert hidden["data"]["customFieldUpdate"] == {"record": {"active": False}, "errors": []}
    assert "xBadge" not in served.schema().sdl.body.decode()
    assert await columns(server, settings) == {"x_badge": "text"}
    await install_modules(server, settings, settings.tenant, ["crm"], demo=False, progress=Silent())
    await served.look()
    await ask(served, UPDATE, id=field, data={"active": True})
    found = await ask(served, '{ contacts(filter: {name: {eq: "Ada"}}) { nodes { xBadge } } }')
    assert found == {"data": {"contacts": {"nodes": [{"xBadge": "A"}]}}}


@pytest.mark.parametrize(
    ("name", "value"),
    [("model", "User"), ("name", "x_other"), ("type", "TEXT"), ("options", ["a"])],
)
async def test_what_the_column_is_made_of_stays(
    served: ServedTenant, name: str, value: Any
) -> None:
    field = (await add(served, "x_badge"))["record"]["id"]

    answer = await ask(served, UPDATE, id=field, data={name: value})

    assert answer["data"]["customFieldUpdate"]["errors"] == [
        {
            "code": "BUSINESS_RULE",
            "message": "This cannot be changed: hide the field and add another.",
            "path": [name],
        }
    ]
    assert "xBadge: String" in served.schema().sdl.body.decode()


async def test_label_and_hint_may_be_changed(served: ServedTenant) -> None:
    field = (await add(served, "x_badge"))["record"]["id"]

    await ask(served, UPDATE, id=field, data={"hint": "On the card."})

    assert '"""On the card."""\n  xBadge: String' in served.schema().sdl.body.decode()


async def test_field_is_not_deleted(served: ServedTenant) -> None:
    field = (await add(served, "x_badge"))["record"]["id"]

    answer = await ask(
        served,
        "mutation ($id: ID!) { customFieldDelete(id: $id) { errors { message } } }",
        id=field,
    )

    assert answer["data"]["customFieldDelete"]["errors"] == [
        {"message": "A custom field cannot be deleted: set active to false to hide it."}
    ]
    assert "xBadge: String" in served.schema().sdl.body.decode()


async def test_field_outlives_a_restart_and_an_upgrade(settings: Settings, server: Server) -> None:
    async with serving(settings) as first:
        await add(first, "x_grade", "SELECTION", options=["gold", "silver"])
    await install_modules(server, settings, settings.tenant, ["crm"], demo=False, progress=Silent())
    await install_modules(server, settings, settings.tenant, [], demo=False, progress=Silent())

    async with serving(settings) as second:
        sdl = second.schema().sdl.body.decode()
        assert "xGrade: ContactXGrade" in sdl
        assert "type CrmLead implements" in sdl
        assert "xGrade" not in (await ask(second, "{ companies { nodes { name } } }"))
    state = await tenant_state(server, settings, settings.tenant)
    assert state.is_current
    assert list(state.modules) == ["core", "crm"]


async def test_missing_column_is_added_when_the_tenant_is_served(
    settings: Settings, server: Server
) -> None:
    owner = await asyncpg.connect(server.owner_dsn(tenant_database(settings, settings.tenant)))
    await owner.execute(
        "INSERT INTO custom_field (model, name, type, active)"
        " VALUES ('Contact', 'x_badge', 'Integer', true)"
    )
    await owner.close()

    async with serving(settings) as served:
        assert "xBadge: Int" in served.schema().sdl.body.decode()
        assert await columns(server, settings) == {"x_badge": "integer"}


async def test_fields_added_at_once_are_all_there(served: ServedTenant, settings: Settings) -> None:
    async with serving(settings) as other:
        names = ["x_one", "x_two", "x_three", "x_four"]
        answers = await asyncio.gather(
            *(
                add(process, name)
                for process, name in zip([served, other, served, other], names, strict=True)
            )
        )

        assert [answer["errors"] for answer in answers] == [[], [], [], []]
        read = "{ contacts { nodes { xOne xTwo xThree xFour } } }"
        await asyncio.gather(served.look(), other.look())
        for process in (served, other):
            assert "errors" not in await ask(process, read)


async def test_other_process_notices_by_itself(served: ServedTenant, settings: Settings) -> None:
    async with serving(settings) as other:
        await add(served, "x_badge")

        async with asyncio.timeout(10):
            while b"xBadge" not in other.schema().sdl.body:  # noqa: ASYNC110 -- as clients see it
                await asyncio.sleep(0.05)

        assert "errors" not in await ask(other, "{ contacts { nodes { xBadge } } }")


async def test_requests_under_way_end_on_the_schema_they_began_with(
    served: ServedTenant, settings: Settings, server: Server
) -> None:
    write = """mutation {
      userUpdateMany(target: {filter: {login: {eq: "admin"}}}, data: {name: "Eve"}) {
        records { name } errors { message }
      }
    }"""
    owner = await asyncpg.connect(server.owner_dsn(tenant_database(settings, settings.tenant)))
    try:
        transaction = owner.transaction()
        await transaction.start()
        await owner.execute('SELECT FROM "user" FOR NO KEY UPDATE')
        under_way = asyncio.create_task(ask(served, write))
        assert (await add(served, "x_badge"))["errors"] == []
        assert b"xBadge" in served.schema().sdl.body
        assert not under_way.done()
        await transaction.rollback()
        answer = await under_way
    finally:
        await owner.close()

    assert "errors" not in answer
    assert answer["data"]["userUpdateMany"] == {"records": [{"name": "Eve"}], "errors": []}


async def test_table_in_use_delays_the_field_and_nothing_else(
    served: ServedTenant, settings: Settings, server: Server
) -> None:
    database = tenant_database(settings, settings.tenant)
    owner = await asyncpg.connect(server.owner_dsn(database))
    try:
        transaction = owner.transaction()
        await transaction.start()
        await owner.execute("SELECT FROM contact")
        assert (await add(served, "x_badge"))["errors"] == []
        assert b"xBadge" not in served.schema().sdl.body
        assert "errors" not in await ask(served, "{ contacts { totalCount } }")
        await transaction.rollback()
    finally:
        await owner.close()

    async with asyncio.timeout(15):
        while b"xBadge" not in served.schema().sdl.body:  # noqa: ASYNC110 -- as clients see it
            await asyncio.sleep(0.05)
    assert "errors" not in await ask(served, "{ contacts { nodes { xBadge } } }")
