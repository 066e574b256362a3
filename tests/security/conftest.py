from collections.abc import AsyncIterator

import pytest
from canary_twins import Twins, open_twins

from graphql_erp.testing.database import SharedDatabase


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def twins(models_database: SharedDatabase) -> AsyncIterator[Twins]:
    """Give the canary twins."""
    async with open_twins(models_database) as opened:
        yield opened
