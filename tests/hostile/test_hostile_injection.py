"""Text that means something to SQL, in every place where a client's text could become SQL."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
from hostile_target import Reply, Target, service_of

from graphql_erp.api.call import Call
from graphql_erp.environment.environment import Environment
from graphql_erp.http.app import create_app
from graphql_erp.reading.grant_rows import read_grant_rows
from graphql_erp.security.actor import Actor
from graphql_erp.security.stored import grants_of
from graphql_erp.testing.database import SharedDatabase
from graphql_erp.testing.declare import declare
from graphql_erp.testing.models import NOW
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Lead
    search: [name]
    fields:
      name: {type: Char, required: true, translate: true, max_length: 120}
      code: {type: Char, unique: true}
      revenue: {type: Decimal, digits: [8, 2]}
      rate: Float
      big: BigInteger
      seats: Integer
      due: Date
      notes: Text
      extra: Json
      parent: {type: ManyToOne, to: Lead, inverse: children}
"""
TEXTS = (
    "'; DROP TABLE lead; --",
    '"; DROP TABLE lead; --',
    'name"; DROP TABLE lead; --',
    "name') OR 1=1; --",
    "\\'; SELECT pg_sleep(9); --",
    "$1",
    "%(p1)s",
    ":p1",
    "{0}",
    "/*",
    "`",
    "\0",
    "\u202e",
    "\uff07; DROP TABLE lead",
    "pg_catalog",
    "e\u0301" * 300,
)
ALLOWED = ("22", "23", "54", "57014")
"""What PostgreSQL may refuse: values, constraints, what is too much, what takes too long."""


@dataclass
class Attack:
    """The target, and the errors PostgreSQL logged."""

    target: Target
    environment: Environment
    refused: list[str]
    """SQLSTATE of each statement that failed."""

    async def tables(self) -> list[str]:
        """Return everything there is in the database, as text."""
        async with self.environment.pool.acquire() as connection:
            rows = await connection.fetch(
                "SELECT c.oid::regclass::text, a.attname, a.atttypid::regtype::text"
                " FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid"
                " WHERE c.relnamespace = current_schema()::regnamespace ORDER BY 1, 2"
            )
        return [str(tuple(row)) for row in rows]

    async def ask(self, document: str, variables: dict[str, Any] | None = None) -> Reply:
        """POST a document; its answer must be well-formed, and nothing ill-formed reach SQL."""
        self.refused.clear()
        reply = await self.target.ask(document, variables)
        await told()
        assert reply.status < 500, reply.body
        assert "INTERNAL" not in reply.codes, (document, variables, reply.body)
        assert all(state.startswith(ALLOWED) for state in self.refused), (document, variables)
        return reply


@pytest.fixture(scope="module")
async def attack(
    models_database: SharedDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Attack]:
    settings = {"statement_timeout": 0.5, "development": True}
    registry = declare(MODELS, module="injected", dependencies=["core"])
    engine = models_database.engine(registry, settings)
    schema = await models_database.schema(engine)
    refused: list[str] = []
    pool = await models_database.pool(schema, _Failures(refused), settings)
    environment = Environment(pool=pool, actor=Actor(), clock=lambda: NOW)
    assets: Path = tmp_path_factory.mktemp("assets")
    app = create_app(service_of(engine, environment), assets=assets)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
        opened = Attack(Target(engine, client), environment, refused)
        filled = await opened.ask(
            'mutation { leadCreateMany(data: [{name: "a", code: "k"}, {name: "b"}]) { affected } }'
        )
        assert filled.data == {"leadCreateMany": {"affected": 2}}
        yield opened
    await pool.close()
    await models_database.empty(schema, engine.tables)


class _Failures(Queries):
    """Keeps the SQLSTATE of what failed."""

    def __init__(self, refused: list[str]) -> None:
        super().__init__()
        self._refused = refused

    def record(self, query: Any) -> None:
        if isinstance(query.exception, asyncpg.PostgresError):
            self._refused.append(str(query.exception.sqlstate))


async def told() -> None:
    """Wait until the driver told of what was sent, a moment later."""
    await asyncio.sleep(0.001)


def opaque(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def documents(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give documents that have a text in each place."""
    quoted = json.dumps(text)
    groups = """query($b: [LeadGroupingBy!]!, $o: [LeadGroupingOrderBy!]) {
      leads { groups(by: $b, orderBy: $o) { nodes { values count } } } }"""
    yield groups, {"b": [{"field": "NAME", "as": text}]}
    yield groups, {"b": [{"field": text}]}
    yield groups, {"b": [{"field": "DUE", "granularity": text}]}
    yield groups, {"b": [{text: {"field": "NAME"}}]}
    yield groups, {"b": [{"field": "NAME"}], "o": [{"key": text}]}
    yield groups, {"b": [{"field": "NAME"}], "o": [{"sum": text}]}
    order = "query($o: [LeadOrderBy!]) { leads(orderBy: $o) { nodes { id } } }"
    yield order, {"o": [{text: "ASC"}]}
    yield order, {"o": [{"name": text}]}
    yield order, {"o": [{"parent": {text: "ASC"}}]}
    condition = "query($f: LeadFilter) { leads(filter: $f) { nodes { id } } }"
    for given in ({text: {"eq": 1}}, {"name": {text: "a"}}, {"name": {"eq": text}}):
        yield condition, {"f": given}
    yield condition, {"f": {"name": {"icontains": text}, "code": {"in": [text]}}}
    q = "query($q: QExpr) { leads(q: $q) { nodes { id } } }"
    for given_text in (
        f"Q({text}=1)",
        f"Q(name__{text}=1)",
        f"Q(extra__has={quoted})",
        f"Q(name__like={quoted})",
        f"Q(name__regex={quoted})",
        f"Q(name__search={quoted})",
        f"F({quoted}) > 1",
        f"sum({quoted}) > 1",
        f"Q(due__gt=start_of({quoted}))",
        f"concat(name, {quoted}) > {quoted}",
        text,
    ):
        yield q, {"q": given_text}
    yield "query($t: String) { leads(search: $t) { totalCount } }", {"t": text}
    yield "query($n: ID!) { node(nodeId: $n) { nodeId } }", {"n": text}
    yield "query($n: ID!) { node(nodeId: $n) { nodeId } }", {"n": opaque(f"{text}:1")}
    yield "query($n: ID!) { node(nodeId: $n) { nodeId } }", {"n": opaque(f"Lead:{text}")}
    yield "query($k: LeadUniqueKey!) { lead(by: $k) { id } }", {"k": {text: "1"}}
    yield "query($k: LeadUniqueKey!) { lead(by: $k) { id } }", {"k": {"code": text}}
    yield "query($k: LeadUniqueKey!) { lead(by: $k) { id } }", {"k": {"id": text}}
    page = "query($a: String) { leads(after: $a) { nodes { id } } }"
    yield page, {"a": text}
    yield page, {"a": opaque(json.dumps([text, "1"]))}
    yield f"{{ leads {{ nodes {{ {text}: id }} }} }}", {}
    yield f"{{ {text} {{ id }} }}", {}
    yield f"query {text} {{ __typename }}", {}
    yield f"{{ leads @{text} {{ totalCount }} }}", {}
    draft = """query($d: LeadUpdateInput!, $c: [LeadFieldName!]) {
      leadDraft(data: $d, changed: $c) { values } }"""
    yield draft, {"d": {"name": text}}
    yield draft, {"d": {"name": "x"}, "c": [text]}
    upsert = """mutation($d: [LeadCreateInput!]!, $o: [LeadFieldName!]!) {
      leadUpsert(data: $d, on: $o) { affected errors { code } } }"""
    yield upsert, {"d": [{"name": "a", "code": "k"}], "o": [text]}
    update = """mutation($i: ID!, $d: LeadUpdateInput!) {
      leadUpdate(id: $i, data: $d) { record { name code extra } errors { code } } }"""
    yield update, {"i": "2", "d": {"code": text, "extra": {text: [text]}, "notes": text}}
    yield update, {"i": "2", "d": {"translations": {text: {"name": "x"}}}}
    yield update, {"i": "2", "d": {"translations": [{"language": text, "name": "x"}]}}
    yield update, {"i": text, "d": {}}
    repeated = 'mutation { leadUpdate(id: 2, data: {notes: "n"}) @idempotent(key: %s) { errors { code } } }'  # noqa: E501
    yield repeated % quoted, {}
    yield (
        """mutation($d: AccessCreateInput!) { accessCreate(data: $d) { record { id }
          errors { code } } }""",
        {
            "d": {
                "group": {"create": {"name": text, "kind": "INTERNAL"}},
                "model": text,
                "canRead": True,
            }
        },
    )
    for model in (text, "Lead"):
        for where in (text, f"Q({text}=1)", f"Q(name={quoted})", f"Q(name__regex={quoted})"):
            yield (
                "mutation($d: RuleCreateInput!) { ruleCreate(data: $d) { errors { code } } }",
                {"d": {"name": f"r{hash((model, where))}", "model": model, "where": where}},
            )
    field = (
        "mutation($d: CustomFieldCreateInput!) { customFieldCreate(data: $d) { errors { code } } }"
    )
    for given in ({"model": text}, {"name": text}, {"type": text}, {"model": "Lead", "name": text}):
        yield field, {"d": {"model": "Lead", "name": "x_a", "label": text, "type": "CHAR", **given}}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:12]))
async def test_text_of_clients_never_becomes_sql(attack: Attack, text: str) -> None:
    before = await attack.tables()
    for document, variables in documents(text):
        await attack.ask(document, variables)
        await _grants_mean_nothing_to_sql(attack)

    assert await attack.tables() == before
    leads = await attack.ask("{ leads { totalCount } }")
    assert leads.data == {"leads": {"totalCount": 2}}


async def _grants_mean_nothing_to_sql(attack: Attack) -> None:
    engine = attack.target.engine
    async with attack.environment.pool.acquire() as connection:
        rows = await read_grant_rows(connection, engine.registry, engine.tables)
        if not rows.rules and not rows.access:
            return
        grants = grants_of(engine.registry, rows)
        names = frozenset(grants.groups)
        environment = replace(attack.environment, permission=grants.permission(names))
        attack.refused.clear()
    answer = await engine.execute(Call("{ leads { nodes { name } } }"), environment)
    await told()
    assert b"INTERNAL" not in answer.body, answer.body
    assert all(state.startswith(ALLOWED) for state in attack.refused), rows
    async with attack.environment.pool.acquire() as connection:
        await connection.execute("DELETE FROM rule; DELETE FROM access")


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:12]))
async def test_language_of_an_actor_never_becomes_sql(attack: Attack, text: str) -> None:
    actor = Actor(language=text, timezone="UTC")
    attack.refused.clear()
    with suppress(UnicodeError):
        answer = await attack.target.engine.execute(
            Call("{ leads(orderBy: [{name: ASC}]) { nodes { name } } }"),
            replace(attack.environment, actor=actor),
        )
        assert b"INTERNAL" not in answer.body or "\0" in text
    await told()

    assert all(state.startswith(ALLOWED) for state in attack.refused)


async def test_cursor_with_the_right_mark_holds_no_sql(attack: Attack) -> None:
    page = await attack.ask("{ leads(orderBy: [{seats: ASC}]) { pageInfo { endCursor } } }")
    made = json.loads(base64.b64decode(page.data["leads"]["pageInfo"]["endCursor"]))
    for text in (*TEXTS, "NaN", "1e999999", "-0", "\uff11", "9" * 10_000, "1.5", ""):
        for forged in ([made[0], text, made[2]], [made[0], made[1], text]):
            reply = await attack.ask(
                "query($a: String) { leads(orderBy: [{seats: ASC}], after: $a) { nodes { id } } }",
                {"a": opaque(json.dumps(forged))},
            )
            assert reply.codes in (["BAD_CURSOR"], []), (forged, reply.body)


NUMBERS = ("NaN", "-Infinity", "1e999999", "1E-999999", "-0", "-0.0", "\uff11\uff12", "\u0664", "0x1f", "1_0", "+1", "1e5", "9" * 10_000, "0" * 10_000, " 1", "\0")  # fmt: skip  # noqa: E501


@pytest.mark.parametrize("field", ["revenue", "rate", "big", "seats", "due"])
@pytest.mark.parametrize("number", NUMBERS, ids=lambda text: repr(text[:9]))
async def test_numbers_that_are_none_are_refused_or_exact(
    attack: Attack, field: str, number: str
) -> None:
    update = """mutation($d: LeadUpdateInput!) { leadUpdate(id: 1, data: $d) {
      record { revenue rate big seats due } errors { code } } }"""
    values: list[Any] = [number]
    with suppress(ValueError):
        values.append(json.loads(number))
    for value in values:
        reply = await attack.target.send(
            json.dumps({"query": update, "variables": {"d": {field: value}}}).encode()
        )
        assert reply.status < 500
        assert "INTERNAL" not in reply.codes
        if reply.data and reply.data["leadUpdate"]["record"]:
            shown = reply.data["leadUpdate"]["record"][field]
            assert float(shown) == float(number)
        filtered = {"query": "query($f: LeadFilter) { leads(filter: $f) { totalCount } }", "variables": {"f": {field: {"eq": value}}}}  # fmt: skip  # noqa: E501
        reply = await attack.target.send(json.dumps(filtered).encode())
        assert reply.status < 500
        assert "INTERNAL" not in reply.codes


@pytest.mark.parametrize(
    "where",
    [
        "~" * 9_000 + "Q(id=1)",
        "(" * 5_000 + "Q(id=1)" + ")" * 5_000,
        "|".join(["Q(id=1)"] * 2_000),
        f"Q({'__'.join(['parent', 'children'] * 30)}__id=1)",
        "Q(nothing=1)",
        "Q(name__regex='(')",
        "Q(name__regex=F('notes'))",
        "Q(revenue=1e999999)",
        "Q(name='\0')",
        "Q.__class__",
    ],
    ids=lambda text: text[:12],
)
async def test_conditions_of_rules_are_refused_or_hide_everything(
    attack: Attack, where: str
) -> None:
    reply = await attack.ask(
        "mutation($d: RuleCreateInput!) { ruleCreate(data: $d) { record { id } errors { code } } }",
        {"d": {"name": "hostile", "model": "Lead", "where": where}},
    )
    await _grants_mean_nothing_to_sql(attack)
    assert reply.codes or reply.data["ruleCreate"]


async def test_regular_expression_that_never_ends_is_a_timeout(attack: Attack) -> None:
    await attack.ask(
        "mutation($n: String) { leadUpdate(id: 1, data: {notes: $n}) { errors { code } } }",
        {"n": "a" * 4_001},
    )
    pattern = r"^(.+)\\1(.+)\\2$"
    reply = await attack.ask(
        "query($q: QExpr) { leads(q: $q) { totalCount } }", {"q": f'Q(notes__regex="{pattern}")'}
    )

    assert reply.codes == ["TIMEOUT"]
    assert attack.refused == ["57014"]


async def test_rules_and_access_can_be_written_at_all(attack: Attack) -> None:
    reply = await attack.ask(
        """mutation { ruleCreate(data: {name: "fine", model: "Lead", where: "Q(id__neq=0)"}) {
            record { where } errors { code message } } }"""
    )

    assert reply.data == {"ruleCreate": {"record": {"where": "Q(id__neq=0)"}, "errors": []}}
    await _grants_mean_nothing_to_sql(attack)
