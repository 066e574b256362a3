"""Modules of a test's own with a small core, and databases with a prefix of its own."""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from install_project import STAGE, Project

from graphql_erp.config import REPOSITORY, Settings
from graphql_erp.install.progress import Silent
from graphql_erp.install.revisions import make_migration
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import Server
from graphql_erp.testing.database import list_databases

REFERENCES = REPOSITORY / "modules" / "core" / "models" / "record_reference.yaml"


def _core(folder: Path) -> Path:
    models = folder / "core" / "models"
    models.mkdir(parents=True)
    shutil.copy(REFERENCES, models)
    (folder / "core" / "manifest.yaml").write_text(
        'name: core\nidentifier: core\nversion: "1.0"\ndependencies: []\n'
    )
    return folder / "core"


@pytest.fixture(scope="session")
def core_revisions(
    server: Server, test_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Give the folder of the small core's revisions, which take a second to write."""
    folder = tmp_path_factory.mktemp("modules")
    core = _core(folder)
    chosen = test_settings.model_copy(update={"module_paths": str(folder)})
    asyncio.run(make_migration(server, chosen, "core", progress=Silent()))
    return core / "migrations"


@pytest.fixture(scope="session")
def sale_revisions(
    server: Server,
    test_settings: Settings,
    core_revisions: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Give the folder of the revisions of module `sale` as `STAGE` declares it."""
    folder = tmp_path_factory.mktemp("modules")
    shutil.copytree(core_revisions, _core(folder) / "migrations")
    chosen = test_settings.model_copy(update={"module_paths": str(folder)})
    project = Project(folder, server, chosen, chosen)
    sale = project.module("sale", models__stage=STAGE)
    asyncio.run(project.migrate("sale"))
    return sale / "migrations"


@pytest.fixture
async def project(
    server: Server, test_settings: Settings, core_revisions: Path, tmp_path: Path
) -> AsyncIterator[Project]:
    """Give modules and settings of this test; what it leaves on the server is dropped."""
    folder = tmp_path / "modules"
    shutil.copytree(core_revisions, _core(folder) / "migrations")
    prefix = f"erp_test_i{secrets.token_hex(3)}"
    shared = test_settings.model_copy(update={"module_paths": str(folder)})
    chosen = shared.model_copy(update={"database_prefix": prefix})
    yield Project(folder, server, chosen, shared)
    for name in await list_databases(server, prefix):
        await drop_database(server, name)
