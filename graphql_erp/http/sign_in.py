"""Signing in by a page: the page, the session's cookies, signing out."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import Morsel
from string import Template
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from graphql_erp.auth.secrets import csrf_token
from graphql_erp.errors import BadRequest, ForeignPage, RateLimited, RequestError, UserError
from graphql_erp.http.accept import JSON, require_json
from graphql_erp.http.body import ClientGone, read_body
from graphql_erp.http.graphiql import PAGE_HEADERS, PAGES_FOLDER
from graphql_erp.http.head import read_head
from graphql_erp.http.json_text import read_json
from graphql_erp.http.request_facts import request_facts
from graphql_erp.http.respond import Header, error_body, send_response
from graphql_erp.http.token import LONGEST_BODY, GateOf
from graphql_erp.identity.cookies import cookie_names
from graphql_erp.identity.gate import Gate
from graphql_erp.identity.sessions import Session

_OWN_PAGES = frozenset({b"same-origin", b"none"})
_WITH_OIDC = '<p><a class="other" href="/auth/oidc/start">Sign in with your organisation</a></p>'


@dataclass(frozen=True, slots=True, eq=False)
class SignInEndpoint:
    """Shows the page on GET; on POST of the page's JSON starts a session."""

    gate: GateOf
    has_oidc: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] in {"GET", "HEAD"}:
            await self._page(send)
            return
        try:
            await self._start(scope, receive, send)
        except ClientGone:
            return
        except UserError as error:
            await refuse(send, _told(error))
        except RequestError as error:
            await refuse(send, error)

    async def _page(self, send: Send) -> None:
        text = Template((PAGES_FOLDER / "sign_in.html").read_text(encoding="utf-8"))
        body = text.substitute(other=_WITH_OIDC if self.has_oidc else "").encode()
        kind = (b"content-type", b"text/html; charset=utf-8")
        await send_response(send, 200, body, (kind, (b"cache-control", b"no-store"), *PAGE_HEADERS))

    async def _start(self, scope: Scope, receive: Receive, send: Send) -> None:
        require_own_page(scope)
        head = read_head(scope)
        # A form of another site cannot send JSON.
        require_json(head.content_type, head.content_encoding)
        body = await read_body(receive, declared=head.content_length, limit=LONGEST_BODY)
        given = read_json(body, part="request body")
        login, password, code = (_text(given, name) for name in ("login", "password", "code"))
        if not login or not password:
            raise BadRequest("`login` and `password` are missing.")
        gate = await self.gate(scope)
        session = await gate.accounts.login_browser(
            login, password, code or None, request_facts(scope)
        )
        headers = session_cookies(gate, session, scope)
        await _send(send, 200, orjson.dumps({"signedIn": True}), *headers)


@dataclass(frozen=True, slots=True, eq=False)
class SignOutEndpoint:
    """Ends the session of a cookie."""

    gate: GateOf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        del receive
        try:
            gate = await self.gate(scope)
            is_secure = gate.is_secure(scope.get("scheme", "http"))
            caller = await gate.authenticator.caller(scope["headers"], is_secure=is_secure)
            await gate.accounts.end(caller)
        except UserError as error:
            await refuse(send, _told(error))
        except RequestError as error:
            await refuse(send, error)
        else:
            names = cookie_names(is_secure=is_secure)
            gone = (
                cookie_header(name, "", is_secure=is_secure, seconds=0)
                for name in (names.session, names.csrf)
            )
            await _send(send, 200, orjson.dumps({"signedIn": False}), *gone)


def require_own_page(scope: Scope) -> None:
    """Refuse what a browser sends for a page of another site.

    Raises:
        ForeignPage: It says so itself.
    """
    sites = [value for name, value in scope["headers"] if name == b"sec-fetch-site"]
    if not all(site in _OWN_PAGES for site in sites):
        raise ForeignPage("Pages of other sites may not sign in here.")


def session_cookies(gate: Gate, session: Session, scope: Scope) -> tuple[Header, ...]:
    """Return the headers that give a browser the cookies of a session."""
    is_secure = gate.is_secure(scope.get("scheme", "http"))
    names, seconds = cookie_names(is_secure=is_secure), gate.accounts.session_seconds
    csrf = csrf_token(session.secret.secret)
    return (
        cookie_header(names.session, str(session.secret), is_secure=is_secure, seconds=seconds),
        # Our own page must read it and send it back; a page of another site cannot.
        cookie_header(names.csrf, csrf, is_secure=is_secure, seconds=seconds, is_hidden=False),
    )


def cookie_header(
    name: str, value: str, *, is_secure: bool, seconds: int, is_hidden: bool = True
) -> Header:
    """Return the header that gives a browser a cookie; one for no seconds goes."""
    morsel: Morsel[str] = Morsel()
    morsel.set(name, value, value)
    morsel["path"] = "/"
    morsel["samesite"] = "Lax"
    morsel["max-age"] = str(seconds)
    morsel["httponly"] = is_hidden
    morsel["secure"] = is_secure
    return (b"set-cookie", morsel.OutputString().encode())


def _text(given: Any, name: str) -> str:
    value = given.get(name, "") if isinstance(given, dict) else ""
    if not isinstance(value, str):
        raise BadRequest(f"`{name}` must be a string.")
    return value


def _told(error: UserError) -> RequestError:
    problem = error.problems[0]
    if problem.code == "RATE_LIMITED":
        return RateLimited(problem.message, retry_after=int(str(problem.details["retryAfter"])))
    refused = BadRequest(problem.message)
    if problem.path == ("code",):
        refused.hint = "code"
    return refused


async def refuse(send: Send, error: RequestError) -> None:
    """Send the answer that tells an error."""
    after = error.retry_after if isinstance(error, RateLimited) else 0
    more: tuple[Header, ...] = ((b"retry-after", str(after).encode()),) if after else ()
    await _send(send, error.status, error_body(error), *more)


async def _send(send: Send, status: int, body: bytes, *more: Header) -> None:
    headers = ((b"content-type", JSON), (b"cache-control", b"no-store"), *more)
    await send_response(send, status, body, headers)
