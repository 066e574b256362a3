"""Signing in by an OpenID Connect provider: authorization code with PKCE, state and nonce."""

from __future__ import annotations

import importlib
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import structlog
from starlette.types import Receive, Scope, Send

from graphql_erp.auth.id_tokens import Identified, read_id_token
from graphql_erp.auth.sealing import Sealer
from graphql_erp.auth.secrets import are_same
from graphql_erp.config import Settings
from graphql_erp.errors import BadRequest, RequestError, SettingsError, Unauthenticated
from graphql_erp.http.request_facts import request_facts
from graphql_erp.http.respond import send_response
from graphql_erp.http.sign_in import cookie_header, refuse, session_cookies
from graphql_erp.http.token import GateOf
from graphql_erp.identity.cookies import cookie_values
from graphql_erp.identity.gate import Gate

CALLBACK = "/auth/oidc/callback"
COOKIE = "erp_oidc"
"""Holds state, nonce and verifier, encrypted, between the two visits of the browser."""

_LIFE_SECONDS = 600
_KEPT_SECONDS = 3_600
_TIMEOUT_SECONDS = 10
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Provider:
    """A provider: what it tells of itself, asked once an hour."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    sealer: Sealer
    library: Any
    """authlib's client for httpx."""
    _metadata: dict[str, Any] = field(default_factory=dict)
    _keys: dict[str, Any] = field(default_factory=dict)
    _asked: float = float("-inf")

    def client(self) -> Any:
        """Return a client that speaks to it."""
        return self.library.AsyncOAuth2Client(
            self.client_id,
            self.client_secret or None,
            scope="openid email",
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self.client_secret else "none",
            timeout=_TIMEOUT_SECONDS,
        )

    async def metadata(self, client: Any) -> dict[str, Any]:
        """Return what it tells of itself.

        Raises:
            BadRequest: It does not answer, or is another one than was asked for.
        """
        if time.monotonic() - self._asked > _KEPT_SECONDS:
            address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            metadata = await _read(client, address)
            if metadata.get("issuer") != self.issuer:
                raise BadRequest("The provider says it is another one.")
            self._keys = await _read(client, _address(metadata, "jwks_uri"))
            self._metadata, self._asked = metadata, time.monotonic()
        return self._metadata

    async def identified(self, gate: Gate, answer: dict[str, str], kept: dict[str, str]) -> Any:
        """Return whom the provider has identified.

        Raises:
            RequestError: The provider says no, or what it says is not for this sign-in.
        """
        if not are_same(answer.get("state", ""), kept["state"]):
            raise Unauthenticated("This is not the sign-in that was begun here.")
        if "code" not in answer:
            raise Unauthenticated("The provider did not let you in.")
        async with self.client() as client:
            metadata = await self.metadata(client)
            try:
                token = await client.fetch_token(
                    _address(metadata, "token_endpoint"),
                    code=answer["code"],
                    code_verifier=kept["verifier"],
                )
            except Exception as error:
                _log.warning("oidc_refused", reason=str(error)[:200])
                raise Unauthenticated("The provider did not confirm the sign-in.") from error
            return await self._read(gate, client, str(token.get("id_token", "")), kept["nonce"])

    async def _read(self, gate: Gate, client: Any, token: str, nonce: str) -> Identified:
        wanted = {"issuer": self.issuer, "client": self.client_id, "nonce": nonce}
        try:
            return read_id_token(token, self._keys, **wanted, now=gate.accounts.clock())
        except Unauthenticated:
            # The provider may sign by a new key: asked once more.
            self._asked = float("-inf")
            await self.metadata(client)
            return read_id_token(token, self._keys, **wanted, now=gate.accounts.clock())


def provider_of(settings: Settings, sealer: Sealer) -> Provider | None:
    """Return the provider of the settings, None when there is none.

    Raises:
        SettingsError: A setting or the library is missing.
    """
    if not settings.oidc_issuer:
        return None
    place = urlsplit(settings.oidc_issuer)
    if place.scheme != "https" and place.hostname not in _LOOPBACK:
        raise SettingsError("ERP_OIDC_ISSUER must be an address of https.")
    if not settings.oidc_client_id or not settings.public_url:
        raise SettingsError(
            "ERP_OIDC_ISSUER needs ERP_OIDC_CLIENT_ID and ERP_PUBLIC_URL.",
            hint=f"The provider must allow the redirect to <ERP_PUBLIC_URL>{CALLBACK}.",
        )
    try:
        library = importlib.import_module("authlib.integrations.httpx_client")
    except ImportError as error:
        raise SettingsError(
            "Signing in by a provider needs authlib.",
            hint="Run: python -m pip install 'graphql-erp[oidc]'",
        ) from error
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=settings.public_url.rstrip("/") + CALLBACK,
        sealer=sealer,
        library=library,
    )


@dataclass(frozen=True, slots=True, eq=False)
class OidcStart:
    """Sends the browser to the provider."""

    gate: GateOf
    provider: Provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        del receive
        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        try:
            gate = await self.gate(scope)
            async with self.provider.client() as client:
                metadata = await self.provider.metadata(client)
                address, _ = client.create_authorization_url(
                    _address(metadata, "authorization_endpoint"),
                    state=kept["state"],
                    nonce=kept["nonce"],
                    code_verifier=kept["verifier"],
                )
        except RequestError as error:
            await refuse(send, error)
            return
        kept["until"] = str(int(gate.accounts.clock().timestamp()) + _LIFE_SECONDS)
        kept["tenant"] = gate.accounts.tenant
        value = self.provider.sealer.seal(orjson.dumps(kept).decode()).decode()
        cookie = _cookie(gate, scope, value, _LIFE_SECONDS)
        await _redirect(send, address.encode(), cookie)


@dataclass(frozen=True, slots=True, eq=False)
class OidcCallback:
    """Takes the browser back, and signs in the user the provider has identified."""

    gate: GateOf
    provider: Provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        del receive
        try:
            gate = await self.gate(scope)
            kept = self._kept(gate, scope)
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=20)
            found = await self.provider.identified(gate, dict(pairs), kept)
            session = await gate.accounts.trusted_browser(found.email, request_facts(scope))
            if session is None:
                raise Unauthenticated("No user here has your e-mail address.")
        except RequestError as error:
            await refuse(send, error)
        except ValueError:
            await refuse(send, BadRequest("The query string has too many parameters."))
        else:
            cookies = session_cookies(gate, session, scope)
            await _redirect(send, b"/graphql", *cookies, _cookie(gate, scope, "", 0))

    def _kept(self, gate: Gate, scope: Scope) -> dict[str, str]:
        cookies = [value for name, value in scope["headers"] if name == b"cookie"]
        values = cookie_values(cookies, COOKIE)
        text = self.provider.sealer.unseal(values[0].encode("latin-1")) if values else None
        kept: dict[str, str] = orjson.loads(text) if text else {}
        is_of_now = int(kept.get("until", "0")) > gate.accounts.clock().timestamp()
        if not is_of_now or kept["tenant"] != gate.accounts.tenant:
            raise Unauthenticated("The sign-in was not begun here, or took too long.")
        return kept


def _cookie(gate: Gate, scope: Scope, value: str, seconds: int) -> tuple[bytes, bytes]:
    is_secure = gate.is_secure(scope.get("scheme", "http"))
    return cookie_header(COOKIE, value, is_secure=is_secure, seconds=seconds)


async def _redirect(send: Send, address: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = ((b"location", address), (b"cache-control", b"no-store"), *more)
    await send_response(send, 303, b"", headers)


async def _read(client: Any, address: str) -> dict[str, Any]:
    try:
        response = await client.request("GET", address, withhold_token=True)
        read = response.raise_for_status().json()
    except Exception as error:
        _log.warning("oidc_provider_failed", reason=str(error)[:200])
        raise BadRequest("The provider does not answer.", hint="Try again later.") from error
    if not isinstance(read, dict):
        raise BadRequest("The provider gives no sense.")
    return read


def _address(metadata: dict[str, Any], name: str) -> str:
    address = metadata.get(name)
    if not isinstance(address, str):
        raise BadRequest(f"The provider does not tell its {name}.")
    return address
