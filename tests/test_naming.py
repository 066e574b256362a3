import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphql_erp import naming

FIELD_NAMES = st.from_regex(naming.FIELD_NAME, fullmatch=True)


@given(FIELD_NAMES)
def test_field_names_go_to_graphql_and_back(name: str) -> None:
    assert naming.uncamel(naming.camel(name)) == name


@given(FIELD_NAMES, FIELD_NAMES)
def test_two_field_names_never_become_one(one: str, other: str) -> None:
    assert (naming.camel(one) == naming.camel(other)) == (one == other)


@given(st.text(min_size=1))
def test_postgres_names_fit(name: str) -> None:
    assert len(naming.postgres_name("t" + name).encode()) <= 63


@given(st.integers(64, 200), st.integers(64, 200))
def test_long_postgres_names_stay_apart(one: int, other: int) -> None:
    same = naming.postgres_name("a" * one) == naming.postgres_name("a" * other)
    assert same == (one == other)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("crmLead", "crmLeads"),
        ("company", "companies"),
        ("journalEntry", "journalEntries"),
        ("tax", "taxes"),
        ("batch", "batches"),
        ("address", "addresses"),
        ("day", "days"),
        ("person", "people"),
        ("contactPerson", "contactPeople"),
        ("series", "series"),
        ("uoM", "uoMs"),
    ],
)
def test_plural(one: str, many: str) -> None:
    assert naming.plural(one) == many


@pytest.mark.parametrize(
    ("value", "member"),
    [("draft", "DRAFT"), ("in progress", "IN_PROGRESS"), ("notPaid", "NOT_PAID"), ("2x", "_2X")],
)
def test_constant(value: str, member: str) -> None:
    assert naming.constant(value) == member


@pytest.mark.parametrize(("wrong", "right"), [("stag", "stage"), ("stgae", "stage"), ("zzz", "")])
def test_nearest(wrong: str, right: str) -> None:
    assert naming.nearest(wrong, ["tags", "stage", "name"]) == right
