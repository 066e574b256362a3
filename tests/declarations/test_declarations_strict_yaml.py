import math
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from graphql_erp.declarations.checks import CHECKS
from graphql_erp.declarations.source import Located, Source
from graphql_erp.declarations.strict_yaml import MOST_CHARACTERS, MOST_NESTING, read_yaml
from graphql_erp.errors import Problem


def read(text: str) -> tuple[Any, list[Problem]]:
    problems: list[Problem] = []
    value = read_yaml(text, "f.yaml", problems)
    return (value.plain() if value else None), problems


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on: [read]", {"on": ["read"]}),
        ("a: [yes, no, on, off]", {"a": ["yes", "no", "on", "off"]}),
        ("a: [y, n, Yes, TRUE]", {"a": ["y", "n", "Yes", "TRUE"]}),
        ("country: NO", {"country": "NO"}),
        ("NO: Norway", {"NO": "Norway"}),
        ("start: 12:30", {"start": "12:30"}),
        ("code: 010", {"code": "010"}),
        ("code: 0x1F", {"code": "0x1F"}),
        ("code: 0o17", {"code": "0o17"}),
        ("code: 1_000", {"code": "1_000"}),
        ("phone: +4912", {"phone": "+4912"}),
        ("code: 1e3", {"code": "1e3"}),
        ("a: [.inf, .nan, -.inf, '1.']", {"a": [".inf", ".nan", "-.inf", "1."]}),
        ("day: 2026-06-26", {"day": "2026-06-26"}),
        ("at: 2026-06-26T10:00:00Z", {"at": "2026-06-26T10:00:00Z"}),
        ("a: [0, -1, 25, 1.0, -0.5, 1.5e3]", {"a": [0, -1, 25, 1.0, -0.5, 1500.0]}),
        ("a: [true, false, null, ~, ]", {"a": [True, False, None, None]}),
        ("a:", {"a": None}),
        ("a: [Null, NULL, 'null', 'true', '1']", {"a": ["Null", "NULL", "null", "true", "1"]}),
        ("where: ~Q(b=2)", {"where": "~Q(b=2)"}),
        ("where: Q(a__in=[1, 2])", {"where": "Q(a__in=[1, 2])"}),
        ("{where: 'Q(a__in=[1, 2])'}", {"where": "Q(a__in=[1, 2])"}),
        ("where: (a + b) # sum", {"where": "(a + b)"}),
        ("label: 'a: b # c'", {"label": "a: b # c"}),
        ("text: |\n  one\n  two\n", {"text": "one\ntwo\n"}),
        ("text: >-\n  one\n  two\n", {"text": "one two"}),
        ("# yaml-language-server: $schema=model.json\na: 1", {"a": 1}),
        ("---\na: 1\n", {"a": 1}),
        ("\ufeffa: 1", {"a": 1}),
        ("{a: , b: }", {"a": None, "b": None}),
        ("", None),
        ("# nothing", None),
    ],
)
def test_text_means_what_it_looks_like(text: str, value: Any) -> None:
    assert read(text) == (value, [])


def test_numbers_keep_their_types() -> None:
    value, _ = read("[1, 1.0, true]")

    assert [type(item) for item in value] == [int, float, bool]


@pytest.mark.parametrize(
    ("text", "line", "column", "check", "message"),
    [
        ("a: 1\na: 2", 2, 1, "yaml_duplicate_key", 'key "a" occurs twice.'),
        ("{b: {a: 1, a: 2}}", 1, 12, "yaml_duplicate_key", 'key "a" occurs twice.'),
        ("a: &x 1", 1, 4, "yaml_alias", "anchors such as &x are not allowed."),
        ("a: &x [1]", 1, 4, "yaml_alias", "anchors such as &x are not allowed."),
        ("a: *x", 1, 4, "yaml_alias", "aliases such as *x are not allowed."),
        ("*x : 1", 1, 1, "yaml_alias", "aliases such as *x are not allowed."),
        ("<<: {a: 1}", 1, 1, "yaml_key", "merging by << is not allowed."),
        ("a: !!int '1'", 1, 4, "yaml_tag", "tags such as !!int are not allowed."),
        ("a: !mine {}", 1, 4, "yaml_tag", "tags such as !mine are not allowed."),
        ("a: ! 1", 1, 4, "yaml_tag", "tags such as ! are not allowed."),
        ("%YAML 1.1\n---\na: 1", 1, 1, "yaml_tag", "directives such as %YAML are not allowed."),
        ("a: 1\n---\nb: 2", 2, 1, "yaml_documents", "a file holds one document."),
        ("1: a", 1, 1, "yaml_key", "a key must be a text, not 1."),
        ("true: a", 1, 1, "yaml_key", "a key must be a text, not true."),
        ("~: a", 1, 1, "yaml_key", "a key must be a text, not ~."),
        ("'': a", 1, 1, "yaml_key", "a key must not be empty."),
        ("? [a]\n: 1", 1, 3, "yaml_key", "a key must be a text."),
        ("{type: Char, required}", 1, 14, "no_value", 'key "required" has no value.'),
        (
            "a: {compute: round(a * b, 2)}",
            1,
            14,
            "yaml_cut_off",
            "the text `round(a * b` is cut off, for , [ ] { } have a meaning inside braces.",
        ),
        (
            "a: [Q(b__in=[1])]",
            1,
            5,
            "yaml_cut_off",
            "the text `Q(b__in=` is cut off, for , [ ] { } have a meaning inside braces.",
        ),
        (
            "where: Q(a='b # c')",
            1,
            8,
            "yaml_cut_off",
            "the text `Q(a='b` is cut off, for ` #` starts a comment.",
        ),
        ("w: Q(n='a: b')", 1, 10, "yaml_syntax", 'not valid YAML: a plain text cannot hold ": ".'),
        ("a:\n\tb: 1", 2, 1, "yaml_syntax", "not valid YAML: a tab cannot indent."),
        ("a: %d", 1, 4, "yaml_syntax", "not valid YAML: a plain text cannot start with %"),
        ("a: [1", 2, 1, "yaml_syntax", "not valid YAML: did not find expected ',' or ']'."),
        ('a: "\\0"', 1, 4, "yaml_syntax", "a text cannot hold the character NUL."),
        ("é: 1\nb: \x00", 2, 4, "yaml_syntax", "the character U+0000 cannot be written in YAML."),
        ("a: 1.0e999", 1, 4, "yaml_number", "the number 1.0e999 has more digits than can be kept."),
        (
            "a: 0.1234567890123456789",
            1,
            4,
            "yaml_number",
            "the number 0.1234567890123456789 has more digits than can be kept.",
        ),
        (
            "a: " + "9" * 41,
            1,
            4,
            "yaml_number",
            f"the number {'9' * 40} has more digits than can be kept.",
        ),
    ],
)
def test_every_trap_is_named(text: str, line: int, column: int, check: str, message: str) -> None:
    _, problems = read(text)

    assert [(item.line, item.column, item.check, item.message) for item in problems] == [
        (line, column, check, message)
    ]


def test_first_of_two_equal_keys_stays() -> None:
    assert read("a: 1\na: 2")[0] == {"a": 1}


def test_all_traps_of_a_text_are_found() -> None:
    _, problems = read("a: 1\na: 2\nb: &x 3\n1: c\n")

    assert [item.check for item in problems] == ["yaml_duplicate_key", "yaml_alias", "yaml_key"]


def test_nesting_up_to_the_limit_is_read() -> None:
    assert read("[" * MOST_NESTING + "1" + "]" * MOST_NESTING)[1] == []


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000])
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    assert [item.check for item in read(text)[1]] == ["yaml_limit"]


def test_long_files_are_refused() -> None:
    assert [item.check for item in read("#" * (MOST_CHARACTERS + 1))[1]] == ["yaml_limit"]


def test_values_and_keys_know_their_places() -> None:
    problems: list[Problem] = []
    item = read_yaml("name: {type: Char,\n  digits: [16, 2]}", "f.yaml", problems)

    assert item is not None
    body = item.value["name"]
    digits = body.value["digits"]
    assert (body.key, body.source) == (Source("f.yaml", 1, 1), Source("f.yaml", 1, 7))
    assert (digits.key, digits.source) == (Source("f.yaml", 2, 3), Source("f.yaml", 2, 11))
    assert digits.value[1].source == Source("f.yaml", 2, 16)
    assert digits.value[1].key is None


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
KEYS = TEXTS.filter(lambda key: key not in {"", "<<"})
SCALARS = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | TEXTS
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20
)


class Quoting(yaml.SafeDumper):
    """Quotes every text."""

    def text(self, data: str) -> yaml.Node:
        return self.represent_scalar("tag:yaml.org,2002:str", data, style='"')


Quoting.add_representer(str, Quoting.text)
Quoting.ignore_aliases = lambda *_: True


@given(data=DATA, flow=st.booleans())
def test_quoted_data_reads_back_equal(*, data: Any, flow: bool) -> None:
    text = yaml.dump(data, Dumper=Quoting, default_flow_style=flow, allow_unicode=True)

    assert read(text) == (data, [])


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_shortest_form_of_a_float_reads_back_equal(number: float) -> None:
    text = repr(number)
    value, problems = read(f"[{text}]")

    assert problems == []
    is_plain = "." in text
    assert value == [number if is_plain else text]
    assert not is_plain or math.copysign(1, value[0]) == math.copysign(1, number)


YAMLISH = st.lists(
    st.sampled_from(
        [*"abc019 -?:,[]{}#&*!|>'\"%@`~=()\n\t\\", "\n  ", ": ", "- ", "<<", "\x85", "\0", "é"]
    ),
    max_size=60,
).map("".join)


@given(st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")) | st.text() | YAMLISH)
def test_any_text_gives_a_value_or_a_problem(text: str) -> None:
    problems: list[Problem] = []
    value = read_yaml(text, "f.yaml", problems)

    assert value is not None or problems
    assert {item.check for item in problems} <= set(CHECKS)
    lines = text.count("\n") + text.count("\r") + text.count("\x85") + 2
    lines += text.count("\u2028") + text.count("\u2029")
    assert all(1 <= item.line <= lines and item.column >= 1 for item in problems)
    assert all(not isinstance(key, Located) for key in _keys(value))


def _keys(item: Located | None) -> Iterator[object]:
    if item is None:
        return
    if isinstance(item.value, dict):
        yield from item.value
        for inner in item.value.values():
            assert inner.key is not None
            yield from _keys(inner)
    if isinstance(item.value, list):
        for inner in item.value:
            yield from _keys(inner)
