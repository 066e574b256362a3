"""A plugin of mypy: behaviour classes have the fields of their models.

`erp types` writes what is needed of the declarations; the plugin puts the base of a model's fields
under its behaviour class. Fields that do not exist are errors then.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from mypy.build import PRI_MED
from mypy.errorcodes import ATTR_DEFINED
from mypy.mro import calculate_mro
from mypy.nodes import AssignmentStmt, MypyFile, NameExpr, PlaceholderNode, TypeInfo
from mypy.plugin import AttributeContext, ClassDefContext, Plugin
from mypy.types import AnyType, Instance, Type, TypeOfAny

from graphql_erp.behaviour.load import PACKAGE
from graphql_erp.behaviour.model import Model
from graphql_erp.behaviour.names import FIELDS
from graphql_erp.declarations.module import MANIFEST, MODELS

_MODEL = f"{Model.__module__}.{Model.__qualname__}"


class FieldsOfModels(Plugin):
    """Gives behaviour classes the fields that the declarations of their models have."""

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """Have the stub of a module read together with its behaviour."""
        module = _module_of(file)
        return [(PRI_MED, f"{PACKAGE}.{module}", 1)] if module else []

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        """Look at every class, since those of models are known by their bases only."""
        del fullname
        return _give_fields

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Look at the attributes that only `Model.__getattr__` would give."""
        return _refuse_unknown if fullname.startswith(f"{_MODEL}.") else None


def plugin(version: str) -> type[Plugin]:
    """Return the plugin, as mypy asks for it."""
    del version
    return FieldsOfModels


def _module_of(file: MypyFile) -> str:
    """Return the module to whose behaviour a file belongs, "" for other files."""
    parents = Path(file.path).resolve().parents
    for inner, folder in pairwise(parents):
        if (folder / MANIFEST).is_file():
            return folder.name if inner.name == MODELS else ""
    return ""


def _give_fields(ctx: ClassDefContext) -> None:
    info = ctx.cls.info
    if not info.has_base(_MODEL):
        return
    module = _module_of(ctx.api.modules[ctx.api.cur_mod_id])
    if not module:
        return
    found = ctx.api.lookup_fully_qualified_or_none(f"{PACKAGE}.{module}.{info.name}{FIELDS}")
    if found is not None and isinstance(found.node, PlaceholderNode):
        ctx.api.defer()
    if found is None or not isinstance(found.node, TypeInfo):
        return
    if not info.has_base(found.node.fullname):
        others = [base for base in info.bases if base.type.fullname != _MODEL]
        info.bases = [Instance(found.node, []), *others]
        info.mro = []
        calculate_mro(info)
    info.slots = _declared(found.node) | _declared(info)


def _declared(info: TypeInfo) -> set[str]:
    """Return the names declared in the body of a class: what can be assigned."""
    return {
        target.name
        for item in info.defn.defs.body
        if isinstance(item, AssignmentStmt)
        for target in item.lvalues
        if isinstance(target, NameExpr)
    }


def _refuse_unknown(ctx: AttributeContext) -> Type:
    owner = ctx.type
    if not isinstance(owner, Instance):
        return ctx.default_attr_type
    is_known = any(item.module_name.startswith(f"{PACKAGE}.") for item in owner.type.mro)
    if not is_known:
        return ctx.default_attr_type
    name = getattr(ctx.context, "name", "")
    message = f'"{owner.type.name}" has no attribute "{name}"'
    ctx.api.fail(message, ctx.context, code=ATTR_DEFINED)
    return AnyType(TypeOfAny.from_error)
