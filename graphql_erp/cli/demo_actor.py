"""The fixed actor on whose behalf everybody works until there is a login."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from graphql_erp.api.call import Call
from graphql_erp.api.execution import Engine
from graphql_erp.environment.environment import Environment
from graphql_erp.errors import TenantUnavailable
from graphql_erp.security.actor import Actor, language_of
from graphql_erp.tenants.pool import TenantPool

_REFERENCE = """
{ recordReferences(
    filter: {module: {eq: "core"}, name: {eq: "user_demo"}, model: {eq: "User"}}
  ) { nodes { recordId } } }
"""
_USER = """
query ($id: ID!) {
  user(by: {id: $id}) {
    id timeZone companyId language { code } companies(first: 100) { nodes { id } }
  }
}
"""


async def demo_actor(engine: Engine, pool: TenantPool) -> Actor:
    """Return the demo user of core in their companies; nobody where there is no such user.

    Raises:
        TenantUnavailable: The tenant's tables are not those its modules declare.
    """
    if "RecordReference" not in engine.registry.models:
        return Actor()
    environment = Environment(pool=pool, actor=Actor())
    references = await _ask(engine, environment, Call(_REFERENCE))
    found = references["recordReferences"]["nodes"]
    if not found:
        return Actor()
    answer = await _ask(engine, environment, Call(_USER, {"id": found[0]["recordId"]}))
    user = answer["user"]
    if user is None:
        return Actor()
    return Actor(
        user=int(user["id"]),
        company=int(user["companyId"]),
        companies=tuple(sorted(int(item["id"]) for item in user["companies"]["nodes"])),
        timezone=user["timeZone"],
        language=language_of((user["language"] or {}).get("code")),
    )


async def _ask(engine: Engine, environment: Environment, call: Call) -> Mapping[str, Any]:
    answer = orjson.loads((await engine.execute(call, environment)).body)
    if "errors" in answer:
        raise TenantUnavailable(
            f"The demo user cannot be read: {answer['errors'][0]['message']}",
            hint="Bring the tenant up to date: erp module install",
        )
    data: Mapping[str, Any] = answer["data"]
    return data
