import ast
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphql_erp.install.python_text import WIDTH, Call, Text, Word, call, statement


@given(st.text(alphabet=st.sampled_from("ab \"'\\\n\té:%") | st.characters(codec="utf-8")))
def test_text_of_any_length_is_read_back_as_it_was(text: str) -> None:
    source = "\n".join(statement(call("f", Text(text), name=Text(text)), 0))

    read = ast.parse(source).body[0].value  # type: ignore[attr-defined]

    assert [item.value for item in (read.args[0], read.keywords[0].value)] == [text, text]


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=30), min_size=1, max_size=60))
def test_no_line_is_too_long_when_words_are_short(words: list[str]) -> None:
    node = call("op.execute", Text(" ".join(words)), name=Call("", tuple(map(Text, words))))

    assert max(len(line) for line in statement(node)) <= WIDTH


@pytest.mark.parametrize("count", [1, 4, 12, 40])
def test_layout_is_the_formatters(count: int) -> None:
    words = [f"word{number}" for number in range(count)]
    node = call(
        "op.execute",
        Text(" ".join(words)),
        call("sa.text", Text('say "it"'), Word("True")),
        call("sa.text", Text("""f('"a"'"""), Text("""f('{"a"')""")),
        Call("", tuple(map(Text, words))),
        comment=Text(" ".join(words)),
    )
    source = "\n".join(["def upgrade() -> None:", *statement(node)]) + "\n"

    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--line-length", "100", "-"],
        input=source,
        capture_output=True,
        text=True,
        check=True,
    )

    assert formatted.stdout == source
