"""Fields computed by a method: their inputs and the method, checked."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_type_hints

from graphql_erp.errors import Problem
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.python_types import PYTHON_TYPES
from graphql_erp.registry.draft import Drafts, FieldDraft
from graphql_erp.registry.load_paths import load_path_problems
from graphql_erp.registry.logic import COMPUTE_PREFIX

Key = tuple[str, str]
Inputs = Mapping[Key, tuple[str, ...]]
"""Dotted paths by model and field."""


def bind_inputs(drafts: Drafts, behaviours: Mapping[str, type]) -> Inputs:
    """Return the inputs of every field that a method computes; mistakes become problems."""
    found: dict[Key, tuple[str, ...]] = {}
    for model, draft in drafts.models.items():
        for field in draft.fields.values():
            if not field.is_in_python or not isinstance(field.type.compute, tuple):
                continue
            problems = [*_problems(drafts, model, field, behaviours.get(model))]
            drafts.mistakes.problems.extend(problems)
            if not problems:
                found[model, field.name] = field.type.compute
    return found


def input_keys(drafts: Drafts, model: str, paths: tuple[str, ...]) -> Iterator[Key]:
    """Give the fields that dotted paths read, with the models they belong to."""
    for path in paths:
        here = model
        for name in path.split("."):
            yield here, name
            relation = drafts.models[here].fields[name].relation
            here = relation.target if relation else here


def _problems(
    drafts: Drafts, model: str, field: FieldDraft, behaviour: type | None
) -> Iterator[Problem]:
    what = f'field "{field.name}" of {model}'
    located = field.decl.options["compute"]
    if field.relation is not None or field.type.kind is Kind.RECORD:
        message = f"{what} leads to records; a method computes values only."
        yield located.source.problem("bad_compute", message)
        return
    if not located.value:
        hint = "Name what the method reads: `compute: [price, stage.sequence]`."
        yield located.source.problem("bad_compute", f"{what} names no inputs.", hint)
        return
    for item in located.value:
        yield from load_path_problems(drafts, model, [str(item.value)], what, item.source)
    yield from _secret_problems(drafts, model, field, what)
    yield from _method_problems(drafts, model, field, behaviour)


def _secret_problems(drafts: Drafts, model: str, field: FieldDraft, what: str) -> Iterator[Problem]:
    for item in field.decl.options["compute"].value:
        *path, name = str(item.value).split(".")
        here: str | None = model
        for step in path:
            draft = drafts.models[here].fields.get(step) if here else None
            here = draft.relation.target if draft and draft.relation else None
        last = drafts.models[here].fields.get(name) if here else None
        if last is not None and last.type.is_secret:
            message = f'{what} is computed from "{item.value}", which is a secret.'
            yield item.source.problem("bad_compute", message, "Read it in a method of the model.")


def _method_problems(
    drafts: Drafts, model: str, field: FieldDraft, behaviour: type | None
) -> Iterator[Problem]:
    name, place = COMPUTE_PREFIX + field.name, field.place("compute")
    written = f"def {name}(self) -> {_shown(PYTHON_TYPES[field.type.kind])}"
    method = inspect.getattr_static(behaviour, name, None) if behaviour else None
    if method is None:
        if not drafts.mistakes.is_lost(name) and field.decl.module not in drafts.mistakes.modules:
            message = f'field "{field.name}" of {model} is computed by a method that is missing.'
            hint = f"Write `{written}: ...` in class {model}."
            yield place.problem("missing_method", message, hint)
        return
    if not _is_plain(method):
        message = f"{model}.{name} must be a plain method of the record alone."
        yield place.problem("bad_compute", message, f"Write `{written}: ...`.")
        return
    given = _annotation(method)
    if given not in _accepted(field.type.kind):
        message = f'{model}.{name} gives {_shown(given)}, field "{field.name}" is of another type.'
        yield place.problem("bad_compute", message, f"Write `{written}: ...`, or `| None`.")


def _is_plain(method: Any) -> bool:
    if not inspect.isfunction(method) or inspect.iscoroutinefunction(method):
        return False
    return len(inspect.signature(method).parameters) == 1


def _annotation(method: Callable[..., Any]) -> Any:
    """Return what a method says it returns, `inspect.Signature.empty` when it says nothing."""
    empty = inspect.Signature.empty
    try:
        return get_type_hints(method).get("return", empty)
    except NameError:
        return inspect.signature(method).return_annotation


def _accepted(kind: Kind) -> tuple[Any, ...]:
    expected = PYTHON_TYPES[kind]
    return (Any, object, *(dict, list)) if expected is Any else (expected, expected | None)


def _shown(annotation: Any) -> str:
    if annotation is inspect.Signature.empty:
        return "no type"
    is_class = isinstance(annotation, type)
    return annotation.__name__ if is_class else str(annotation).removeprefix("typing.")
