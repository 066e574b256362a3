"""What every answer carries, and what pages of other sites can and cannot do."""

import asyncio
from pathlib import Path

import httpx2
import orjson
import pytest
from http_client import client_of
from starlette.types import ASGIApp, Message
from tiny_service import TinyServer

from graphql_erp.errors import SettingsError
from graphql_erp.http.app import create_app
from graphql_erp.http.hosts import HostCheck, allowed_hosts
from graphql_erp.http.origins import origins_of
from graphql_erp.http.strict_transport import StrictTransport

pytestmark = pytest.mark.anyio

SHOP = "https://shop.example"
BODY = b'{"query":"mutation { rename(name: \\"x\\") }"}'
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}


def checked(app: ASGIApp, *origins: bytes) -> ASGIApp:
    """Let only requests for the name of the tests reach an application."""
    hosts = dict.fromkeys(allowed_hosts("testserver", "127.0.0.1"), "t")
    return HostCheck(app, hosts, default="t", origins=frozenset(origins))


def paths(client: httpx2.AsyncClient) -> list[httpx2.Request]:
    json = {"content-type": "application/json"}
    asks = [
        ("POST", "/graphql", BODY, json),
        ("POST", "/graphql", b"{", json),
        ("POST", "/graphql", b'{"query":"{ broken }"}', json),
        ("POST", "/graphql", BODY, {**json, "accept": "text/csv"}),
        ("POST", "/graphql", BODY, {**json, "host": "evil.example"}),
        ("PUT", "/graphql", b"", {}),
        ("GET", "/graphql?query={greeting}", b"", {}),
        ("GET", "/graphql", b"", {"accept": "text/html"}),
        ("GET", "/graphql/schema.graphql", b"", {}),
        ("GET", "/graphql/introspection.json", b"", {}),
        ("POST", "/graphql/schema.graphql", b"", {}),
        ("GET", "/graphiql/page.js", b"", {}),
        ("GET", "/graphiql/assets/none.js", b"", {}),
        ("GET", "/health/live", b"", {}),
        ("GET", "/health/ready", b"", {}),
        ("GET", "/", b"", {}),
        ("GET", "/nothing", b"", {}),
    ]
    return [
        client.build_request(method, path, content=content, headers=headers)
        for method, path, content, headers in asks
    ]


async def test_every_answer_carries_the_security_headers(
    server: TinyServer, tmp_path: Path
) -> None:
    app = StrictTransport(checked(create_app(server.service(), assets=tmp_path)), 600)
    async with client_of(app) as client:
        responses = [await client.send(request) for request in paths(client)]

    assert {response.status_code for response in responses} == {
        200, 307, 400, 404, 405, 406, 500, 503,
    }  # fmt: skip
    for response in responses:
        assert {name: response.headers.get(name) for name in ALWAYS} == ALWAYS
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["strict-transport-security"] == "max-age=600"
        assert response.headers["cache-control"]
        assert not [name for name in response.headers if name.startswith("access-control-")]
        if "json" in response.headers.get("content-type", ""):
            policy = response.headers["content-security-policy"]
            assert policy == "default-src 'none'; frame-ancestors 'none'"


async def test_browsers_need_not_insist_on_https(client: httpx2.AsyncClient) -> None:
    assert "strict-transport-security" not in (await client.get("/health/live")).headers


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/plain; charset=utf-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/mixed; boundary=x",
        "",
        "application/json-patch+json",
        "text/json",
        "application/graphql",
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        BODY,
        b"query=mutation+%7B+rename%28name%3A+%22x%22%29+%7D",
        b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n' + BODY + b"\r\n--x--",
        b'mutation { rename(name: "x") }',
    ],
)
async def test_request_a_form_can_send_is_never_executed(
    client: httpx2.AsyncClient, server: TinyServer, content_type: str, body: bytes
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = await client.post("/graphql", content=body, headers=headers)

    assert response.status_code == 415
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert (server.calls, server.names) == ([], [])


async def test_pages_of_other_sites_are_told_nothing(
    client: httpx2.AsyncClient, server: TinyServer
) -> None:
    preflight = await client.options(
        "/graphql",
        headers={
            "origin": SHOP,
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        },
    )

    assert preflight.status_code == 405
    assert not [name for name in preflight.headers if name.startswith("access-control-")]
    assert server.calls == []


async def test_sites_of_the_setting_may_use_the_api_without_cookies(server: TinyServer) -> None:
    app = checked(create_app(server.service(cors_origins=(SHOP,))), SHOP.encode())
    async with client_of(app) as client:
        asked = {
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        }
        preflight = await client.options("/graphql", headers={"origin": SHOP, **asked})
        other = await client.options(
            "/graphql", headers={"origin": "https://evil.example", **asked}
        )
        headers = {"content-type": "application/json"}
        ours = await client.post("/graphql", content=BODY, headers={"origin": SHOP, **headers})
        evil = await client.post(
            "/graphql", content=BODY, headers={"origin": SHOP + ".evil.example", **headers}
        )

    assert preflight.headers["access-control-allow-origin"] == SHOP
    assert "access-control-allow-credentials" not in preflight.headers
    assert "access-control-allow-origin" not in other.headers
    assert (ours.status_code, ours.headers["access-control-allow-origin"]) == (200, SHOP)
    assert (evil.status_code, server.names) == (403, ["x"])


@pytest.mark.parametrize("name", ["*", "null", "shop.example", "https://a/b", "https://a b"])
def test_what_is_no_site_is_refused(name: str) -> None:
    with pytest.raises(SettingsError):
        origins_of(f"{SHOP}, {name}")


def test_sites_are_separated_by_commas() -> None:
    assert origins_of("") == ()
    assert origins_of(f"{SHOP}, http://localhost:3000") == (SHOP, "http://localhost:3000")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_websocket_is_refused(
    client: httpx2.AsyncClient, server: TinyServer, method: str
) -> None:
    response = await client.request(
        method,
        "/graphql",
        content=BODY,
        headers={
            "connection": "upgrade",
            "upgrade": "WebSocket",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
            "sec-websocket-version": "13",
            "sec-websocket-protocol": "graphql-transport-ws",
            "content-type": "application/json",
        },
    )

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == "WebSockets are not answered."
    assert server.calls == []


async def test_websocket_of_another_server_is_closed_before_it_opens(server: TinyServer) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/graphql", "headers": [], "query_string": b""}
    await create_app(server.service())(scope, receive, send)

    assert [message["type"] for message in sent] == ["websocket.close"]
    assert server.calls == []


async def test_request_that_takes_too_long_is_stopped(server: TinyServer) -> None:
    async with client_of(create_app(server.service(request_timeout=0.05))) as client:
        response = await client.post(
            "/graphql",
            content=b'{"query":"{ slow }"}',
            headers={"content-type": "application/json"},
        )

    assert response.status_code == 504
    assert response.json()["errors"][0]["message"] == (
        "The request took longer than 0.05 seconds and was stopped."
    )
    assert response.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"
    assert server.slow_was_cancelled is True


async def test_body_that_never_ends_is_stopped(server: TinyServer) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        if not sent:
            await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    await create_app(server.service(request_timeout=0.05))(scope, receive, send)

    assert sent[0]["status"] == 504
    assert orjson.loads(sent[1]["body"])["errors"][0]["extensions"]["code"] == "TIMEOUT"


async def test_browsers_get_no_page_where_graphiql_is_off(server: TinyServer) -> None:
    async with client_of(create_app(server.service(graphiql=False))) as client:
        page = await client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
        script = await client.get("/graphiql/page.js")

    assert (page.status_code, page.headers["content-type"]) == (
        400,
        "application/json; charset=utf-8",
    )
    assert script.status_code == 404


async def test_schema_is_refused_to_those_whose_question_is_refused(server: TinyServer) -> None:
    server.refuses_schema = True
    async with client_of(create_app(server.service())) as client:
        for path in ("/graphql/schema.graphql", "/graphql/introspection.json"):
            response = await client.get(path, headers={"if-none-match": "*"})

            assert response.status_code == 403
            assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
            assert response.headers["cache-control"] == "no-store"
