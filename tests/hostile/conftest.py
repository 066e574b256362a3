import gc
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from hostile_target import FILL, MODELS, Target, service_of

from graphql_erp.environment.environment import Environment
from graphql_erp.http.app import create_app
from graphql_erp.security.actor import Actor
from graphql_erp.testing.database import SharedDatabase
from graphql_erp.testing.declare import declare
from graphql_erp.testing.models import NOW
from graphql_erp.testing.queries import Queries


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package")
async def target(
    models_database: SharedDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Target]:
    """Give the application over two stages and three leads; hostile requests change nothing."""
    settings = {"statement_timeout": 2.0, "development": True}
    engine = models_database.engine(declare(MODELS, module="hostile"), settings)
    schema = await models_database.schema(engine)
    pool = await models_database.pool(schema, Queries(), settings)
    environment = Environment(pool=pool, actor=Actor(), clock=lambda: NOW)
    assets: Path = tmp_path_factory.mktemp("assets")
    app = create_app(service_of(engine, environment), assets=assets)
    # As the server does: what other tests left behind is not looked at during a request.
    gc.collect()
    gc.freeze()
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
        opened = Target(engine, client)
        filled = await opened.ask(FILL)
        assert filled.data == {
            "stageCreateMany": {"affected": 2},
            "leadCreateMany": {"affected": 3},
        }
        yield opened
    gc.unfreeze()
    await pool.close()
    await models_database.empty(schema, engine.tables)
