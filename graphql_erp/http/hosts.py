"""Which tenant answers under which name: a page of another site must not speak for its reader.

A browser believes that a name leads wherever its owner says, also to this machine. The name stays
in the Host header, and the page in the Origin header. Nothing else names a tenant: what proxies add
(Forwarded, X-Forwarded-Host) is never read.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

from starlette.types import ASGIApp, Receive, Scope, Send

from graphql_erp.errors import BadRequest, Forbidden, RequestError, SettingsError
from graphql_erp.http.accept import JSON
from graphql_erp.http.request_facts import TARGET, TENANT, served_tenant
from graphql_erp.http.respond import error_body, send_response

LOOPBACK = frozenset({b"localhost", b"127.0.0.1", b"[::1]"})
"""Names that lead to this machine from this machine alone."""

GRAMMAR = "Write it like acme=acme.example.com,www.acme.example;beta=beta.example.com."

_AUTHORITY = re.compile(rb"(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::[0-9]{0,5})?")
_ORIGIN = re.compile(rb"https?://(.+)")
_TENANT_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_WILDCARDS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 -- compared, not bound
_LONGEST = 270
_PROBES = "/health/"
_LIVE = "/health/live"


def allowed_hosts(names: str, host: str) -> frozenset[bytes]:
    """Return the names under which requests to the one tenant may arrive.

    Args:
        names: Names separated by commas; when empty, those of this machine and `host`.
        host: The address one listens on.

    Raises:
        SettingsError: A name cannot be one.
    """
    given = [name.strip() for name in names.split(",") if name.strip()]
    if given:
        return frozenset(_name_in_setting(name, "ERP_ALLOWED_HOSTS or ERP_HOST") for name in given)
    if host in _WILDCARDS:
        return LOOPBACK
    return LOOPBACK | {_name_in_setting(host, "ERP_ALLOWED_HOSTS or ERP_HOST")}


def tenant_hosts(text: str) -> Mapping[bytes, str]:
    """Return the tenant behind each name, in the order of the setting.

    Args:
        text: Tenants separated by semicolons, each `tenant=name,name`.

    Raises:
        SettingsError: The text is malformed, or a tenant or a name is given twice.
    """
    found: dict[bytes, str] = {}
    tenants: set[str] = set()
    for entry in text.split(";"):
        if not entry.strip():
            continue
        tenant, equals, names = (part.strip() for part in entry.partition("="))
        given = [name.strip() for name in names.split(",") if name.strip()]
        if not equals or not given:
            raise _unusable(f'"{entry.strip()}" names no host')
        if not _TENANT_NAME.fullmatch(tenant):
            raise _unusable(f'"{tenant}" cannot be the name of a tenant')
        if tenant in tenants:
            raise _unusable(f'the tenant "{tenant}" is given twice')
        tenants.add(tenant)
        for name in given:
            known = _name_in_setting(name, "ERP_TENANT_HOSTS")
            if known in found:
                raise _unusable(f'the host "{known.decode()}" is given twice')
            found[known] = tenant
    if not found:
        raise _unusable("it names no tenant")
    return found


def host_name(authority: bytes) -> bytes:
    """Return the name in a Host header, in lower case; empty when the header is malformed."""
    # Names of hosts are not longer; what strangers send fills no memory.
    return _host_name(authority) if len(authority) <= _LONGEST else b""


@lru_cache(maxsize=256)
def _host_name(authority: bytes) -> bytes:
    found = _AUTHORITY.fullmatch(authority.strip(b" \t").lower())
    return found.group(1) if found else b""


class HostCheck:
    """An ASGI application that answers only requests for names it has, and knows whose they are.

    The tenant is left in the ASGI scope, and in every line of the log. Probes of health are exempt:
    orchestrators send them to addresses of their own, and ask for the default tenant then.
    """

    __slots__ = ("_app", "_default", "_hosts", "_origins", "_setting")

    def __init__(
        self,
        app: ASGIApp,
        hosts: Mapping[bytes, str],
        *,
        default: str,
        origins: frozenset[bytes] = frozenset(),
    ) -> None:
        """Pass requests for `hosts` on to `app`.

        Args:
            app: What answers.
            hosts: Tenant behind each name.
            default: Tenant that probes under other names ask for.
            origins: Sites whose pages may send requests to every tenant.
        """
        self._app = app
        self._hosts = hosts
        self._default = default
        self._origins = origins
        is_one = set(hosts.values()) == {default}
        self._setting = "ERP_ALLOWED_HOSTS" if is_one else "ERP_TENANT_HOSTS"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        found = self._tenant(scope)
        if isinstance(found, str):
            scope[TENANT] = found
            token = served_tenant.set(found)
            try:
                await self._app(scope, receive, send)
            finally:
                served_tenant.reset(token)
            return
        headers = ((b"content-type", JSON), (b"cache-control", b"no-store"))
        is_head = scope["method"] == "HEAD"
        await send_response(send, found.status, error_body(found), headers, head=is_head)

    def _tenant(self, scope: Scope) -> str | RequestError:
        """Return the tenant a request is for, or why it is refused."""
        hosts = []
        origins = []
        for name, value in scope["headers"]:
            if name == b"host":
                hosts.append(value)
            elif name == b"origin":
                origins.append(value)
        if scope["path"] == _LIVE:
            return self._default
        tenant = self._hosts.get(host_name(hosts[0])) if len(hosts) == 1 else None
        if tenant is None:
            if scope["path"].startswith(_PROBES):
                return self._default
            return BadRequest(
                "This server does not answer under the name in the Host header.",
                hint=f"Use its own name, or add the name to {self._setting}.",
            )
        if TARGET in scope:
            # A target that names a host goes before the header; we do not weigh one against the
            # other, for whoever stands in front of us may have looked at the other one.
            return BadRequest(
                "The request line must hold a path, not a whole address.",
                hint="Send the path in the request line and the name in the Host header.",
            )
        if scope["method"] == "POST" and not all(
            item in self._origins or self._of(item) == tenant for item in origins
        ):
            return Forbidden(
                "Pages of other sites may not send requests to this server.",
                hint=f"Add the host in the Origin header to {self._setting}.",
            )
        return tenant

    def _of(self, origin: bytes) -> str | None:
        """Return the tenant whose page an Origin header names."""
        found = _ORIGIN.fullmatch(origin.lower())
        return self._hosts.get(host_name(found.group(1))) if found else None


def _unusable(reason: str) -> SettingsError:
    return SettingsError(f"ERP_TENANT_HOSTS cannot be used: {reason}.", hint=GRAMMAR)


def _name_in_setting(name: str, setting: str) -> bytes:
    bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    try:
        return f"[{IPv6Address(bare).compressed}]".encode()
    except AddressValueError:
        known = host_name(name.encode())
    if not known:
        raise SettingsError(
            f'"{name}" in {setting} cannot be the name of a host.',
            hint="Give names such as erp.example.com, separated by commas.",
        )
    return known
