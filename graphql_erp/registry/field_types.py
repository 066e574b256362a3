"""FieldDecl -> FieldType: options read, taken together and cleaned."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.nodes import FieldDecl
from graphql_erp.declarations.read import read_options
from graphql_erp.declarations.source import Source
from graphql_erp.errors import Problem
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields import FIELD_TYPES
from graphql_erp.fields.base import FieldType, InvalidValue
from graphql_erp.fields.varying import varying_faults
from graphql_erp.naming import did_you_mean

_DOTTED = re.compile(r"[a-z_]\w*(\.[a-z_]\w*)*", re.ASCII)
_OPTION = re.compile(r"`(\w+)")
_NAMED_TARGETS = {"user": "User", "company": "Company"}


def field_type(model: str, decl: FieldDecl, mistakes: Mistakes) -> FieldType | None:
    """Return the type of a field with its options, None when that gave a problem."""
    problems = mistakes.problems
    what = f'field "{decl.name}" of {model}'
    kind = FIELD_TYPES.get(decl.type)
    if not decl.type and mistakes.is_lost(decl.name):
        return None
    if not decl.type:
        message = f"{what} has no type."
        hint = "Write `{type: Char, ...}`, or check the name of the field it extends."
        problems.append(decl.source.problem("missing_type", message, hint))
        return None
    if kind is None:
        message = f'{what} has unknown type "{decl.type}".'
        hint = did_you_mean(decl.type, FIELD_TYPES)
        problems.append(decl.source.problem("unknown_field_type", message, hint))
        return None
    read = read_options(kind, decl.options, decl.source, problems, what=what)
    if read is None:
        return None
    faults = (*read.faults(), *_default_faults(read), *_compute_faults(read), *varying_faults(read))
    problems.extend(
        _place(decl, fault).problem("invalid_option", f"{what}: {fault}") for fault in faults
    )
    return None if faults else _with_clean_default(what, decl, read, problems)


def _place(decl: FieldDecl, fault: str) -> Source:
    """Return where the first option named by a fault stands, else where the field does."""
    named = _OPTION.search(fault)
    option = decl.options.get(named.group(1)) if named else None
    return option.source if option else decl.source


def clean_declared(kind: FieldType, value: Any) -> Any:
    """Return a value written in YAML as the field stores it.

    A number with a point is exact in YAML's text; its shortest form is that text.

    Raises:
        InvalidValue: The value does not fit.
    """
    exact = kind.kind is Kind.DECIMAL and isinstance(value, float)
    return kind.clean(repr(value) if exact else value)


def _with_clean_default(
    what: str, decl: FieldDecl, kind: FieldType, problems: list[Problem]
) -> FieldType | None:
    if kind.default is None or kind.named_default:
        return kind
    try:
        return kind.with_options(default=clean_declared(kind, kind.default))
    except InvalidValue as error:
        place = decl.options["default"].source
        hint = "Write true or false, in lower case." if kind.kind is Kind.BOOLEAN else ""
        problems.append(place.problem("invalid_default", f"the default of {what} {error}", hint))
        return None


def _default_faults(kind: FieldType) -> tuple[str, ...]:
    if kind.kind is not Kind.RECORD or kind.default is None or not kind.has_column:
        return ()
    target = getattr(kind, "to", "")
    if not kind.named_default:
        return ("`default` of a relation can be `user` or `company` only.",)
    expected = _NAMED_TARGETS[kind.named_default]
    if target != expected:
        return (f"`default: {kind.named_default}` fits a relation to {expected} only.",)
    return ()


def with_related(decl: FieldDecl) -> FieldDecl:
    """Return a field whose `related:` says what it is short for."""
    related = decl.options.get("related")
    if related is None or "compute" in decl.options:
        return decl
    return replace(decl, options={**decl.options, "compute": related})


def _compute_faults(kind: FieldType) -> tuple[str, ...]:
    if kind.related and kind.compute != kind.related:
        return ("`related` is short for `compute`: give one of them.",)
    if kind.compute is None:
        return ("`store` applies to computed fields only.",) if kind.store else ()
    faults = []
    if kind.related and not _DOTTED.fullmatch(kind.related):
        faults.append("`related` must be a dotted path such as contact.country.code.")
    if kind.kind is Kind.RECORD and isinstance(kind.compute, str) and not kind.store:
        faults.append("a computed relation needs `store: true`.")
    if kind.default is not None:
        faults.append("a computed field has no `default`.")
    if kind.required:
        faults.append("a computed field cannot be `required`.")
    if not kind.store and (kind.unique or kind.index):
        faults.append("only a stored computed field can have `unique` or `index`.")
    return tuple(faults)
