import pytest
from docs_installed import Answering
from docs_pages import DOCS
from graphql import OperationDefinitionNode, parse

pytestmark = pytest.mark.anyio
TEXTS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((DOCS / "queries").glob("*.graphql"))
}


def test_there_are_a_dozen() -> None:
    assert len(TEXTS) >= 12


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
async def test_query_is_answered_with_records(text: str, demo_company: Answering) -> None:
    answer = await demo_company.ask(text, {})

    assert answer.get("errors") is None
    assert all(is_filled(value) for value in answer["data"].values()), answer


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_query_says_what_it_shows_and_has_a_name(text: str) -> None:
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
