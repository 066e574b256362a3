"""A served process and what reaches it from the network: heads, upgrades, proxies, the log."""

import asyncio
import json
import secrets
import socket
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from served_process import Served, fetch, serving

from graphql_erp.cli.first_passwords import give_first_passwords
from graphql_erp.config import Settings
from graphql_erp.environment.documents import document_hash
from graphql_erp.install.documents import register_documents
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import Server

PING = "query Ping { __typename }"
PONG = {"data": {"__typename": "Query"}}
PAGE = 'query Mine { users(q: "Q(id=user)") { nodes { login } } }'
HELLO = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n"


@pytest.fixture(scope="module")
def sign_in(settings: Settings, server: Server) -> tuple[str, str]:
    """Give login and password of the administrator."""
    given = asyncio.run(give_first_passwords(server, settings, settings.tenant))
    return given.login, given.password


@pytest.fixture(scope="module")
def settings(cli_settings: Settings, server: Server) -> Iterator[Settings]:
    """Give the settings of a tenant with core, and one registered document."""
    chosen = cli_settings.model_copy(update={"tenant": f"n{secrets.token_hex(4)}"})
    asyncio.run(
        create_tenant(server, chosen, chosen.tenant, ["core"], demo=False, progress=Silent())
    )
    documents = {document_hash(PAGE): (PAGE, "mine.graphql")}
    asyncio.run(register_documents(server, chosen, chosen.tenant, documents))
    yield chosen
    asyncio.run(drop_database(server, tenant_database(chosen, chosen.tenant)))


def talk(served: Served, *parts: bytes) -> bytes:
    """Send bytes as they are and return all that comes back until the server closes."""
    port = int(served.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        for part in parts:
            try:
                client.sendall(part)
            except OSError:
                break
        received = b""
        while True:
            try:
                part = client.recv(65_536)
            except ConnectionResetError:
                return received
            if not part:
                return received
            received += part


def request_lines(log: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in log.splitlines()]
    return [line for line in lines if line["event"] == "request"]


def test_what_reaches_the_server_is_bounded(settings: Settings) -> None:
    chosen = settings.model_copy(update={"max_header_bytes": 4_096, "max_body_bytes": 10_000})
    with serving(chosen, "serve") as served:
        closed = b"connection: close\r\n\r\n"
        fits = talk(served, HELLO + b"x-pad: " + b"a" * 3_000 + b"\r\n" + closed)
        at_once = talk(served, HELLO + b"x-pad: " + b"a" * 5_000 + b"\r\n" + closed)
        many = talk(served, HELLO + b"x: y\r\n" * 3_000 + closed)
        target = talk(
            served, b"GET /?" + b"a" * 9_000 + b" HTTP/1.1\r\nhost: localhost\r\n" + closed
        )
        endless = talk(served, HELLO, b"x-pad: ", *[b"a" * 1_000] * 300)
        trailing = talk(
            served,
            b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
            *[b"x-pad: " + b"a" * 1_000 + b"\r\n"] * 300,
        )
        assert served.ask(PING) == PONG
        status, log = served.stop()

    assert status == 0
    assert fits.startswith(b"HTTP/1.1 200 ")
    for refused in (at_once, many, target, endless):
        assert refused.startswith(b"HTTP/1.1 431 ")
        assert refused.endswith(b"The head of the request is too long.")
    assert trailing.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))
    assert "Traceback" not in log


def test_upgrades_are_refused_without_a_word_in_the_log(settings: Settings) -> None:
    with serving(settings, "serve") as served:
        answers = [
            talk(
                served,
                b"GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, close\r\n"
                b"upgrade: websocket\r\nsec-websocket-version: 13\r\n"
                b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            )
            for _ in range(2)
        ]
        assert served.ask(PING) == PONG
        _, log = served.stop()

    for answer in answers:
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"WebSockets are not answered." in answer
    assert [line["event"] for line in map(json.loads, log.splitlines())] == ["request"] * 3


@pytest.mark.parametrize(("proxies", "ip"), [("", "127.0.0.1"), ("127.0.0.1", "192.0.2.77")])
def test_address_is_that_of_the_peer_unless_a_proxy_is_known(
    settings: Settings, sign_in: tuple[str, str], proxies: str, ip: str
) -> None:
    chosen = settings.model_copy(update={"trusted_proxies": proxies})
    create = 'mutation { contactCreate(data: {name: "Ada"}) { record { id } } }'
    changes = "{ contacts { nodes { changes { nodes { ip } } } } }"
    delete = "mutation { contactDeleteMany(target: {all: true}) { affected } }"
    with serving(chosen, "serve") as served:
        served.sign_in(*sign_in)
        body = json.dumps({"query": create}).encode()
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {served.token}",
            "x-forwarded-for": "192.0.2.77",
        }
        address = f"{served.address}/graphql"
        fetch(urllib.request.Request(address, body, headers))  # noqa: S310 -- our own address
        found = served.ask(changes)["data"]["contacts"]["nodes"]
        served.ask(delete)
        assert served.stop()[0] == 0

    assert found == [{"changes": {"nodes": [{"ip": ip}]}}]


def test_no_secret_reaches_the_log(settings: Settings, sign_in: tuple[str, str]) -> None:
    secret = "Marked5ecret"
    variables = {"name": secret, "deep": [{"password": secret}]}
    headers = {
        "content-type": "application/json",
        "cookie": f"session={secret}; erp_session={secret}",
        "x-csrf-token": secret,
        "user-agent": secret,
        "referer": f"http://localhost/{secret}",
    }
    bodies: list[object] = [
        {"query": PAGE, "variables": variables, "extensions": {"token": secret}},
        {"query": PAGE, "operationName": secret},
        {"query": "query($n: Int) { __typename }", "variables": {"n": secret}},
        {"query": f'{{ users(filter: {{login: {{eq: "{secret}"}}}}) {{ totalCount }} }}'},
        {"query": f'{{ users(q: "Q({secret}=1)") {{ totalCount }} }}'},
        {"query": f'{{ users(q: "Q(login__regex=\'{secret}(\')") {{ totalCount }} }}'},
        {"query": f"{{ {secret} }}"},
        {"query": f"{{ # {secret}"},
        {"query": f'mutation {{ contactCreate(data: {{name: "{secret}", email: "{secret}"}}) '
         "{ errors { message } } }"},
        {"query": f'mutation {{ login(password: "{secret}") {{ token }} }}'},
        {"query": "query($f: UserFilter) { users(filter: $f) { totalCount } }",
         "variables": {"f": {"id": {"eq": secret}, "login": {"eq": secret + "\x00"}}}},
        {"query": "query($a: String) { users(after: $a) { totalCount } }",
         "variables": {"a": secret}},
        {"documentId": secret},
        {"documentId": f"sha256:{document_hash(PAGE)}", "variables": variables},
        [secret],
        secret,
    ]  # fmt: skip
    with serving(settings, "serve") as served:
        served.sign_in(*sign_in)
        address = f"{served.address}/graphql"
        headers["authorization"] = f"Bearer {served.token}"
        for body in bodies:
            request = urllib.request.Request(address, json.dumps(body).encode(), headers)  # noqa: S310
            assert fetch(request)[0] < 500
        for query in (
            {"documentId": f"sha256:{document_hash(PAGE)}", "variables": json.dumps(variables)},
            {"query": f'{{ users(search: "{secret}") {{ totalCount }} }}', "access_token": secret},
        ):
            url = f"{address}?{urllib.parse.urlencode(query)}"
            request = urllib.request.Request(url, headers=headers)  # noqa: S310
            assert fetch(request)[0] < 500
        headers["authorization"] = f"Bearer {secret}"
        request = urllib.request.Request(address, b'{"query":"{ __typename }"}', headers)  # noqa: S310
        assert fetch(request)[0] == 401
        talk(served, f"GET / HTTP/1.1\r\nhost {secret}\r\n\r\n".encode())
        _, log = served.stop()

    lines = request_lines(log)
    # The first one signed in.
    assert len(lines) == 1 + len(bodies) + 3
    assert [word for word in (secret, sign_in[1], served.token) if word in log] == []
    first = lines[1]
    assert {name: first[name] for name in ("operation", "document", "status", "code", "cost")} == {
        "operation": "Mine",
        "document": document_hash(PAGE),
        "status": 200,
        "code": "",
        "cost": 60,
    }
    assert isinstance(first["user"], int)
    assert {line["code"] for line in lines} >= {
        "", "BAD_REQUEST", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED",
    }  # fmt: skip
