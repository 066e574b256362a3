"""The checks of graphql-cop, each against a server with the settings of production.

Nobody is signed in; what the tool would report is what must not happen.
"""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx2
import orjson
import pytest
from hostile_target import FILL, MODELS, Reply, Target, service_of

from graphql_erp.environment.environment import Environment
from graphql_erp.http.app import create_app
from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import NOW, DeclaredModels

pytestmark = pytest.mark.anyio

MUTATION = 'mutation { stageCreate(data: {name: "forged"}) { record { id } } }'
MOST_CPU = 0.5
"""Seconds; a tenth of it on an idle machine."""


@pytest.fixture
async def target(models: DeclaredModels) -> AsyncIterator[Target]:
    models.declare(MODELS, module="exposed", development=False)
    pool = await models.pool()
    environment = Environment(pool=pool, actor=Actor(), tenant="t", clock=lambda: NOW)
    app = create_app(service_of(models.engine, environment))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
        opened = Target(models.engine, client)
        assert (await opened.ask(FILL)).codes == []
        yield opened
        assert await opened.counts() == (2, 3)


async def get(target: Target, **parameters: str) -> httpx2.Response:
    return await target.client.get(f"/graphql?{urlencode(parameters)}")


def refused(reply: Reply, code: str) -> bool:
    return reply.data is None and reply.codes == [code] and reply.cpu < MOST_CPU


async def test_alias_overloading(target: Target) -> None:
    aliases = " ".join(f"alias{number}: __typename" for number in range(101))

    assert refused(await target.ask(f"query cop {{ {aliases} }}"), "COST_EXCEEDED")


async def test_array_based_query_batching(target: Target) -> None:
    body = orjson.dumps([{"query": "query cop { __typename }"}] * 10)

    reply = await target.send(body)

    assert reply.status == 400
    assert refused(reply, "BAD_REQUEST")


async def test_directive_overloading(target: Target) -> None:
    for directive in ("@aa", "@skip(if: false)"):
        reply = await target.ask(f"query cop {{ __typename {directive * 10} }}")
        assert refused(reply, "COST_EXCEEDED")


async def test_circular_introspection(target: Target) -> None:
    deep = "fields { type { fields { type { fields { type { fields { type { name } } } } } } } }"
    flat = "fields { type { fields { name } } }"

    assert refused(
        await target.ask(f"query cop {{ __schema {{ types {{ {deep} }} }} }}"),
        "GRAPHQL_VALIDATION_FAILED",
    )
    assert refused(
        await target.ask(f"query cop {{ __schema {{ types {{ {flat} }} }} }}"), "UNAUTHENTICATED"
    )


async def test_field_duplication(target: Target) -> None:
    repeated = "__typename\n" * 500

    assert refused(await target.ask(f"query cop {{ {repeated} }}"), "COST_EXCEEDED")


async def test_field_suggestions(target: Target) -> None:
    for document in ("query cop { leadz { id } }", "query cop { __schema { directive } }"):
        reply = await target.ask(document)
        assert refused(reply, "GRAPHQL_VALIDATION_FAILED")
        assert b"Did you mean" not in reply.body


async def test_introspection(target: Target) -> None:
    reply = await target.ask("query cop { __schema { types { name fields { name } } } }")

    assert refused(reply, "UNAUTHENTICATED")
    for path in ("/graphql/schema.graphql", "/graphql/introspection.json"):
        response = await target.client.get(path)
        assert response.status_code == 401
        assert b"Lead" not in response.content


async def test_mutation_over_get(target: Target) -> None:
    response = await get(target, query=MUTATION)

    assert response.status_code == 405


async def test_query_over_get(target: Target) -> None:
    response = await get(target, query="query cop { __typename }")

    assert response.status_code == 405
    assert "data" not in response.json()


async def test_graphiql_is_a_page_that_knows_nothing(target: Target) -> None:
    engine = target.engine
    environment = Environment(pool=None, actor=Actor())  # type: ignore[arg-type]
    app = create_app(service_of(engine, environment, graphiql=False))
    transport = httpx2.ASGITransport(app=app)
    headers = {"accept": "text/html"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
        for path in ("/graphql", "/graphiql", "/playground", "/console", "/"):
            response = await client.get(path, headers=headers, follow_redirects=True)
            assert response.status_code in {404, 406}
            assert "graphiql" not in response.text.lower()


async def test_post_urlencoded(target: Target) -> None:
    for document in ("query cop { __typename }", MUTATION):
        reply = await target.send(
            urlencode({"query": document}).encode(),
            content_type="application/x-www-form-urlencoded",
        )
        assert (reply.status, reply.codes) == (415, ["BAD_REQUEST"])


async def test_tracing(target: Target) -> None:
    reply = await target.send(
        b'{"query":"query cop { __typename }","extensions":{"tracing":true}}',
        x_apollo_tracing="1",
    )

    assert reply.members == {"data": {"__typename": "Query"}}


async def test_unhandled_errors(target: Target) -> None:
    for document in (
        "qwerty cop { abc }",
        "\x00",
        "{ lead(by: {id: 99999999999999999999}) { id } }",
    ):
        reply = await target.ask(document)
        assert reply.status < 500
        assert reply.codes
        for word in (b"Traceback", b"exception", b"asyncpg", b".py", b"SELECT"):
            assert word not in reply.body
