"""The files of a new module."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from string import Template

from graphql_erp import naming
from graphql_erp.cli.schema import SCHEMAS_FOLDER

_FILES = {
    "manifest.yaml": """\
# yaml-language-server: $$schema=$schemas/manifest.json
name: $title
identifier: $module
version: "1.0"
description: What this module is for, in one sentence.
dependencies: [core]
""",
    "models/item.yaml": """\
# yaml-language-server: $$schema=../$schemas/model.json
model: $model
label: Item
description: One thing this module keeps track of.
order_by: [name]
search: [name]

fields:
  name: {type: Char, required: true, max_length: 120, index: search}
  responsible: {type: ManyToOne, to: User, default: user, index: true}
  quantity: {type: Decimal, digits: [16, 3], required: true, default: 1}
  price: {type: Decimal, digits: [16, 2], required: true, default: 0}
  total: {type: Decimal, digits: [16, 2], compute: quantity * price}
  due_on: Date

checks:
  quantity_positive:
    where: Q(quantity__gt=0)
    message: The quantity must be greater than zero.
""",
    "security.yaml": """\
# yaml-language-server: $$schema=$schemas/security.json
groups:
  ${module}_user: {label: $title user, implies: [core_user]}
  ${module}_manager:
    label: $title manager
    implies: [${module}_user]
    implied_by: [core_administrator]

access:
  $model:
    ${module}_user:
      allow: [read, create, update]
      where: Q(responsible=user) | Q(responsible__isnull=True)
    ${module}_manager: all
""",
    "data/items.yaml": """\
# yaml-language-server: $$schema=../$schemas/records.json
records:
  $model:
    item_first: {name: First item, price: 10}
""",
    "demo/items.yaml": """\
# yaml-language-server: $$schema=../$schemas/records.json
records:
  $model:
    item_example: {name: Example, quantity: 2.5, price: 4, responsible: core.user_admin}
""",
    "tests/test_${module}_items.py": """\
from pathlib import Path

from graphql_erp.config import settings
from graphql_erp.declarations.discover import load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.registry import Registry

OTHERS = [Path(path) for path in settings().module_paths.split(":")]
FOLDERS = [Path(__file__).resolve().parents[2], *OTHERS]


def registry() -> Registry:
    return build_registry(load_modules(FOLDERS, ["$module"]))


def test_the_total_is_part_of_every_query() -> None:
    total = registry().model("$model").fields["total"]

    assert (total.is_sql, total.is_stored) == (True, False)


def test_items_are_granted_to_users_and_managers() -> None:
    groups = {grant.group for grant in registry().access if grant.model == "$model"}

    assert groups == {"${module}_user", "${module}_manager"}
""",
}


def skeleton(module: str, folder: Path) -> Mapping[str, str]:
    """Return the text of each file of a new module by its path in the module.

    Args:
        module: Identifier of the module.
        folder: The module's folder; files refer to the JSON Schemas from there.
    """
    schemas = Path(os.path.relpath(SCHEMAS_FOLDER, folder.resolve())).as_posix()
    values = {
        "module": module,
        "model": f"{naming.pascal(module)}Item",
        "title": module.replace("_", " ").capitalize(),
        "schemas": schemas,
    }
    return {
        Template(name).substitute(values): Template(text).substitute(values)
        for name, text in _FILES.items()
    }
