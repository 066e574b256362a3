"""Whoever writes learns nothing of what they may not see, and the twins stay alike."""

import pytest
from canary_documents import READS, WRITES
from canary_twins import Twins

pytestmark = pytest.mark.anyio

HIDDEN = """{ parties(filter: {secret: {eq: true}}, first: 2) { nodes { id version name note rank
  areaId tags { nodes { id } } } } cards(filter: {secret: {eq: true}}, first: 2) { nodes { version
  partyId } } areas(filter: {secret: {eq: true}}) { nodes { id version parentId } } }"""


@pytest.mark.parametrize("kind", WRITES)
async def test_twins_answer_writes_alike(twins: Twins, kind: str) -> None:
    before = [(await twin.everybody(HIDDEN)).body for twin in twins.all]
    for write in WRITES[kind]:
        result = await twins.same(f"mutation {{ it: {write} }}")
        assert set(result.codes) <= {"FORBIDDEN_FIELD", "BAD_USER_INPUT"}, (write, result.errors)

    assert [(await twin.everybody(HIDDEN)).body for twin in twins.all] == before


async def test_writes_leave_the_twins_alike(twins: Twins) -> None:
    for kind, documents in READS.items():
        for document in documents:
            if kind != "audit":
                await twins.same(document)


async def test_transaction_of_several_fields_ends_alike(twins: Twins) -> None:
    result = await twins.same(
        """mutation @atomic {
          a: partyUpdate(id: 3, data: {note: "x"}) { record { note } errors { code message } }
          b: partyUpdate(id: 1, data: {note: "x"}) { record { note } errors { code message } }
        }"""
    )

    assert result.codes == ["ATOMIC_ABORTED"]
