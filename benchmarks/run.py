"""`python -m benchmarks.run`: measure the targets against the limit and print the ratios."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from rich.console import Console

from benchmarks.database import BenchDatabase, bench_database, bench_settings
from benchmarks.load import BadAnswerError
from benchmarks.measure import AnswersDifferError, Bench, Pace, Row, check_answers
from benchmarks.memory import tree_pss
from benchmarks.plans import plans
from benchmarks.processes import (
    Running,
    TargetDidNotStartError,
    load_process,
    postmaster,
    start,
)
from benchmarks.report import RESULTS, print_plans, print_table, ratio_lines, write_results
from benchmarks.targets import ERP, TARGETS, Engine, Target, engine
from benchmarks.workloads import WORKLOADS, Workload

WIDTH = 120
QUICK = Pace(rounds=3, seconds=0.5, warm_up=0.3)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--targets", default=",".join(TARGETS), help="names, separated by commas")
    parser.add_argument("--workloads", default=",".join(WORKLOADS), help="numbers, by commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--quick", action="store_true", help="half a second each: a smoke test")
    parser.add_argument("--no-plans", action="store_true", help="leave the query plans out")
    given = parser.parse_args(arguments)
    for name, known in (("targets", TARGETS), ("workloads", WORKLOADS)):
        unknown = [item for item in getattr(given, name).split(",") if item not in known]
        if unknown:
            parser.error(f"unknown {name}: {', '.join(unknown)}; there are {', '.join(known)}")
    return given


def new_console() -> Console:
    """Return where the run is shown; a file or a pipe gets lines wide enough for the table."""
    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, WIDTH))


def chosen_targets(names: str, console: Console) -> list[Target]:
    """Return the targets that are asked for and exist; say which are left out."""
    asked = [TARGETS[name] for name in names.split(",")]
    for target in asked:
        if not target.is_present():
            console.print(f"Target {target.name} is left out: there is no {target.module}.")
    return [target for target in asked if target.is_present()]


def main() -> None:
    """Run the benchmark."""
    given = parse(sys.argv[1:])
    console = new_console()
    pace = Pace(rounds=given.rounds, seconds=given.seconds, warm_up=1.0)
    workloads = [WORKLOADS[name] for name in given.workloads.split(",")]
    targets = chosen_targets(given.targets, console)
    erp = engine() if TARGETS[ERP] in targets else None
    try:
        with bench_database(bench_settings(), engine(), console) as database:
            rows = measure(database, targets, workloads, QUICK if given.quick else pace, console)
            if not given.no_plans:
                show_plans(database, workloads, erp, console)
    except (AnswersDifferError, BadAnswerError, TargetDidNotStartError) as error:
        notes = getattr(error, "__notes__", ())
        text = "\n".join((f"{type(error).__name__}: {error}", *notes))
        console.print(text, markup=False, style="red")
        sys.exit(1)
    write_results(rows)
    print_table(console, rows)
    console.print(f"Written to {RESULTS / 'latest.json'}.")
    for line in ratio_lines(rows):
        console.print(line, highlight=False)


def measure(
    database: BenchDatabase,
    targets: Sequence[Target],
    workloads: Sequence[Workload],
    pace: Pace,
    console: Console,
) -> list[Row]:
    """Start the targets, compare their answers, and measure every workload."""
    rows: list[Row] = []
    with ExitStack() as stack:
        running = [stack.enter_context(start(target)) for target in targets]
        bench = Bench(stack.enter_context(load_process()), postmaster(database.dsn), pace)
        for workload in workloads:
            check_answers(workload, running)
        console.print(f"Answers of {', '.join(target.name for target in targets)} are equal.")
        show_memory(running, console)
        for workload in workloads:
            with console.status(f"Workload {workload.name}: {workload.title} ..."):
                measured = list(bench.rows(workload, running))
            rows.extend(measured)
            for line in ratio_lines(measured):
                console.print(line, highlight=False)
    return rows


def show_memory(running: Sequence[Running], console: Console) -> None:
    """Show the memory of the targets after their first requests."""
    for item in running:
        console.print(f"{item.target.name}: PSS {tree_pss(item.pid) / 1e6:.0f} MB")


def show_plans(
    database: BenchDatabase, workloads: Sequence[Workload], erp: Engine | None, console: Console
) -> None:
    """Show the query plans of the limit and of the engine."""
    for workload in workloads:
        print_plans(console, workload.name, plans(database.dsn, workload, erp))


if __name__ == "__main__":
    main()
