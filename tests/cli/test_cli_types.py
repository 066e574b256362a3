from collections.abc import Mapping
from pathlib import Path

import pytest
from mypy import api as mypy
from typed_command import typed

from graphql_erp.cli.types import stubs
from graphql_erp.config import REPOSITORY
from graphql_erp.errors import SettingsError

SHOP = {
    "manifest.yaml": """\
name: Shop
identifier: shop
version: "1.0"
category: sales
description: A shop.
""",
    "models/named.yaml": """\
model: Named
abstract: true
fields:
  name: {type: Char, required: true}
""",
    "models/order.yaml": """\
model: Order
description: What a customer wants.
mixins: [Named]
fields:
  state: {type: Selection, options: [draft, done], required: true, default: draft}
  date: {type: Date, hint: When it was given.}
  due: Date
  int: Integer
  count: Integer
  extra: Json
  lines: {type: OneToMany, to: Line, inverse: order}
  total: {type: Decimal, compute: sum(lines.price)}
  burden: {type: Integer, compute: [lines.price]}
""",
    "models/line.yaml": """\
model: Line
fields:
  order: {type: ManyToOne, to: Order, required: true}
  price: {type: Decimal, required: true, default: 0}
  product: {type: ManyToOne, to: Product}
""",
    "models/product.yaml": """\
model: Product
fields: {name: Char}
""",
    "models/note.yaml": """\
model: Note
fields:
  about: {type: Reference, to: [Order, Product]}
""",
    "models/order.py": """\
from typing import Self

from erp_modules.shop import Environment, Line, Product

from graphql_erp import Model, Q, mutation


class Named(Model):
    def shout(self) -> str:
        reveal_type(self.name)
        return str(self.nam)


class Order(Model):
    _seen: bool = False

    def compute_burden(self) -> int:
        self._seen = True
        reveal_type(self.lines)
        reveal_type(self.total)
        reveal_type(self.shout())
        return len(self.linse)

    def before_update(self) -> None:
        self.state = "done"
        self.state = "dnoe"
        self.date = None
        self.total = None
        self.unknown = 3
        print(self.state == "drfat")

    @classmethod
    async def default_due(cls, env: Environment) -> None:
        reveal_type(env["Line"])
        reveal_type(env[cls])
        reveal_type(env[Product])
        await env["Lien"].all()

    @mutation
    async def finish(self, line: Line) -> Self:
        \"\"\"Finish.\"\"\"
        other = await self.env.elevated()["Order"].where(Q(state="done")).first()
        note = await self.env["Note"].get(1)
        reveal_type(note.about)
        if isinstance(note.about, Product):
            reveal_type(note.about.name)
        line.order = self
        line.order = other
        line.color = "red"
        return await self.fetch("lines")
""",
}
EXTRA = {
    "manifest.yaml": """\
name: Extra
identifier: extra
version: "1.0"
category: sales
description: More of a shop.
dependencies: [shop]
""",
    "models/order.yaml": """\
extend: Order
fields:
  is_hot: {type: Boolean, required: true, default: false}
""",
    "models/order.py": """\
from graphql_erp import Model


class Order(Model):
    async def warm(self) -> None:
        reveal_type(self.is_hot)
        reveal_type(self.lines[0].order.is_hot)
        reveal_type(super().compute_burden())
        await self.finish(3)
""",
}
STUB = """\
# Made by `erp types`; change the declarations instead.
# mypy: ignore-errors
import builtins as _builtins
import datetime as _datetime
import decimal as _decimal
import typing as _typing

import graphql_erp as _erp
from graphql_erp.behaviour.protocols import RecordQuery as _RecordQuery

from modules.shop.models.order import Order as _shop_Order
from modules.shop.models.order import Named as _shop_Named
from modules.extra.models.order import Order as Order

_M = _typing.TypeVar("_M")

class Environment(_erp.Environment, _typing.Protocol):
    @_typing.overload
    def __getitem__(self, model: _typing.Literal["Line"]) -> _RecordQuery[Line]: ...
    @_typing.overload
    def __getitem__(self, model: _typing.Literal["Note"]) -> _RecordQuery[Note]: ...
    @_typing.overload
    def __getitem__(self, model: _typing.Literal["Order"]) -> _RecordQuery[Order]: ...
    @_typing.overload
    def __getitem__(self, model: _typing.Literal["Product"]) -> _RecordQuery[Product]: ...
    @_typing.overload
    def __getitem__(self, model: type[_M]) -> _RecordQuery[_M]: ...
    def elevated(self) -> Environment: ...
    def with_company(self, company: _typing.Any) -> Environment: ...
"""
ORDER = """\
class OrderFields(_shop_Order, _shop_Named):
    'What a customer wants.'
    @_builtins.property
    def env(self) -> Environment: ...
    @_builtins.property
    def id(self) -> _builtins.int: ...
    @_builtins.property
    def version(self) -> _builtins.int: ...
    @_builtins.property
    def created_at(self) -> _datetime.datetime: ...
    @_builtins.property
    def updated_at(self) -> _datetime.datetime: ...
    @_builtins.property
    def display_name(self) -> str: ...
    name: str
    state: _typing.Literal['draft', 'done']
    date: _datetime.date | None
    'When it was given.'
    due: _datetime.date | None
    int: _builtins.int | None
    count: _builtins.int | None
    extra: _typing.Any
    lines: list[Line]
    @_builtins.property
    def total(self) -> _decimal.Decimal | None: ...
    @_builtins.property
    def burden(self) -> _builtins.int | None: ...
    is_hot: bool
"""
CONFIG = f"""\
[mypy]
strict = True
files = modules
plugins = graphql_erp.testing.mypy_plugin
explicit_package_bases = True
mypy_path = $MYPY_CONFIG_FILE_DIR:$MYPY_CONFIG_FILE_DIR/typings:{REPOSITORY}

[mypy-graphql_erp.*]
follow_imports = silent
"""
TOLD = Path(__file__).with_name("types_told.txt")
QUERY = "graphql_erp.behaviour.protocols.RecordQuery"


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path / "modules" / "shop", SHOP)
    write(tmp_path / "modules" / "extra", EXTRA)
    write(tmp_path, {"mypy.ini": CONFIG})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(output: str) -> str:
    """Return what mypy says, without its list of what would have been possible."""
    lines = output.splitlines()[:-1]
    return "".join(f"{line}\n" for line in lines if "note: Rev" in line or "error:" in line)


def test_stub_shows_the_models_as_a_module_sees_them(project: Path) -> None:
    texts = stubs([project / "modules"], [], project)

    assert list(texts) == ["__init__.pyi", "shop.pyi", "extra.pyi"]
    assert texts["extra.pyi"].startswith(STUB)
    assert ORDER in texts["extra.pyi"]
    assert "is_hot" not in texts["shop.pyi"]


def test_named_modules_bring_those_they_depend_on(project: Path) -> None:
    folders = [project / "modules"]

    assert list(stubs(folders, ["shop"], project)) == ["__init__.pyi", "shop.pyi"]
    assert list(stubs(folders, ["extra"], project)) == ["__init__.pyi", "shop.pyi", "extra.pyi"]


def test_classes_of_another_place_have_whatever_methods(project: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    (project / "modules" / "shop").rename(away.with_name("shop"))

    texts = stubs([project / "modules", tmp_path], [], project / "modules")

    assert list(texts) == ["__init__.pyi", "extra.pyi"]
    assert (
        "class _shop_Order(_erp.Model):\n    def __getattr__(self, name: str) -> _typing.Any: ...\n"
        in texts["extra.pyi"]
    )
    with pytest.raises(SettingsError, match='The module "shop" is not below'):
        stubs([project / "modules", tmp_path], ["shop"], project / "modules")


@pytest.mark.usefixtures("project")
def test_stubs_are_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("types", "--path", "modules")
    folder = Path("typings/erp_modules")

    assert typed(*arguments) == 0
    assert capsys.readouterr().out == "".join(
        f"Wrote {folder / name}.\n" for name in ("__init__.pyi", "shop.pyi", "extra.pyi")
    )
    assert typed(*arguments) == 0
    assert capsys.readouterr().out == "Up to date.\n"
    assert typed(*arguments, "--check") == 0


def test_stale_stub_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("types", "--path", "modules") == 0
    write(project / "modules" / "shop", {"models/product.yaml": "model: Product\nfields: {}\n"})

    assert typed("types", "extra", "--path", "modules", "--check") == 1

    names = ", ".join(f"typings/erp_modules/{name}.pyi" for name in ("shop", "extra"))
    assert capsys.readouterr().err == f"Not current: {names}.\nRun: erp types\n"


@pytest.mark.usefixtures("project")
def test_mypy_checks_bodies() -> None:
    assert typed("types", "--path", "modules") == 0

    first, errors, status = mypy.run([])
    second, *_ = mypy.run([])

    assert (told(first), errors, status) == (TOLD.read_text(), "", 1)
    assert second == first


def test_mypy_misses_stubs_that_were_not_written(project: Path) -> None:
    write(project / "modules" / "extra", {"models/order.py": "class Plain: ...\n"})

    output, *_ = mypy.run(["modules/extra/models/order.py"])

    assert output.splitlines()[0] == (
        "modules/extra/models/order.py:1: error: Cannot find implementation or library stub for"
        ' module named "erp_modules.extra"  [import-not-found]'
    )


def test_base_of_fields_serves_checkers_without_the_plugin(project: Path) -> None:
    behaviour = """\
from erp_modules.shop import ProductFields


class Product(ProductFields):
    def shown(self) -> str:
        reveal_type(self.name)
        reveal_type(self.env["Order"])
        return self.name or ""
"""
    write(project / "modules" / "shop", {"models/product.py": behaviour})
    write(project, {"mypy.ini": CONFIG.replace("plugins", "# plugins")})
    assert typed("types", "--path", "modules") == 0

    output, *_ = mypy.run(["modules/shop/models/product.py"])

    file = "modules/shop/models/product.py"
    assert [line for line in told(output).splitlines() if file in line] == [
        f'{file}:6: note: Revealed type is "str | None"',
        f'{file}:7: note: Revealed type is "{QUERY}[modules.shop.models.order.Order]"',
    ]
