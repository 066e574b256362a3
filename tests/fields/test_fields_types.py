import decimal
from typing import Any

import pytest

from graphql_erp.fields import (
    FIELD_TYPES,
    BigInteger,
    Binary,
    Char,
    Date,
    Datetime,
    Decimal,
    Email,
    Float,
    Integer,
    Json,
    ManyToMany,
    ManyToOne,
    OneToMany,
    OneToOne,
    Selection,
    Text,
    Url,
)
from graphql_erp.fields.base import FieldType, InvalidValue
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.fields.relation import Id

D = decimal.Decimal
NO_BASE64 = 'must be base64 text, such as "SGVsbG8=".'


@pytest.mark.parametrize("name", FIELD_TYPES)
def test_every_type_is_known_by_its_name_and_uses_lookups_there_are(name: str) -> None:
    kind = FIELD_TYPES[name]

    assert kind.name == name
    assert kind.lookups - LOOKUPS.keys() == set()


@pytest.mark.parametrize("name", FIELD_TYPES)
def test_every_lookup_of_a_type_suits_its_kind(name: str) -> None:
    kind = FIELD_TYPES[name]

    assert {item for item in kind.lookups if kind.kind not in LOOKUPS[item].kinds} == set()


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (Char(max_length=3), "abcd", "must not be longer than 3 characters."),
        (Email(), "ada", "must be an e-mail address such as ada@example.com."),
        (Email(), "a@b@c.de", "must be an e-mail address such as ada@example.com."),
        (Email(), "a" * 250 + "@b.de", "must not be longer than 254 characters."),
        (Url(), "javascript:alert(1)", "must be a web address such as https://example.com/page."),
        (Url(), "https://", "must be a web address such as https://example.com/page."),
        (Url(), "https://a b.de", "must be a web address such as https://example.com/page."),
        (Url(), "https://a.de:x", "must be a web address such as https://example.com/page."),
        (Url(), "https://[a", "must be a web address such as https://example.com/page."),
        (Integer(), 2**31, "must be between -2147483648 and 2147483647."),
        (
            BigInteger(),
            2**63,
            "must be between -9223372036854775808 and 9223372036854775807.",
        ),
        (Decimal(digits=(5, 2)), "999.995", "must have at most 3 digits before the decimal point."),
        (Decimal(digits=(2, 2)), "1", "must have at most 0 digits before the decimal point."),
        (Selection(options=("a", "b")), "c", "must be one of a, b."),
        (ManyToOne(to="Thing"), "0", "must be the id of a record."),
        (ManyToOne(to="Thing"), "abc", "must be the id of a record."),
        (ManyToOne(to="Thing"), 5.0, "must be the id of a record."),
        (OneToOne(to="Thing"), "0", "must be the id of a record."),
        (Id(), -1, "must be the id of a record."),
        (ManyToMany(to="Thing"), 5, "must be a list of ids."),
        (Binary(max_size=2), b"abc", "must not be larger than 2 bytes."),
        (Binary(), "QQ", NO_BASE64),
        (Binary(), "QQ==\n", NO_BASE64),
        (Binary(), "QQ==QQ==", NO_BASE64),
        (Binary(), "QR==", NO_BASE64),
        (Binary(), "-_8=", NO_BASE64),
        (Binary(), "=", NO_BASE64),
        (Binary(), "é", NO_BASE64),
        (Binary(), 65, NO_BASE64),
        (Json(), {1: 2}, "must have texts as keys of objects."),
        (Json(), {"a": float("nan")}, "must be a finite number of at most about 308 digits."),
        (Json(), ["a\0"], "must not contain the NUL character."),
        (Json(), {"a\0": 1}, "must not contain the NUL character."),
        (Json(), 2**63, "must be between -9223372036854775808 and 9223372036854775807."),
        (
            Json(),
            {1, 2},
            "must be made of objects, lists, texts, numbers, true, false and null.",
        ),
    ],
)  # fmt: skip
def test_clean_refuses(kind: FieldType, value: Any, message: str) -> None:
    with pytest.raises(InvalidValue) as error:
        kind.clean(value)

    assert str(error.value) == message


def test_json_is_refused_when_nested_too_deep() -> None:
    value: Any = 1
    for _ in range(64):
        value = [value]

    assert Json().clean(value[0]) == value[0]
    with pytest.raises(InvalidValue, match=r"^must not be nested deeper than 64 levels\.$"):
        Json().clean(value)


def test_length_is_counted_after_composing() -> None:
    assert Char(max_length=1).clean("e\u0301") == "é"


@pytest.mark.parametrize(
    ("digits", "value", "cleaned"),
    [
        ((5, 2), "999.994", "999.99"),
        ((2, 2), "0.994", "0.99"),
        ((5, 2), "0", "0.00"),
        ((5, 0), "99999", "99999"),
    ],
)
def test_decimal_fits_its_digits(digits: tuple[int, int], value: str, cleaned: str) -> None:
    assert str(Decimal(digits=digits).clean(value)) == cleaned


def test_selection_accepts_values_and_enum_members() -> None:
    kind = Selection(options={"in progress": "Working", "done": "Done"})

    assert [kind.clean(text) for text in ("in progress", "IN_PROGRESS", "DONE")] == [
        "in progress",
        "in progress",
        "done",
    ]
    assert kind.labels == {"in progress": "Working", "done": "Done"}
    assert kind.members == {"in progress": "IN_PROGRESS", "done": "DONE"}


def test_to_many_ids_may_be_text() -> None:
    assert OneToMany(to="Thing", inverse="owner").clean(["5", 6]) == [5, 6]


@pytest.mark.parametrize(
    ("kind", "total", "average"),
    [
        (Integer(), BigInteger(), Decimal(digits=(38, 4))),
        (BigInteger(), BigInteger(), Decimal(digits=(38, 4))),
        (Float(), Float(), Float()),
        (Decimal(digits=(16, 2)), Decimal(digits=(38, 2)), Decimal(digits=(42, 6))),
        (Decimal(digits=(60, 8)), Decimal(digits=(60, 8)), Decimal(digits=(64, 12))),
    ],
)
def test_types_of_sums_and_averages(kind: FieldType, total: FieldType, average: FieldType) -> None:
    assert (kind.sum_type(), kind.average_type()) == (total, average)


def test_texts_have_no_sum() -> None:
    assert Text.is_summable is False
    with pytest.raises(TypeError):
        Text().sum_type()
    with pytest.raises(TypeError):
        Text().average_type()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Date(default="today"), "today"),
        (Datetime(default="now"), "now"),
        (ManyToOne(to="User", default="user"), "user"),
        (ManyToOne(to="Company", default="company"), "company"),
        (Char(default="now"), ""),
        (Date(default="now"), ""),
        (Date(), ""),
    ],
)
def test_named_defaults_belong_to_types_they_fit(kind: FieldType, name: str) -> None:
    assert kind.named_default == name


def test_types_with_structured_options_can_be_hashed() -> None:
    kinds = {Json(default={"a": [1]}), Selection(options={"a": "A"})}

    assert len(kinds) == 2
