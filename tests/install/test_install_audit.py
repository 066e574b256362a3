"""Triggers of audited models come and go with revisions, and with the modules that extend them."""

import json
import re
import shutil
from pathlib import Path

import asyncpg
import pytest
from install_project import Project

from graphql_erp.config import REPOSITORY
from graphql_erp.errors import SettingsError
from graphql_erp.install.modules import install_modules
from graphql_erp.install.progress import Silent
from graphql_erp.install.revisions import check_migrations
from graphql_erp.install.tenants import create_tenant

pytestmark = pytest.mark.anyio

ENTRIES = REPOSITORY / "modules" / "core" / "models" / "audit_entry.yaml"
USER = "model: User\nfields: {name: Char}"
LEAD = "model: Lead\n{0}fields: {{name: Char, amount: {{type: Decimal}}}}"
AUDITED = LEAD.format("audit: true\n")
OWNED = "extend: Lead\nfields: {{{0}: {{type: ManyToOne, to: User}}}}"


@pytest.fixture
async def sale(project: Project) -> Project:
    """Give a project whose module `sale` has an audited model; all revisions are written."""
    folder = project.module("log", models__user=USER)
    shutil.copy(ENTRIES, folder / "models")
    project.module("sale", needs="log", models__lead=AUDITED)
    await project.migrate("log", "sale")
    return project


async def create(project: Project, *modules: str) -> None:
    await create_tenant(
        project.server, project.settings, "one", modules, demo=False, progress=Silent()
    )


async def install(project: Project, *modules: str) -> None:
    await install_modules(
        project.server, project.settings, "one", modules, demo=False, progress=Silent()
    )


async def run(dsn: str, statement: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(dsn)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def as_program(project: Project, statement: str) -> list[tuple[object, ...]]:
    return await run(project.server.app_dsn(f"{project.settings.database_prefix}_one"), statement)


async def as_owner(project: Project, statement: str) -> list[tuple[object, ...]]:
    return await run(project.server.owner_dsn(f"{project.settings.database_prefix}_one"), statement)


async def differences(project: Project, *modules: str) -> list[str]:
    return await check_migrations(project.server, project.shared, modules, Silent())


def triggers(path: Path | None) -> list[str]:
    """Return what a revision does to triggers."""
    assert path is not None
    return re.findall(r"(?:CREATE|DROP) TRIGGER \w+", path.read_text())


async def test_audit_is_turned_off_and_on_by_revisions(sale: Project) -> None:
    sale.module("sale", needs="log", models__lead=LEAD.format(""))
    (off,) = await sale.migrate("sale")
    assert await differences(sale, "sale") == []
    sale.module("sale", needs="log", models__lead=AUDITED)
    (on,) = await sale.migrate("sale")

    assert off is not None
    assert off.name == "0002_drop_triggers_of_lead.py"
    assert triggers(off) == [
        "DROP TRIGGER erp_audit_create",
        "DROP TRIGGER erp_audit_delete",
        "DROP TRIGGER erp_audit_update",
    ]
    assert on is not None
    assert on.name == "0003_add_triggers_of_lead.py"
    assert triggers(on) == [item.replace("DROP", "CREATE") for item in triggers(off)]
    assert await differences(sale, "sale") == []


async def test_field_of_an_ordinary_kind_leaves_the_triggers_alone(sale: Project) -> None:
    sale.module(
        "sale", needs="log", models__lead=AUDITED.replace("name: Char", "name: Char, a: Date")
    )
    (path,) = await sale.migrate("sale")

    assert path is not None
    assert path.name == "0002_add_lead_a.py"
    assert triggers(path) == []


async def test_new_tenant_records_and_protects(sale: Project) -> None:
    await create(sale, "sale")
    await as_program(sale, "INSERT INTO lead (name, amount) VALUES ('a', 1.5)")

    entries = await as_program(sale, "SELECT model, new_values ->> 'amount' FROM audit_entry")
    assert entries == [("Lead", "1.50")]
    for attempt in ("DELETE FROM audit_entry", "UPDATE audit_entry SET model = ''"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_program(sale, attempt)


async def test_lost_trigger_is_told(sale: Project) -> None:
    await create(sale, "sale")
    await as_owner(sale, "DROP TRIGGER erp_audit_update ON lead")

    with pytest.raises(SettingsError, match=r"differ: add trigger erp_audit_update of lead\.$"):
        await install(sale)


async def test_modules_that_extend_the_same_model_live_together(sale: Project) -> None:
    for name in ("seller", "buyer"):
        sale.module(f"more_{name}", needs="sale", models__lead=OWNED.format(name))
    written = await sale.migrate("more_seller", "more_buyer")
    await create(sale, "more_seller")
    await install(sale, "more_buyer")
    await as_program(sale, "INSERT INTO \"user\" (name) VALUES ('u')")
    await as_program(sale, "INSERT INTO lead (seller_id, buyer_id) VALUES (1, 1)")

    assert [triggers(path) for path in written] == [[], []]
    ((values,),) = await as_program(sale, "SELECT new_values::text FROM audit_entry")
    found = json.loads(str(values))
    del found["created_at"]
    assert found == {"seller": "1", "buyer": "1"}
    assert await differences(sale, "more_seller", "more_buyer") == []


async def test_module_that_only_turns_audit_on(sale: Project) -> None:
    sale.module("plain", needs="log", models__thing="model: Thing\nfields: {name: Char}")
    sale.module("watch", needs="plain", models__thing="extend: Thing\naudit: true")
    await sale.migrate("plain", "watch")
    await create(sale, "plain")
    await as_program(sale, "INSERT INTO thing (name) VALUES ('a')")
    await install(sale, "watch")
    await as_program(sale, "UPDATE thing SET name = 'b'")

    entries = await as_program(sale, "SELECT operation, old_values ->> 'name' FROM audit_entry")
    assert entries == [("update", "a")]
