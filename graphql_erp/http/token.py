"""The token endpoint of OAuth 2.0 (RFC 6749), for tools that know it."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import orjson
from starlette.types import Receive, Scope, Send

from graphql_erp.errors import BadRequest, Unauthenticated, UserError
from graphql_erp.http.accept import JSON
from graphql_erp.http.body import ClientGone, read_body
from graphql_erp.http.form import read_form
from graphql_erp.http.head import read_head
from graphql_erp.http.request_facts import request_facts
from graphql_erp.http.respond import Header, send_response
from graphql_erp.identity.gate import Gate

GateOf = Callable[[Scope], Awaitable[Gate]]
"""Gives the gate of the tenant a request is for."""

LONGEST_BODY = 16_384
_NOT_STORED: tuple[Header, ...] = ((b"cache-control", b"no-store"), (b"pragma", b"no-cache"))


class _Refused(Exception):
    """An error as the standard names it."""

    def __init__(self, error: str, description: str, status: int = 400, *more: Header) -> None:
        super().__init__(error)
        self.body = orjson.dumps({"error": error, "error_description": description})
        self.status = status
        self.headers = more


@dataclass(frozen=True, slots=True, eq=False)
class TokenEndpoint:
    """Gives access tokens for a password, a refresh token, or an API key."""

    gate: GateOf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        head = read_head(scope)
        try:
            body = await read_body(receive, declared=head.content_length, limit=LONGEST_BODY)
            try:
                fields = read_form(head.content_type, body)
            except BadRequest as error:
                raise _Refused("invalid_request", error.message) from error
            gate = await self.gate(scope)
            given = await _given(gate, fields, scope)
        except ClientGone:
            return
        except BadRequest as error:
            refused = _Refused("invalid_request", error.message, error.status)
            await _send(send, refused.status, refused.body)
        except _Refused as error:
            await _send(send, error.status, error.body, *error.headers)
        else:
            await _send(send, 200, orjson.dumps({"token_type": "Bearer", **given}))


async def _given(gate: Gate, fields: dict[str, str], scope: Scope) -> dict[str, Any]:
    grant = _required(fields, "grant_type")
    accounts = gate.accounts
    try:
        match grant:
            case "password":
                tokens = await accounts.login(
                    _required(fields, "username"),
                    _required(fields, "password"),
                    fields.get("code"),
                    request_facts(scope),
                )
            case "refresh_token":
                tokens = await accounts.refresh(_required(fields, "refresh_token"))
            case "client_credentials":
                return await _for_key(gate, fields, scope)
            case _:
                known = "password, refresh_token or client_credentials"
                raise _Refused("unsupported_grant_type", f"The grant type must be {known}.")
    except UserError as error:
        raise _grant_refused(error) from error
    return {
        "access_token": tokens.access_token,
        "expires_in": tokens.expires_in,
        "refresh_token": tokens.refresh_token,
    }


async def _for_key(gate: Gate, fields: dict[str, str], scope: Scope) -> dict[str, Any]:
    """Return an access token for an API key: its prefix is the client, all of it the secret."""
    shown = [value for name, value in scope["headers"] if name == b"authorization"]
    in_form = "client_id" in fields or "client_secret" in fields
    if len(shown) + in_form > 1:
        raise _Refused("invalid_request", "The client is named more than once.")
    challenge: tuple[Header, ...] = ()
    if shown:
        client, secret = _basic(shown[0])
        challenge = ((b"www-authenticate", b'Basic realm="erp"'),)
    else:
        client, secret = fields.get("client_id", ""), fields.get("client_secret", "")
    wrong = _Refused("invalid_client", "The client or its secret is wrong.", 401, *challenge)
    if secret.rpartition("_")[0] != client:
        raise wrong
    try:
        caller = await gate.authenticator.key(secret)
    except Unauthenticated as error:
        raise wrong from error
    accounts = gate.accounts
    return {"access_token": accounts.key_token(caller), "expires_in": accounts.tokens.seconds}


def _basic(header: bytes) -> tuple[str, str]:
    scheme, _, text = header.partition(b" ")
    try:
        plain = base64.b64decode(text.strip(), validate=True).decode()
    except ValueError:
        plain = ""
    name, colon, secret = plain.partition(":")
    if scheme.lower() != b"basic" or not colon:
        challenge = (b"www-authenticate", b'Basic realm="erp"')
        message = "The header Authorization is not understood."
        raise _Refused("invalid_client", message, 401, challenge)
    return unquote_plus(name), unquote_plus(secret)


def _required(fields: dict[str, str], name: str) -> str:
    if name not in fields:
        raise _Refused("invalid_request", f"The field {name} is missing.")
    return fields[name]


def _grant_refused(error: UserError) -> _Refused:
    problem = error.problems[0]
    if problem.code == "RATE_LIMITED":
        after = str(problem.details["retryAfter"]).encode()
        return _Refused("slow_down", problem.message, 429, (b"retry-after", after))
    return _Refused("invalid_grant", problem.message)


async def _send(send: Send, status: int, body: bytes, *more: Header) -> None:
    await send_response(send, status, body, ((b"content-type", JSON), *_NOT_STORED, *more))
