"""Where a server listens and how to say it in a connection string."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote, unquote, urlencode, urlsplit

from graphql_erp.errors import SettingsError
from graphql_erp.tenants.probe import PORT

_URL_HINT = "Write it as postgresql://owner:password@host:port."


@dataclass(frozen=True, slots=True)
class Login:
    """A role of the server and its password, empty where none is asked."""

    role: str
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Address:
    """A server without role and database: hosts and options, as they stand in a URL."""

    hosts: str
    options: str = ""

    @classmethod
    def of_socket(cls, folder: Path) -> Self:
        """Return the address of a server behind a Unix socket."""
        return cls("", urlencode({"host": str(folder), "port": PORT}, safe="/"))

    def dsn(self, login: Login, database: str, *, scheme: str = "postgresql") -> str:
        """Return a connection string for asyncpg, or for SQLAlchemy with its own scheme."""
        password = f":{quote(login.password, safe='')}" if login.password else ""
        user = f"{quote(login.role, safe='')}{password}"
        options = f"?{self.options}" if self.options else ""
        return f"{scheme}://{user}@{self.hosts}/{quote(database, safe='')}{options}"

    def __str__(self) -> str:
        return self.hosts or self.options


def read_url(url: str) -> tuple[Address, Login, str]:
    """Take a server's URL apart into address, login and the database to connect to first.

    Raises:
        SettingsError: It is not a PostgreSQL URL with a role.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SettingsError("ERP_DATABASE_URL is not the URL of PostgreSQL.", hint=_URL_HINT)
    user, _, hosts = parts.netloc.rpartition("@")
    role, _, password = user.partition(":")
    if not role:
        raise SettingsError("ERP_DATABASE_URL names no role to connect as.", hint=_URL_HINT)
    login = Login(unquote(role), unquote(password))
    return Address(hosts, parts.query), login, unquote(parts.path.strip("/")) or "postgres"
