"""`erp secrets rotate` over tenants that are served meanwhile."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from cli_sign_in import ask as answered
from typed_command import typed

from graphql_erp.cli.choices import as_environment
from graphql_erp.cli.served_tenant import ServedTenant
from graphql_erp.config import Settings, settings
from graphql_erp.install.names import tenant_database
from graphql_erp.sealing.keys import KeyFile
from graphql_erp.sealing.sealer import Sealed
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import Server, open_server

MANIFEST = 'name: Vault\nidentifier: vault\nversion: "1.0"\ndependencies: [core]\n'
MODEL = """\
model: Vault
audit: true
fields:
  name: {type: Char, required: true}
  code: {type: Secret, required: true}
"""
PYTHON = '''\
from graphql_erp import Model, query


class Vault(Model):
    @query
    def opens(self, code: str) -> bool:
        """Tell whether a code opens it."""
        return self.env.reveal(self, "code") == code
'''
CREATE = """
mutation ($code: String!) {
  vaultCreate(data: {name: "Gold", code: $code}) { record { code } errors { message } }
}
"""
OPENS = "query ($code: String!) { vaults { nodes { version opens(code: $code) } } }"
SECURITY = """
groups:
  vault_user: {implied_by: [core_administrator]}
access:
  Vault: {vault_user: all}
"""
TENANTS = ("acme", "beta")


@pytest.fixture
def chosen(
    test_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Settings, Server]]:
    """Give the settings of a server of its own tenants, and a module with secrets."""
    models = tmp_path / "modules" / "vault" / "models"
    models.mkdir(parents=True)
    (models.parent / "manifest.yaml").write_text(MANIFEST)
    (models / "vault.yaml").write_text(MODEL)
    (models / "vault.py").write_text(PYTHON)
    (models.parent / "security.yaml").write_text(SECURITY)
    own = {
        "database_prefix": "erp_seal",
        "module_paths": f"{test_settings.module_paths}:{tmp_path / 'modules'}",
        "secret_key_file": str(tmp_path / "keys" / "secrets.key"),
    }
    made = test_settings.model_copy(update=own)
    for name, value in as_environment(made).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    with open_server(made) as server:
        yield made, server
        for tenant in TENANTS:
            asyncio.run(drop_database(server, tenant_database(made, tenant)))
    monkeypatch.undo()
    settings.cache_clear()


async def sealed_by(server: Server, chosen: Settings, tenant: str) -> list[bytes]:
    """Return the ids of the keys that sealed what a tenant holds."""
    owner = await asyncpg.connect(server.owner_dsn(tenant_database(chosen, tenant)))
    try:
        return [Sealed(row[0]).key_id for row in await owner.fetch("SELECT code FROM vault")]
    finally:
        await owner.close()


async def ask(served: ServedTenant, document: str, **variables: Any) -> Any:
    return (await answered(served, document, **variables))["data"]


async def in_all(chosen: Settings, document: str, **variables: Any) -> list[Any]:
    """Return what each tenant answers, served anew."""
    answers = []
    for tenant in TENANTS:
        served = ServedTenant(chosen, tenant=tenant)
        await served.startup()
        try:
            answers.append(await ask(served, document, **variables))
        finally:
            await served.shutdown()
    return answers


def test_rotation_seals_the_secrets_of_all_tenants_anew(
    chosen: tuple[Settings, Server], capsys: pytest.CaptureFixture[str]
) -> None:
    made, server = chosen
    assert typed("module", "makemigration", "vault") == 0
    for tenant in TENANTS:
        assert typed("tenant", "create", tenant, "vault") == 0
    file = KeyFile(Path(made.secret_key_file))
    assert typed("secrets", "rotate", "--no-new-key") == 1
    assert not file.path.exists()
    asyncio.run(in_all(made, CREATE, code="swordfish"))
    (first,) = file.read()
    capsys.readouterr()

    assert typed("secrets", "rotate") == 0

    assert capsys.readouterr().out.splitlines() == [
        'Tenant "acme": 1 secrets sealed anew.',
        'Tenant "beta": 1 secrets sealed anew.',
        f"{file.path} holds 1 older keys: copies of databases may still need them.",
    ]
    second, older = file.read()
    assert older == first
    for tenant in TENANTS:
        assert asyncio.run(sealed_by(server, made, tenant)) == [second.id]
    answers = asyncio.run(in_all(made, OPENS, code="swordfish"))
    assert answers == [{"vaults": {"nodes": [{"version": 1, "opens": True}]}}] * 2
    entries = '{ auditEntries(filter: {model: {eq: "Vault"}}) { nodes { operation newValues } } }'
    for answer in asyncio.run(in_all(made, entries)):
        (entry,) = answer["auditEntries"]["nodes"]
        assert "code" not in entry["newValues"]
    capsys.readouterr()
    assert typed("secrets", "rotate", "--no-new-key") == 0
    assert capsys.readouterr().out.splitlines()[0] == 'Tenant "acme": 0 secrets sealed anew.'
