"""GraphiQL from our own server: the page, its files, and what to do when they are missing."""

import html
from dataclasses import dataclass
from pathlib import Path
from string import Template

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from graphql_erp.http.assets import (
    ASSETS,
    ASSETS_FOLDER,
    INSTALL_COMMAND,
    Asset,
    missing_assets,
)
from graphql_erp.http.respond import (
    CONTENT_SECURITY_POLICY,
    NO_CONTENT,
    SECURITY_HEADERS,
    Header,
    send_response,
)
from graphql_erp.http.stored import StoredBytes, accepts_gzip

PAGES_FOLDER = Path(__file__).parent / "pages"

# Styles may be inline: GraphiQL's dialogs write one whose text depends on the scroll bar.
PAGE_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS: tuple[Header, ...] = ((CONTENT_SECURITY_POLICY, PAGE_POLICY),)

_HTML = b"text/html; charset=utf-8"
_FILES = (
    ("page.js", b"text/javascript; charset=utf-8"),
    ("sign_in.js", b"text/javascript; charset=utf-8"),
    ("page.css", b"text/css; charset=utf-8"),
    ("favicon.svg", b"image/svg+xml"),
)


class GraphiQLPage:
    """The page that browsers get at the address of the endpoint."""

    __slots__ = ("_folder", "_page")

    def __init__(self, *, example: str = "", folder: Path = ASSETS_FOLDER) -> None:
        """Prepare the page.

        Args:
            example: Document shown first.
            folder: Where the assets are installed.
        """
        self._folder = folder
        text = _template("graphiql.html").substitute(
            example=html.escape(example),
            styles="\n    ".join(_link(asset) for asset in ASSETS if asset.name.endswith(".css")),
            scripts="\n    ".join(_script(asset) for asset in ASSETS if asset.name.endswith(".js")),
        )
        self._page = StoredBytes.of(text.encode(), _HTML, (b"vary", b"accept"), *PAGE_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the page, or with what to do about missing files."""
        missing = missing_assets(self._folder)
        if not missing:
            await self._page(scope, receive, send)
            return
        text = _template("assets_missing.html").substitute(
            command=html.escape(INSTALL_COMMAND),
            missing=html.escape(", ".join(asset.name for asset in missing)),
        )
        headers = ((b"content-type", _HTML), (b"cache-control", b"no-store"), *PAGE_HEADERS)
        await send_response(send, 503, text.encode(), headers)


@dataclass(frozen=True, slots=True, eq=False)
class AssetEndpoint:
    """Serves the installed files, compressed where the browser can read that."""

    folder: Path = ASSETS_FOLDER

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with one file."""
        name = scope["path_params"]["name"]
        asset = next((one for one in ASSETS if one.name == name), None)
        # Only names of the table are served, so that no path leads out of the folder.
        if asset is None or not (self.folder / asset.name).is_file():
            raise HTTPException(404)
        response = self._response(asset, dict(scope["headers"]).get(b"accept-encoding", b""))
        await response(scope, receive, send)

    def _response(self, asset: Asset, accept_encoding: bytes) -> FileResponse:
        headers = {key.decode(): value.decode() for key, value in (*SECURITY_HEADERS, NO_CONTENT)}
        headers["cache-control"] = "public, max-age=31536000, immutable"
        headers["vary"] = "accept-encoding"
        path = self.folder / asset.name
        zipped = self.folder / f"{asset.name}.gz"
        if accepts_gzip(accept_encoding) and zipped.is_file():
            path = zipped
            headers["content-encoding"] = "gzip"
        return FileResponse(path, headers=headers, media_type=asset.content_type)


def graphiql_routes(folder: Path = ASSETS_FOLDER) -> list[BaseRoute]:
    """Return the routes of everything the page loads."""
    own = [
        Route(
            f"/graphiql/{name}",
            StoredBytes.of((PAGES_FOLDER / name).read_bytes(), content_type),
            methods=["GET"],
        )
        for name, content_type in _FILES
    ]
    return [*own, Route("/graphiql/assets/{name}", AssetEndpoint(folder), methods=["GET"])]


def _template(name: str) -> Template:
    return Template((PAGES_FOLDER / name).read_text(encoding="utf-8"))


def _link(asset: Asset) -> str:
    return f'<link rel="stylesheet" href="{asset.address}" />'


def _script(asset: Asset) -> str:
    return f'<script src="{asset.address}"></script>'
