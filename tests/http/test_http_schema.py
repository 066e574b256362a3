import gzip

import httpx2
import orjson
import pytest
from graphql import build_client_schema, build_schema, print_schema
from tiny_service import SCHEMA_HASH, SDL, TinyServer

from graphql_erp.http.schema import SchemaFiles
from graphql_erp.http.stored import accepts_gzip

pytestmark = pytest.mark.anyio

ADDRESSES = ["/graphql/schema.graphql", "/graphql/introspection.json"]


async def test_sdl_is_the_schema(client: httpx2.AsyncClient) -> None:
    response = await client.get("/graphql/schema.graphql")

    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == print_schema(build_schema(SDL))


async def test_introspection_is_the_schema(client: httpx2.AsyncClient) -> None:
    response = await client.get("/graphql/introspection.json")

    assert response.headers["content-type"] == "application/json; charset=utf-8"
    schema = build_client_schema(response.json()["data"])
    assert print_schema(schema) == print_schema(build_schema(SDL))


@pytest.mark.parametrize("address", ADDRESSES)
async def test_stored_bytes_are_the_same_compressed(
    client: httpx2.AsyncClient, server: TinyServer, address: str
) -> None:
    plain = await client.get(address)
    zipped = await client.get(address, headers={"accept-encoding": "br, gzip;q=0.5"})

    assert "content-encoding" not in plain.headers
    assert plain.headers["etag"] == f'"{SCHEMA_HASH}"'
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.headers["etag"] == f'"{SCHEMA_HASH}-gzip"'
    assert zipped.content == plain.content
    assert int(zipped.headers["content-length"]) < len(plain.content)
    assert plain.headers["x-schema-hash"] == zipped.headers["x-schema-hash"] == SCHEMA_HASH
    assert gzip.decompress(server.files.sdl.compressed) == server.files.sdl.body


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("known", "status"),
    [
        (f'"{SCHEMA_HASH}"', 304),
        (f'W/"{SCHEMA_HASH}"', 304),
        (f'"{SCHEMA_HASH}-gzip"', 304),
        (f'"other", "{SCHEMA_HASH}"', 304),
        ("*", 304),
        ('"other"', 200),
        (SCHEMA_HASH, 200),
    ],
)
async def test_known_version_is_not_sent_again(
    client: httpx2.AsyncClient, address: str, known: str, status: int
) -> None:
    response = await client.get(address, headers={"if-none-match": known})

    assert response.status_code == status
    assert response.headers["etag"] == f'"{SCHEMA_HASH}"'
    assert (response.content == b"") is (status == 304)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_head_has_the_headers_of_get(client: httpx2.AsyncClient, address: str) -> None:
    head = await client.head(address)
    get = await client.get(address)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == get.headers


async def test_changed_schema_is_served_at_once(
    client: httpx2.AsyncClient, server: TinyServer
) -> None:
    server.files = SchemaFiles.of(sdl=b"type A", introspection=b"{}", schema_hash="new")
    sdl = await client.get("/graphql/schema.graphql", headers={"if-none-match": SCHEMA_HASH})
    answer = await client.post("/graphql", content=b"{}")

    assert (sdl.text, sdl.headers["etag"]) == ("type A", '"new"')
    assert answer.headers["x-schema-hash"] == "new"


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        (b"gzip", True),
        (b"br, GZIP", True),
        (b"*", True),
        (b"gzip; q=0.1", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.0", False),
        (b"br, deflate", False),
        (b"", False),
    ],
)
async def test_gzip_is_sent_where_it_is_accepted(header: bytes, accepted: bool) -> None:  # noqa: FBT001
    assert accepts_gzip(header) is accepted


async def test_introspection_bytes_are_passed_through() -> None:
    body = orjson.dumps({"data": {"__schema": {}}})

    assert SchemaFiles.of(sdl=b"", introspection=body, schema_hash="x").introspection.body == body
