"""Settings: everything an operator can set, read once from the environment."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from graphql_erp.errors import SettingsError

REPOSITORY = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting with its default; the variable is `ERP_` and the name in upper case."""

    model_config = SettingsConfigDict(env_prefix="ERP_", frozen=True, extra="ignore")

    database_url: str = ""
    """A PostgreSQL 16+ server: postgresql://owner:password@host:port; empty: the embedded one."""
    database_prefix: str = Field(default="erp", pattern=r"^[a-z][a-z0-9_]{0,20}$")
    """Tenant `t` lives in the database `<prefix>_t`."""
    data_dir: Path = REPOSITORY / ".data"
    """Folder of the embedded server and of generated keys."""
    secret_key_file: str = ""
    """File of the keys that seal secrets, made when needed; empty: `secrets.key` in `data_dir`."""
    module_paths: str = str(REPOSITORY / "modules")
    """Folders that hold modules, separated by `:`."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    allowed_hosts: str = ""
    """Names requests may arrive under, by commas; empty: this machine's own and `host`."""
    tenant_hosts: str = ""
    """Hosts of several tenants: `acme=acme.example.com,www.acme.example;beta=beta.example.com`."""
    workers: int = Field(default=1, ge=1, le=256)
    """Server processes."""
    tenant: str = Field(default="demo", pattern=r"^[a-z][a-z0-9_]{0,30}$")
    """Tenant that answers requests; with `tenant_hosts` the one that is always open."""
    open_tenants: int = Field(default=100, ge=2)
    """Tenants a process keeps open at most; the one unused for longest makes room."""
    tenant_idle: float = Field(default=900.0, gt=0)
    """Seconds without a request after which a process closes a tenant, not the one in `tenant`."""
    pool_min: int = Field(default=1, ge=0)
    """Connections a process keeps open per tenant."""
    pool_max: int = Field(default=10, ge=1)
    """Connections a process opens at most per tenant, beside one that takes fast numbers."""
    statement_cache: int = Field(default=256, ge=0)
    """Prepared statements kept per connection; 0 for a transaction-pooling proxy."""
    statement_timeout: float = Field(default=15.0, gt=0)
    """Seconds a statement may take."""
    public_url: str = ""
    """Address of this server as browsers see it, such as https://erp.example.com; for OIDC."""
    secure_cookies: bool = False
    """Whether cookies are for https alone even where a proxy hides it; on https they always are."""
    access_token_seconds: int = Field(default=600, ge=10, le=86_400)
    """Life of an access token."""
    session_days: int = Field(default=30, ge=1, le=366)
    """Life of a session: of its refresh tokens, or of its cookie."""
    reset_minutes: int = Field(default=30, ge=1, le=1_440)
    """Life of a token that sets a forgotten password."""
    password_min: int = Field(default=10, ge=8, le=100)
    """Fewest characters of a new password."""
    password_kib: int = Field(default=65_536, ge=64)
    """Memory argon2id takes for one password."""
    password_passes: int = Field(default=3, ge=1)
    """How often argon2id goes over that memory."""
    login_window_seconds: int = Field(default=900, ge=1)
    """Time for which failed sign-ins count."""
    login_max_account: int = Field(default=10, ge=1)
    """Failed sign-ins to one account in that time; more are refused unseen."""
    login_max_address: int = Field(default=100, ge=1)
    """Failed sign-ins from one address in that time; more are refused unseen."""
    oidc_issuer: str = ""
    """Address of an OpenID Connect provider whose users may sign in; empty: none."""
    oidc_client_id: str = ""
    """Name of this server at the provider."""
    oidc_client_secret: str = Field(default="", repr=False)
    """Secret of this server at the provider; empty where PKCE is enough."""
    request_timeout: float = Field(default=30.0, gt=0)
    """Seconds a request may take, from its first byte to the answer."""
    queries_by_get: Literal["open", "documents", "off"] = "documents"
    """What GET answers: any query, registered documents only, nothing; never a mutation."""
    documents: Literal["open", "known-only"] = "open"
    """Which documents are answered: any, or those that are registered."""
    introspection: Literal["all", "users", "off"] = "users"
    """Who may read the schema; in development `users` means everybody."""
    graphiql: bool = True
    """Whether browsers get GraphiQL at the address of the endpoint."""
    hsts_seconds: int = Field(default=0, ge=0)
    """Seconds for which browsers insist on https; 0 where the server is reached without it."""
    cors_origins: str = ""
    """Sites whose pages may use the API, without cookies: https://shop.example, by commas."""
    trusted_proxies: str = ""
    """Addresses of proxies whose X-Forwarded-For is believed, by commas; empty: nobody's."""
    max_header_bytes: int = Field(default=32_768, ge=1_024)
    """Longest head of a request: its line and headers."""
    rate_limit_user: int = Field(default=1_000_000, ge=0)
    """Cost units a minute of one user; 0: no limit."""
    rate_limit_key: int = Field(default=1_000_000, ge=0)
    """Cost units a minute of one API key; 0: no limit."""
    rate_limit_address: int = Field(default=2_000_000, ge=0)
    """Cost units a minute from one address, or one IPv6 network of 64 bits; 0: no limit."""
    development: bool = False
    """Show suggestions in validation errors, and to clients why a tenant cannot be served."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe lines of the log; each request is a line of level `info`."""
    max_body_bytes: int = Field(default=1_000_000, ge=1)
    """Longest request body."""
    max_tokens: int = Field(default=5_000, ge=1)
    """Tokens in a document."""
    max_depth: int = Field(default=12, ge=1)
    """Nesting of fields in a document."""
    max_aliases: int = Field(default=50, ge=0)
    """Aliases in a document."""
    max_same_response_name: int = Field(default=50, ge=1)
    """Fields with one response name in a document."""
    max_root_mutations: int = Field(default=10, ge=1)
    """Root fields of a mutation."""
    max_fields: int = Field(default=2_000, ge=1)
    """Fields of an operation, those of a fragment counted wherever it is used."""
    max_objects: int = Field(default=250, ge=1)
    """Fields of an operation that have fields of their own, counted in the same way."""
    max_input_objects: int = Field(default=1_000, ge=1)
    """Objects in filters, orderings and groupings; a variable counts wherever it is used."""
    max_directives: int = Field(default=5, ge=0)
    """Directives at one place of a document."""
    max_validation_errors: int = Field(default=20, ge=1)
    """Validation errors reported before validation stops."""
    max_nodes: int = Field(default=100_000, ge=1)
    """Records a document may ask for, by multiplying page sizes."""
    report_cost: bool = False
    """Whether answers to queries carry `extensions.cost`: the records that may be returned."""
    page_default: int = Field(default=50, ge=1)
    """Records on a page when `first` and `last` are absent."""
    page_max: int = Field(default=500, ge=1)
    """Most records that may be asked for on one page."""
    bulk_max: int = Field(default=1_000, ge=1)
    """Most records in one bulk mutation."""
    count_cap: int = Field(default=10_000, ge=1)
    """Where `count(mode: CAPPED)` stops counting."""
    document_cache: int = Field(default=1_000, ge=1)
    """Documents whose parsing, validation and plans are kept."""

    @property
    def key_path(self) -> Path:
        """Where the keys that seal secrets are kept."""
        return Path(self.secret_key_file) if self.secret_key_file else self.data_dir / "secrets.key"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process.

    Raises:
        SettingsError: A variable has a value that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"ERP_{'_'.join(str(part) for part in item['loc']).upper()}: {item['msg']}"
            for item in error.errors()
        )
        raise SettingsError(
            f"Unusable settings: {wrong}.", hint="See docs/reference/settings.md."
        ) from error
