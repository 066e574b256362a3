"""Who may read the schema: by introspection, by suggestions, by nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from graphql_erp.api.call import Call
from graphql_erp.security.actor import Actor
from graphql_erp.security.permission import Permission
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
    model: Lead
    fields:
      name: {type: Char, required: true}
      mood: {type: Selection, options: {good: Good, bad: Bad}}
"""
SCHEMA = "{ __schema { queryType { name } } }"
USER, NOBODY = Actor(user=1), Actor()
MISTAKES = [
    ("{ lead { id } leadz { totalCount } }", {}),
    ("{ leads(fliter: {}) { totalCount } }", {}),
    ("{ leads(filter: {nam: {eq: 1}}) { totalCount } }", {}),
    ("{ leads(orderBy: [{name: ACS}]) { totalCount } }", {}),
    ("{ leads { ... on LeadConection { totalCount } } }", {}),
    ("query($f: LeadFiltr) { leads(filter: $f) { totalCount } }", {}),
    ("query($f: LeadFilter) { leads(filter: $f) { totalCount } }", {"f": {"nam": {"eq": "a"}}}),
    ("query($o: [LeadOrderBy!]) { leads(orderBy: $o) { totalCount } }", {"o": [{"name": "ACS"}]}),
    ('{ leads(q: "Q(nam__eq=1)") { totalCount } }', {}),
    ('{ leads(q: "Q(name__icontain=1)") { totalCount } }', {}),
    ("{ leads(q: \"Q(mood__eq='god')\") { totalCount } }", {}),
    ("mutation { leadCreat { errors { code } } }", {}),
    ("mutation { leadCreate(data: {nam: 1}) { errors { code } } }", {}),
    (
        "mutation($d: LeadCreateInput!) { leadCreate(data: $d) { errors { code } } }",
        {"d": {"name": "a", "moood": "GOOD"}},
    ),
    ('mutation { leadDeleteMany(target: {q: "Q(nam=1)"}) { affected } }', {}),
]


async def client_of(models: DeclaredModels, actor: Actor, **settings: Any) -> Client:
    models.declare(MODELS, **{"development": False, **settings})
    return await models.client(actor)


@pytest.mark.parametrize(
    ("settings", "actor", "code"),
    [
        ({}, USER, ""),
        ({}, NOBODY, "UNAUTHENTICATED"),
        ({"development": True}, NOBODY, ""),
        ({"introspection": "all"}, NOBODY, ""),
        ({"introspection": "off"}, USER, "FORBIDDEN"),
        ({"introspection": "off", "development": True}, USER, "FORBIDDEN"),
    ],
)
async def test_setting_says_who_may_introspect(
    models: DeclaredModels, settings: dict[str, Any], actor: Actor, code: str
) -> None:
    client = await client_of(models, actor, **settings)

    for document in (
        SCHEMA,
        '{ __type(name: "Lead") { name } }',
        "{ ...S } fragment S on Query { ... { s: __schema { description } } }",
        "{ leads { totalCount } __schema { description } }",
    ):
        result = await client(document)
        assert result.codes == ([code] if code else [])
        assert (result.data is None) is bool(code)
    assert (await client("{ __typename leads { __typename } }")).codes == []


async def test_permission_may_forbid_introspection(models: DeclaredModels) -> None:
    client = await client_of(models, USER, introspection="all")
    lesser = Permission(may_introspect=False)
    other = Client(client.engine, replace(client.environment, permission=lesser))

    result = await other(SCHEMA)

    assert (result.answer.status, result.codes) == (403, ["FORBIDDEN"])


async def test_what_one_may_introspect_is_not_kept_for_another(models: DeclaredModels) -> None:
    client = await client_of(models, USER)
    nobody = Client(client.engine, replace(client.environment, actor=NOBODY))

    for _ in range(2):
        assert (await client(SCHEMA)).data == {"__schema": {"queryType": {"name": "Query"}}}
        assert (await nobody(SCHEMA)).codes == ["UNAUTHENTICATED"]


async def test_words_of_introspection_may_stand_elsewhere(models: DeclaredModels) -> None:
    client = await client_of(models, NOBODY)

    result = await client.call(
        Call(
            'query A { leads(filter: {name: {eq: "__schema __type"}}) { totalCount } }'
            " query B { __schema { description } } # __schema",
            operation_name="A",
        )
    )

    assert result.data == {"leads": {"totalCount": 0}}


@pytest.mark.parametrize(("document", "variables"), MISTAKES)
async def test_errors_name_nothing_that_was_not_asked_for(
    models: DeclaredModels, document: str, variables: dict[str, Any]
) -> None:
    client = await client_of(models, NOBODY)

    result = await client(document, **variables)

    assert result.codes
    assert b"Did you mean" not in result.body
    assert b"Known" not in result.body


@pytest.mark.parametrize(("document", "variables"), MISTAKES)
async def test_users_are_told_what_is_like_it(
    models: DeclaredModels, document: str, variables: dict[str, Any]
) -> None:
    client = await client_of(models, USER)

    result = await client(document, **variables)

    assert b"Did you mean" in result.body or b"Known" in result.body
