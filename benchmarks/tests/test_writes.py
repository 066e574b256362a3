"""The writing workloads: every target does the same, and the import reports exactly."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from benchmarks import write_import
from benchmarks.database import bench_settings
from benchmarks.write_cases import CASES
from benchmarks.write_database import Opened, opened_database
from benchmarks.writes import compare, scrubbed, targets
from graphql_erp.config import Settings


def settings() -> Settings:
    given = bench_settings()
    return given.model_copy(update={"data_dir": given.data_dir.parent / "test", "pool_max": 2})


def test_targets_answer_alike_and_write() -> None:
    counts = asyncio.run(compared())

    assert counts == {
        "bench_sale": 200 + 3 + 2 * 1000,
        "bench_audited_sale": 200 + 3,
        "bench_hooked_sale": 200 + 2,
        "bench_sale_line": 3 * 4,
    }


async def compared() -> Mapping[str, int]:
    async with opened_database(settings(), is_durable=False) as opened:
        for case in CASES.values():
            await compare(case, targets(case, opened))
        return {
            table: await opened.plain.fetchval(f"SELECT count(*) FROM {table}")
            for table in (
                "bench_sale",
                "bench_audited_sale",
                "bench_hooked_sale",
                "bench_sale_line",
            )
        }


def test_import_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_import, "ROWS", 300)
    monkeypatch.setattr(write_import, "BULK", 100)

    text, count = asyncio.run(import_and_count())

    assert text.startswith("import of 300 rows, 4 of them wrong: ")
    assert count == 296


async def import_and_count() -> tuple[str, int]:
    async with opened_database(settings(), is_durable=False) as opened:
        text = await write_import.imported(opened)
        return text, await count_records(opened)


async def count_records(opened: Opened) -> int:
    found: int = await opened.plain.fetchval("SELECT count(*) FROM bench_record")
    return found


def test_answers_are_compared_without_what_varies() -> None:
    value: Any = orjson.loads(b'{"a":[{"id":"1","total":"2"}],"version":3}')
    assert scrubbed(value) == {"a": [{"id": "", "total": "2"}], "version": ""}
