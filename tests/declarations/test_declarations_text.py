import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from graphql_erp.declarations.source import BUILT_IN, Source
from graphql_erp.declarations.strict_yaml import read_yaml
from graphql_erp.declarations.text import Text
from graphql_erp.errors import Problem

STYLES = {
    "plain": "where: Q(a=1) & Q(stok=2)\n",
    "flow": "{where: Q(a=1) & Q(stok=2), message: No.}\n",
    "single quoted": "where: 'Q(a=''x'') & Q(stok=2)'\n",
    "double quoted": 'where: "Q(a=\\"x\\\\\\u00e9\\t\\") & Q(stok=2)"\n',
    "plain on two lines": "where: Q(a=1)\n  & Q(stok=2)\n",
    "double quoted on two lines": 'where: "Q(a=1) \\\n  & Q(stok=2)"\n',
    "folded": "where: >-\n  Q(a=1)\n\n  & Q(stok=2)\n",
    "literal": "where: |\n    Q(a=1)\n    & Q(stok=2)\n",
    "beyond ascii": "where: Q(a='Ünïcödé 🙂') & Q(stok=2)\n",
}


def text_of(content: str) -> Text:
    problems: list[Problem] = []
    item = read_yaml(content, "f.yaml", problems)
    assert problems == []
    assert item is not None
    return Text.of(item.value["where"])


def character_at(content: str, place: Source) -> str:
    return content.split("\n")[place.line - 1][place.column - 1]


@pytest.mark.parametrize("content", STYLES.values(), ids=STYLES)
def test_a_character_is_found_in_every_style(content: str) -> None:
    text = text_of(content)

    place = text.at(text.index("stok"))

    line = content.split("\n")[place.line - 1]
    assert line[place.column - 1 :].startswith("stok=2")


def test_the_end_of_a_text_is_behind_its_last_character() -> None:
    text = text_of('where: "Q(a=1"\nnext: 1\n')

    assert text.at(len(text)) == Source("f.yaml", 1, 14)


def test_a_text_without_a_file_is_where_its_source_says() -> None:
    assert Text("name").at(2) == BUILT_IN
    assert text_of("where: a\n").at(None) == Source("f.yaml", 1, 8)


@given(
    st.text(st.sampled_from("ab&'\"\\(),#:é \n"), min_size=1, max_size=30),
    st.sampled_from([None, "'", '"', "|", ">"]),
)
def test_every_visible_character_is_where_it_is_said_to_be(value: str, style: str | None) -> None:
    content = yaml.dump({"where": value}, default_style=style, allow_unicode=True, width=12)
    read = yaml.safe_load(content)
    item = read_yaml(content, "f.yaml", [])
    if read != {"where": value} or item is None or "where" not in item.value:
        return
    text = Text.of(item.value["where"])

    for offset, character in enumerate(value):
        if character.isspace():
            continue
        found = character_at(content, text.at(offset))
        assert found in {character, "\\"}
