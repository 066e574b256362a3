"""`erp serve` with several tenants, as a process of its own."""

import asyncio
import json
import secrets
import subprocess
import sys
from collections.abc import Iterator

import pytest
from cli_sign_in import PASSWORD, give_password
from served_process import environment, serving

from graphql_erp.config import REPOSITORY, Settings
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import Server

CREATE = """mutation Create($name: String!) {
  contactCreate(data: {name: $name}) { errors { code } }
}"""
COUNT = 'query Count { contacts(filter: {name: {eq: "Ada"}}) { totalCount } }'


@pytest.fixture(scope="module")
def names(cli_settings: Settings, server: Server) -> Iterator[tuple[str, str]]:
    mark = secrets.token_hex(4)
    made = (f"a{mark}", f"b{mark}")
    for name in made:
        asyncio.run(
            create_tenant(server, cli_settings, name, ["core"], demo=False, progress=Silent())
        )
        asyncio.run(give_password(server, cli_settings, name))
    yield made
    for name in made:
        asyncio.run(drop_database(server, tenant_database(cli_settings, name)))


@pytest.fixture(scope="module")
def settings(cli_settings: Settings, names: tuple[str, str]) -> Settings:
    text = f"{names[0]}=localhost,a.example;{names[1]}=127.0.0.1;gone=gone.example"
    return cli_settings.model_copy(update={"tenant_hosts": text})


def test_hosts_and_their_tenants_are_printed_served_and_logged(
    settings: Settings, names: tuple[str, str]
) -> None:
    with serving(settings, "serve") as served:
        port = served.address.rpartition(":")[2]
        assert served.output == [
            f"Listening at http://127.0.0.1:{port}",
            f'Tenant "{names[0]}" is served under localhost, a.example',
            f'Tenant "{names[1]}" is served under 127.0.0.1',
            'Tenant "gone" is served under gone.example',
            f"GraphiQL: open http://localhost:{port}/graphql in a browser. Stop with Ctrl+C.",
        ]
        served.address = f"http://localhost:{port}"
        served.sign_in("admin", PASSWORD)
        created = served.ask(CREATE, name="Ada")
        assert created == {"data": {"contactCreate": {"errors": []}}}
        assert served.ask(COUNT) == {"data": {"contacts": {"totalCount": 1}}}
        served.address = f"http://127.0.0.1:{port}"
        (refused,) = served.ask(COUNT)["errors"]
        assert refused["extensions"]["code"] == "UNAUTHENTICATED"
        served.sign_in("admin", PASSWORD)
        assert served.ask(COUNT) == {"data": {"contacts": {"totalCount": 0}}}
        assert served.get("/health/ready") == (200, '{"status":"ready"}')

        status, log = served.stop()

    assert status == 0
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert [
        (line["operation"], line["tenant"]) for line in lines if line["event"] == "request"
    ] == [
        ("", names[0]),
        ("Create", names[0]),
        ("Count", names[0]),
        ("Count", names[1]),
        ("", names[1]),
        ("Count", names[1]),
        ("", names[1]),
    ]
    assert 'There is no tenant "gone".' in log


@pytest.mark.parametrize(
    ("hosts", "arguments", "message"),
    [
        ("acme", (), 'ERP_TENANT_HOSTS cannot be used: "acme" names no host.'),
        (
            "acme=a.example",
            ("--tenant", "beta"),
            'The tenant "beta" has no host in ERP_TENANT_HOSTS.',
        ),
    ],
)
def test_settings_that_cannot_be_served_end_the_command(
    cli_settings: Settings, hosts: str, arguments: tuple[str, ...], message: str
) -> None:
    chosen = cli_settings.model_copy(update={"tenant_hosts": hosts})
    ended = subprocess.run(  # noqa: S603 -- fixed arguments, no shell
        [sys.executable, "-m", "graphql_erp.cli.main", "serve", *arguments],
        env=environment(chosen),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[0] == message
