"""Deleting what others hang on: nobody who watches is passed over."""

import asyncio

import pytest

from graphql_erp.testing.models import DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
    model: Post
    fields: {name: Char}
    ---
    model: Line
    fields:
      name: Char
      post: {type: ManyToOne, to: Post, on_delete: cascade, index: true}
    ---
    model: Memo
    fields:
      line: {type: ManyToOne, to: Line, on_delete: set_null}
      count: {type: Integer, default: 0}
"""
CLEARED = """
    from graphql_erp import Model

    class Memo(Model):
        def before_update(self) -> None:
            self.count = self.count + 1
"""
REFUSED = """
    from graphql_erp import Model, UserError

    class Line(Model):
        def before_delete(self) -> None:
            raise UserError("It stays.")
"""
WAITS = """SELECT count(*) FROM pg_locks
    WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"""


async def test_hook_sees_a_reference_cleared_by_a_deletion_far_away(
    models: DeclaredModels,
) -> None:
    models.declare(MODELS, python=CLEARED)
    await models.gql(
        """mutation { memoCreate(data: {line: {create: {post: {create: {name: "P"}}}}}) {
          errors { code } } }"""
    )

    result = await models.gql("mutation { postDelete(id: 1) { errors { code } } }")

    assert result.data == {"postDelete": {"errors": []}}
    found = await models.gql("{ lines { totalCount } memos { nodes { count line { id } } } }")
    assert found.data == {
        "lines": {"totalCount": 0},
        "memos": {"nodes": [{"count": 1, "line": None}]},
    }


async def test_record_added_while_its_parent_is_deleted_is_seen(models: DeclaredModels) -> None:
    models.declare(MODELS, python=REFUSED)
    await models.gql('mutation { postCreate(data: {name: "P"}) { errors { code } } }')
    pool = await models.pool()

    async with pool.acquire() as other:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("INSERT INTO line (post_id) VALUES (1)")
        deletion = asyncio.create_task(
            models.gql("mutation { postDelete(id: 1) { errors { message } } }")
        )
        while not await other.fetchval(WAITS):
            pass
        await transaction.commit()
        result = await deletion

    assert result.data == {"postDelete": {"errors": [{"message": "It stays."}]}}
    assert (await models.gql("{ lines { totalCount } }")).data == {"lines": {"totalCount": 1}}
