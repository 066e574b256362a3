"""Requests by which somebody may try to reach another tenant, through sockets and a real server."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from starlette.types import ASGIApp
from tiny_service import TinyServer

from graphql_erp.cli.target_protocol import TargetProtocol
from graphql_erp.errors import SettingsError
from graphql_erp.http.app import create_app
from graphql_erp.http.hosts import GRAMMAR, HostCheck, tenant_hosts
from graphql_erp.http.tenants import TenantsApp

HOSTS = tenant_hosts("acme=acme.example,www.acme.example,[::1];beta=beta.example,127.0.0.1")
BODY = json.dumps({"query": 'mutation { rename(name: "Zoe") }'}).encode()


class TinyTenants:
    """Two tenants in memory."""

    def __init__(self, assets: Path) -> None:
        self.servers = {name: TinyServer() for name in ("acme", "beta")}
        self._apps = {
            name: create_app(server.service(tenant=name), assets=assets)
            for name, server in self.servers.items()
        }

    async def startup(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    @asynccontextmanager
    async def lend(self, tenant: str) -> AsyncIterator[ASGIApp]:
        yield self._apps[tenant]

    def renamed(self) -> list[str]:
        """Return the tenants whose data the last request changed, and forget it."""
        found = [name for name, server in self.servers.items() if server.names]
        for server in self.servers.values():
            server.names.clear()
        return found


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> TinyTenants:
    return TinyTenants(tmp_path_factory.mktemp("assets"))


@pytest.fixture(scope="module")
def port(tenants: TinyTenants) -> Iterator[int]:
    """Give the port of a server that speaks HTTP as ours does."""
    app = HostCheck(TenantsApp(tenants), HOSTS, default="acme")
    config = uvicorn.Config(app, http=TargetProtocol, ws="none", log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)
    listener.close()


def sent(port: int, target: bytes, *headers: bytes, version: bytes = b"1.1") -> tuple[int, bytes]:
    """Return status and body of the answer to a mutation."""
    lines = [
        b"POST " + target + b" HTTP/" + version,
        *headers,
        b"Content-Type: application/json",
        b"Content-Length: %d" % len(BODY),
        b"Connection: close",
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + BODY)
        answer = b""
        while part := client.recv(65536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


@pytest.mark.parametrize(
    ("headers", "tenant"),
    [
        ([b"Host: acme.example"], "acme"),
        ([b"Host: ACME.Example:8000"], "acme"),
        ([b"Host: www.acme.example."], "acme"),
        ([b"Host: acme.example.:443"], "acme"),
        ([b"Host:   beta.example  "], "beta"),
        ([b"Host: [::1]:8000"], "acme"),
        ([b"Host: 127.0.0.1"], "beta"),
        ([b"Host: acme.example", b"X-Forwarded-Host: beta.example"], "acme"),
        (
            [b"Host: acme.example", b"X-Host: beta.example", b"X-Original-Host: beta.example"],
            "acme",
        ),
        ([b"Host: acme.example", b"Forwarded: host=beta.example;proto=https"], "acme"),
        (
            [b"Host: acme.example", b"X-Forwarded-Server: beta.example", b"Via: beta.example"],
            "acme",
        ),
        ([b"Host: acme.example", b"X-Tenant: beta", b"Tenant: beta"], "acme"),
        ([b"Host: acme.example", b"Origin: https://www.acme.example"], "acme"),
    ],
)
def test_host_leads_to_its_tenant(
    port: int, tenants: TinyTenants, headers: list[bytes], tenant: str
) -> None:
    status, body = sent(port, b"/graphql", *headers)

    assert (status, json.loads(body)) == (200, {"data": {"rename": "Zoe"}})
    assert tenants.renamed() == [tenant]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [b"Host:"],
        [b"Host: "],
        [b"Host: evil.example"],
        [b"Host: acme.example.evil.example"],
        [b"Host: evil-acme.example"],
        [b"Host: acme.example@beta.example"],
        [b"Host: acme.example:80@beta.example"],
        [b"Host: beta.example:acme.example"],
        [b"Host: acme.example, beta.example"],
        [b"Host: acme.example beta.example"],
        [b"Host: acme.example/beta.example"],
        [b"Host: acme.example#beta.example"],
        [b"Host: acme.example?beta.example"],
        [b"Host: acme.example\\beta.example"],
        [b"Host: http://acme.example"],
        [b"Host: acme.example.."],
        [b"Host: .acme.example"],
        [b"Host: acme..example"],
        [b"Host: acme.example:800000"],
        [b"Host: acme.example:-1"],
        [b"Host: acme.example:\xd9\xa1"],
        [b"Host: acme%2eexample"],
        [b"Host: \xc3\xa1cme.example"],
        [b"Host: acme\xe3\x80\x82example"],
        [b"Host: \xef\xbd\x81cme.example"],
        [b"Host: xn--acme-.example"],
        [b"Host: acme.example\x00"],
        [b"Host: acme.example\x0bbeta.example"],
        [b"Host: acme.example\x7f"],
        [b"Host: acme.example\tbeta.example"],
        [b"Host: ::1"],
        [b"Host: [::1"],
        [b"Host: [::1]beta.example"],
        [b"Host: [::1%25lo]"],
        [b"Host: [::ffff:127.0.0.1]"],
        [b"Host: 2130706433"],
        [b"Host: 0x7f.1"],
        [b"Host: acme.example", b"Host: acme.example"],
        [b"Host: acme.example", b"Host: beta.example"],
        [b"Host: acme.example", b"host: evil.example"],
        [b"Host: acme.example", b" Host: beta.example"],
        [b"Host: acme.example", b"\tbeta.example"],
        [b"Host : acme.example"],
        [b"Host\x00: acme.example"],
        [b"Host: acme.example\nHost: beta.example"],
        [b"X-Forwarded-Host: acme.example"],
        [b"Host: acme.example" + b"." * 1000],
    ],
)
@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
def test_whatever_is_not_one_known_host_is_refused(
    port: int, tenants: TinyTenants, headers: list[bytes], version: bytes
) -> None:
    status, body = sent(port, b"/graphql", *headers, version=version)

    assert status == 400
    assert b"rename" not in body
    assert tenants.renamed() == []


@pytest.mark.parametrize(
    "target",
    [
        b"http://beta.example/graphql",
        b"http://acme.example/graphql",
        b"https://beta.example:443/graphql",
        b"http://beta.example@acme.example/graphql",
        b"http://[::1]/graphql",
        b"HTTP://BETA.EXAMPLE/graphql",
        b"//beta.example/graphql",
        b"http:///graphql",
        b"beta.example/graphql",
        b"*",
    ],
)
def test_target_that_names_a_host_is_refused(
    port: int, tenants: TinyTenants, target: bytes
) -> None:
    status, _ = sent(port, target, b"Host: acme.example")

    assert 400 <= status < 500
    assert tenants.renamed() == []


def test_refusal_of_a_whole_address_says_what_to_do(port: int) -> None:
    status, body = sent(port, b"http://beta.example/graphql", b"Host: acme.example")

    assert status == 400
    assert json.loads(body) == {
        "errors": [
            {
                "message": "The request line must hold a path, not a whole address.",
                "extensions": {
                    "code": "BAD_REQUEST",
                    "hint": "Send the path in the request line and the name in the Host header.",
                },
            }
        ]
    }


def test_page_of_one_tenant_may_not_post_to_another(port: int, tenants: TinyTenants) -> None:
    status, body = sent(port, b"/graphql", b"Host: acme.example", b"Origin: http://beta.example")

    assert status == 403
    assert json.loads(body)["errors"][0]["extensions"] == {
        "code": "FORBIDDEN",
        "hint": "Add the host in the Origin header to ERP_TENANT_HOSTS.",
    }
    assert tenants.renamed() == []


def test_requests_on_one_connection_go_each_to_its_own_host(
    port: int, tenants: TinyTenants
) -> None:
    def request(host: bytes) -> bytes:
        lines = [
            b"POST /graphql HTTP/1.1",
            b"Host: " + host,
            b"Content-Type: application/json",
            b"Content-Length: %d" % len(BODY),
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n" + BODY

    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(
            request(b"acme.example") + request(b"evil.example") + request(b"beta.example")
        )
        answer = b""
        while answer.count(b"HTTP/1.1 ") < 3 or not answer.endswith(b"}"):
            answer += client.recv(65536)

    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"200", b"400", b"200"]
    assert tenants.renamed() == ["acme", "beta"]


def test_setting_gives_the_tenant_of_each_host() -> None:
    text = " acme = ACME.example. , acme.example:8000 "
    with pytest.raises(SettingsError, match=r'the host "acme\.example" is given twice'):
        tenant_hosts(text)

    assert tenant_hosts("; acme = ACME.example.,[0:0::1] ;beta_2=b.example:8000;") == {
        b"acme.example": "acme",
        b"[::1]": "acme",
        b"b.example": "beta_2",
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("acme", '"acme" names no host'),
        ("acme=", '"acme=" names no host'),
        ("acme= , ;", '"acme= ," names no host'),
        ("=acme.example", '"" cannot be the name of a tenant'),
        ("Acme=acme.example", '"Acme" cannot be the name of a tenant'),
        ("acme=a.example;acme=b.example", 'the tenant "acme" is given twice'),
        ("acme=a.example;beta=a.example", 'the host "a.example" is given twice'),
        ("acme=a.example,A.example", 'the host "a.example" is given twice'),
        (" ; ", "it names no tenant"),
    ],
)
def test_setting_that_is_malformed_is_refused(text: str, reason: str) -> None:
    with pytest.raises(SettingsError) as refused:
        tenant_hosts(text)

    assert refused.value.message == f"ERP_TENANT_HOSTS cannot be used: {reason}."
    assert refused.value.hint == GRAMMAR


@pytest.mark.parametrize("name", ["*", "http://a.example", "a b", "é.example", "a.example=b"])
def test_host_in_the_setting_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        tenant_hosts(f"acme={name}")

    assert refused.value.message == f'"{name}" in ERP_TENANT_HOSTS cannot be the name of a host.'
