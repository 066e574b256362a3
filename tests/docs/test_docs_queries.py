from pathlib import Path

import pytest
from docs_installed import Answering
from docs_pages import DOCS
from graphql import OperationDefinitionNode, parse

pytestmark = pytest.mark.anyio
QUERIES = sorted((DOCS / "queries").glob("*.graphql"))


def test_there_are_a_dozen() -> None:
    assert len(QUERIES) >= 12


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
async def test_query_is_answered_with_records(path: Path, demo_company: Answering) -> None:
    text = path.read_text(encoding="utf-8")

    answer = await demo_company.ask(text, {})

    assert answer.get("errors") is None
    assert all(is_filled(value) for value in answer["data"].values()), answer


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_query_says_what_it_shows_and_has_a_name(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    operations = [
        item for item in parse(text).definitions if isinstance(item, OperationDefinitionNode)
    ]

    assert text.startswith("# ")
    assert [item.name is not None for item in operations] == [True]


def is_filled(value: object) -> bool:
    """Tell whether there is anything in an answer but empty lists and nulls."""
    if isinstance(value, dict):
        return any(is_filled(item) for key, item in value.items() if key != "__typename")
    if isinstance(value, list):
        return any(is_filled(item) for item in value)
    return value not in (None, 0)
