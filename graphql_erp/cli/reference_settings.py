"""The reference page of settings."""

from __future__ import annotations

from typing import Any

from graphql_erp.cli.markdown import code, page, table
from graphql_erp.config import REPOSITORY, Settings
from graphql_erp.declarations.docstrings import attribute_docs

_INTRODUCTION = (
    "Every setting is read once from the environment. Commands have options for some of them; an\n"
    "option wins over the variable."
)


def settings_reference() -> str:
    """Return the page, made from the attributes of Settings."""
    docs = attribute_docs(Settings)
    rows = [
        (code(f"ERP_{name.upper()}"), code(_shown(field.default)), docs[name])
        for name, field in Settings.model_fields.items()
    ]
    return page("Settings", _INTRODUCTION, table(["variable", "default", "meaning"], rows))


def _shown(default: Any) -> str:
    # A page must not depend on where the source lies.
    return str(default).replace(f"{REPOSITORY}/", "")
