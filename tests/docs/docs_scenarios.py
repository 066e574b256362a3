"""Scenarios: the documents of a page, sent in order, and what the server answers."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from docs_answers import Opaque
from docs_installed import Answering, Tenant, made_tenant
from docs_pages import DOCS, REPOSITORY, Block, Step, blocks, steps

from graphql_erp.config import Settings
from graphql_erp.declarations.discover import load_modules
from graphql_erp.install.progress import Silent
from graphql_erp.install.revisions import make_migration
from graphql_erp.registry.build import build_registry
from graphql_erp.tenants.server import Server
from graphql_erp.testing.models import DeclaredModels

TUTORIAL = DOCS / "tutorial" / "first-module.md"
ON_DEMO = (
    REPOSITORY / "README.md",
    DOCS / "guides" / "query-cookbook.md",
    DOCS / "guides" / "errors.md",
)
"""Pages whose documents are answered by the demo company, which they do not change."""
ON_EMPTY = {
    DOCS / "guides" / "writing-data.md": ("crm", "northwind"),
    DOCS / "guides" / "translations.md": ("crm",),
}
"""Pages that begin with a tenant of some modules without demo data."""
_FOLDERS = f"{REPOSITORY / 'modules'}:{REPOSITORY / 'examples'}"
_FILES = {"yaml", "python"}
_MIGRATION = re.compile(r"^erp module makemigration (\w+)", re.MULTILINE)
ON_OWN = tuple(DOCS / "guides" / f"{name}.md" for name in ("forms", "methods", "references"))
"""Pages that declare the models their documents are about."""

Answered = tuple[Step, Any]


async def answered(given: list[Step], answering: Answering) -> AsyncIterator[Answered]:
    """Give each step with its answer as a page shows it."""
    opaque = Opaque()
    for step in given:
        variables: Mapping[str, Any] = {}
        if step.variables is not None:
            variables = opaque.filled(json.loads(step.variables.text))
        yield step, opaque.shown(await answering.ask(step.document.text, variables))


async def answered_on(
    path: Path, server: Server, settings: Settings, *, demo: bool
) -> AsyncIterator[Answered]:
    """Give the answers of a page that needs core and crm, or what it says."""
    modules = ON_EMPTY.get(path, ("crm",))
    mine = settings.model_copy(update={"module_paths": _FOLDERS})
    async with (
        made_tenant(server, mine, modules, demo=demo) as tenant,
        tenant.opened(modules) as answering,
    ):
        async for item in answered(list(steps(path)), answering):
            yield item


async def answered_on_own(
    path: Path, models: DeclaredModels, folder: Path
) -> AsyncIterator[Answered]:
    """Give the answers of a page whose modules are written to a folder."""
    modules: set[str] = set()
    for block in blocks(path):
        if block.language in {"yaml", "python"} and block.title:
            modules.add(block.title.partition("/")[0])
            _put(folder, block)
    models.use(build_registry(load_modules([folder], sorted(modules))))
    client = await models.client()
    async for item in answered(list(steps(path)), Answering(client.engine, client.environment)):
        yield item


async def answered_tutorial(
    server: Server, settings: Settings, folder: Path
) -> AsyncIterator[Answered]:
    """Give the answers of the tutorial, whose modules are written to a folder as it says.

    Where a page tells to make a migration, the files shown before it are written; the documents
    that follow are answered when it is installed.
    """
    files = [block for block in blocks(TUTORIAL) if block.title and block.language in _FILES]
    makes = [block for block in blocks(TUTORIAL) if _MIGRATION.search(block.text)]
    ends = [*(block.start for block in makes[1:]), sys.maxsize]
    mine = settings.model_copy(update={"module_paths": f"{REPOSITORY / 'modules'}:{folder}"})
    async with AsyncExitStack() as stack:
        tenant: Tenant | None = None
        for make, end in zip(makes, ends, strict=True):
            module = _MIGRATION.findall(make.text)[0]
            for block in files:
                if block.start < make.start and block.title.startswith(f"{module}/"):
                    _put(folder, block)
            await make_migration(server, mine, module, progress=Silent())
            if tenant is None:
                making = made_tenant(server, mine, [module], demo=True)
                tenant = await stack.enter_async_context(making)
            else:
                await tenant.add([module])
            given = [item for item in steps(TUTORIAL) if make.start < item.document.start < end]
            async with tenant.opened([module]) as answering:
                async for answer in answered(given, answering):
                    yield answer


def _put(folder: Path, block: Block) -> None:
    path = folder / block.title
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")
