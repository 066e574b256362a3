import asyncio
import json
import re
import secrets
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from cli_sign_in import PASSWORD, give_password
from served_process import Served, serving, until

from graphql_erp.cli.served_tenant import EXAMPLE
from graphql_erp.cli.serving import address_of, listen
from graphql_erp.config import REPOSITORY, Settings
from graphql_erp.errors import SettingsError
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant
from graphql_erp.tenants.databases import database_exists, drop_database
from graphql_erp.tenants.server import Server

ME = "query Me { me { user { login } } }"
ANSWER = {"data": {"me": None}}
SIGN_IN = re.compile(r"Sign in as (\S+) with the password (\S+)")


@pytest.fixture(scope="module")
def settings(cli_settings: Settings, server: Server) -> Iterator[Settings]:
    """Give the settings of a tenant with core and crm."""
    chosen = cli_settings.model_copy(update={"tenant": f"s{secrets.token_hex(4)}"})
    asyncio.run(
        create_tenant(server, chosen, chosen.tenant, ["crm"], demo=False, progress=Silent())
    )
    asyncio.run(give_password(server, chosen, chosen.tenant))
    yield chosen
    asyncio.run(drop_database(server, tenant_database(chosen, chosen.tenant)))


def requests_in(log: str) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == "request"]


def describes(served: Served, text: str) -> bool:
    try:
        return text in served.get("/graphql/schema.graphql")[1]
    except OSError:
        # The process that was asked was just being replaced.
        return False


def test_tenant_is_served_until_the_process_is_told_to_stop(settings: Settings) -> None:
    with serving(settings, "serve") as served:
        assert served.output == [
            f'Tenant "{settings.tenant}" is served at {served.address}/graphql',
            f"GraphiQL: open {served.address}/graphql in a browser. Stop with Ctrl+C.",
        ]
        assert served.get("/health/ready") == (200, '{"status":"ready"}')
        assert served.ask(ME) == ANSWER
        served.sign_in("admin", PASSWORD)
        assert "type CrmLead implements" in served.get("/graphql/schema.graphql")[1]

        status, log = served.stop()

    assert status == 0
    lines = requests_in(log)
    assert [
        (line["method"], line["path"], line["operation"], line["status"]) for line in lines
    ] == [
        ("GET", "/health/ready", "", 200),
        ("POST", "/graphql", "Me", 200),
        ("POST", "/auth/token", "", 200),
        ("GET", "/graphql/schema.graphql", "", 200),
    ]
    with socket.socket() as client, pytest.raises(ConnectionRefusedError):
        client.connect(("127.0.0.1", int(served.address.rpartition(":")[2])))


def test_interrupt_stops_in_order(settings: Settings) -> None:
    with serving(settings.model_copy(update={"log_level": "error"}), "serve") as served:
        assert served.ask(ME) == ANSWER

        assert served.stop(signal.SIGINT) == (0, "")


def test_several_workers_share_the_address(settings: Settings) -> None:
    with serving(settings, "serve", "--workers", "2") as served:
        assert served.ask(ME) == ANSWER
        workers = psutil.Process(served.process.pid).children()
        names = [" ".join(worker.cmdline()) for worker in workers]
        assert sum("spawn_main" in name for name in names) == 2

        status, log = served.stop()

    assert status == 0
    assert [line["operation"] for line in requests_in(log)] == ["Me"]


def test_change_of_a_module_starts_the_server_anew(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "modules", tmp_path / "modules")
    file = tmp_path / "modules" / "crm" / "models" / "lead.yaml"
    chosen = settings.model_copy(update={"module_paths": str(tmp_path / "modules")})
    with serving(chosen, "serve", "--reload") as served:
        served.sign_in("admin", PASSWORD)
        assert "Somebody who may buy" in served.get("/graphql/schema.graphql")[1]

        file.write_text(file.read_text().replace("Somebody who may buy", "A new description"))

        until(lambda: describes(served, "A new description"))
        assert served.ask(ME) == {"data": {"me": {"user": {"login": "admin"}}}}
        assert served.stop()[0] == 0


def test_demo_is_made_once_and_served_again(cli_settings: Settings, server: Server) -> None:
    database = tenant_database(cli_settings, "demo")
    asyncio.run(drop_database(server, database))
    with serving(cli_settings, "demo", "--port", "0") as first:
        leads = "{ crmLeads { totalCount } countries { totalCount } }"
        answer = {"data": {"crmLeads": {"totalCount": 26}, "countries": {"totalCount": 249}}}
        first.sign_in(*SIGN_IN.fullmatch(first.output[0]).groups())
        assert first.ask(ME) == {"data": {"me": {"user": {"login": "admin"}}}}
        assert first.ask(leads) == answer
        assert len(first.ask(EXAMPLE)["data"]["crmLeads"]["nodes"]) == 5
        created = first.ask('mutation { crmTagCreate(data: {name: "Kept"}) { errors { code } } }')
        assert created == {"data": {"crmTagCreate": {"errors": []}}}
        file = cli_settings.data_dir / "demo-passwords-demo"
        assert first.output[2] == f"Passwords of the demo users: {file}"
        assert file.stat().st_mode & 0o777 == 0o600
        passwords = dict(line.split() for line in file.read_text().splitlines())
        assert set(passwords) == {"lena", "omar", "ingrid", "carla", "rosa", "piet"}
        session = first.token
        first.sign_in("lena", passwords["lena"])
        assert first.ask(ME) == {"data": {"me": {"user": {"login": "lena"}}}}
        status, log = first.stop()
        assert status == 0
        assert passwords["lena"] not in log
        assert session not in log
    assert asyncio.run(database_exists(server, database))

    with serving(cli_settings, "demo", "--port", "0") as second:
        # Passwords are given once; the session of before is good still.
        assert len(second.output) == 2
        second.token = session
        assert second.ask('{ crmTags(filter: {name: {eq: "Kept"}}) { totalCount } }') == {
            "data": {"crmTags": {"totalCount": 1}}
        }
        assert second.stop()[0] == 0
    asyncio.run(drop_database(server, database))


def test_port_that_is_taken_is_refused() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address_of(listener) == f"http://127.0.0.1:{port}"
        with pytest.raises(SettingsError) as refused:
            listen("127.0.0.1", port)

    assert refused.value.message == f"Cannot listen on 127.0.0.1:{port}: Address already in use."
    assert refused.value.hint == (
        "Choose another address with --host and --port, or ERP_HOST and ERP_PORT."
    )


def test_host_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError) as refused:
        listen("no such host", 0)

    assert refused.value.message.startswith("Cannot listen on no such host:0: ")


def test_address_of_every_interface_is_shown_as_this_machine() -> None:
    with listen("0.0.0.0", 0) as listener:  # noqa: S104 -- the subject of the test
        assert address_of(listener) == f"http://localhost:{listener.getsockname()[1]}"
