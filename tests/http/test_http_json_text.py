import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphql_erp.errors import BadRequest
from graphql_erp.http.json_text import MAX_DEPTH, read_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='ab":\\ é'), inner),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_whatever_json_writes_is_read_back(value: object, ascii_only: bool) -> None:  # noqa: FBT001
    text = json.dumps(value, ensure_ascii=ascii_only).encode()

    assert read_json(text, part="body") == value


@given(st.binary(max_size=60) | st.text('{}[]",:0123456789.eE-+ \\u').map(str.encode))
def test_any_bytes_give_a_value_or_a_refusal(text: bytes) -> None:
    assert outcome(text) in {"value", "refusal"}


def outcome(text: bytes) -> str:
    try:
        read_json(text, part="body")
    except BadRequest as error:
        return "refusal" if error.message.startswith("The body ") else error.message
    return "value"


@given(VALUES, VALUES, st.integers(0, 20))
def test_a_member_given_twice_is_found_at_any_depth(one: object, two: object, depth: int) -> None:
    pair = f'{{"a": {json.dumps(one)}, "\\u0061": {json.dumps(two)}}}'
    text = '{"x":[' * depth + pair + "]}" * depth

    with pytest.raises(BadRequest) as raised:
        read_json(text.encode(), part="body")

    assert raised.value.message in {
        'The body has the member "a" more than once.',
        'The body has the member "b" more than once.',
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "The body is empty."),
        (b" \n", "The body is empty."),
        (b"[" * 5000 + b"]" * 5000, "The body is nested deeper than 64 levels."),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "The body is nested deeper than 64 levels."),
        (b"[" * 65 + b"]" * 65, "The body is nested deeper than 64 levels."),
        (b"[" + b"1" * 10_000 + b"]", "The body has a number that does not fit into 64 bits."),
        (b"18446744073709551616", "The body has a number that does not fit into 64 bits."),
        (
            b'{"a":[-9223372036854775809]}',
            "The body has a number that does not fit into 64 bits.",
        ),
        (b"[1e400]", "The body has a number that does not fit into 64 bits."),
        (
            b"[NaN]",
            "The body is not JSON (line 1, column 2): unexpected character, expected a JSON value.",
        ),
        (b'{"a":\n "\xff"}', "The body is not encoded in UTF-8."),
        (b'"\xed\xa0\x80"', "The body is not encoded in UTF-8."),
        (
            b'{"a":\n "\\ud800"}',
            "The body is not JSON (line 2, column 3): no low surrogate in string.",
        ),
        (
            b'{"query":"a"} x',
            "The body is not JSON (line 1, column 15): unexpected content after document.",
        ),
    ],
)
def test_refusal_says_what_is_wrong(text: bytes, message: str) -> None:
    with pytest.raises(BadRequest) as raised:
        read_json(text, part="body")

    assert raised.value.message == message


def test_deepest_allowed_nesting_is_read() -> None:
    value = read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, part="body")

    for _ in range(MAX_DEPTH - 1):
        (value,) = value
    assert value == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"18446744073709551615", 2**64 - 1),
        (b"-9223372036854775808", -(2**63)),
        (b"[1e30]", [1e30]),
        (b'{"a": "\\"a\\": \\"b\\": "}', {"a": '"a": "b": '}),
        (b'{"a": {"b": 1}, "b": {"a": 2}}', {"a": {"b": 1}, "b": {"a": 2}}),
        (b'"\\ud83d\\ude00"', "😀"),
    ],
)
def test_unusual_but_sound_values_are_read(text: bytes, value: object) -> None:
    assert read_json(text, part="body") == value
