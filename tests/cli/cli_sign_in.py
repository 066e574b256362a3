"""Requests of the administrator to a tenant that is served in this process."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

import orjson

from graphql_erp.api.call import Call
from graphql_erp.cli.first_passwords import opened_gate
from graphql_erp.cli.served_tenant import ServedTenant
from graphql_erp.config import Settings
from graphql_erp.errors import Unauthenticated, UserError
from graphql_erp.security.request_facts import NO_REQUEST
from graphql_erp.tenants.server import Server

Headers = list[tuple[bytes, bytes]]
PASSWORD = "correct horse battery"
_KNOWN: WeakKeyDictionary[ServedTenant, Headers] = WeakKeyDictionary()
_SIGNING_IN: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


async def give_password(server: Server, settings: Settings, tenant: str) -> None:
    """Give the administrator of a tenant the password of the tests."""
    async with opened_gate(server, settings, tenant) as gate:
        found = await gate.accounts.find("admin")
        assert found is not None
        await gate.accounts.set_password(found.user, PASSWORD)


async def signed_in(served: ServedTenant) -> Headers:
    """Return the headers of the administrator's requests."""
    async with _SIGNING_IN.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        if served in _KNOWN:
            return _KNOWN[served]
        accounts = (await served.gate({})).accounts
        try:
            tokens = await accounts.login("admin", PASSWORD, None, NO_REQUEST)
        except UserError:
            # Another password would end the sessions that other processes know.
            found = await accounts.find("admin")
            assert found is not None
            await accounts.set_password(found.user, PASSWORD)
            tokens = await accounts.login("admin", PASSWORD, None, NO_REQUEST)
        _KNOWN[served] = [(b"authorization", f"Bearer {tokens.access_token}".encode())]
    return _KNOWN[served]


async def ask(served: ServedTenant, document: str, **variables: Any) -> Any:
    """Return the answer to a document of the administrator."""
    call = Call(document, variables)
    try:
        answer = await served.execute(call, {"headers": await signed_in(served)})
    except Unauthenticated:
        # The tenant was made anew.
        _KNOWN.pop(served, None)
        answer = await served.execute(call, {"headers": await signed_in(served)})
    return orjson.loads(answer.body)
