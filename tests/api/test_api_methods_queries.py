"""Methods with `@query`: fields of a record, and root fields on several records and the model."""

import pytest

from graphql_erp.planning.explain import explain
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Owner
    fields: {name: Char}
    ---
    model: Account
    fields:
      name: {type: Char, required: true}
      owner: {type: ManyToOne, to: Owner, inverse: accounts}
    ---
    model: Entry
    fields:
      account: {type: ManyToOne, to: Account, inverse: entries}
      day: Date
      amount: {type: Decimal, digits: [16, 2], default: 0}
"""
PYTHON = """
    from dataclasses import dataclass
    from datetime import date
    from decimal import Decimal
    from typing import Self

    from graphql_erp import Environment, Model, Q, UserError, query


    @dataclass(frozen=True)
    class Figures:
        '''Figures of an account.'''
        count: int
        largest: "Entry | None"


    class Account(Model):
        @query(load=["entries.amount", "entries.day"])
        def balance(self, as_of: date | None = None) -> Decimal:
            '''Return what is on the account.

            Args:
                as_of: Last day that counts.
            '''
            days = [entry for entry in self.entries if as_of is None or entry.day <= as_of]
            return sum((entry.amount for entry in days), Decimal("0.00"))

        @query
        async def figures(self) -> Figures:
            '''Return figures.'''
            entries = await self.env["Entry"].where(Q(account=self.id)).order_by("-amount").all()
            return Figures(len(entries), entries[0] if entries else None)

        @query
        async def others(self) -> list[Self]:
            '''Return the accounts of the same owner.'''
            found = self.env["Account"].where(Q(owner=self.owner.id)).order_by("-id")
            return [account for account in await found.all() if account != self]

        @query
        def greeting(self, name: str | None = "you") -> str:
            '''Return a greeting.'''
            return f"{self.name} greets {name}"

        @query
        def refuse(self) -> int:
            '''Refuse.'''
            raise UserError("Not today.")

        @query
        async def write(self) -> int:
            '''Write, which a query cannot.'''
            await self.update(name="changed")
            return 1

        @query
        @classmethod
        async def named(
            cls, env: Environment, names: list[str], first: "Owner | None" = None
        ) -> list[Self]:
            '''Return the accounts of some names.'''
            found = await env[cls].where(Q(name__in=names)).order_by("-name").all()
            return sorted(found, key=lambda account: account.owner != first)

        @query
        @classmethod
        async def total(cls, records: list[Self]) -> Decimal:
            '''Return what is on several accounts.'''
            await records[0].fetch("entries.amount")
            amounts = (entry.amount for item in records for entry in item.entries)
            return sum(amounts, Decimal("0.00"))
"""


@pytest.fixture(autouse=True)
async def accounts(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    result = await gql(
        """mutation {
            ownerCreateMany(data: [{name: "Ada"}, {name: "Bob"}]) { errors { message } }
            accountCreateMany(data: [
                {name: "A", owner: {id: 1}}
                {name: "B", owner: {id: 1}}
                {name: "C", owner: {id: 2}}
            ]) { errors { message } }
            entryCreateMany(data: [
                {account: {id: 1}, day: "2026-01-01", amount: "10"},
                {account: {id: 1}, day: "2026-02-01", amount: "5"},
                {account: {id: 3}, day: "2026-02-01", amount: "1"},
            ]) { errors { message } }
        }"""
    )
    assert result.errors == []


async def test_method_is_a_field_of_its_record(gql: Gql, queries: Queries) -> None:
    await gql("{ accounts { totalCount } }")
    queries.clear()

    result = await gql(
        """query($day: Date) { accounts(orderBy: {id: ASC}) { nodes {
            name all: balance early: balance(asOf: "2026-01-31") given: balance(asOf: $day)
        } } }""",
        day="2026-02-01",
    )

    assert result.data == {
        "accounts": {
            "nodes": [
                {"name": "A", "all": "15.00", "early": "10.00", "given": "15.00"},
                {"name": "B", "all": "0.00", "early": "0.00", "given": "0.00"},
                {"name": "C", "all": "1.00", "early": "0.00", "given": "1.00"},
            ]
        }
    }
    # The page and its entries, in a transaction.
    assert queries.count == 2


async def test_method_is_called_at_any_depth(gql: Gql) -> None:
    result = await gql(
        """{ owner(by: {id: 1}) { name accounts(orderBy: {id: ASC}) { nodes { balance } } }
             entry(by: {id: 3}) { account { balance } } }"""
    )

    assert result.data == {
        "owner": {
            "name": "Ada",
            "accounts": {"nodes": [{"balance": "15.00"}, {"balance": "0.00"}]},
        },
        "entry": {"account": {"balance": "1.00"}},
    }


async def test_variable_is_read_anew_by_a_warm_document(gql: Gql) -> None:
    document = "query($day: Date) { account(by: {id: 1}) { balance(asOf: $day) } }"

    days = ("2026-01-15", "2025-01-01", None)
    balances = [(await gql(document, day=day)).data["account"]["balance"] for day in days]

    assert balances == ["10.00", "0.00", "15.00"]


async def test_plan_says_what_is_called_and_selected(models: DeclaredModels) -> None:
    engine = models.engine
    operation = engine.documents.get(
        "query($day: Date) { account(by: {id: 1}) {"
        " balance(asOf: $day) figures { count largest { day } } others { name } } }"
    ).operation(None)
    client = await models.client()

    variables = operation.coerce({"day": "2026-01-01"})
    program = await engine.prepare(operation, variables, client.environment)

    assert (
        explain(program.plan)
        == """\
account: OnePlan where=Lookup(id, eq, '1')
  object: ObjectPlan model=Account strategy=rows
    balance: MethodValue name=balance arguments={asOf: $day} load=[entries.amount, entries.day] \
path=[account, balance]
      result: ValueResult
        type: ScalarType name=Decimal
    figures: MethodValue name=figures path=[account, figures]
      result: DataResult
        count: AttributeResult attribute=count
          result: ValueResult
            type: ScalarType name=Int
        largest: AttributeResult attribute=largest
          result: RecordResult
            object: ObjectPlan model=Entry
              day: FieldValue field=day
    others: MethodValue name=others path=[account, others]
      result: ListResult
        item: RecordResult
          object: ObjectPlan model=Account
            name: FieldValue field=name
"""
    )


async def test_null_and_absent_differ_where_there_is_a_default(gql: Gql) -> None:
    result = await gql(
        '{ account(by: {id: 1}) { a: greeting b: greeting(name: null) c: greeting(name: "Eve") } }'
    )

    assert result.data["account"] == {
        "a": "A greets you",
        "b": "A greets None",
        "c": "A greets Eve",
    }


async def test_dataclass_of_a_method_is_an_object(gql: Gql) -> None:
    result = await gql(
        """{ accounts(orderBy: {id: ASC}) { nodes {
            figures { __typename count largest { day account { name balance } } }
        } } }"""
    )

    first, second, third = (node["figures"] for node in result.data["accounts"]["nodes"])
    assert first == {
        "__typename": "Figures",
        "count": 2,
        "largest": {"day": "2026-01-01", "account": {"name": "A", "balance": "15.00"}},
    }
    assert second == {"__typename": "Figures", "count": 0, "largest": None}
    assert third["largest"] == {"day": "2026-02-01", "account": {"name": "C", "balance": "1.00"}}


async def test_records_of_a_method_are_in_its_order(gql: Gql) -> None:
    result = await gql(
        "{ accounts(orderBy: {id: ASC}) { nodes { others { name owner { name } } } } }"
    )

    ada = {"name": "Ada"}
    assert [node["others"] for node in result.data["accounts"]["nodes"]] == [
        [{"name": "B", "owner": ada}],
        [{"name": "A", "owner": ada}],
        [],
    ]


async def test_method_on_the_model_is_a_root_field(gql: Gql) -> None:
    result = await gql(
        """query($names: [String!]!) {
            one: account(by: {id: 2}) { name }
            accountNamed(names: $names, first: 1) { name balance }
            two: account(by: {id: 3}) { name }
        }""",
        names=["A", "B", "C"],
    )

    assert result.body == (
        b'{"data":{"one":{"name":"B"},"accountNamed":[{"name":"B","balance":"0.00"},'
        b'{"name":"A","balance":"15.00"},{"name":"C","balance":"1.00"}],"two":{"name":"C"}}}'
    )


async def test_method_on_several_records_is_a_root_field(gql: Gql) -> None:
    result = await gql("{ accountTotal(ids: [1, 3]) }")

    assert result.data == {"accountTotal": "16.00"}


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        ("{ account(by: {id: 1}) { refuse } }", ["account", "refuse"], "Not today."),
        ("{ x: accountTotal(ids: [1, 9]) }", ["x"], "There is no Account 9."),
        (
            '{ accountNamed(names: ["A"], first: 7) { name } }',
            ["accountNamed"],
            "There is no Owner 7.",
        ),
    ],
)
async def test_what_a_user_can_correct_is_an_error_of_the_request(
    gql: Gql, document: str, path: list[str], message: str
) -> None:
    result = await gql(document)

    assert result.data is None
    assert [(error["path"], error["message"]) for error in result.errors] == [(path, message)]
    assert result.codes == ["BAD_USER_INPUT"]


async def test_query_cannot_write(gql: Gql) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        await gql("{ account(by: {id: 1}) { write } }")

    result = await gql("{ account(by: {id: 1}) { name } }")
    assert result.data == {"account": {"name": "A"}}


async def test_method_is_a_field_of_the_record_in_a_payload(gql: Gql) -> None:
    result = await gql(
        'mutation { accountUpdate(id: 1, data: {name: "Z"}) {'
        " record { name balance figures { count } } } }"
    )

    record = {"name": "Z", "balance": "15.00", "figures": {"count": 2}}
    assert result.data == {"accountUpdate": {"record": record}}


async def test_number_of_statements_does_not_depend_on_the_number_of_records(
    gql: Gql, queries: Queries
) -> None:
    document = "query($first: Int) { accounts(first: $first) { nodes { balance } } }"
    counts = set()
    for first in (1, 3):
        await gql(document, first=first)
        queries.clear()
        await gql(document, first=first)
        counts.add(queries.count)

    assert counts == {2}
