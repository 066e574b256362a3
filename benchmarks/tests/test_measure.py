from pathlib import Path

import orjson
import psutil
import pytest

from benchmarks.measure import AnswersDifferError, Row, Sample, compare, summarise
from benchmarks.processes import postmaster, tree_cpu
from benchmarks.report import cpu_ratio, ratio_lines, write_results


def sample(rps: float, cpu_pg_ms: float | None = 0.5) -> Sample:
    return Sample(rps=rps, p50_ms=1_000 / rps, p99_ms=9.0, cpu_app_ms=0.25, cpu_pg_ms=cpu_pg_ms)


def row(target: str, concurrency: int, ratio: float | None, app: float, pg: float | None) -> Row:
    return Row(
        workload="1",
        target=target,
        concurrency=concurrency,
        rps=100.0,
        p50_ms=1.0,
        p99_ms=2.0,
        cpu_app_ms=app,
        cpu_pg_ms=pg,
        ratio_to_limit=ratio,
    )


def test_row_holds_medians_and_the_median_of_the_ratios_per_round() -> None:
    rounds = [
        {"limit": sample(100), "erp": sample(90)},
        {"limit": sample(50), "erp": sample(50)},
        {"limit": sample(200), "erp": sample(100)},
    ]
    limit, erp = summarise("2", 16, rounds)
    assert (limit.rps, limit.ratio_to_limit) == (100, 1.0)
    assert erp == Row(
        workload="2",
        target="erp",
        concurrency=16,
        rps=90,
        p50_ms=11.111,
        p99_ms=9.0,
        cpu_app_ms=0.25,
        cpu_pg_ms=0.5,
        ratio_to_limit=0.9,
    )


def test_ratio_and_database_time_are_absent_when_not_measured() -> None:
    (erp,) = summarise("2", 1, [{"erp": sample(90, None)}] * 3)
    assert erp.ratio_to_limit is None
    assert erp.cpu_pg_ms is None


def test_only_data_is_compared() -> None:
    compare(
        "1",
        b"{}",
        {"limit": {"data": {"a": 1}}, "erp": {"data": {"a": 1}, "extensions": {"cost": 7}}},
    )


def test_answers_that_differ_in_a_value_are_refused() -> None:
    with pytest.raises(AnswersDifferError, match="limit and erp differ"):
        compare("1", b"{}", {"limit": {"data": {"a": "1"}}, "erp": {"data": {"a": 1}}})


def test_ratio_lines_name_speed_and_processor_time() -> None:
    rows = [
        row("limit", 1, 1.0, 0.2, 0.2),
        row("erp", 1, 0.9, 0.3, 0.2),
        row("limit", 16, 1.0, 0.1, 0.1),
        row("erp", 16, 0.97, 0.1, 0.1),
    ]
    assert ratio_lines(rows) == [
        "workload 1 erp to limit: c1 speed 0.90 cpu 0.80, c16 speed 0.97 cpu 1.00"
    ]


def test_processor_ratio_needs_both_sides() -> None:
    assert cpu_ratio(row("erp", 1, None, 0.3, None), row("limit", 1, 1.0, 0.2, 0.2)) is None
    assert cpu_ratio(row("erp", 1, None, 0.3, 0.2), None) is None


def test_results_are_a_list_with_the_agreed_keys(tmp_path: Path) -> None:
    path = write_results([row("erp", 1, None, 0.3, None)], tmp_path / "results" / "latest.json")
    assert orjson.loads(path.read_bytes()) == [
        {
            "workload": "1",
            "target": "erp",
            "concurrency": 1,
            "rps": 100.0,
            "p50_ms": 1.0,
            "p99_ms": 2.0,
            "cpu_app_ms": 0.3,
            "cpu_pg_ms": None,
            "ratio_to_limit": None,
        }
    ]


def test_postmaster_is_the_parent_of_all_backends(shop: str) -> None:
    process = postmaster(shop)
    assert process is not None
    assert process.name().startswith("postgres")
    assert len(process.children()) > 3


def test_processor_time_of_a_tree_grows_with_work() -> None:
    process = psutil.Process()
    before = tree_cpu(process)
    while process.cpu_times().user + process.cpu_times().system < before + 0.05:
        sum(range(10_000))
    assert tree_cpu(process) >= before + 0.05
