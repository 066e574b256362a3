import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from docs_installed import Answering
from docs_pages import DOCS, named, steps
from docs_scenarios import (
    ON_DEMO,
    ON_EMPTY,
    ON_OWN,
    Answered,
    answered,
    answered_on,
    answered_on_own,
    answered_tutorial,
)

from graphql_erp.config import Settings
from graphql_erp.tenants.server import Server
from graphql_erp.testing.models import DeclaredModels

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


@pytest.mark.parametrize("path", ON_OWN, ids=named)
async def test_answers_about_the_models_of_the_page(
    path: Path, models: DeclaredModels, tmp_path: Path
) -> None:
    assert await compare(answered_on_own(path, models, tmp_path)) >= 1


async def test_tutorial_from_its_first_file_to_its_last_answer(
    server: Server, test_settings: Settings, tmp_path: Path
) -> None:
    assert await compare(answered_tutorial(server, test_settings, tmp_path)) >= 10


def pairs() -> list[tuple[str, str]]:
    """Return the conditions that the cookbook shows side by side."""
    page = (DOCS / "guides" / "query-cookbook.md").read_text(encoding="utf-8")
    return re.findall(r"^\| [^|`]+ \| `(Q\([^.|\n]+\))` \| `(\{[^.\n]+\})` \|$", page, re.MULTILINE)


def test_the_cookbook_shows_a_dozen_conditions_in_two_forms() -> None:
    assert len(pairs()) == 11


@pytest.mark.parametrize(("text", "typed"), pairs())
async def test_both_forms_of_a_condition_select_the_same(
    text: str, typed: str, demo_company: Answering
) -> None:
    document = (
        f"query($q: QExpr!) {{ text: crmLeads(q: $q) {{ nodes {{ id }} }}"
        f" typed: crmLeads(filter: {typed}) {{ nodes {{ id }} }} }}"
    )

    answer = await demo_company.ask(document, {"q": text})

    assert answer["data"]["text"]["nodes"] == answer["data"]["typed"]["nodes"]
    assert answer["data"]["text"]["nodes"] != []
