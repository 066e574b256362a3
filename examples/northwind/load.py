"""Load the Northwind CSV files through GraphQL, then check what they add up to.

    python examples/northwind/load.py --data DIR --url http://127.0.0.1:8000/graphql

Exits with 0 when every check is met, with 1 when one is not, with 2 when nothing could be done.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from loading.answers import figures_of_server
from loading.checks import Check, checks, known_checks
from loading.figures import figures_of_files
from loading.files import TABLES, Row, Table, in_waves, read_rows
from loading.graphql import Client, Failure, Refused
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Grid

CHUNK = 500
"""Records of one mutation."""

TAKE_OVER = """
mutation TakeOver {
  northwindOrderTakeOver { shipped confirmed errors { code message } }
}
"""

COUNTS = "query Counts { " + " ".join(f"{table.plural} {{ totalCount }}" for table in TABLES) + " }"


def create_many(table: Table) -> str:
    """Return the mutation that creates records of a table's model."""
    field = table.model[0].lower() + table.model[1:] + "CreateMany"
    return (
        f"mutation Create($data: [{table.model}CreateInput!]!) {{"
        f" created: {field}(data: $data) {{ affected errors {{ code message path index }} }} }}"
    )


def refuse_when_loaded(client: Client) -> None:
    """Look for records of the module.

    Raises:
        Failure: There are some, or the server does not know their models.
    """
    try:
        counts = client.execute(COUNTS)
    except Refused as error:
        if "GRAPHQL_VALIDATION_FAILED" not in error.codes:
            raise
        raise Failure(
            f"The server at {client.url} does not offer the module northwind.\n"
            "Add the folder `examples` to ERP_MODULE_PATHS and install the module with"
            " `erp module install northwind`."
        ) from error
    there = [
        f"{counts[table.plural]['totalCount']} from {table.file}"
        for table in TABLES
        if counts[table.plural]["totalCount"]
    ]
    if there:
        raise Failure(
            f"Northwind records are already there: {', '.join(there)}. Nothing was loaded.\n"
            "Use --check-only to check them, or load into a new tenant."
        )


def load(client: Client, folder: Path, progress: Progress, *, size: int = CHUNK) -> None:
    """Create the records of all files.

    Args:
        client: The server.
        folder: Where the files are.
        progress: Shows how far each file is.
        size: Most records of one mutation.

    Raises:
        Failure: A file cannot be read, or the server refuses a record.
    """
    files = [(table, read_rows(folder, table)) for table in TABLES]
    for table, rows in files:
        bar = progress.add_task(table.file, total=len(rows))
        for chunk in _chunks(table, rows, size):
            create(client, table, chunk)
            progress.advance(bar, len(chunk))


def create(client: Client, table: Table, rows: Sequence[Row]) -> None:
    """Create records in one mutation, all of them or none.

    Raises:
        Failure: The server refuses a record; the message names its line.
    """
    answer = client.execute(create_many(table), {"data": [row.data for row in rows]})["created"]
    if answer["errors"]:
        wrong = "\n".join(_sentence(table, rows, error) for error in answer["errors"])
        raise Failure(f"The server refused records of {table.file}:\n{wrong}")
    if answer["affected"] != len(rows):
        raise Failure(f"{answer['affected']} of {len(rows)} records of {table.file} were created.")


def take_over(client: Client) -> None:
    """Let the orders have the state and the number they had, or would have had.

    Raises:
        Failure: The server refuses it.
    """
    errors = client.execute(TAKE_OVER)["northwindOrderTakeOver"]["errors"]
    if errors:
        messages = "\n".join(f"  {error['code']}: {error['message']}" for error in errors)
        raise Failure(f"The server refused to take the orders over:\n{messages}")


def _chunks(table: Table, rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    # An employee can only report to somebody who is there already.
    is_tree = "ReportsTo" in table.columns
    for wave in in_waves(rows, "number", "reportsTo") if is_tree else [rows]:
        for start in range(0, len(wave), size):
            yield wave[start : start + size]


def _sentence(table: Table, rows: Sequence[Row], error: dict[str, object]) -> str:
    index = error["index"]
    place = f"line {rows[index].line}" if isinstance(index, int) else table.file
    path = error["path"]
    field = ".".join(str(part) for part in path) if isinstance(path, list) else ""
    return f"  {place}: {error['code']} {field}: {error['message']}"


def report(console: Console, results: Iterable[Check]) -> bool:
    """Print checks as a table and tell whether all are met."""
    grid = Grid("check", "expected", "found", "", title="Northwind")
    for column in grid.columns[1:3]:
        column.justify = "right"
    failed = 0
    for check in results:
        mark = "ok" if check.is_met else "[bold red]differs[/]"
        grid.add_row(check.name, _shown(check.expected), _shown(check.found), mark)
        failed += not check.is_met
    console.print(grid)
    console.print(f"{grid.row_count - failed} checks met, {failed} not.")
    return failed == 0


def _shown(value: object) -> str:
    return "-" if value is None else str(value)


def run(arguments: argparse.Namespace, console: Console) -> bool:
    """Load and check; tell whether every check is met.

    Raises:
        Failure: Nothing could be loaded or checked.
    """
    expected = figures_of_files(arguments.data)
    unknown = [check for check in known_checks(expected) if not check.is_met]
    if unknown:
        first = unknown[0]
        raise Failure(
            f"{arguments.data} does not hold the Northwind data:"
            f" {first.name} is {first.found} instead of {first.expected}."
        )
    with closing(Client(arguments.url, token=os.environ.get("NORTHWIND_TOKEN", ""))) as client:
        if not arguments.check_only:
            refuse_when_loaded(client)
            with Progress(console=console) as progress:
                load(client, arguments.data, progress)
            take_over(client)
        return report(console, checks(expected, figures_of_server(client)))


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line, do what it says and return the exit code."""
    parser = argparse.ArgumentParser(prog="load.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the CSV files")
    parser.add_argument(
        "--url", default="http://127.0.0.1:8000/graphql", help="address of the server (%(default)s)"
    )
    parser.add_argument(
        "--check-only", action="store_true", help="load nothing, check what is there"
    )
    arguments = parser.parse_args(words)
    try:
        is_met = run(arguments, Console())
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
