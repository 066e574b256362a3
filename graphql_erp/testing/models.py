"""The models one test declares, their tables and the client that reads and writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from graphql_erp.api.execution import Engine
from graphql_erp.environment.environment import Environment
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.security.declared import declared_grants
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.testing.client import Client, Result
from graphql_erp.testing.database import SharedDatabase
from graphql_erp.testing.declare import declare
from graphql_erp.testing.keys import TEST_SEALER
from graphql_erp.testing.queries import Queries

NOW = datetime(2026, 6, 15, 10, 30, tzinfo=UTC)
"""The moment at which tests run, as far as the engine knows."""


class Declare(Protocol):
    """The fixture `declare`."""

    def __call__(
        self,
        *texts: str,
        module: str = "test",
        dependencies: Sequence[str] = (),
        python: str = "",
        **settings: Any,
    ) -> Registry:
        """Declare the models of a test; see `DeclaredModels.declare`."""


class Gql(Protocol):
    """The fixture `gql`."""

    async def __call__(self, document: str, /, **variables: Any) -> Result:
        """Return the answer to a document and its variables."""


class DeclaredModels:
    """What one test declares; everything is made when the first document is sent."""

    def __init__(self, database: SharedDatabase) -> None:
        self.queries = Queries()
        self._database = database
        self._settings: Mapping[str, Any] = {}
        self._engine: Engine | None = None
        self._schema = ""
        self._pool: TenantPool | None = None

    @property
    def engine(self) -> Engine:
        """The engine of the declared models."""
        if self._engine is None:
            raise TypeError("Nothing is declared: call declare(...) first.")
        return self._engine

    def declare(
        self,
        *texts: str,
        module: str = "test",
        dependencies: Sequence[str] = (),
        python: str = "",
        **settings: Any,
    ) -> Registry:
        """Declare the models of this test and return their registry.

        Args:
            texts: YAML; each may hold several files separated by lines of `---`.
            module: Identifier of the module.
            dependencies: Identifiers of modules it needs.
            python: The module's behaviour: one Python file with the classes of its models.
            settings: Settings that differ from those of the test run.
        """
        registry = declare(*texts, module=module, dependencies=dependencies, python=python)
        self.use(registry, **settings)
        return registry

    def use(self, registry: Registry, **settings: Any) -> None:
        """Use the models of a registry that was made elsewhere."""
        if self._pool is not None:
            raise TypeError("The models of a test are declared before its first document.")
        self._settings = settings
        self._engine = self._database.engine(registry, settings)
        self._engine.documents.clear()

    async def gql(self, document: str, /, **variables: Any) -> Result:
        """Return the answer to a document and its variables."""
        client = await self.client()
        return await client(document, **variables)

    async def client(self, actor: Actor | None = None) -> Client:
        """Return a client that acts for somebody; nobody in particular by default."""
        pool = await self.pool()
        environment = Environment(
            pool=pool, actor=actor or Actor(), sealer=TEST_SEALER, clock=lambda: NOW
        )
        return Client(self.engine, environment)

    async def member(self, *groups: str, actor: Actor | None = None) -> Client:
        """Return a client who is in some groups, with what the declarations grant these."""
        grants = declared_grants(self.engine.registry)
        closed = grants.closed(groups)
        client = await self.client(replace(actor or Actor(), groups=closed))
        environment = replace(client.environment, permission=grants.permission(closed))
        return replace(client, environment=environment)

    async def pool(self) -> TenantPool:
        """Return the connections to the declared models' tables."""
        if self._pool is None:
            self._schema = await self._database.schema(self.engine)
            self._pool = await self._database.pool(self._schema, self.queries, self._settings)
            self.queries.clear()
        return self._pool

    async def empty(self) -> None:
        """Delete all records; ids begin at 1 again."""
        await self._database.empty(self._schema, self.engine.tables)

    async def close(self) -> None:
        """Close the connections and delete what was written."""
        if self._pool is not None:
            await self._pool.close()
            await self.empty()
