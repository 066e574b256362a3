import asyncio
import os
import subprocess
import sys
from datetime import date

import asyncpg
import pytest
from rich.console import Console

from benchmarks.database import bench_settings, environment
from benchmarks.load import BadAnswerError, Order
from benchmarks.measure import Bench, Pace, ask, check_answers
from benchmarks.memory import process_pss, tree_pss
from benchmarks.plans import explain, plans
from benchmarks.processes import TargetDidNotStartError, load_process, postmaster, start
from benchmarks.run import chosen_targets, parse
from benchmarks.targets import TARGETS, Captured, Target, engine
from benchmarks.workloads import WORKLOADS

ABSENT = Target(name="absent", module="benchmarks.absent", path="/")


def test_targets_answer_and_are_measured_in_one_run(served_shop: str) -> None:
    pace = Pace(rounds=3, seconds=0.1, warm_up=0.05)
    with (
        start(TARGETS["limit"]) as limit,
        start(TARGETS["strawberry"]) as strawberry,
        load_process() as load,
    ):
        check_answers(WORKLOADS["5"], [limit, strawberry])
        bench = Bench(load, postmaster(served_shop), pace)
        rows = list(bench.rows(WORKLOADS["5"], [limit, strawberry]))
    assert [(row.target, row.concurrency) for row in rows] == [
        ("limit", 1),
        ("strawberry", 1),
        ("limit", 16),
        ("strawberry", 16),
    ]
    for row in rows:
        assert row.rps is not None
        assert row.rps > 0
        assert row.cpu_pg_ms is not None
        assert row.cpu_app_ms is not None
        assert row.cpu_app_ms + row.cpu_pg_ms > 0
    assert [row.ratio_to_limit for row in rows[::2]] == [1.0, 1.0]


def test_server_ends_with_its_context(served_shop: str) -> None:
    del served_shop
    with start(TARGETS["limit"]) as running:
        body = WORKLOADS["1"].bodies(1)[0]
        assert list(ask(running.url("1"), body)["data"]) == ["benchOrder"]
    with pytest.raises(ConnectionRefusedError):
        ask(running.url("1"), body)


def test_target_that_ends_at_once_is_told_with_its_output() -> None:
    with (
        pytest.raises(TargetDidNotStartError, match=r"No module named benchmarks\.absent"),
        start(ABSENT),
    ):
        pass


def test_load_process_survives_a_failed_order(served_shop: str) -> None:
    del served_shop
    with start(TARGETS["limit"]) as running, load_process() as load:
        body = WORKLOADS["1"].bodies(1)[0].decode()
        order = Order(url=running.url("unknown"), bodies=[body], concurrency=2, seconds=0.05)
        with pytest.raises(BadAnswerError, match="404"):
            load.send(order)
        order = Order(url=running.url("1"), bodies=[body], concurrency=2, seconds=0.05)
        assert load.send(order).requests > 0


def test_missing_target_is_left_out_with_a_note() -> None:
    assert not ABSENT.is_present()
    console = Console(record=True, width=120)
    assert chosen_targets("limit,strawberry", console) == [TARGETS["limit"], TARGETS["strawberry"]]
    assert console.export_text() == ""


def test_unknown_workload_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--workloads", "1,7"])
    assert "unknown workloads: 7; there are 1, 2, 3, 4, 5, 8" in capsys.readouterr().err


def test_command_line_has_the_defaults_of_the_issue() -> None:
    given = parse([])
    assert given.targets.split(",") == ["limit", "strawberry", "erp"]
    assert given.workloads.split(",") == ["1", "2", "3", "4", "5", "8"]
    assert (given.rounds, given.seconds, given.quick) == (3, 3.0, False)


def test_plan_is_that_of_a_warm_connection(shop: str) -> None:
    async def run() -> str:
        connection = await asyncpg.connect(shop)
        try:
            captured = Captured(
                "SELECT count(*) FROM bench_order WHERE id = $1 AND ordered_on <= $2",
                (5, date(2026, 1, 1)),
            )
            return await explain(connection, captured)
        finally:
            await connection.close()

    plan = asyncio.run(run())
    assert "Index Cond: (id = $1)" in plan
    assert "Filter: (ordered_on <= $2)" in plan
    assert "rows=1.00 loops=1" in plan


def test_plans_of_every_workload_exist(shop: str) -> None:
    for workload in WORKLOADS.values():
        texts = plans(shop, workload, None)
        assert list(texts) == ["limit"]
        assert [text.count("Execution Time") for text in texts["limit"]] == [1]


def test_memory_of_a_tree_counts_its_children() -> None:
    alone = tree_pss(os.getpid())
    command = [sys.executable, "-c", "x = bytes(range(256)) * 200_000; print(); input()"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as child:  # noqa: S603 - fixed
        assert child.stdout is not None
        child.stdout.readline()
        assert process_pss(child.pid) > 50_000_000
        assert tree_pss(os.getpid()) > alone + 40_000_000
        child.communicate(b"\n")


def test_memory_of_no_process_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        process_pss(2**22 + 1)


def test_statements_of_the_engine_are_explained_beside_the_limits(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(bench_settings(), shop).items():
        monkeypatch.setenv(name, value)
    erp = engine()
    assert erp is not None
    for workload in WORKLOADS.values():
        texts = plans(shop, workload, erp)
        assert list(texts) == ["limit", "erp"]
        assert len(texts["erp"]) == 1
        assert "Execution Time" in texts["erp"][0]


def test_engine_answers_like_the_limit(served_shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(bench_settings(), served_shop).items():
        monkeypatch.setenv(name, value)
    with start(TARGETS["limit"]) as limit, start(TARGETS["erp"]) as erp:
        for workload in (WORKLOADS["1"], WORKLOADS["5"]):
            check_answers(workload, [limit, erp])
