"""Modules a test writes, with the settings and the server it uses."""

import textwrap
from dataclasses import dataclass
from pathlib import Path

from graphql_erp.config import Settings
from graphql_erp.install.progress import Silent
from graphql_erp.install.revisions import make_migration
from graphql_erp.tenants.server import Server

STAGE = "model: Stage\nfields: {name: {type: Char, required: true}}"


@dataclass(frozen=True)
class Project:
    folder: Path
    server: Server
    settings: Settings
    """With a prefix of the test's own, whose databases are dropped after it."""
    shared: Settings
    """With the prefix of all tests, for what leaves nothing behind."""

    def module(self, name: str, *, needs: str = "core", version: str = "1.0", **files: str) -> Path:
        """Write a module; the file `models__stage` becomes `models/stage.yaml`."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        manifest = f'name: {name}\nidentifier: {name}\nversion: "{version}"\n'
        (folder / "manifest.yaml").write_text(f"{manifest}dependencies: [{needs}]\n")
        for key, text in files.items():
            path = folder / f"{key.replace('__', '/')}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text).strip() + "\n")
        return folder

    async def migrate(self, *modules: str) -> list[Path | None]:
        """Write what revisions the modules lack, in this order."""
        return [
            await make_migration(self.server, self.shared, module, progress=Silent())
            for module in modules
        ]
