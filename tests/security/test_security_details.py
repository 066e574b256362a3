# ruff: noqa: E501 -- one case a line
"""More probes of security, with core."""

from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import Declare, DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
groups:
  clerk: {}
  boss: {implies: [clerk]}
access:
  Agent: {clerk: [read], boss: all}
  Vault:
    clerk: {allow: [read], where: Q(is_open=True)}
    boss: all
  Paper: {clerk: [read, create, update, delete], boss: all}
  Deal: {boss: all}
  AuditEntry: {clerk: [read], boss: all}
---
model: Agent
order_by: [id]
display_name: code
fields:
  name: {type: Char, required: true}
  code: {type: Char, groups: [boss]}
---
model: Vault
order_by: [id]
fields:
  name: {type: Char, required: true}
  is_open: {type: Boolean, required: true, default: true}
  weight: {type: Integer}
  agent: {type: ManyToOne, to: Agent}
---
model: Paper
order_by: [id]
audit: true
fields:
  text: {type: Char, required: true}
  vault: {type: ManyToOne, to: Vault}
  agent: {type: ManyToOne, to: Agent, compute: vault.agent, store: true}
---
model: Deal
order_by: [id]
fields:
  name: {type: Char, required: true}
  paper: {type: ManyToOne, to: Paper, on_delete: restrict}
"""
DATA = """mutation {
  agentCreate(data: {name: "Bond", code: "007"}) { errors { message } }
  vaultCreateMany(data: [{name: "Open", agent: {id: 1}, weight: 1}, {name: "Shut", isOpen: false, weight: 2000000000}]) { errors { message } }
  paperCreateMany(data: [{text: "A", vault: {id: 2}}, {text: "B", vault: {id: 1}}]) { errors { message } }
  dealCreate(data: {name: "D", paper: {id: 1}}) { errors { message } }
}"""


@pytest.fixture
async def company(declare: Declare, models: DeclaredModels) -> DeclaredModels:
    declare(MODELS, dependencies=["core"])
    result = await models.gql(DATA)
    assert result.errors == []
    assert all(item["errors"] == [] for item in result.data.values()), result.data
    return models


async def ask(company: DeclaredModels, document: str) -> Any:
    clerk = await company.member("clerk", actor=Actor(user=None))
    return await clerk(document)


async def test_audit_entries_hide_ids_of_hidden_targets(company: DeclaredModels) -> None:
    result = await ask(
        company, "{ papers { nodes { text vaultId changes { nodes { newValues } } } } }"
    )
    first = result.data["papers"]["nodes"][0]
    assert first["vaultId"] is None
    assert "2" not in str(first["changes"]["nodes"][0]["newValues"].get("vault"))


async def test_draft_display_name_of_hidden_field(company: DeclaredModels) -> None:
    plain = await ask(company, "{ agents { nodes { displayName } } }")
    assert plain.errors
    result = await ask(
        company, '{ paperDraft(data: {text: "x", vault: {id: 1}}) { values errors { code } } }'
    )
    assert "007" not in str(result.data)


async def test_refused_delete_does_not_name_models_one_may_not_read(
    company: DeclaredModels,
) -> None:
    result = await ask(
        company,
        "mutation { paperDelete(id: 1) { errors { code message ... on RestrictedError { model field } } } }",
    )
    result = await ask(company, "mutation { paperDelete(id: 1) { errors { code message } } }")
    assert "Deal" not in str(result.data)
