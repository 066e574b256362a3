"""What a run shows and keeps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from benchmarks.measure import Row
from benchmarks.targets import LIMIT
from benchmarks.workloads import WORKLOADS

RESULTS = Path(__file__).parent / "results"
COLUMNS = ("workload", "target", "conc.", "req/s", "p50 ms", "p99 ms", "app ms", "pg ms", "ratio")


def write_results(rows: Iterable[Row], path: Path = RESULTS / "latest.json") -> Path:
    """Write the rows as a JSON list and return where."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps([asdict(row) for row in rows], option=orjson.OPT_INDENT_2))
    return path


def print_table(console: Console, rows: Sequence[Row]) -> None:
    """Show all rows."""
    table = Table(*COLUMNS, title="Medians; processor time per request")
    for column in table.columns:
        column.no_wrap = True
    for column in table.columns[2:]:
        column.justify = "right"
    for number, row in enumerate(rows):
        ends = number + 1 == len(rows) or rows[number + 1].workload != row.workload
        table.add_row(
            f"{row.workload} {WORKLOADS[row.workload].title}",
            row.target,
            str(row.concurrency),
            _number(row.rps, 1),
            _number(row.p50_ms, 2),
            _number(row.p99_ms, 2),
            _number(row.cpu_app_ms, 3),
            _number(row.cpu_pg_ms, 3),
            _number(row.ratio_to_limit, 2),
            end_section=ends,
        )
    console.print(table)


def _number(value: float | None, places: int) -> str:
    return "-" if value is None else f"{value:,.{places}f}"


def print_plans(console: Console, workload: str, texts: Mapping[str, Sequence[str]]) -> None:
    """Show the query plans of one workload."""
    for target, plans in texts.items():
        for number, plan in enumerate(plans, start=1):
            console.rule(f"workload {workload}: plan of {target} ({number} of {len(plans)})")
            console.print(plan, markup=False, highlight=False, soft_wrap=True)


def ratio_lines(rows: Sequence[Row]) -> list[str]:
    """Return a line per workload and target: its share of the limit's speed and processor time."""
    by_key = {(row.workload, row.target, row.concurrency): row for row in rows}
    lines = []
    for workload, target in dict.fromkeys((row.workload, row.target) for row in rows):
        if target == LIMIT:
            continue
        parts = []
        for row in rows:
            if (row.workload, row.target) == (workload, target):
                limit = by_key.get((workload, LIMIT, row.concurrency))
                speed, cpu = _number(row.ratio_to_limit, 2), _number(cpu_ratio(row, limit), 2)
                parts.append(f"c{row.concurrency} speed {speed} cpu {cpu}")
        lines.append(f"workload {workload} {target} to limit: {', '.join(parts)}")
    return lines


def cpu_ratio(row: Row, limit: Row | None) -> float | None:
    """Return the limit's processor time per request as a share of this row's; 1 is as lean."""
    if limit is None or row.cpu_app_ms is None or limit.cpu_app_ms is None:
        return None
    if row.cpu_pg_ms is None or limit.cpu_pg_ms is None:
        return None
    used = row.cpu_app_ms + row.cpu_pg_ms
    return (limit.cpu_app_ms + limit.cpu_pg_ms) / used if used else None
