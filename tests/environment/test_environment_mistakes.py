"""Module code that catches too much, keeps too long or gives what cannot be: nothing half-done."""

from typing import Any

import asyncpg
import pytest

from graphql_erp.testing.models import Declare, Gql

pytestmark = pytest.mark.anyio

MODELS = """
    model: Kind
    fields: {name: {type: Char, required: true, unique: true}}
    ---
    model: Log
    fields: {text: {type: Char, required: true, unique: true}}
    ---
    model: Task
    order_by: [id]
    fields:
      name: {type: Char, required: true}
      does: Char
      kind: {type: ManyToOne, to: Kind}
    ---
    model: Bomb
    fields: {name: Char}
"""
PYTHON = """
    from typing import Self

    from graphql_erp import Model, Q, UserError, check, mutation

    KINDS = {"id": 1, "text": "1", "key": {"key": {"name": "A"}}, "none": 99,
             "new": {"create": {"name": "N"}}}

    class Bomb(Model):
        def after_create(self) -> None:
            raise ValueError("Boom.")

    class Task(Model):
        @classmethod
        async def before_create(cls, records: list[Self]) -> None:
            for record in records:
                if record.does in KINDS:
                    record.kind = KINDS[record.does]
                if record.does == "blank":
                    record.name = " "
                if record.does == "bulk":
                    texts = [str(number) for number in range(7)]
                    await record.env["Log"].create_many([{"text": t} for t in [*texts, None]])

        async def before_update(self) -> None:
            if self.does == "again":
                await self.env["Task"].where(Q(id=self.id)).update(name="within")

        @check
        @classmethod
        def no_two_alike(cls, records: list[Self]) -> None:
            names = [record.name for record in records]
            alike = [record for record in records if names.count(record.name) > 1]
            if alike:
                raise UserError.joined(UserError("Twice.").at("name").of(item) for item in alike)

        @mutation
        async def run(self) -> None:
            '''Do what the task says.'''
            log, late = self.env["Log"], self.env
            if self.does == "duplicate":
                try:
                    await log.create(text="known")
                except Exception:
                    pass
            if self.does == "bomb":
                try:
                    await self.env["Bomb"].create()
                except Exception:
                    pass
            if self.does == "broken":
                await log.create(text="before")
                try:
                    await self.env.writer.connection.fetch("SELECT 1 / 0")
                except Exception:
                    pass
            if self.does == "late":
                async def write() -> None:
                    await late["Log"].create(text="late")
                self.env.after_commit(write)
            if self.does == "nobody":
                await log.get(None)
            if self.does == "same":
                await log.get_or_create(text="caf\\u00e9")
                await log.get_or_create(text="cafe\\u0301")
            if self.does in ("id", "version", "created_at"):
                await self.update(**{self.does: 7})
"""


@pytest.fixture
async def tasks(declare: Declare, gql: Gql) -> Gql:
    """Give a kind and a log."""
    declare(MODELS, python=PYTHON)
    await gql(
        """mutation { kindCreate(data: {name: "A"}) { errors { code } }
          logCreate(data: {text: "known"}) { errors { code } } }"""
    )
    return gql


async def run(tasks: Gql, does: str) -> Any:
    await create(tasks, "REJECT_ALL", does)
    result = await tasks("mutation { taskRun(id: 1) { errors { code message } } }")
    return result.data["taskRun"]["errors"]


async def texts(tasks: Gql) -> list[str]:
    result = await tasks("{ logs { nodes { text } } }")
    return [node["text"] for node in result.data["logs"]["nodes"]]


async def create(tasks: Gql, policy: str, *does: str) -> Any:
    data = [{"name": f"j{number}", "does": item} for number, item in enumerate(does)]
    result = await tasks(
        """mutation($data: [TaskCreateInput!]!, $policy: BulkErrorPolicy!) {
          taskCreateMany(data: $data, onError: $policy) {
            records { name kind { name } } errors { code path index } } }""",
        data=data,
        policy=policy,
    )
    return result.data["taskCreateMany"]


async def test_refusal_of_the_database_that_is_caught_is_told(tasks: Gql) -> None:
    assert await run(tasks, "duplicate") == [
        {"code": "UNIQUE", "message": "Another Log has this Text."}
    ]


async def test_write_that_broke_off_is_not_committed(tasks: Gql) -> None:
    with pytest.raises(ValueError, match="Boom"):
        await run(tasks, "bomb")

    assert (await tasks("{ bombs { nodes { id } } }")).data == {"bombs": {"nodes": []}}


async def test_commit_of_a_failed_transaction_is_no_success(tasks: Gql) -> None:
    with pytest.raises(asyncpg.InFailedSQLTransactionError):
        await run(tasks, "broken")

    assert await texts(tasks) == ["known"]


async def test_environment_ends_with_its_transaction(
    tasks: Gql, caplog: pytest.LogCaptureFixture
) -> None:
    assert await run(tasks, "late") == []

    assert "The transaction of this environment is over." in caplog.text
    assert await texts(tasks) == ["known"]


async def test_nobody_has_no_id(tasks: Gql) -> None:
    assert await run(tasks, "nobody") == [{"code": "NOT_FOUND", "message": "There is no Log None."}]


async def test_keys_are_cleaned_before_they_are_looked_up(tasks: Gql) -> None:
    assert await run(tasks, "same") == []
    assert sorted(await texts(tasks)) == ["café", "known"]


@pytest.mark.parametrize("name", ["id", "version", "created_at"])
async def test_fields_of_the_engine_are_not_set(tasks: Gql, name: str) -> None:
    with pytest.raises(TypeError, match=f"Task.{name} is made by the engine and cannot be set"):
        await run(tasks, name)


async def test_hook_assigns_a_record_by_id_or_key(tasks: Gql) -> None:
    answer = await create(tasks, "SKIP_FAILED", "id", "text", "key", "none", "new", "blank")

    kinds = [(record["name"], record["kind"]) for record in answer["records"]]
    assert kinds == [(name, {"name": "A"}) for name in ("j0", "j1", "j2")]
    assert [tuple(error.values()) for error in answer["errors"]] == [
        ("NOT_FOUND", ["kind"], 3),
        ("INVALID", ["kind"], 4),
        ("REQUIRED", ["name"], 5),
    ]


async def test_numbers_of_a_bulk_within_a_hook_are_not_those_of_the_rows(tasks: Gql) -> None:
    problem = {"code": "REQUIRED", "path": ["text"]}

    rejected = await create(tasks, "REJECT_ALL", "bulk", "")
    skipped = await create(tasks, "SKIP_FAILED", "bulk", "")

    assert rejected["errors"] == [{**problem, "index": None}]
    assert skipped["errors"] == [{**problem, "index": 0}]
    assert [record["name"] for record in skipped["records"]] == ["j1"]


async def test_write_of_a_hook_is_no_conflict_with_its_own_record(tasks: Gql) -> None:
    await create(tasks, "REJECT_ALL", "")
    result = await tasks(
        """mutation { taskUpdate(id: 1, version: 1, data: {does: "again"}) {
          record { name version } errors { code } } }"""
    )

    record = {"name": "within", "version": 3}
    assert result.data == {"taskUpdate": {"record": record, "errors": []}}


async def test_check_of_a_batch_names_its_records(tasks: Gql) -> None:
    result = await tasks(
        """mutation { taskCreateMany(data: [{name: "a"}, {name: "b"}, {name: "a"}]) {
          affected errors { message path index } } }"""
    )

    twice = {"message": "Twice.", "path": ["name"]}
    assert result.data["taskCreateMany"] == {
        "affected": 0,
        "errors": [{**twice, "index": 0}, {**twice, "index": 2}],
    }
