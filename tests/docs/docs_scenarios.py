"""Scenarios: the documents of a page, sent in order, and what the server answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from docs_answers import Opaque
from docs_installed import Answering, made_tenant
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
ON_EMPTY = (DOCS / "guides" / "writing-data.md", DOCS / "guides" / "translations.md")
"""Pages that begin with a tenant of crm without demo data."""
ON_OWN = (DOCS / "guides" / "methods.md",)
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
    """Give the answers of a page that needs core and crm."""
    async with (
        made_tenant(server, settings, ["crm"], demo=demo) as tenant,
        tenant.opened(["crm"]) as answering,
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
    """Give the answers of the tutorial, whose modules are written to a folder as it says."""
    files = [block for block in blocks(TUTORIAL) if block.language == "yaml" and block.title]
    second = next(block for block in files if block.title.startswith("library_reviews/"))
    given = list(steps(TUTORIAL))
    before = [step for step in given if step.document.start < second.start]
    after = [step for step in given if step.document.start > second.start]
    mine = settings.model_copy(update={"module_paths": f"{REPOSITORY / 'modules'}:{folder}"})
    await _write(server, mine, folder, files, "library")
    async with made_tenant(server, mine, ["library"], demo=True) as tenant:
        async with tenant.opened(["library"]) as answering:
            async for item in answered(before, answering):
                yield item
        await _write(server, mine, folder, files, "library_reviews")
        await tenant.add(["library_reviews"])
        async with tenant.opened(["library_reviews"]) as answering:
            async for item in answered(after, answering):
                yield item


async def _write(
    server: Server, settings: Settings, folder: Path, files: list[Block], module: str
) -> None:
    for block in files:
        if block.title.startswith(f"{module}/"):
            _put(folder, block)
    await make_migration(server, settings, module, progress=Silent())


def _put(folder: Path, block: Block) -> None:
    path = folder / block.title
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")
