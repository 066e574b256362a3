"""Tenants are copied from templates, looked at, brought up to date and dropped."""

import asyncio
import shutil
from pathlib import Path

import asyncpg
import pytest
from install_project import STAGE, Project

from graphql_erp.errors import SettingsError, TenantUnavailable
from graphql_erp.install.modules import install_modules
from graphql_erp.install.names import template_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.registries import registry_of
from graphql_erp.install.tenants import (
    TenantState,
    create_tenant,
    drop_tenant,
    list_tenants,
    tenant_state,
)
from graphql_erp.tenants.databases import create_database
from graphql_erp.testing.database import list_databases

pytestmark = pytest.mark.anyio

RECORDS = "records: {Stage: {stage_new: {name: New}}}"
DEMO = "records: {Stage: {stage_demo: {name: Demo}}}"


@pytest.fixture
def sale(project: Project, sale_revisions: Path) -> Project:
    """Give a project whose module `sale` has revisions and records."""
    folder = project.module("sale", models__stage=STAGE, data__stages=RECORDS, demo__stages=DEMO)
    shutil.copytree(sale_revisions, folder / "migrations")
    return project


async def create(project: Project, tenant: str, *modules: str, demo: bool = False) -> None:
    await create_tenant(
        project.server, project.settings, tenant, modules, demo=demo, progress=Silent()
    )


async def install(project: Project, *modules: str, demo: bool = False) -> int:
    return await install_modules(
        project.server, project.settings, "one", modules, demo=demo, progress=Silent()
    )


async def state(project: Project, tenant: str = "one") -> TenantState:
    return await tenant_state(project.server, project.settings, tenant)


async def templates(project: Project) -> list[str]:
    prefix = f"{project.settings.database_prefix}_template"
    return await list_databases(project.server, prefix)


async def stages(project: Project, tenant: str = "one") -> list[str]:
    database = f"{project.settings.database_prefix}_{tenant}"
    connection = await asyncpg.connect(project.server.app_dsn(database))
    try:
        rows = await connection.fetch("SELECT name FROM stage ORDER BY name")
    finally:
        await connection.close()
    return [row["name"] for row in rows]


async def test_new_tenant_has_modules_and_records(sale: Project) -> None:
    await create(sale, "one", "sale")

    assert await stages(sale) == ["New"]
    assert await state(sale) == TenantState(
        tenant="one", modules={"core": "1.0", "sale": "1.0"}, exists=True, is_current=True
    )


async def test_template_is_built_once_per_set_of_modules_and_kind(sale: Project) -> None:
    await create(sale, "one", "sale")
    await create(sale, "two", "sale", "core")
    await create(sale, "demo", "sale", demo=True)

    registry = registry_of(sale.settings, ["sale"])
    assert await templates(sale) == [
        template_database(sale.settings, registry, demo=True),
        template_database(sale.settings, registry, demo=False),
    ]
    assert await stages(sale, "demo") == ["Demo", "New"]
    assert await stages(sale, "two") == ["New"]


async def test_tenants_made_at_the_same_time_share_one_template(sale: Project) -> None:
    await asyncio.gather(create(sale, "one", "sale"), create(sale, "two", "sale"))

    assert (await stages(sale, "one"), await stages(sale, "two")) == (["New"], ["New"])
    assert len(await templates(sale)) == 1


async def test_stale_template_is_dropped_when_a_new_one_is_built(sale: Project) -> None:
    await create(sale, "one", "sale")
    before = await templates(sale)
    sale.module("sale", data__stages=RECORDS.replace("New", "Newer"))

    await create(sale, "two", "sale")

    after = await templates(sale)
    assert (len(before), len(after)) == (1, 1)
    assert before != after
    assert await stages(sale, "two") == ["Newer"]


async def test_template_that_somebody_uses_is_kept(sale: Project) -> None:
    await create(sale, "one", "sale")
    (used,) = await templates(sale)
    sale.module("sale", data__stages=RECORDS.replace("New", "Newer"))
    connection = await asyncpg.connect(sale.server.owner_dsn(used))
    try:
        await create(sale, "two", "sale")
    finally:
        await connection.close()

    assert used in await templates(sale)
    assert len(await templates(sale)) == 2


async def test_template_that_was_never_finished_is_built_anew(sale: Project) -> None:
    registry = registry_of(sale.settings, ["sale"])
    await create_database(sale.server, template_database(sale.settings, registry, demo=False))

    await create(sale, "one", "sale")

    assert await stages(sale) == ["New"]


async def test_template_without_the_newest_revision_is_built_anew(sale: Project) -> None:
    await create(sale, "one", "sale")
    (folder,) = sale.folder.glob("sale/migrations")
    (folder / "0002_nothing.py").write_text(
        'revision = "sale_0002"\ndown_revision = "sale_0001"\n\ndef upgrade():\n    pass\n'
    )

    await create(sale, "two", "sale")

    assert (await state(sale)).is_current is False
    assert (await state(sale, "two")).is_current is True


async def test_unmigrated_tenant_says_what_mends_it(sale: Project) -> None:
    await create(sale, "one", "sale")
    sale.module("sale", models__stage=f"{STAGE[:-1]}, notes: Text}}")
    await sale.migrate("sale")

    outdated = await state(sale)
    written = await install(sale)
    mended = await state(sale)

    assert outdated == TenantState(
        tenant="one",
        modules={"core": "1.0", "sale": "1.0"},
        exists=True,
        reason="1 migrations have not been run.",
        mend="erp module install --tenant one core sale",
    )
    assert (written, mended.is_current, mended.mend) == (0, True, "")


async def test_new_version_of_a_module_is_not_current(sale: Project) -> None:
    await create(sale, "one", "sale")
    sale.module("sale", version="1.1")

    outdated = await state(sale)
    await install(sale)

    assert outdated.reason == "Module sale is at 1.0, not 1.1."
    assert (await state(sale)).modules == {"core": "1.0", "sale": "1.1"}


async def test_second_install_writes_nothing(sale: Project) -> None:
    await create(sale, "one", "sale")
    database = f"{sale.settings.database_prefix}_one"
    connection = await asyncpg.connect(sale.server.owner_dsn(database))
    marks = "SELECT array_agg(m.xmin::text || r.xmin::text) FROM erp_module m, record_reference r"
    try:
        before = await connection.fetchval(marks)
        written = await install(sale, "sale")
        after = await connection.fetchval(marks)
    finally:
        await connection.close()

    assert (written, after) == (0, before)


async def test_module_is_added_to_a_tenant(sale: Project) -> None:
    await create(sale, "one", "core")

    written = await install(sale, "sale", demo=True)
    again = await install(sale)

    assert (written, again) == (2, 0)
    assert await stages(sale) == ["Demo", "New"]
    assert (await state(sale)).modules == {"core": "1.0", "sale": "1.0"}


async def test_column_of_an_extension_belongs_to_the_extending_module(sale: Project) -> None:
    sale.module("more", needs="sale", models__stage="extend: Stage\nfields: {color: Integer}")
    written = await sale.migrate("sale", "more")
    await create(sale, "one", "sale")

    await install(sale, "more")

    assert written[0] is None
    assert written[1] == sale.folder / "more" / "migrations" / "0001_initial.py"
    assert 'op.add_column("stage", sa.Column("color", sa.Integer()))' in written[1].read_text()
    assert 'depends_on = ("sale_0001",)' in written[1].read_text()
    assert (await state(sale)).is_current is True


async def test_modules_that_extend_the_same_options_live_together(sale: Project) -> None:
    base = f"{STAGE[:-1]}, kind: {{type: Selection, options: [a]}}}}"
    sale.module("sale", models__stage=base, data__stages="records: {}")
    extend = "extend: Stage\nfields: {{kind: {{options: [{0}]}}}}"
    record = "records: {{Stage: {{of_{0}: {{name: Of {0}, kind: {0}}}}}}}"
    for name in ("b", "c"):
        sale.module(
            f"more_{name}",
            needs="sale",
            models__stage=extend.format(name),
            data__stages=record.format(name),
        )
    written = await sale.migrate("sale", "more_b", "more_c")

    await create(sale, "one", "more_b")
    await install(sale, "more_c")

    assert [path and path.name for path in written] == ["0002_add_stage_kind.py", None, None]
    assert await stages(sale) == ["Of b", "Of c"]
    connection = await asyncpg.connect(sale.server.app_dsn(f"{sale.settings.database_prefix}_one"))
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("UPDATE stage SET kind = 'd'")
    finally:
        await connection.close()


async def test_change_below_needs_its_revision_first(sale: Project) -> None:
    sale.module("more", needs="sale", models__stage="extend: Stage\nfields: {color: Integer}")
    sale.module("sale", models__stage=f"{STAGE[:-1]}, notes: Text}}")

    with pytest.raises(SettingsError, match=r"core sale differ: add column stage\.notes text\.$"):
        await sale.migrate("more")

    assert not (sale.folder / "more" / "migrations").exists()


async def test_module_whose_models_and_migrations_differ_is_not_installed(sale: Project) -> None:
    await create(sale, "one", "core")
    sale.module("sale", models__stage=f"{STAGE[:-1]}, notes: Text}}")

    with pytest.raises(SettingsError) as caught:
        await install(sale, "sale")

    assert caught.value.hint == "Run: erp module makemigration core sale"
    assert await state(sale) == TenantState(
        tenant="one", modules={"core": "1.0"}, exists=True, is_current=True
    )


async def test_tenant_ahead_of_its_modules_is_refused(sale: Project) -> None:
    await create(sale, "one", "sale")
    for file in (sale.folder / "sale" / "migrations").glob("*.py"):
        file.unlink()

    with pytest.raises(SettingsError, match="has revisions that the modules do not have"):
        await install(sale)

    assert (await state(sale)).reason.startswith("It is ahead of the modules:")


async def test_tenant_whose_module_is_gone_says_so(sale: Project) -> None:
    await create(sale, "one", "sale")
    (sale.folder / "sale" / "manifest.yaml").unlink()

    assert (await state(sale)).reason == ('Its modules cannot be read: there is no module "sale".')


async def test_missing_tenant(project: Project) -> None:
    assert await state(project, "nobody") == TenantState(
        tenant="nobody", reason="It does not exist.", mend="erp tenant create nobody core"
    )
    with pytest.raises(TenantUnavailable):
        await drop_tenant(project.server, project.settings, "nobody")
    with pytest.raises(TenantUnavailable):
        await install(project)


async def test_database_without_modules_is_not_current(project: Project) -> None:
    await create_database(project.server, f"{project.settings.database_prefix}_one")

    empty = await state(project)
    await install(project)

    assert (empty.exists, empty.is_current, empty.reason, empty.mend) == (
        True,
        False,
        "No module is installed.",
        "erp module install --tenant one core",
    )
    assert (await state(project)).modules == {"core": "1.0"}


async def test_tenants_are_listed_without_templates_and_dropped(sale: Project) -> None:
    await create(sale, "one", "sale")
    await create(sale, "a_two", "sale")

    listed = await list_tenants(sale.server, sale.settings)
    await drop_tenant(sale.server, sale.settings, "one")
    left = await list_tenants(sale.server, sale.settings)

    assert [item.tenant for item in listed] == ["a_two", "one"]
    assert [item.tenant for item in left] == ["a_two"]


async def test_taken_name_is_refused(sale: Project) -> None:
    await create(sale, "one", "sale")

    with pytest.raises(SettingsError, match='There is a tenant "one" already'):
        await create(sale, "one", "core")

    assert await stages(sale) == ["New"]


@pytest.mark.parametrize("name", ["", "One", "1st", "a-b", "template_x", "scratch_x", "a" * 32])
async def test_bad_name_is_refused(project: Project, name: str) -> None:
    with pytest.raises(SettingsError, match="cannot be the name of a tenant"):
        await create(project, name, "core")

    assert await list_databases(project.server, project.settings.database_prefix) == []


async def test_program_may_read_but_not_change_what_is_installed(sale: Project) -> None:
    await create(sale, "one", "sale")
    database = f"{sale.settings.database_prefix}_one"
    connection = await asyncpg.connect(sale.server.app_dsn(database))
    try:
        assert await connection.fetchval("SELECT count(*) FROM erp_module") == 2
        for statement in ("DELETE FROM erp_module", "DELETE FROM erp_revision"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()
