"""Answers kept by the client's key, in the transaction of the effect they tell of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from graphql_erp.tables.answers import NOBODY
from graphql_erp.writing.writer import Writer

LIFETIME = timedelta(days=1)
"""Time for which an answer is given again."""

# Who comes second waits here for the end of the first one's transaction.
_CLAIM = """\
INSERT INTO erp_answer AS kept (user_id, field, key, fingerprint, given_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id, field, key) DO UPDATE
SET fingerprint = excluded.fingerprint, answer = NULL, given_at = excluded.given_at
WHERE kept.given_at <= $6
RETURNING 1"""
_KNOWN = """\
SELECT fingerprint, answer FROM erp_answer WHERE user_id = $1 AND field = $2 AND key = $3"""
_KEEP = """\
UPDATE erp_answer SET answer = $4 WHERE user_id = $1 AND field = $2 AND key = $3"""
_FORGET = """\
DELETE FROM erp_answer WHERE ctid = ANY(ARRAY(
SELECT ctid FROM erp_answer WHERE given_at <= $1
ORDER BY given_at LIMIT 100 FOR UPDATE SKIP LOCKED))"""


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """By what an answer is known, and what was asked."""

    field: str
    """Root field."""
    key: str
    """Chosen by the client."""
    fingerprint: str
    """Equal for equal arguments and selections."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a key: an answer, or that it was used for something else."""

    answer: bytes | None


async def claim(writer: Writer, asked: AnswerKey) -> Known | None:
    """Return what is known of a key; None when it is ours to answer now.

    Of two requests with one key the second waits until the first one's transaction ends.
    """
    user = writer.actor.user or NOBODY
    place = (user, asked.field, asked.key)
    oldest = writer.now - LIFETIME
    claimed = await writer.connection.fetch(_CLAIM, *place, asked.fingerprint, writer.now, oldest)
    if claimed:
        await writer.connection.fetch(_FORGET, oldest)
        return None
    (row,) = await writer.connection.fetch(_KNOWN, *place)
    same = row["fingerprint"] == asked.fingerprint
    return Known(bytes(row["answer"]) if same else None)


async def keep(writer: Writer, asked: AnswerKey, answer: bytes) -> None:
    """Keep the answer to a key that was claimed in this transaction."""
    user = writer.actor.user or NOBODY
    await writer.connection.fetch(_KEEP, user, asked.field, asked.key, answer)
