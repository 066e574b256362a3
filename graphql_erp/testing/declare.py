"""YAML text becomes a registry, as tests want it."""

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from graphql_erp.config import settings
from graphql_erp.declarations.discover import load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.registry import Registry

_SEPARATOR = re.compile(r"^---[ \t]*$", re.MULTILINE)
_MANIFEST = """\
name: {name}
identifier: {name}
version: "1.0"
dependencies: [{dependencies}]
"""


def declare(
    *texts: str, module: str = "test", dependencies: Sequence[str] = (), python: str = ""
) -> Registry:
    """Return the registry of one module whose files are given as text.

    Args:
        texts: YAML; each may hold several files separated by lines of `---`.
        module: Identifier of the module.
        dependencies: Identifiers of modules it needs, taken from the configured folders.
        python: The module's behaviour: one Python file with the classes of its models.

    Raises:
        DeclarationError: All mistakes; files are named `modules/<module>/models/<number>.yaml`.

    Example:
        declare('''
            model: Stage
            fields: {name: Char}
            ---
            model: Lead
            fields: {stage: {type: ManyToOne, to: Stage}}
        ''')
    """
    with TemporaryDirectory() as folder:
        modules = Path(folder) / "modules"
        _write(modules / module, texts, dependencies)
        if python:
            behaviour = modules / module / "models" / "behaviour.py"
            behaviour.write_text(textwrap.dedent(python).lstrip("\n"))
        others = [Path(path) for path in settings().module_paths.split(":")] if dependencies else []
        return build_registry(load_modules([modules, *others], [module]))


def _write(folder: Path, texts: Sequence[str], dependencies: Sequence[str]) -> None:
    models = folder / "models"
    models.mkdir(parents=True)
    manifest = _MANIFEST.format(name=folder.name, dependencies=", ".join(dependencies))
    (folder / "manifest.yaml").write_text(manifest)
    files = (file for text in texts for file in _SEPARATOR.split(textwrap.dedent(text)))
    for number, file in enumerate(files, start=1):
        (models / f"{number}.yaml").write_text(file.strip("\n") + "\n")
