from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from http_client import client_of
from hypothesis import given
from hypothesis import strategies as st
from tiny_service import TinyServer

from graphql_erp.errors import SettingsError
from graphql_erp.http.app import create_app
from graphql_erp.http.hosts import LOOPBACK, HostCheck, allowed_hosts, host_name

pytestmark = pytest.mark.anyio

RENAME = {"query": 'mutation { rename(name: "Zoe") }'}
ADDRESSES = ["/graphql?query={greeting}", "/graphql/schema.graphql", "/", "/nothing"]


@pytest.fixture
async def client(server: TinyServer, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    hosts = allowed_hosts("", "192.0.2.7")
    app = create_app(server.service(), assets=tmp_path)
    app = HostCheck(app, dict.fromkeys(hosts, "demo"), default="demo")
    async with client_of(app) as opened:
        yield opened


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost:8000",
        "localhost.",
        "localhost.:8000",
        "127.0.0.1:8000",
        "[::1]",
        "[::1]:8000",
        "192.0.2.7:8000",
    ],
)
async def test_own_names_are_answered(
    client: httpx2.AsyncClient, server: TinyServer, host: str
) -> None:
    headers = {"host": host, "origin": f"http://{host}"}
    response = await client.post("/graphql", json=RENAME, headers=headers)

    assert response.json() == {"data": {"rename": "Zoe"}}
    assert server.names == ["Zoe"]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "evil.localhost",
        "localhost..",
        "localhost:8000:8000",
        "localhost:port",
        "localhost@evil.example",
        "::1",
        "[::1",
        "[::1]x",
        "192.0.2.8",
        "",
    ],
)
async def test_other_names_are_refused(
    client: httpx2.AsyncClient, server: TinyServer, host: str
) -> None:
    response = await client.post("/graphql", json=RENAME, headers={"host": host})

    assert response.status_code == 400
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.json() == {
        "errors": [
            {
                "message": "This server does not answer under the name in the Host header.",
                "extensions": {
                    "code": "BAD_REQUEST",
                    "hint": "Use its own name, or add the name to ERP_ALLOWED_HOSTS.",
                },
            }
        ]
    }
    assert (server.calls, server.names) == ([], [])


@pytest.mark.parametrize("address", ADDRESSES)
async def test_no_address_answers_under_another_name(
    client: httpx2.AsyncClient, server: TinyServer, address: str
) -> None:
    response = await client.get(address, headers={"host": "evil.example"})

    assert response.status_code == 400
    assert server.calls == []


async def test_two_names_are_refused(client: httpx2.AsyncClient, server: TinyServer) -> None:
    headers = [("host", "localhost"), ("host", "localhost")]
    response = await client.get("/graphql?query={greeting}", headers=headers)

    assert response.status_code == 400
    assert server.calls == []


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
async def test_probes_are_answered_under_any_name(client: httpx2.AsyncClient, address: str) -> None:
    assert (await client.get(address, headers={"host": "10.1.2.3"})).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "https://localhost.evil.example",
        "null",
        "",
        "localhost",
        "file://",
        "http://localhost/path",
        "chrome-extension://localhost",
    ],
)
async def test_pages_of_other_sites_may_not_post(
    client: httpx2.AsyncClient, server: TinyServer, origin: str
) -> None:
    headers = {"host": "localhost:8000", "origin": origin}
    response = await client.post("/graphql", json=RENAME, headers=headers)

    assert response.status_code == 403
    assert response.json() == {
        "errors": [
            {
                "message": "Pages of other sites may not send requests to this server.",
                "extensions": {
                    "code": "FORBIDDEN",
                    "hint": "Add the host in the Origin header to ERP_ALLOWED_HOSTS.",
                },
            }
        ]
    }
    assert (server.calls, server.names) == ([], [])


def test_names_of_the_settings_replace_those_of_this_machine() -> None:
    hosts = allowed_hosts(" ERP.example.com. , [0:0::1],2001:db8::1,erp:8000,", "127.0.0.1")

    assert hosts == {b"erp.example.com", b"[::1]", b"[2001:db8::1]", b"erp"}


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "127.0.0.1", "localhost", "::1"])  # noqa: S104
def test_address_of_every_interface_adds_no_name(host: str) -> None:
    assert allowed_hosts("", host) == LOOPBACK


@pytest.mark.parametrize("name", ["*", "http://erp.example.com", "a b", "[::1", "é.example"])
def test_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        allowed_hosts(f"localhost,{name}", "127.0.0.1")

    assert refused.value.message == (
        f'"{name}" in ERP_ALLOWED_HOSTS or ERP_HOST cannot be the name of a host.'
    )


@given(st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,30}[A-Za-z0-9])?", fullmatch=True))
def test_port_case_and_dot_make_no_difference(name: str) -> None:
    plain = name.lower().encode()

    for written in (name, f"{name}:80", f"{name}.", f"{name}.:65535", name.upper(), f"{name}:"):
        assert host_name(written.encode()) == plain


@given(st.binary(max_size=20))
def test_name_of_any_bytes_is_part_of_them(authority: bytes) -> None:
    assert authority.strip(b" \t").lower().startswith(host_name(authority))
