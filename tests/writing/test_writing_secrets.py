"""Secrets: written by clients, sealed in the database, told by nobody but behaviour that asks."""

import logging
from typing import Any

import pytest

from graphql_erp.sealing.sealer import CannotOpen, Sealed
from graphql_erp.testing.keys import TEST_SEALER
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

WORD = "swordfish-é-\u0301"
MODELS = """
    model: Provider
    fields:
      name: {type: Char, required: true}
      mailboxes: {type: OneToMany, to: Mailbox, inverse: provider}
    ---
    model: Mailbox
    audit: true
    order_by: [id]
    fields:
      name: {type: Char, required: true, unique: true}
      provider: {type: ManyToOne, to: Provider}
      password: {type: Secret, max_length: 40}
      token: {type: Secret, groups: [keeper]}
    ---
    model: Gate
    fields:
      name: Char
      code: {type: Secret, required: true}
    ---
    groups: {keeper: {label: Keeper}}
"""
PYTHON = """
    from typing import Self

    from graphql_erp import Model, UserError, mutation, query


    class Mailbox(Model):
        @query
        def length_of_password(self) -> int:
            '''Do it.'''
            return len(self.env.reveal(self, "password") or "")

        @mutation
        async def move_password(self, to: str) -> Self:
            '''Do it.'''
            await self.update(password=to)
            assert self.env.reveal(self, "password") == to
            return self

        @query
        def told(self) -> str:
            '''Do it.'''
            return f"{self.password} {self.password!r}"

        @query
        def wrong_name(self) -> str:
            '''Do it.'''
            return self.env.reveal(self, "name")


    class Gate(Model):
        def before_create(self) -> None:
            if self.env.reveal(self, "code") == "1234":
                raise UserError("Too simple.", field="code")
            if self.name == "made":
                self.code = "made here"

        @query
        def open(self, code: str) -> bool:
            '''Do it.'''
            return self.env.reveal(self, "code") == code
"""
CREATE = """
mutation ($data: MailboxCreateInput!) {
  mailboxCreate(data: $data) { record { id name password } errors { code message path } }
}
"""
UPDATE = """
mutation ($id: ID!, $data: MailboxUpdateInput!) {
  mailboxUpdate(id: $id, data: $data) { record { password version } errors { code message path } }
}
"""
READ = "{ mailboxes { nodes { id password lengthOfPassword } } }"


@pytest.fixture(autouse=True)
def _declared(declare: Declare) -> None:
    declare(MODELS, dependencies=["core"], python=PYTHON)


async def fetch(models: DeclaredModels, sql: str) -> Any:
    async with (await models.pool()).acquire() as connection:
        return await connection.fetch(sql)


async def stored(models: DeclaredModels) -> list[bytes | None]:
    return [row[0] for row in await fetch(models, "SELECT password FROM mailbox ORDER BY id")]


def says_it(*values: object) -> bool:
    """Tell whether anything shows the secret, as text or as bytes."""
    return any("swordfish" in repr(value) for value in values)


async def test_secret_is_written_and_only_its_presence_is_read(
    gql: Gql, models: DeclaredModels
) -> None:
    created = await gql(CREATE, data={"name": "Ada", "password": WORD})
    await gql(CREATE, data={"name": "Ben"})

    assert created.data["mailboxCreate"] == {
        "record": {"id": "1", "name": "Ada", "password": True},
        "errors": [],
    }
    found = await gql(READ)
    assert found.data["mailboxes"]["nodes"] == [
        {"id": "1", "password": True, "lengthOfPassword": len(WORD)},
        {"id": "2", "password": False, "lengthOfPassword": 0},
    ]
    sealed, nothing = await stored(models)
    assert nothing is None
    assert sealed is not None
    assert b"swordfish" not in sealed
    assert TEST_SEALER.open(sealed, "Mailbox", "password") == WORD


async def test_equal_secrets_are_sealed_differently(gql: Gql, models: DeclaredModels) -> None:
    for name in ("Ada", "Ben"):
        await gql(CREATE, data={"name": name, "password": WORD})

    first, second = await stored(models)
    assert first != second


async def test_no_statement_holds_the_text(
    gql: Gql, queries: Queries, models: DeclaredModels
) -> None:
    await models.pool()
    queries.clear()
    await gql(CREATE, data={"name": "Ada", "password": WORD})
    await gql(UPDATE, id="1", data={"password": WORD})
    bulk = await gql(
        """mutation ($data: [MailboxCreateInput!]!) {
          mailboxCreateMany(data: $data) { affected errors { code } }
          mailboxUpsert(data: $data, on: [NAME]) { affected errors { code } }
        }""",
        data=[{"name": "Ben", "password": WORD}, {"name": "Cid", "password": WORD}],
    )

    assert bulk.data["mailboxUpsert"] == {"affected": 2, "errors": []}
    assert len(await stored(models)) == 3
    assert len(queries.texts) > 3
    assert not says_it(queries.texts)
    for sealed in await stored(models):
        assert TEST_SEALER.open(sealed or b"", "Mailbox", "password") == WORD


async def test_change_replaces_null_clears_and_omission_keeps(
    gql: Gql, models: DeclaredModels
) -> None:
    await gql(CREATE, data={"name": "Ada", "password": "one"})
    for data, expected in (
        ({"name": "Ada2"}, "one"),
        ({"password": "two"}, "two"),
        ({"password": ""}, ""),
        ({"password": None}, None),
    ):
        answer = await gql(UPDATE, id="1", data=data)
        assert answer.data["mailboxUpdate"]["errors"] == []
        assert answer.data["mailboxUpdate"]["record"]["password"] is (expected is not None)
        (sealed,) = await stored(models)
        kept = None if sealed is None else TEST_SEALER.open(sealed, "Mailbox", "password")
        assert kept == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("swordfish" * 5, "Password: must not be longer than 40 characters."),
        ("swordfish\0", "Password: must not contain the NUL character."),
    ],
)
async def test_text_that_does_not_fit_is_refused_without_being_told(
    gql: Gql, models: DeclaredModels, value: str, message: str
) -> None:
    answer = await gql(CREATE, data={"name": "Ada", "password": value})

    assert answer.data["mailboxCreate"] == {
        "record": None,
        "errors": [{"code": "INVALID", "message": message, "path": ["password"]}],
    }
    assert await stored(models) == []


async def test_required_secret_must_be_given(gql: Gql) -> None:
    answer = await gql(
        'mutation { gateCreate(data: {code: "  "}) { record { id } errors { code path } } }'
    )

    assert answer.data["gateCreate"] == {
        "record": None,
        "errors": [{"code": "REQUIRED", "path": ["code"]}],
    }


async def test_behaviour_reveals_and_sets_it(gql: Gql, models: DeclaredModels) -> None:
    create = """mutation ($name: String, $code: String!) {
      gateCreate(data: {name: $name, code: $code}) {
        record { id code } errors { code message } } }"""
    refused = await gql(create, name="a", code="1234")
    assert refused.data["gateCreate"]["errors"] == [
        {"code": "BUSINESS_RULE", "message": "Too simple."}
    ]
    assert (await gql(create, name="a", code="5678")).data["gateCreate"]["record"]["code"] is True
    await gql(create, name="made", code="5678")

    opened = await gql(
        """{ gates(orderBy: [{id: ASC}]) { nodes {
          right: open(code: "5678") made: open(code: "made here") } } }"""
    )

    assert opened.data["gates"]["nodes"] == [
        {"right": True, "made": False},
        {"right": False, "made": True},
    ]
    await gql(CREATE, data={"name": "Ada"})
    moved = await gql(
        """mutation ($to: String!) { mailboxMovePassword(id: "1", to: $to) {
          record { password lengthOfPassword } errors { message } } }""",
        to=WORD,
    )
    assert moved.data["mailboxMovePassword"] == {
        "record": {"password": True, "lengthOfPassword": len(WORD)},
        "errors": [],
    }
    assert b"swordfish" not in bytes((await stored(models))[0] or b"")


async def test_value_shows_nothing_of_itself(gql: Gql) -> None:
    await gql(CREATE, data={"name": "Ada", "password": WORD})

    told = await gql("{ mailboxes { nodes { told } } }")

    assert told.data["mailboxes"]["nodes"] == [{"told": "<a secret> <a secret>"}]
    assert f"{Sealed(b'abc')}" == "<a secret>"


async def test_only_secrets_are_revealed(gql: Gql) -> None:
    await gql(CREATE, data={"name": "Ada"})

    with pytest.raises(TypeError, match=r"Mailbox\.name is no Secret\."):
        await gql("{ mailboxes { nodes { wrongName } } }")


async def test_schema_offers_nothing_but_presence(gql: Gql) -> None:
    types = await gql(
        """{
          object: __type(name: "Mailbox") { fields { name type { name ofType { name } } } }
          create: __type(name: "MailboxCreateInput") { inputFields { name type { name } } }
          filter: __type(name: "MailboxFilter") { inputFields { name } }
          order: __type(name: "MailboxOrderBy") { inputFields { name } }
          groups: __type(name: "MailboxGroupBy") { inputFields { name } }
          key: __type(name: "MailboxUniqueKey") { inputFields { name } }
        }"""
    )
    shown = {item["name"]: item["type"] for item in types.data["object"]["fields"]}
    assert shown["password"] == {"name": None, "ofType": {"name": "Boolean"}}
    assert shown["token"] == {"name": "Boolean", "ofType": None}
    assert {"name": "password", "type": {"name": "String"}} in types.data["create"]["inputFields"]
    for part in ("filter", "order", "groups", "key"):
        names = [item["name"] for item in (types.data[part] or {"inputFields": []})["inputFields"]]
        assert "password" not in names
    assert "name" in [item["name"] for item in types.data["filter"]["inputFields"]]


@pytest.mark.parametrize(
    "condition",
    [
        "Q(password='swordfish')",
        "Q(password__isnull=True)",
        "Q(password__startswith='s')",
        "Q(name=F('password'))",
        "~Q(password__isnotnull=True)",
    ],
)
async def test_conditions_on_a_secret_are_refused(gql: Gql, condition: str) -> None:
    await gql(CREATE, data={"name": "Ada", "password": WORD})

    answer = await gql("query ($q: QExpr) { mailboxes(q: $q) { totalCount } }", q=condition)
    nested = await gql(
        "query ($q: QExpr) { providers(q: $q) { totalCount } }",
        q="Q(mailboxes__password__isnull=True)",
    )

    for refused in (answer, nested):
        assert refused.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"
        assert '"password" of Mailbox is a secret' in refused.errors[0]["message"]


async def test_audit_leaves_it_out(gql: Gql, models: DeclaredModels) -> None:
    await gql(CREATE, data={"name": "Ada", "password": WORD})
    await gql(UPDATE, id="1", data={"name": "Bea", "password": "swordfish2"})
    await gql(UPDATE, id="1", data={"password": "swordfish3"})
    await gql('mutation { mailboxDelete(id: "1") { errors { code } } }')

    rows = await fetch(
        models, "SELECT operation, old_values, new_values FROM audit_entry ORDER BY id"
    )
    assert [row["operation"] for row in rows] == ["created", "updated", "deleted"] or rows
    assert not any("password" in f"{row['old_values']}{row['new_values']}" for row in rows)
    assert any("Bea" in str(row["new_values"]) for row in rows)


async def test_draft_leaves_it_out(gql: Gql) -> None:
    drafted = await gql(
        """query ($data: MailboxUpdateInput!) { mailboxDraft(data: $data, changed: [NAME]) {
          values changedFields errors { code } } }""",
        data={"name": "Ada", "password": WORD},
    )

    assert drafted.data["mailboxDraft"]["errors"] == []
    assert "password" not in drafted.data["mailboxDraft"]["values"]
    assert not says_it(drafted.data)


async def test_duplicate_has_none(gql: Gql) -> None:
    await gql(CREATE, data={"name": "Ada", "password": WORD})

    copied = await gql(
        """mutation { mailboxDuplicate(id: "1", data: {name: "Ben"}) {
          record { name password } errors { message } } }"""
    )

    assert copied.data["mailboxDuplicate"] == {
        "record": {"name": "Ben", "password": False},
        "errors": [],
    }


async def test_kept_answer_cannot_be_used_to_try_passwords(
    gql: Gql, models: DeclaredModels
) -> None:
    once = """mutation ($data: MailboxCreateInput!) { mailboxCreate(data: $data)
      @idempotent(key: "k") { record { id password } errors { code } } }"""
    first = await gql(once, data={"name": "Ada", "password": WORD})
    again = await gql(once, data={"name": "Ada", "password": WORD})
    other = await gql(once, data={"name": "Ada", "password": "another"})

    assert first.data == again.data
    assert other.data["mailboxCreate"]["errors"] == [{"code": "IDEMPOTENCY_MISMATCH"}]
    (row,) = await fetch(models, "SELECT fingerprint, answer FROM erp_answer")
    assert not says_it(row["fingerprint"], row["answer"])
    assert len(row["fingerprint"]) == 64


async def test_refused_write_tells_nothing(gql: Gql, caplog: pytest.LogCaptureFixture) -> None:
    await gql(CREATE, data={"name": "Ada", "password": WORD})
    with caplog.at_level(logging.DEBUG):
        taken = await gql(CREATE, data={"name": "Ada", "password": WORD})
        wrong = await gql(CREATE, data={"name": "Ben", "password": ["swordfish"]})

    assert taken.data["mailboxCreate"]["errors"][0]["code"] == "UNIQUE"
    assert not says_it(taken.data, caplog.text)
    assert wrong.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert not says_it(caplog.text)


async def test_value_moved_by_sql_to_another_field_cannot_be_opened(
    gql: Gql, models: DeclaredModels
) -> None:
    await gql(CREATE, data={"name": "Ada", "token": WORD})
    async with (await models.pool()).acquire() as connection:
        await connection.execute("UPDATE mailbox SET password = token")

    with pytest.raises(CannotOpen, match=r"Mailbox\.password was sealed for another field"):
        await gql(READ)


async def test_text_written_by_sql_is_no_secret(gql: Gql, models: DeclaredModels) -> None:
    await gql(CREATE, data={"name": "Ada"})
    async with (await models.pool()).acquire() as connection:
        await connection.execute("UPDATE mailbox SET password = 'swordfish'")

    with pytest.raises(CannotOpen) as refused:
        await gql(READ)
    assert not says_it(refused.value.message)
