"""Under which names requests may arrive: a page of another site must not speak for its reader.

A browser believes that a name leads wherever its owner says, also to this machine. The name stays
in the Host header, and the page in the Origin header.
"""

import re
from ipaddress import AddressValueError, IPv6Address

from starlette.types import ASGIApp, Receive, Scope, Send

from graphql_erp.errors import BadRequest, Forbidden, RequestError, SettingsError
from graphql_erp.http.accept import JSON
from graphql_erp.http.respond import error_body, send_response

LOOPBACK = frozenset({b"localhost", b"127.0.0.1", b"[::1]"})
"""Names that lead to this machine from this machine alone."""

_AUTHORITY = re.compile(rb"(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::[0-9]{0,5})?")
_ORIGIN = re.compile(rb"https?://(.+)")
_WILDCARDS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 -- compared, not bound
_PROBES = "/health/"


def allowed_hosts(names: str, host: str) -> frozenset[bytes]:
    """Return the names under which requests may arrive.

    Args:
        names: Names separated by commas; when empty, those of this machine and `host`.
        host: The address one listens on.

    Raises:
        SettingsError: A name cannot be one.
    """
    given = [name.strip() for name in names.split(",") if name.strip()]
    if given:
        return frozenset(_name_in_setting(name) for name in given)
    if host in _WILDCARDS:
        return LOOPBACK
    return LOOPBACK | {_name_in_setting(host)}


def host_name(authority: bytes) -> bytes:
    """Return the name in a Host header, in lower case; empty when the header is malformed."""
    found = _AUTHORITY.fullmatch(authority.lower())
    return found.group(1) if found else b""


class HostCheck:
    """An ASGI application that answers only requests for names it has.

    Probes of health are exempt: orchestrators send them to addresses of their own.
    """

    __slots__ = ("_app", "_hosts")

    def __init__(self, app: ASGIApp, hosts: frozenset[bytes]) -> None:
        """Pass requests for `hosts` on to `app`."""
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or refuse it."""
        error = self._refusal(scope) if scope["type"] == "http" else None
        if error is None:
            await self._app(scope, receive, send)
            return
        headers = ((b"content-type", JSON), (b"cache-control", b"no-store"))
        is_head = scope["method"] == "HEAD"
        await send_response(send, error.status, error_body(error), headers, head=is_head)

    def _refusal(self, scope: Scope) -> RequestError | None:
        hosts = []
        origins = []
        for name, value in scope["headers"]:
            if name == b"host":
                hosts.append(value)
            elif name == b"origin":
                origins.append(value)
        if len(hosts) != 1 or host_name(hosts[0]) not in self._hosts:
            if scope["path"].startswith(_PROBES):
                return None
            return BadRequest(
                "This server does not answer under the name in the Host header.",
                hint="Use its own name, or add the name to ERP_ALLOWED_HOSTS.",
            )
        if scope["method"] == "POST" and not all(map(self._is_own_page, origins)):
            return Forbidden(
                "Pages of other sites may not send requests to this server.",
                hint="Add the host in the Origin header to ERP_ALLOWED_HOSTS.",
            )
        return None

    def _is_own_page(self, origin: bytes) -> bool:
        found = _ORIGIN.fullmatch(origin.lower())
        return found is not None and host_name(found.group(1)) in self._hosts


def _name_in_setting(name: str) -> bytes:
    bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    try:
        return f"[{IPv6Address(bare).compressed}]".encode()
    except AddressValueError:
        known = host_name(name.encode())
    if not known:
        raise SettingsError(
            f'"{name}" in ERP_ALLOWED_HOSTS or ERP_HOST cannot be the name of a host.',
            hint="Give names such as erp.example.com, separated by commas.",
        )
    return known
