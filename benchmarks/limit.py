"""The limit: one Starlette endpoint per workload, written by hand over asyncpg."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.limit_sql import STATEMENTS, Statement
from benchmarks.serve import connection_pool, serve


class Limit:
    """The pool and the endpoints that share it."""

    _pool: asyncpg.Pool

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Hold the pool while the server runs."""
        async with connection_pool(setup=json_as_bytes) as self._pool:
            yield

    def route(self, workload: str, statement: Statement) -> Route:
        """Return the endpoint of one workload."""

        async def endpoint(request: Request) -> Response:
            arguments = statement.arguments(orjson.loads(await request.body())["variables"])
            async with self._pool.acquire() as connection:
                value = await connection.fetchval(statement.text, *arguments)
            body = statement.head + (value or b"null") + statement.tail
            return Response(body, media_type="application/json")

        return Route(f"/{workload}", endpoint, methods=["POST"])


async def json_as_bytes(connection: asyncpg.Connection) -> None:
    """Have JSON come as the bytes it is."""
    # The value goes to the client as it came: decoding it to text and back is a copy for nothing.
    await connection.set_type_codec(
        "json", schema="pg_catalog", format="binary", encoder=bytes, decoder=bytes
    )


def create_app(statements: Mapping[str, Statement] = STATEMENTS) -> Starlette:
    """Return the application."""
    limit = Limit()
    routes = [limit.route(workload, statement) for workload, statement in statements.items()]
    return Starlette(routes=routes, lifespan=limit.lifespan)


if __name__ == "__main__":
    serve(create_app())
