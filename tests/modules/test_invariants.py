"""Every module keeps every invariant, and each invariant can be broken."""

from pathlib import Path

import pytest

from graphql_erp.api.schema import build_schema
from graphql_erp.config import REPOSITORY
from graphql_erp.declarations.discover import available_modules, load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.testing.invariants import INVARIANTS, checked_module, violations

MODULES, EXAMPLES = REPOSITORY / "modules", REPOSITORY / "examples"
FOLDERS = [
    *available_modules([MODULES]).values(),
    *available_modules([EXAMPLES]).values(),
]


@pytest.mark.parametrize("invariant", INVARIANTS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_module_keeps(folder: Path, invariant: str) -> None:
    assert list(INVARIANTS[invariant](checked_module(folder, (MODULES,)))) == []


def test_stored_schema_is_the_one_of_the_shipped_modules() -> None:
    names = sorted(available_modules([MODULES]))
    sdl = build_schema(build_registry(load_modules([MODULES], names))).sdl

    stored = (REPOSITORY / "schema.graphql").read_text(encoding="utf-8")
    assert stored == sdl, "Run: make schema"


GOOD = {
    "manifest.yaml": """
name: Shop
identifier: shop
version: "1.0"
category: sales
description: Things to sell.
""",
    "models/thing.yaml": "model: Thing\nfields: {name: Char}\n",
    "security.yaml": "groups: {seller: {label: Seller}}\naccess: {Thing: {seller: [read]}}\n",
}
BEHAVIOUR = """
from graphql_erp import Model, check


class Thing(Model):
    @check
    def has_name(self):
        pass
"""


def shop(path: Path, **changes: str) -> Path:
    folder = path / "shop"
    for name, text in {**GOOD, **changes}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_good_module_has_no_violations(tmp_path: Path) -> None:
    assert violations(shop(tmp_path)) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (
            {"manifest.yaml": 'name: Shop\nidentifier: shop\nversion: "1.0"\ncategory: sales\n'},
            ["manifest: `description` is missing"],
        ),
        (
            {"models/more/empty.yaml": "# nothing yet\n"},
            ["every YAML file is read: models/more/empty.yaml declares nothing"],
        ),
        (
            {"models/thing.yaml": "model: Thing\ntable: erp_thing\nfields: {name: Char}\n"},
            ["names fit PostgreSQL: erp_thing begins like a table of the engine"],
        ),
        (
            {"models/other.yaml": "model: Other\nfields: {name: Char}\n"},
            ["every model is granted: no group may read Other"],
        ),
        (
            {"more.yaml": "groups: {idle: {label: Idle}}\n"},
            ["every group is of use: the group idle grants nothing and implies no other"],
        ),
        (
            {"models/thing.py": BEHAVIOUR},
            [
                "methods are described: Thing.has_name has no docstring",
                "methods are described: Thing.has_name says no return type",
            ],
        ),
    ],
    ids=["manifest", "unread", "names", "granted", "groups", "methods"],
)
def test_violation_is_found(tmp_path: Path, changes: dict[str, str], found: list[str]) -> None:
    assert violations(shop(tmp_path, **changes)) == found
