"""Registered documents over HTTP: what GET answers, and what of it may be kept."""

import httpx2
import pytest
from http_client import Post, client_of
from tiny_service import TinyServer

from graphql_erp.http.app import create_app

pytestmark = pytest.mark.anyio

GRAPHQL = "application/graphql-response+json"
ID = "sha256:" + "1" * 64
GREETING = {"data": {"greeting": "Hello you"}}


@pytest.fixture
def server() -> TinyServer:
    made = TinyServer()
    made.registered[ID] = 'query($name: String! = "you") { greeting(name: $name) }'
    return made


def app_of(server: TinyServer, mode: str) -> httpx2.AsyncClient:
    return client_of(create_app(server.service(queries_by_get=mode)))


async def test_get_answers_registered_documents(server: TinyServer) -> None:
    async with app_of(server, "documents") as client:
        plain = await client.get("/graphql", params={"documentId": ID})
        named = await client.get(
            "/graphql", params={"documentId": ID, "variables": '{"name":"Zoe"}'}
        )

    assert (plain.status_code, plain.json()) == (200, GREETING)
    assert named.json() == {"data": {"greeting": "Hello Zoe"}}
    assert [(call.document, call.document_id, call.read_only) for call in server.calls] == [
        ("", ID, True),
        ("", ID, True),
    ]


@pytest.mark.parametrize(
    "query", ["{ greeting }", 'mutation { rename(name: "x") }', "{", "{ __schema { description } }"]
)
async def test_get_runs_no_other_document(server: TinyServer, query: str) -> None:
    async with app_of(server, "documents") as client:
        alone = await client.get("/graphql", params={"query": query})
        beside = await client.get("/graphql", params={"query": query, "documentId": ID})

    for response in (alone, beside):
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
        assert response.json()["errors"][0]["message"] == "GET answers registered documents only."
    assert (server.calls, server.names) == ([], [])


async def test_get_that_is_off_answers_nothing(server: TinyServer) -> None:
    async with app_of(server, "off") as client:
        response = await client.get("/graphql", params={"documentId": ID})

    assert response.status_code == 405
    assert server.calls == []


async def test_answer_is_kept_by_whom_it_was_given_to(server: TinyServer) -> None:
    async with app_of(server, "documents") as client:
        first = await client.get("/graphql", params={"documentId": ID})
        tag = first.headers["etag"]
        again = await client.get(
            "/graphql", params={"documentId": ID}, headers={"if-none-match": f'"x", W/{tag}'}
        )
        other = await client.get(
            "/graphql",
            params={"documentId": ID, "variables": '{"name":"Zoe"}'},
            headers={"if-none-match": tag},
        )
        typed = await client.get(
            "/graphql", params={"documentId": ID}, headers={"if-none-match": tag, "accept": GRAPHQL}
        )

    for response in (first, again):
        assert response.headers["etag"] == tag
        assert response.headers["cache-control"] == "private, no-cache"
        assert response.headers["vary"] == "accept, authorization, cookie"
    assert (again.status_code, again.content) == (304, b"")
    assert (other.status_code, other.json()["data"]) == (200, {"greeting": "Hello Zoe"})
    assert (typed.status_code, typed.json()) == (200, GREETING)


async def test_nothing_else_is_kept(server: TinyServer, post: Post) -> None:
    server.registered[ID] = "{ nothing }"
    async with app_of(server, "open") as client:
        responses = [
            await client.get("/graphql", params={"documentId": ID}),
            await client.get("/graphql", params={"query": "{ greeting }"}),
            await post({"documentId": ID}),
        ]

    for response in responses:
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers


@pytest.mark.usefixtures("server")
async def test_document_may_be_named_by_post(post: Post) -> None:
    response = await post({"documentId": ID, "variables": {"name": "Zoe"}, "query": None})

    assert response.json() == {"data": {"greeting": "Hello Zoe"}}


@pytest.mark.parametrize("value", [5, [], {}, True])
async def test_id_must_be_a_string(server: TinyServer, post: Post, value: object) -> None:
    response = await post({"documentId": value})

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"].startswith("`documentId` must be a string")
    assert server.calls == []


async def test_too_many_requests_are_told_when_to_come_back(post: Post) -> None:
    for accept in (GRAPHQL, "application/json"):
        response = await post({"query": "{ busy }"}, accept=accept)

        assert (response.status_code, response.headers["retry-after"]) == (429, "7")
        assert response.json()["errors"] == [
            {
                "message": "Too often.",
                "extensions": {"code": "RATE_LIMITED", "hint": "Try again in 7 seconds."},
            }
        ]
