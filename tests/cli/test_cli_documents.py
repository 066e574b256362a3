import asyncio
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from typed_command import typed

from graphql_erp.config import Settings
from graphql_erp.environment.documents import document_hash
from graphql_erp.install.documents import list_documents
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import Server

ME = 'query Me { users(q: "Q(id=user)") { nodes { login } } }\n'
TWO = "query A { companies { totalCount } }\r\nquery B { contacts { totalCount } }"


@pytest.fixture(scope="module")
def tenant(cli_settings: Settings, server: Server) -> Iterator[str]:
    """Give the name of a tenant with core."""
    name = f"d{secrets.token_hex(4)}"
    asyncio.run(create_tenant(server, cli_settings, name, ["core"], demo=False, progress=Silent()))
    yield name
    asyncio.run(drop_database(server, tenant_database(cli_settings, name)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "me.graphql").write_bytes(ME.encode())
    (tmp_path / "pages" / "two.gql").write_bytes(TWO.encode())
    (tmp_path / "readme.txt").write_text("not a document")
    return tmp_path


def test_documents_are_registered_listed_and_forgotten(
    tenant: str,
    typed_settings: Settings,
    server: Server,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    manifest = folder / "manifest.json"
    me, two = f"sha256:{document_hash(ME)}", f"sha256:{document_hash(TWO)}"

    for _ in range(2):
        registered = typed(
            "documents", "register", str(folder), "--tenant", tenant, "--output", str(manifest)
        )
        assert registered == 0
        lines = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert lines == [["id", "file"], [me, "me.graphql"], [two, "pages/two.gql"]]
        assert json.loads(manifest.read_text()) == {"me.graphql": me, "pages/two.gql": two}

    assert typed("documents", "list", "--tenant", tenant) == 0
    listed = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert listed == [["id", "file"], [me, "me.graphql"], [two, "pages/two.gql"]]

    assert typed("documents", "forget", me, two[7:], "--tenant", tenant) == 0
    assert capsys.readouterr().out == "Forgot 2.\n"
    assert asyncio.run(list_documents(server, typed_settings, tenant)) == []


@pytest.mark.usefixtures("typed_settings")
def test_one_mistake_keeps_all_documents_out(
    tenant: str,
    typed_settings: Settings,
    server: Server,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / "bad.graphql").write_text("{ userz { totalCount } }")
    (folder / "worse.graphql").write_text("{")

    assert typed("documents", "register", str(folder), "--tenant", tenant) == 1

    told = capsys.readouterr().err
    assert "bad.graphql:1:3: Cannot query field 'userz' on type 'Query'." in told
    assert "worse.graphql:1:2: Syntax Error: Expected Name, found <EOF>." in told
    assert "Nothing was registered." in told
    assert asyncio.run(list_documents(server, typed_settings, tenant)) == []


@pytest.mark.usefixtures("typed_settings")
def test_what_cannot_be_registered_is_told(
    tenant: str, tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    binary = tmp_path / "binary.graphql"
    binary.write_bytes(b"\xff\xfe{")
    twice = [str(folder / "me.graphql")] * 2

    for arguments, message in [
        ([str(tmp_path / "empty")], "There are no documents."),
        ([str(binary)], "is not text in UTF-8."),
        (twice, 'Two files are called "me.graphql".'),
    ]:
        assert typed("documents", "register", *arguments, "--tenant", tenant) == 1
        assert message in capsys.readouterr().err.replace("\n", " ")

    assert typed("documents", "forget", "0" * 64, "--tenant", tenant) == 1
    assert 'No document is registered under "000' in capsys.readouterr().err
