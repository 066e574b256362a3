# ruff: noqa: E501 -- one case a line
"""`accessExplain` names what decides, to those who may change access and nobody else."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphql_erp.config import REPOSITORY
from graphql_erp.declarations.discover import load_modules
from graphql_erp.environment.transaction import Transaction
from graphql_erp.install.grants import ship_grants
from graphql_erp.registry.build import build_registry
from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import Declare, DeclaredModels
from graphql_erp.writing.writer import Writer

pytestmark = pytest.mark.anyio

SECURITY = """
groups:
  clerk: {implies: [core_user]}
  boss: {implies: [clerk]}
access:
  Shop:
    clerk:
      - {allow: [read], where: ~Q(name="Hidden")}
      - {allow: [update], where: Q(rent__lt=100)}
    boss: [read, create, update]
rules:
  not_sunk: {model: Shop, where: ~Q(name="Atlantis")}
"""
SHOP = """
model: Shop
fields:
  name: {type: Char, required: true}
  rent: {type: Integer, required: true}
  company: {type: ManyToOne, to: Company}
"""
DATA = """mutation {
  currencyCreate(data: {name: "Euro", code: "EUR", numeric: "978", symbol: "E"}) { errors { message path } }
  companyCreateMany(data: [{name: "One", currency: {id: 1}}, {name: "Two", currency: {id: 1}}]) { errors { message path } }
  userCreateMany(data: [
    {name: "Clerk", login: "clerk", company: {id: 1}, groups: {link: ["%(clerk)s"]}}
    {name: "Boss", login: "boss", company: {id: 1}, companies: {link: [2]}, groups: {link: ["%(boss)s"]}}
    {name: "Guest", login: "guest", company: {id: 1}}
    {name: "Gone", login: "gone", company: {id: 1}, active: false, groups: {link: ["%(boss)s"]}}
  ]) { errors { message path } }
  shopCreateMany(data: [
    {name: "Cheap", rent: 5, company: {id: 1}}, {name: "Dear", rent: 500, company: {id: 1}}
    {name: "Other", rent: 5, company: {id: 2}}, {name: "Atlantis", rent: 5}
    {name: "Hidden", rent: 5}
  ]) { errors { message path } }
}"""


@pytest.fixture
async def tenant(models: DeclaredModels, tmp_path: Path) -> DeclaredModels:
    module = tmp_path / "sale"
    (module / "models").mkdir(parents=True)
    (module / "manifest.yaml").write_text(
        'name: sale\nidentifier: sale\nversion: "1.0"\ndependencies: [core]\n'
    )
    (module / "models" / "shop.yaml").write_text(SHOP)
    (module / "security.yaml").write_text(SECURITY)
    models.use(build_registry(load_modules([REPOSITORY / "modules", tmp_path], ["sale"])))
    pool = await models.pool()
    async with pool.acquire() as connection, connection.transaction():
        writer = Writer(
            registry=models.engine.registry,
            tables=models.engine.tables,
            actor=Actor(),
            now=datetime.now(UTC),
            connection=connection,
        )
        await ship_grants(Transaction(writer))
    groups = (await models.gql("{ groups { nodes { id name } } }")).data["groups"]["nodes"]
    made = await models.gql(DATA % {group["name"]: group["id"] for group in groups})
    assert made.errors == []
    assert all(payload["errors"] == [] for payload in made.data.values())
    models.queries.clear()
    return models


@pytest.fixture
async def administrator(tenant: DeclaredModels) -> Client:
    # Of no company: what they may read themselves is not what decides.
    return await tenant.member("core_administrator")


CASES = [
    ("UPDATE", 1, 1, True, "Access N of clerk grants update on Shop, limited by Q(rent__lt=100) which holds."),
    ("UPDATE", 2, 1, False, "Access N of clerk is limited by Q(rent__lt=100) which does not hold."),
    ("UPDATE", 2, 2, True, "Access N of boss grants update on Shop."),
    ("UPDATE", 3, 1, False, "Rule own_companies does not hold."),
    ("UPDATE", 3, 2, True, "Access N of boss grants update on Shop."),
    ("READ", 4, 2, False, "Rule not_sunk does not hold."),
    ("UPDATE", 5, 1, False, 'The record cannot be read: Access N of clerk is limited by ~Q(name="Hidden") which does not hold.'),
    ("DELETE", 1, 2, False, "No group of the user grants delete on Shop."),
    ("READ", 1, 3, False, "No group of the user grants read on Shop."),
    ("CREATE", None, 2, True, "Access N of boss grants create on Shop. Rules narrow it: own_companies and not_sunk."),
    ("CREATE", None, 1, False, "No group of the user grants create on Shop."),
    ("READ", 1, 4, False, "The user is archived and cannot sign in. Access N of boss grants read on Shop."),
    ("READ", 1, None, False, "No group of the user grants read on Shop."),
]  # fmt: skip
ASK = """query($operation: AccessOperation!, $id: ID, $user: ID, $model: String! = "Shop") {
  accessExplain(model: $model, operation: $operation, id: $id, user: $user) {
    allowed reason groups access { name group isGiven where holds } rules { name where holds }
  }
}"""


@pytest.mark.parametrize(("operation", "record", "user", "allowed", "reason"), CASES)
async def test_a_sentence_says_what_decides(
    administrator: Client,
    operation: str,
    record: int | None,
    user: int | None,
    allowed: bool,  # noqa: FBT001
    reason: str,
) -> None:
    result = await administrator(ASK, operation=operation, id=record, user=user)

    assert result.errors == []
    told = result.data["accessExplain"]
    numbers = {item["name"]: "access N" for item in told["access"]}
    said = told["reason"]
    for name in numbers:
        said = said.replace(name[0].upper() + name[1:], "Access N")
    assert (told["allowed"], said) == (allowed, reason)


async def test_access_of_all_groups_and_rules_are_listed_without_values(
    administrator: Client, tenant: DeclaredModels
) -> None:
    result = await administrator(ASK, operation="UPDATE", id=3, user=1)

    told = result.data["accessExplain"]
    assert told["groups"] == ["clerk", "core_public", "core_user"]
    assert [{**item, "name": ""} for item in told["access"]] == [
        {"name": "", "group": "clerk", "isGiven": True, "where": "Q(rent__lt=100)", "holds": True},
        {"name": "", "group": "boss", "isGiven": False, "where": None, "holds": None},
    ]
    own = "Q(company__isnull=True) | Q(company__in=companies)"
    assert told["rules"] == [
        {"name": "own_companies", "where": own, "holds": False},
        {"name": "not_sunk", "where": '~Q(name="Atlantis")', "holds": True},
    ]
    assert "Other" not in result.body.decode()
    # Grants, the user, and what holds for the record, to be changed and to be read.
    assert tenant.queries.count <= 7


@pytest.mark.parametrize("group", ["boss", "core_user", "core_portal"])
async def test_others_learn_nothing(tenant: DeclaredModels, group: str) -> None:
    member = await tenant.member(group)
    answers = [await member(ASK, operation="READ", id=number, user=1) for number in (1, 99)]

    assert [answer.codes for answer in answers] == [["FORBIDDEN"]] * 2
    assert answers[0].body == answers[1].body


async def test_reading_access_is_not_enough(declare: Declare, models: DeclaredModels) -> None:
    declare(
        "groups: {reader: {}, writer: {}}\naccess: {Access: {reader: [read, explain], writer: [read, update]}}",
        "model: Access\nfields: {name: Char}",
        python=(
            "from graphql_erp import AccessExplanation, AccessOperation, Environment, Model, query\n"
            "class Access(Model):\n"
            "    @query\n    @classmethod\n"
            "    async def explain(cls, env: Environment, model: str) -> AccessExplanation:\n"
            "        '''Explain.'''\n"
            "        return await env.explain_access(model, None, AccessOperation.READ)\n"
        ),
    )  # fmt: skip
    document = '{ accessExplain(model: "Access") { allowed reason } }'
    reader, writer = await models.member("reader"), await models.member("writer")

    assert (await reader(document)).codes == ["FORBIDDEN"]
    assert (await writer(document)).data["accessExplain"] == {
        "allowed": True,
        "reason": "Access of writer to Access (test) grants read on Access.",
    }


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"model": "Shopp"}, 'There is no model Shopp. Did you mean "Shop"?'),
    ({"user": 99}, "There is no user 99."),
    ({"id": 99}, "There is no Shop 99."),
]


@pytest.mark.parametrize(("given", "message"), WRONG)
async def test_what_is_not_there_is_told(
    administrator: Client, given: dict[str, Any], message: str
) -> None:
    result = await administrator(ASK, operation="READ", **given)

    (error,) = result.errors
    assert error["message"] == message
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
