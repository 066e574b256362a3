"""The HTTP application: routes, errors and the life of the process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Lifespan

from graphql_erp.errors import BadRequest, MethodNotAllowed, RequestError
from graphql_erp.http.accept import JSON
from graphql_erp.http.assets import ASSETS_FOLDER
from graphql_erp.http.graphiql import GraphiQLPage, graphiql_routes
from graphql_erp.http.graphql import GraphQLEndpoint
from graphql_erp.http.health import LiveEndpoint, ReadyEndpoint
from graphql_erp.http.oidc import CALLBACK, OidcCallback, OidcStart, Provider
from graphql_erp.http.respond import NO_CONTENT, SECURITY_HEADERS, error_body, masked_body
from graphql_erp.http.schema_endpoint import SchemaEndpoint
from graphql_erp.http.service import Service
from graphql_erp.http.sign_in import SignInEndpoint, SignOutEndpoint
from graphql_erp.http.token import GateOf, TokenEndpoint

_METHOD_NOT_ALLOWED = 405
_SECURITY = {key.decode(): value.decode() for key, value in (*SECURITY_HEADERS, NO_CONTENT)}
_NOT_STORED = {"cache-control": "no-store"}


def create_app(service: Service, *, assets: Path = ASSETS_FOLDER) -> Starlette:
    """Return the HTTP application of a service, for requests whose host has been checked.

    Args:
        service: The server behind it.
        assets: Folder of the installed files of GraphiQL.
    """
    page = GraphiQLPage(example=service.example, folder=assets) if service.graphiql else None
    return Starlette(
        routes=[
            Route("/graphql", GraphQLEndpoint(service, page)),
            Route(
                "/graphql/schema.graphql",
                SchemaEndpoint(service, lambda files: files.sdl),
                methods=["GET"],
            ),
            Route(
                "/graphql/introspection.json",
                SchemaEndpoint(service, lambda files: files.introspection),
                methods=["GET"],
            ),
            Route("/health/live", LiveEndpoint(), methods=["GET"]),
            Route("/health/ready", ReadyEndpoint(service.ready), methods=["GET"]),
            *(_identity_routes(service.gate, service.oidc) if service.gate else ()),
            Route("/", _to_endpoint, methods=["GET"]),
            *(graphiql_routes(assets) if service.graphiql else ()),
        ],
        exception_handlers={HTTPException: _refuse, Exception: _fail},
        middleware=_other_sites(service),
        lifespan=_lifespan(service),
    )


def _identity_routes(gate: GateOf, oidc: Provider | None) -> list[Route]:
    provided = (
        [
            Route("/auth/oidc/start", OidcStart(gate, oidc), methods=["GET"]),
            Route(CALLBACK, OidcCallback(gate, oidc), methods=["GET"]),
        ]
        if oidc
        else []
    )
    return [
        *provided,
        Route("/auth/token", TokenEndpoint(gate), methods=["POST"]),
        Route("/auth/login", SignInEndpoint(gate, oidc is not None), methods=["GET", "POST"]),
        Route("/auth/logout", SignOutEndpoint(gate), methods=["POST"]),
    ]


def _other_sites(service: Service) -> list[Middleware]:
    if not service.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=service.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type", "x-request-id"],
            expose_headers=["retry-after", "x-schema-hash"],
        )
    ]


def _lifespan(service: Service) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        del app
        try:
            await service.startup()
            yield
        finally:
            await service.shutdown()

    return lifespan


async def _to_endpoint(request: Request) -> Response:
    del request
    return RedirectResponse("/graphql", status_code=307, headers=_SECURITY | _NOT_STORED)


async def _refuse(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    body = error_body(_described(request, error))
    headers = {
        **(_SECURITY | _NOT_STORED),
        **(error.headers or {}),
        "content-type": JSON.decode(),
    }
    return Response(body, status_code=error.status_code, headers=headers)


def _described(request: Request, error: HTTPException) -> RequestError:
    if error.status_code == _METHOD_NOT_ALLOWED:
        return MethodNotAllowed(f"{request.method} is not allowed at this address.")
    return BadRequest("There is nothing at this address.", hint="The API is at /graphql, by POST.")


async def _fail(request: Request, error: Exception) -> Response:
    del request
    body = masked_body(error, event="http_request_failed")
    headers = {**_SECURITY, **_NOT_STORED, "content-type": JSON.decode()}
    return Response(body, status_code=500, headers=headers)
