"""The statuses of docs/guides/http.md, given by the real engine."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from docs_installed import Answering
from httpx2 import ASGITransport, AsyncClient
from starlette.types import Scope

from graphql_erp.api.call import Answer, Call
from graphql_erp.http.app import create_app
from graphql_erp.http.schema import SchemaFiles
from graphql_erp.http.service import Service

pytestmark = pytest.mark.anyio

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
VALID = {"query": '{ crmTag(by: {name: "Software"}) { name } }'}
INVALID = {"query": "{ nope }"}
MUTATION = {"query": "mutation { crmTagDelete(id: 1) { deletedId } }"}


@pytest.fixture
async def http(demo_company: Answering) -> AsyncIterator[AsyncClient]:
    """Give a client of the demo company."""
    files = SchemaFiles.of(sdl=b"type Query", introspection=b"{}", schema_hash="0")

    async def execute(call: Call, _scope: Scope) -> Answer:
        return await demo_company.engine.execute(call, demo_company.environment)

    async def ready() -> str:
        return ""

    async def nothing() -> None:
        return None

    service = Service(
        execute=execute, schema=lambda: files, ready=ready, startup=nothing, shutdown=nothing
    )
    transport = ASGITransport(app=create_app(service))
    async with AsyncClient(transport=transport, base_url="http://erp") as client:
        yield client


@pytest.mark.parametrize(
    ("accept", "body", "status"),
    [
        (JSON, VALID, 200),
        (GRAPHQL, VALID, 200),
        (JSON, INVALID, 200),
        (GRAPHQL, INVALID, 400),
        (JSON, {}, 400),
        (JSON, [VALID], 400),
        ("image/png", VALID, 406),
    ],
)
async def test_status_of_a_post(http: AsyncClient, accept: str, body: Any, status: int) -> None:
    response = await http.post("/graphql", json=body, headers={"accept": accept})

    assert response.status_code == status


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_mutation_by_get_is_refused_whatever_is_accepted(
    http: AsyncClient, accept: str
) -> None:
    response = await http.get("/graphql", params=MUTATION, headers={"accept": accept})

    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    kept = await http.post("/graphql", json=VALID)
    assert kept.json() == {"data": {"crmTag": {"name": "Software"}}}


async def test_body_that_is_not_json_is_refused(http: AsyncClient) -> None:
    response = await http.post("/graphql", content=b"{}", headers={"content-type": "text/plain"})

    assert response.status_code == 415


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
async def test_probes_are_answered(http: AsyncClient, address: str) -> None:
    assert (await http.get(address)).status_code == 200
