"""Whoever writes, and whatever they write, the oracle says what becomes of it.

A comparison is one write by somebody who sees a part of the records of a model it names and does
not see another part, or who may do it to a part of them: its outcome, and every row afterwards.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest
from oracle_bench import OracleBench, Sight
from oracle_grants import ACTORS, CaseWriter
from oracle_writes import Write, WriteWriter, expected, shown

from graphql_erp.registry.model import RelationKind
from graphql_erp.testing.reference_reader_snapshot import Snapshot

pytestmark = pytest.mark.anyio


_PAYLOAD = {"": "", "one": "record { id }", "many": "records { id }"}


@dataclass
class Rows:
    """Every row of the database, and how to put them back."""

    oracle: OracleBench
    tables: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)

    async def keep(self) -> None:
        """Keep all rows as they are."""
        registry = self.oracle.registry
        order = ("User", "Company", "Region", "Tag", "Partner", "Badge", "Product", "Order", "Line")
        self.models = [registry.models[name].table for name in order]
        links = {
            item.relation.link_table
            for model in registry.models.values()
            for item in model.fields.values()
            if item.relation is not None and item.relation.kind is RelationKind.LINK
        }
        self.tables = [*self.models, *sorted(links)]
        for table in [*self.tables, "audit_entry"]:
            await self.oracle.owner.execute(
                f'DROP TABLE IF EXISTS "kept_{table}";'
                f' CREATE TABLE "kept_{table}" AS TABLE "{table}"'
            )

    async def all(self) -> Any:
        """Return every row; when it was written is not compared."""
        parts = ", ".join(
            f"(SELECT jsonb_agg(to_jsonb(t) - 'created_at' - 'updated_at' ORDER BY to_jsonb(t))"
            f' FROM "{table}" t)'
            for table in self.tables
        )
        row = await self.oracle.owner.fetchrow(f"SELECT {parts}")
        return [None if item is None else orjson.loads(item) for item in row]

    async def restart(self) -> None:
        """Let ids of new records begin at the same number again."""
        await self.oracle.owner.execute(
            "; ".join(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), 1000)"
                for table in [*self.models, "audit_entry"]
            )
        )

    async def put_back(self) -> None:
        """Put all rows back."""
        deletes = "; ".join(f'DELETE FROM "{table}"' for table in reversed(self.tables))
        inserts = "; ".join(
            f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE SELECT * FROM "kept_{table}"'
            for table in self.tables
        )
        entries = (
            "DELETE FROM audit_entry; INSERT INTO audit_entry OVERRIDING SYSTEM VALUE"
            " SELECT * FROM kept_audit_entry"
        )
        await self.oracle.owner.execute(
            f"BEGIN; DELETE FROM audit_entry; {deletes}; {inserts}; {entries}; COMMIT"
        )


@dataclass
class Meant:
    """What a write does when everything is allowed."""

    codes: list[str]
    rows: Any
    after: Snapshot


@dataclass
class Comparison:
    """Writes carried out twice: by somebody who may do everything, and by somebody."""

    oracle: OracleBench
    rows: Rows
    before: Any
    shown: set[int] = field(default_factory=set)
    """Ids in the payload of the write carried out last."""
    outcomes: Counter[str] = field(default_factory=Counter)
    compared: int = 0

    async def codes(self, write: Write, sight: Sight, *, restricted: bool) -> set[str]:
        """Carry out a write and return the codes of what was wrong with it."""
        await self.rows.restart()
        call, who = write.meant, [sight.actor]
        if restricted:
            call, who = write.call, [sight.actor, sight.permission]  # type: ignore[list-item]
        document = (
            f"mutation {{ r: {call} {{ {_PAYLOAD[write.shows]} errors {{ code message }} }} }}"
        )
        answer = await self.oracle.answer(document, {}, *who)
        self.shown = set()
        if "errors" in answer:
            found = {error["extensions"]["code"] for error in answer["errors"]}
            assert found <= {"FORBIDDEN", "FORBIDDEN_FIELD"}, (call, answer)
            return {f"!{code}" for code in found}
        payload = answer["data"]["r"]
        records = [payload.get("record"), *payload.get("records", ())]
        self.shown = {int(item["id"]) for item in records if item is not None}
        return {error["code"] for error in payload["errors"]}

    async def meant(self, write: Write, sight: Sight) -> Meant | None:
        """Return what a write does, None when it can be done by nobody."""
        codes = await self.codes(write, sight, restricted=False)
        if codes:
            return None
        meant = Meant([], await self.rows.all(), await self.oracle.snapshot(sight.actor))
        await self.rows.put_back()
        return meant

    async def compare(self, write: Write, sight: Sight) -> None:
        """Fail where the outcome or a row is not what the oracle says."""
        meant = await self.meant(write, sight)
        if meant is None:
            return
        wanted = expected(sight, write, meant.after)
        found = await self.codes(write, sight, restricted=True)
        rows = await self.rows.all()
        if rows != self.before:
            await self.rows.put_back()
        told = f"{write}\nexpected {wanted}, found {found}\n{_told(sight)}"
        if wanted:
            assert found, told
            assert found <= wanted, told
            assert rows == self.before, told
        else:
            assert not found, told
            assert rows == meant.rows, told
            assert self.shown == shown(sight, write, meant.after), told
        self.outcomes[" ".join(sorted(found)) or "OK"] += 1
        models = {model for model, _ in write.needs | write.targets}
        self.compared += any(map(sight.hides, models | {"Order"}))


def _told(sight: Sight) -> str:
    case = sight.case
    lines = "\n".join(map(str, case.access))
    return f"{sorted(case.groups)} {case.actor}\n{lines}\n{case.rules}"


async def compare_writes(oracle: OracleBench, seed: int, cases: int, writes: int) -> Comparison:
    rows = Rows(oracle)
    await rows.keep()
    comparison = Comparison(oracle, rows, await rows.all())
    chosen = CaseWriter(oracle.registry, seed)
    for number in range(cases):
        case = replace(chosen.write_writing(), actor=ACTORS[number % len(ACTORS)])
        sight = await oracle.sight(case)
        drawn = WriteWriter(sight.whole, seed * 1000 + number)
        for _ in range(writes):
            await comparison.compare(drawn.write(sight), sight)
    return comparison


@pytest.mark.parametrize(
    ("seed", "cases", "writes", "wanted"),
    [(11, 15, 11, 110), pytest.param(12, 200, 40, 5000, marks=pytest.mark.long)],
)
async def test_writes_end_as_the_oracle_says(
    oracle: OracleBench, seed: int, cases: int, writes: int, wanted: int
) -> None:
    comparison = await compare_writes(oracle, seed, cases, writes)

    assert comparison.compared >= wanted
    assert comparison.outcomes["OK"] >= wanted / 10
    assert comparison.outcomes["FORBIDDEN"] >= wanted / 20
    assert comparison.outcomes["NOT_FOUND"] >= wanted / 20
