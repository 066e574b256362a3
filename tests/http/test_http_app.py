import asyncio
from dataclasses import replace

import httpx2
import pytest
from http_client import client_of
from starlette.testclient import TestClient
from structlog.testing import capture_logs
from tiny_service import TinyServer

from graphql_erp.http.app import create_app
from graphql_erp.http.health import ReadyEndpoint

pytestmark = pytest.mark.anyio


async def test_live_answers_whatever_the_server_is_doing(
    client: httpx2.AsyncClient, server: TinyServer
) -> None:
    server.reason = "DATABASE_UNREACHABLE"
    response = await client.get("/health/live")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert response.headers["cache-control"] == "no-store"


async def test_ready_follows_the_check(client: httpx2.AsyncClient, server: TinyServer) -> None:
    good = await client.get("/health/ready")
    server.reason = "TENANT_NOT_MIGRATED"
    bad = await client.get("/health/ready")

    assert (good.status_code, good.json()) == (200, {"status": "ready"})
    assert (bad.status_code, bad.json()) == (
        503,
        {"status": "unavailable", "reason": "TENANT_NOT_MIGRATED"},
    )


async def test_failing_check_is_an_answer() -> None:
    async def check() -> str:
        raise ConnectionRefusedError("secret address")

    with capture_logs() as logs:
        async with client_of(ReadyEndpoint(check)) as client:
            response = await client.get("/")

    assert (response.status_code, response.json()) == (
        503,
        {"status": "unavailable", "reason": "CHECK_FAILED"},
    )
    assert [entry["event"] for entry in logs] == ["ready_check_failed"]


async def test_hanging_check_is_an_answer() -> None:
    async def check() -> str:
        await asyncio.Event().wait()
        return ""

    async with client_of(ReadyEndpoint(check, seconds=0.01)) as client:
        response = await client.get("/")

    assert (response.status_code, response.json()["reason"]) == (503, "CHECK_TIMEOUT")


async def test_unknown_address_leads_to_the_endpoint(client: httpx2.AsyncClient) -> None:
    response = await client.get("/nothing")

    assert response.status_code == 404
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.json() == {
        "errors": [
            {
                "message": "There is nothing at this address.",
                "extensions": {
                    "code": "BAD_REQUEST",
                    "hint": "The API is at /graphql, by POST.",
                },
            }
        ]
    }


@pytest.mark.parametrize("address", ["/health/live", "/graphql/schema.graphql", "/"])
async def test_reading_addresses_refuse_to_be_written(
    client: httpx2.AsyncClient, address: str
) -> None:
    response = await client.post(address)

    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert response.json()["errors"][0]["message"] == "POST is not allowed at this address."


async def test_other_origins_get_no_permission(client: httpx2.AsyncClient) -> None:
    response = await client.options(
        "/graphql",
        headers={"origin": "https://elsewhere.example", "access-control-request-method": "POST"},
    )

    assert response.status_code == 405
    assert not [name for name in response.headers if name.startswith("access-control-")]


async def test_failure_outside_the_endpoint_is_masked(server: TinyServer) -> None:
    def schema() -> None:
        raise ZeroDivisionError("secret")

    service = replace(server.service(), schema=schema)
    with capture_logs() as logs:
        async with client_of(create_app(service)) as client:
            response = await client.get("/graphql/schema.graphql")

    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"]["errorId"] == logs[0]["error_id"]
    assert "secret" not in response.text


def test_hooks_run_once_around_all_requests(server: TinyServer) -> None:
    with TestClient(create_app(server.service())) as client:
        assert client.get("/health/live").status_code == 200
        assert server.hooks == ["startup"]

    assert server.hooks == ["startup", "shutdown"]


def test_failed_startup_still_shuts_down() -> None:
    class Broken(TinyServer):
        async def startup(self) -> None:
            raise ConnectionRefusedError("no database")

    server = Broken()
    with (
        pytest.raises(ConnectionRefusedError, match="no database"),
        TestClient(create_app(server.service())),
    ):
        pass

    assert server.hooks == ["shutdown"]
