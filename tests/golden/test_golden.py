"""Every golden document gives exactly the stored statements, answer and plan."""

from collections.abc import AsyncIterator

import pytest
from golden_cases import FOLDER, cases, runner

from graphql_erp.testing.database import SharedDatabase
from graphql_erp.testing.golden import OUTPUTS, GoldenCase, GoldenRunner

pytestmark = pytest.mark.anyio

CASES = cases()


@pytest.fixture(scope="module")
async def runners(
    models_database: SharedDatabase,
) -> AsyncIterator[dict[tuple[str, ...], GoldenRunner]]:
    made = {modules: runner(models_database, modules) for modules in {c.modules for c in CASES}}
    yield made
    for running in made.values():
        await running.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_document_gives_the_stored_outputs(
    runners: dict[tuple[str, ...], GoldenRunner], case: GoldenCase
) -> None:
    run = await runners[case.modules].run(case)

    assert run.outputs == case.stored()


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.is_mutation], ids=lambda case: case.name
)
async def test_one_statement_per_data_root_field(
    runners: dict[tuple[str, ...], GoldenRunner], case: GoldenCase
) -> None:
    run = await runners[case.modules].run(case)

    roots = [key for key in run.result.data or () if not key.startswith("__")]
    assert run.queries.count == len(roots)


def test_every_output_belongs_to_a_case() -> None:
    names = {case.name for case in CASES}

    assert {path.stem for path in FOLDER.iterdir() if path.suffix in OUTPUTS} <= names
