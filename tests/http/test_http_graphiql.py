import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest
from http_client import client_of
from tiny_service import TinyServer

from graphql_erp.http.app import create_app
from graphql_erp.http.assets import ASSETS
from graphql_erp.http.graphiql import PAGE_POLICY

pytestmark = pytest.mark.anyio

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


class Loads(HTMLParser):
    """Collects what a page loads, and the text of inline scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.example = ""
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        named = dict(attrs)
        self.example = named.get("data-example") or self.example
        if tag in {"script", "link", "img"}:
            self.addresses.append(named.get("src") or named.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self._tag = "" if tag == self._tag else self._tag

    def handle_data(self, data: str) -> None:
        if self._tag in {"script", "style"}:
            self.inline.append(data)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    for asset in ASSETS:
        (tmp_path / asset.name).write_bytes(b"/* " + asset.name.encode() + b" */")
        (tmp_path / f"{asset.name}.gz").write_bytes(gzip.compress(asset.name.encode()))
    return tmp_path


async def test_page_loads_only_what_this_server_has(server: TinyServer, installed: Path) -> None:
    async with client_of(create_app(server.service(), assets=installed)) as client:
        response = await client.get("/graphql", headers={"accept": BROWSER})
        page = Loads()
        page.feed(response.text)
        statuses = [(await client.get(address)).status_code for address in page.addresses]

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == PAGE_POLICY.decode()
    assert response.headers["x-frame-options"] == "DENY"
    assert "<title>GraphiQL · GraphQL ERP</title>" in response.text
    assert [re.sub(r"\?v=[0-9a-f]{12}$", "", one) for one in page.addresses] == [
        "/graphiql/favicon.svg",
        "/graphiql/assets/graphiql.css",
        "/graphiql/assets/explorer.css",
        "/graphiql/page.css",
        "/graphiql/assets/react.js",
        "/graphiql/assets/react-dom.js",
        "/graphiql/assets/graphiql.js",
        "/graphiql/assets/explorer.js",
        "/graphiql/page.js",
    ]
    assert statuses == [200] * 9
    assert page.inline == []
    assert server.calls == []


async def test_scripts_may_come_from_this_server_only(client: httpx2.AsyncClient) -> None:
    response = await client.get("/graphql", headers={"accept": BROWSER})
    policy = dict(
        one.strip().split(" ", 1) for one in response.headers["content-security-policy"].split(";")
    )

    assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"


async def test_example_is_shown_first_and_escaped(server: TinyServer, installed: Path) -> None:
    example = '{ greeting(name: "<&>") }'
    app = create_app(server.service(example=example), assets=installed)
    async with client_of(app) as client:
        response = await client.get("/graphql", headers={"accept": BROWSER})
    page = Loads()
    page.feed(response.text)

    assert page.example == example


async def test_page_says_what_to_do_when_files_are_missing(client: httpx2.AsyncClient) -> None:
    response = await client.get("/graphql", headers={"accept": BROWSER})

    assert response.status_code == 503
    assert response.headers["cache-control"] == "no-store"
    assert "python -m graphql_erp.http.assets_install" in response.text
    assert "Missing: react.js, react-dom.js, graphiql.js, graphiql.css" in response.text


async def test_page_is_back_without_restart_once_files_are_there(
    server: TinyServer, tmp_path: Path
) -> None:
    async with client_of(create_app(server.service(), assets=tmp_path)) as client:
        before = await client.get("/graphql", headers={"accept": BROWSER})
        for asset in ASSETS:
            (tmp_path / asset.name).write_bytes(b"")
        after = await client.get("/graphql", headers={"accept": BROWSER})

    assert (before.status_code, after.status_code) == (503, 200)


@pytest.mark.parametrize(
    ("accept_encoding", "encoding", "content"),
    [("gzip, br", "gzip", b"react.js"), ("identity", None, b"/* react.js */")],
)
async def test_asset_is_compressed_and_cached_for_good(
    server: TinyServer,
    installed: Path,
    accept_encoding: str,
    encoding: str | None,
    content: bytes,
) -> None:
    async with client_of(create_app(server.service(), assets=installed)) as client:
        response = await client.get(
            "/graphiql/assets/react.js", headers={"accept-encoding": accept_encoding}
        )

    assert response.content == content
    assert response.headers.get("content-encoding") == encoding
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["secret.txt", "..%2Fsecret.txt", "%2e%2e/secret.txt", "react.js"])
async def test_nothing_but_installed_assets_is_served(
    server: TinyServer, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "assets"
    folder.mkdir()
    for path in (folder, tmp_path):
        (path / "secret.txt").write_text("secret")
    async with client_of(create_app(server.service(), assets=folder)) as client:
        response = await client.get(f"/graphiql/assets/{name}")

    assert response.status_code == 404
    assert "secret" not in response.text


async def test_root_leads_to_the_page(client: httpx2.AsyncClient) -> None:
    response = await client.get("/")

    assert (response.status_code, response.headers["location"]) == (307, "/graphql")
