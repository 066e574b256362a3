import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from docs_installed import Answering
from docs_pages import named, steps
from docs_scenarios import (
    ON_DEMO,
    ON_EMPTY,
    Answered,
    answered,
    answered_on,
    answered_tutorial,
)

from graphql_erp.config import Settings
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio


async def compare(given: AsyncIterator[Answered]) -> int:
    """Compare every answer a page shows, keys in their order; documents without one succeed."""
    shown = 0
    async for step, answer in given:
        if step.answer is None:
            assert "errors" not in answer, f"{step.document}: {answer['errors']}"
            continue
        shown += 1
        expected = json.dumps(json.loads(step.answer.text), indent=1)
        assert json.dumps(answer, indent=1) == expected, str(step.document)
    return shown


@pytest.mark.parametrize("path", ON_DEMO, ids=named)
async def test_answers_of_the_demo_company(path: Path, demo_company: Answering) -> None:
    assert await compare(answered(list(steps(path)), demo_company)) >= 1


@pytest.mark.parametrize("path", ON_EMPTY, ids=named)
async def test_answers_of_a_tenant_without_demo_data(
    path: Path, server: Server, test_settings: Settings
) -> None:
    assert await compare(answered_on(path, server, test_settings, demo=False)) >= 5


async def test_tutorial_from_its_first_file_to_its_last_answer(
    server: Server, test_settings: Settings, tmp_path: Path
) -> None:
    assert await compare(answered_tutorial(server, test_settings, tmp_path)) >= 10
