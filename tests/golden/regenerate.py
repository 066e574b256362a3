"""Rewrite the files beside the golden documents: `python -m tests.golden.regenerate`."""

import asyncio
import sys
from itertools import groupby

from graphql_erp.tenants.server import open_server
from graphql_erp.testing.database import SharedDatabase, shared_database
from graphql_erp.testing.golden import GoldenCase
from graphql_erp.testing.server import settings_for_tests
from tests.golden.golden_cases import cases, runner


def _modules(case: GoldenCase) -> tuple[str, ...]:
    return case.modules


async def _rewrite(database: SharedDatabase) -> None:
    for modules, group in groupby(sorted(cases(), key=_modules), key=_modules):
        running = runner(database, modules)
        try:
            for case in group:
                run = await running.run(case)
                case.store(run.outputs)
        finally:
            await running.close()


def main() -> None:
    settings = settings_for_tests()
    with open_server(settings) as server, shared_database(server, settings) as database:
        asyncio.run(_rewrite(database))
    sys.stdout.write(f"{len(cases())} cases written.\n")


if __name__ == "__main__":
    main()
