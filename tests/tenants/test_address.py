import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphql_erp.errors import SettingsError
from graphql_erp.tenants.address import Address, Login, read_url

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
HOSTS = st.sampled_from(["", "localhost", "db.example:5433", "[::1]:5432", "a:1,b:2"])
OPTIONS = st.sampled_from(["", "sslmode=require", "host=/var/run/pg&port=5432"])


@given(hosts=HOSTS, options=OPTIONS, role=NAMES, password=st.text() | NAMES, database=NAMES)
def test_connection_string_says_what_it_was_made_of(
    hosts: str, options: str, role: str, password: str, database: str
) -> None:
    password = password.encode("utf-8", "ignore").decode()
    address, login = Address(hosts, options), Login(role, password)

    assert read_url(address.dsn(login, database)) == (address, login, database)


def test_database_of_a_url_is_postgres_unless_named() -> None:
    assert read_url("postgresql://me:secret@db") == (
        Address("db"),
        Login("me", "secret"),
        "postgres",
    )
    assert read_url("postgres://me@db/other?sslmode=require") == (
        Address("db", "sslmode=require"),
        Login("me"),
        "other",
    )


def test_scheme_of_another_product_is_refused() -> None:
    with pytest.raises(SettingsError, match="ERP_DATABASE_URL is not the URL of PostgreSQL"):
        read_url("mysql://me@db")


def test_url_without_role_is_refused() -> None:
    with pytest.raises(SettingsError, match="ERP_DATABASE_URL names no role"):
        read_url("postgresql://db/erp")


def test_password_is_not_printed() -> None:
    assert repr(Login("me", "secret")) == "Login(role='me')"
