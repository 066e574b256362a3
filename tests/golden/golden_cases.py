"""Where the golden cases and their records are, and how they are run."""

from pathlib import Path

from graphql_erp.config import REPOSITORY
from graphql_erp.testing.database import SharedDatabase
from graphql_erp.testing.golden import GoldenCase, GoldenRunner, cases_in

FOLDER = Path(__file__).parent


def cases() -> list[GoldenCase]:
    return list(cases_in(FOLDER))


def runner(database: SharedDatabase, modules: tuple[str, ...]) -> GoldenRunner:
    return GoldenRunner(
        database,
        modules,
        module_paths=[REPOSITORY / "modules", REPOSITORY / "examples"],
        data=FOLDER / "data",
    )
