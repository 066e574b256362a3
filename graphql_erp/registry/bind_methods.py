"""Marked methods of behaviour classes -> MethodDefs; what no client could call is a problem."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from graphql_erp import naming
from graphql_erp.behaviour.annotations import AnnotationReader
from graphql_erp.behaviour.decorators import MethodKind
from graphql_erp.behaviour.exposed import Exposed, exposed_methods
from graphql_erp.behaviour.model import Model
from graphql_erp.behaviour.signature import MethodPlace, Signature, read_signature
from graphql_erp.declarations.nodes import ModuleDecl
from graphql_erp.declarations.source import Source
from graphql_erp.declarations.text import Text
from graphql_erp.registry.draft import Drafts, ModelDraft
from graphql_erp.registry.grants import GroupDef, unknown_groups
from graphql_erp.registry.load_paths import load_path_problems
from graphql_erp.registry.logic import onchange_methods
from graphql_erp.registry.method import MethodDef
from graphql_erp.registry.names import singular_of
from graphql_erp.registry.watched import is_of_record_alone, watch_problems

_BACKGROUND_HINT = "Remove `background=True`; the call is answered when the method has ended."


@dataclass(frozen=True, slots=True)
class MethodBinder:
    """Binds the methods of all models of one set of modules."""

    drafts: Drafts
    modules: Sequence[ModuleDecl]
    groups: Mapping[str, GroupDef]
    models: Mapping[str, type[Model]]
    """A class that stands for each model in annotations."""

    def methods(self, draft: ModelDraft, behaviour: type | None) -> Mapping[str, MethodDef]:
        """Return the methods of a model by their Python names; mistakes become problems."""
        self.check_onchange(draft, behaviour)
        reader = AnnotationReader(draft.decl.name, self.models)
        found: dict[str, MethodDef] = {}
        for name, exposed in exposed_methods(behaviour).items():
            source = self.place(exposed.function)
            what = f'method "{name}" of {draft.decl.name}'
            self._check_mark(draft, exposed, what, source)
            signature = read_signature(exposed, reader)
            if isinstance(signature, Signature):
                found[name] = _method(draft, exposed, signature, source)
                continue
            for misfit in signature:
                if not misfit.unknown or not self.drafts.mistakes.is_lost(misfit.unknown):
                    problem = source.problem("bad_method", misfit.told(what), misfit.hint)
                    self.drafts.mistakes.problems.append(problem)
        return MappingProxyType(found)

    def check_onchange(self, draft: ModelDraft, behaviour: type | None) -> None:
        """Report methods marked with `@onchange` that no draft could call."""
        mistakes = self.drafts.mistakes
        for method in onchange_methods(behaviour):
            function = inspect.getattr_static(behaviour, method.name)
            source = self.place(getattr(function, "__func__", function))
            what = f'method "{method.name}" of {draft.decl.name}'
            if not is_of_record_alone(function):
                message = f"{what} must be a plain or async method of the record alone."
                hint = f"Write `def {method.name}(self) -> None: ...`."
                mistakes.problems.append(source.problem("bad_onchange", message, hint))
            mistakes.problems.extend(watch_problems(self.drafts, draft, method, what, source))
            mistakes.problems.extend(
                load_path_problems(self.drafts, draft.decl.name, method.load, what, source)
            )

    def _check_mark(self, draft: ModelDraft, exposed: Exposed, what: str, source: Source) -> None:
        mistakes, mark = self.drafts.mistakes, exposed.mark
        if mark.background:
            message = f"{what} says `background=True`, which is reserved."
            mistakes.problems.append(source.problem("not_supported", message, _BACKGROUND_HINT))
        names = [Text(name, source) for name in mark.groups]
        mistakes.problems.extend(unknown_groups(names, what, self.groups, mistakes))
        mistakes.problems.extend(
            load_path_problems(self.drafts, draft.decl.name, mark.load, what, source)
        )

    def place(self, function: Callable[..., Any]) -> Source:
        """Return where a method stands, its path as messages show it."""
        code: Any = inspect.unwrap(function)
        path, line = Path(code.__code__.co_filename), code.__code__.co_firstlineno
        for module in self.modules:
            if path.is_relative_to(module.folder):
                shown = Path(module.manifest.source.path).parent / path.relative_to(module.folder)
                return Source(str(shown), line)
        return Source(path.name, line)


def method_binder(
    drafts: Drafts, modules: Sequence[ModuleDecl], groups: Mapping[str, GroupDef]
) -> MethodBinder:
    """Return what binds the methods of a set of modules."""
    classes = {name: type(name, (Model,), {}) for name in drafts.models}
    return MethodBinder(drafts, modules, groups, classes)


def _method(draft: ModelDraft, exposed: Exposed, signature: Signature, source: Source) -> MethodDef:
    mark = exposed.mark
    is_field = mark.kind is MethodKind.QUERY and signature.place is MethodPlace.RECORD
    noun = singular_of(draft) + naming.pascal(exposed.name)
    return MethodDef(
        name=exposed.name,
        graphql_name=naming.camel(exposed.name) if is_field else mark.name or noun,
        model=draft.decl.name,
        kind=mark.kind,
        where=signature.place,
        arguments=signature.arguments,
        result=signature.result,
        load=mark.load,
        groups=mark.groups,
        needs_key=mark.needs_key,
        is_secret=mark.is_secret,
        description=signature.description,
        source=source,
    )
