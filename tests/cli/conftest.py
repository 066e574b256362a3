from collections.abc import Iterator

import pytest

from graphql_erp.cli.choices import as_environment
from graphql_erp.config import Settings, settings
from graphql_erp.tenants.server import Server, open_server


@pytest.fixture(scope="session")
def cli_settings(test_settings: Settings) -> Settings:
    """Give the settings of the commands under test: tenants apart from those of other tests."""
    return test_settings.model_copy(update={"database_prefix": "erp_cli", "port": 0})


@pytest.fixture(scope="session")
def server(cli_settings: Settings) -> Iterator[Server]:
    """Give the server with the roles of those settings."""
    with open_server(cli_settings) as opened:
        yield opened


@pytest.fixture
def typed_settings(
    cli_settings: Settings, server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """Let commands in this process read those settings, while the server is kept running."""
    del server
    for name, value in as_environment(cli_settings).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield cli_settings
    monkeypatch.undo()
    settings.cache_clear()
