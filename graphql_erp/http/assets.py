"""The files of GraphiQL that set-up installs and this server serves."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ASSETS_FOLDER = Path(__file__).parent / "assets"
INSTALL_COMMAND = "python -m graphql_erp.http.assets_install"

_SCRIPT = "text/javascript; charset=utf-8"
_STYLE = "text/css; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file out of a package.

    Attributes:
        name: File name in our folder and address.
        package: The npm package; its version is in package.json.
        member: Path inside the package.
        sha256: Digest of the file; whatever differs is refused.
        content_type: Media type it is served with.
    """

    name: str
    package: str
    member: str
    sha256: str
    content_type: str

    @property
    def address(self) -> str:
        """Path under which it is served; changes when the file does, so it is cached for good."""
        return f"/graphiql/assets/{self.name}?v={self.sha256[:12]}"


ASSETS = (
    Asset(
        "react.js",
        "react",
        "umd/react.production.min.js",
        "4b4969fa4ef3594324da2c6d78ce8766fbbc2fd121fff395aedf997db0a99a06",
        _SCRIPT,
    ),
    Asset(
        "react-dom.js",
        "react-dom",
        "umd/react-dom.production.min.js",
        "21758ed084cd0e37e735722ee4f3957ea960628a29dfa6c3ce1a1d47a2d6e4f7",
        _SCRIPT,
    ),
    Asset(
        "graphiql.js",
        "graphiql",
        "graphiql.min.js",
        "22faab94067b695e5f7959619fbe686ebcc8955002a0c97d986bcbba4ad4bc2c",
        _SCRIPT,
    ),
    Asset(
        "graphiql.css",
        "graphiql",
        "graphiql.min.css",
        "b1868247f8e0502cd869e581f5f3cb55b334862e7f51b1d6cbace11059b9adc2",
        _STYLE,
    ),
    Asset(
        "explorer.js",
        "@graphiql/plugin-explorer",
        "dist/index.umd.js",
        "083e37e501d3e3920a60e627b82191af056009124dce82a332e8ac74db6ca38b",
        _SCRIPT,
    ),
    Asset(
        "explorer.css",
        "@graphiql/plugin-explorer",
        "dist/style.css",
        "762850cb69873400d0ab1737c6158aee91f5c38195bc4a30ee02a3c5d5af4e01",
        _STYLE,
    ),
)


def is_genuine(asset: Asset, content: bytes) -> bool:
    """Tell whether bytes are the file we know."""
    return hashlib.sha256(content).hexdigest() == asset.sha256


def missing_assets(folder: Path) -> tuple[Asset, ...]:
    """Return the assets that a folder lacks."""
    return tuple(asset for asset in ASSETS if not (folder / asset.name).is_file())


def damaged_assets(folder: Path, assets: Iterable[Asset] = ASSETS) -> tuple[Asset, ...]:
    """Return the assets that a folder lacks or has with other content."""
    return tuple(
        asset
        for asset in assets
        if not (folder / asset.name).is_file()
        or not is_genuine(asset, (folder / asset.name).read_bytes())
    )
