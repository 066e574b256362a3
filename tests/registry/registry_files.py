"""A registry of files given as texts."""

from collections.abc import Callable, Mapping
from pathlib import Path

from graphql_erp.declarations.discover import available_modules, load_modules
from graphql_erp.declarations.nodes import ModuleDecl
from graphql_erp.registry.registry import Registry

Declare = Callable[[Mapping[str, str]], Registry]


def load(folder: Path, files: Mapping[str, str]) -> tuple[ModuleDecl, ...]:
    """Load modules from files by path; a manifest is written where none is given."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    for module in folder.iterdir():
        if not (module / "manifest.yaml").exists():
            manifest = f'name: Module\nidentifier: {module.name}\nversion: "1.0"\n'
            (module / "manifest.yaml").write_text(manifest)
    return load_modules([folder], sorted(available_modules([folder])))
