from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Literal

import pytest

from graphql_erp.declarations.read import read_options
from graphql_erp.declarations.source import Located, Source
from graphql_erp.declarations.strict_yaml import read_yaml
from graphql_erp.errors import Problem


class Colour(StrEnum):
    RED = "red"
    DARK_BLUE = "dark blue"


@dataclass(frozen=True, kw_only=True)
class Inner:
    size: int
    unit: str = "m"


@dataclass(frozen=True, kw_only=True)
class Options:
    name: ClassVar[str] = "Options"

    label: str = ""
    required: bool = False
    length: int = 0
    rate: float = 0.0
    price: Decimal = Decimal(0)
    digits: tuple[int, int] = (16, 2)
    groups: tuple[str, ...] = ()
    compute: str | tuple[str, ...] | None = None
    index: bool | str = False
    mode: Literal["plain", "search"] = "plain"
    colour: Colour = Colour.RED
    default: Any = None
    options: tuple[str, ...] | Mapping[str, str] = ()
    inner: Inner | None = None
    raw: Located | None = None
    made: int = field(init=False, default=1)


@dataclass(frozen=True, kw_only=True)
class Picky:
    to: str

    def __post_init__(self) -> None:
        if self.to == "me":
            raise ValueError("`to` must not be me.")


def options_of(text: str) -> dict[str, Located]:
    problems: list[Problem] = []
    item = read_yaml(text, "f.yaml", problems)
    assert problems == []
    assert item is not None
    return item.value


def read(text: str, cls: type = Options) -> tuple[Any, list[Problem]]:
    problems: list[Problem] = []
    value = read_options(cls, options_of(text), Source("f.yaml"), problems, what='field "x"')
    return value, problems


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        ("label: x", "label", "x"),
        ("required: true", "required", True),
        ("length: 3", "length", 3),
        ("rate: 3", "rate", 3.0),
        ("price: 0.1", "price", Decimal("0.1")),
        ("price: 7", "price", Decimal(7)),
        ("digits: [5, 2]", "digits", (5, 2)),
        ("groups: [a, b]", "groups", ("a", "b")),
        ("groups: []", "groups", ()),
        ("compute: a * b", "compute", "a * b"),
        ("compute: [a, b.c]", "compute", ("a", "b.c")),
        ("compute: null", "compute", None),
        ("index: true", "index", True),
        ("index: search", "index", "search"),
        ("mode: search", "mode", "search"),
        ("colour: dark blue", "colour", Colour.DARK_BLUE),
        ("default: {a: [1, null]}", "default", {"a": [1, None]}),
        ("default: null", "default", None),
        ("options: [a, b]", "options", ("a", "b")),
        ("options: {a: A, b: B}", "options", {"a": "A", "b": "B"}),
        ("inner: {size: 2}", "inner", Inner(size=2)),
    ],
)
def test_value_becomes_what_the_type_hint_says(text: str, attribute: str, value: Any) -> None:
    options, problems = read(text)

    assert problems == []
    assert getattr(options, attribute) == value
    assert type(getattr(options, attribute)) is type(value)


def test_located_values_are_kept_as_they_are() -> None:
    options, _ = read("raw: [1]")

    assert options.raw.plain() == [1]
    assert options.raw.source == Source("f.yaml", 1, 6)


def test_absent_options_keep_their_defaults() -> None:
    assert read_options(Options, {}, Source("f.yaml"), []) == Options()


@pytest.mark.parametrize(
    ("text", "column", "check", "message", "hint"),
    [
        (
            "lable: x",
            1,
            "unknown_key",
            'unknown key "lable" in field "x".',
            'Did you mean "label"?',
        ),
        ("made: 2", 1, "unknown_key", 'unknown key "made" in field "x".', 'Did you mean "mode"?'),
        (
            "label: 1",
            8,
            "wrong_type",
            '"label" of field "x" must be text, not a whole number.',
            "Put it in quotes.",
        ),
        (
            "required: yes",
            11,
            "wrong_type",
            '"required" of field "x" must be true or false, not text.',
            "Write true or false, in lower case and without quotes.",
        ),
        (
            "required: null",
            1,
            "no_value",
            '"required" of field "x" has no value.',
            "Write `required: true`.",
        ),
        (
            "label:",
            1,
            "no_value",
            '"label" of field "x" has no value.',
            "Give it a value or remove the key.",
        ),
        (
            "length: true",
            9,
            "wrong_type",
            '"length" of field "x" must be a whole number, not true or false.',
            "",
        ),
        (
            "length: 1.5",
            9,
            "wrong_type",
            '"length" of field "x" must be a whole number, not a number.',
            "",
        ),
        (
            "price: '1'",
            8,
            "wrong_type",
            '"price" of field "x" must be a number, not text.',
            "Write a number, without quotes.",
        ),
        (
            "digits: [1]",
            9,
            "wrong_type",
            '"digits" of field "x" must have 2 items, not 1.',
            "",
        ),
        (
            "digits: [16, x]",
            14,
            "wrong_type",
            'item 2 of "digits" of field "x" must be a whole number, not text.',
            "",
        ),
        (
            "groups: a",
            9,
            "wrong_type",
            '"groups" of field "x" must be a list, not text.',
            "Write it as a list: [a].",
        ),
        (
            "compute: 3",
            10,
            "wrong_type",
            '"compute" of field "x" must be text or a list, not a whole number.',
            "",
        ),
        (
            "compute: [a, 1]",
            14,
            "wrong_type",
            'item 2 of "compute" of field "x" must be text, not a whole number.',
            "Put it in quotes.",
        ),
        (
            "mode: serach",
            7,
            "wrong_choice",
            '"mode" of field "x" cannot be "serach".',
            'Did you mean "search"?',
        ),
        (
            "colour: green",
            9,
            "wrong_choice",
            '"colour" of field "x" cannot be "green".',
            "Known: dark blue, red.",
        ),
        (
            "options: {a: 1}",
            14,
            "wrong_type",
            '"a" in "options" of field "x" must be text, not a whole number.',
            "Put it in quotes.",
        ),
        (
            "inner: {unit: km}",
            8,
            "missing_key",
            '"inner" of field "x" needs "size".',
            "",
        ),
        ("inner: [2]", 8, "wrong_type", '"inner" of field "x" must be a mapping, not a list.', "*"),
    ],
)
def test_wrong_option_is_named_with_its_place(
    text: str, column: int, check: str, message: str, hint: str
) -> None:
    options, problems = read(text)

    assert options is None
    if hint == "*":
        hint = "Write the names as keys, without - in front."
    assert problems == [Problem("f.yaml", 1, column, check, message, hint)]


def test_all_mistakes_are_collected() -> None:
    _, problems = read("label: 1\nlength: x\nnothing: 2\ngroups: [1, 2]")

    assert [(item.line, item.check) for item in problems] == [
        (1, "wrong_type"),
        (2, "wrong_type"),
        (4, "wrong_type"),
        (4, "wrong_type"),
        (3, "unknown_key"),
    ]


def test_missing_key_is_reported_where_the_mapping_stands() -> None:
    assert read("{}", Picky) == (
        None,
        [Problem("f.yaml", 1, 1, "missing_key", 'field "x" needs "to".')],
    )


def test_misspelt_required_key_is_reported_once() -> None:
    _, problems = read("too: x", Picky)

    assert [item.check for item in problems] == ["unknown_key"]


def test_refusal_by_the_dataclass_is_a_problem() -> None:
    assert read("to: me", Picky) == (
        None,
        [Problem("f.yaml", 1, 1, "invalid_option", 'field "x": `to` must not be me.')],
    )


def test_dataclass_names_itself_when_no_name_is_given() -> None:
    problems: list[Problem] = []
    read_options(Picky, {}, Source("f.yaml"), problems)

    assert [item.message for item in problems] == ['Picky needs "to".']
