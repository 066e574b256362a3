"""Modules -> registry: order, merge, read, relate, bind, check, freeze."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from graphql_erp import naming
from graphql_erp.behaviour.load import ModulePython, load_python, stack
from graphql_erp.behaviour.model import Model, record_class
from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.nodes import FieldDecl, ModelDecl, ModuleDecl
from graphql_erp.errors import DeclarationError, Problem
from graphql_erp.fields.labels import words
from graphql_erp.fields.reference import Reference
from graphql_erp.fields.relation import RelationType
from graphql_erp.registry.abstract import refuse_uses, unmixed
from graphql_erp.registry.attached import with_changes
from graphql_erp.registry.bind_methods import MethodBinder, method_binder
from graphql_erp.registry.bind_sequence import bind_sequence
from graphql_erp.registry.binder import Binder
from graphql_erp.registry.computed import Expressions, bind_computed
from graphql_erp.registry.conditions import bind_checks
from graphql_erp.registry.cross_checks import CROSS_CHECKS
from graphql_erp.registry.draft import Drafts, FieldDraft, ModelDraft, unknown
from graphql_erp.registry.field_types import field_type, with_related
from graphql_erp.registry.grants import read_access, read_groups, read_rules
from graphql_erp.registry.index_names import index_name_problems
from graphql_erp.registry.inputs import bind_inputs
from graphql_erp.registry.keys import KeyReader
from graphql_erp.registry.logic import logic_of
from graphql_erp.registry.merge import merge
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.names import plural_of, reserved_field_reason, singular_of
from graphql_erp.registry.order import reaches
from graphql_erp.registry.providers import provider_problems
from graphql_erp.registry.records import read_records
from graphql_erp.registry.references import is_incomplete, reference_members
from graphql_erp.registry.registry import Registry, fingerprint
from graphql_erp.registry.relations import relate
from graphql_erp.registry.storing import is_kept, refuse_unstorable
from graphql_erp.registry.system import USER_MODEL, system_fields
from graphql_erp.registry.trees import lineage, with_parent


def build_registry(modules: Sequence[ModuleDecl], found: Mistakes | None = None) -> Registry:
    """Return the registry of a set of modules.

    Args:
        modules: Modules and everything they depend on, each after its dependencies.
        found: The mistakes that were found when the modules were read.

    Raises:
        DeclarationError: With all mistakes of all modules.
    """
    mistakes = found.copy() if found else Mistakes()
    problems = mistakes.problems
    python = [_python(module, mistakes) for module in modules]
    drafts = _drafts(modules, mistakes)
    groups = read_groups(modules, mistakes)
    for check in CROSS_CHECKS:
        problems.extend(check(drafts, groups))
    binder = Binder(drafts)
    sources = tuple(source for item in python for source in item.records)
    behaviours = _behaviours(python, drafts)
    expressions = bind_computed(binder, bind_inputs(drafts, behaviours))
    refuse_unstorable(drafts, expressions)
    methods = method_binder(drafts, modules, groups)
    models = {
        name: _model(binder, draft, expressions, behaviours.get(name), methods)
        for name, draft in drafts.models.items()
    }
    for name, draft in drafts.models.items():
        problems.extend(provider_problems(draft, behaviours.get(name), methods.place))
    problems.extend(index_name_problems(models.values()))
    access = read_access(binder, modules, groups, behaviours)
    rules = read_rules(binder, modules)
    records = read_records(drafts, modules, sources)
    if problems:
        raise DeclarationError(tuple(dict.fromkeys(problems)))
    return Registry(
        models=MappingProxyType(models),
        modules=tuple(modules),
        classes=MappingProxyType(
            {name: record_class(model, model.behaviour) for name, model in models.items()}
        ),
        fingerprint=fingerprint(modules),
        records=records,
        record_sources=sources,
        groups=MappingProxyType(dict(groups)),
        access=access,
        rules=rules,
    )


def _python(module: ModuleDecl, mistakes: Mistakes) -> ModulePython:
    """Return the Python of a module; what stands in files that fail is lost."""
    found: list[Problem] = []
    python = load_python(module, found)
    failed = [problem.path for problem in found if problem.check == "import_failed"]
    if failed:
        mistakes.modules.add(module.identifier)
    for item in module.behaviours:
        inside = item.path.relative_to(module.folder).as_posix()
        if any(path.endswith(f"/{inside}") for path in failed):
            mistakes.lose(item.path.read_text(errors="replace"))
    mistakes.problems.extend(found)
    return python


def _drafts(modules: Sequence[ModuleDecl], mistakes: Mistakes) -> Drafts:
    reached = reaches(modules, mistakes.modules)
    declared = merge(modules, reached, mistakes)
    abstract = {name: decl for name, decl in declared.items() if decl.abstract}
    merged = {name: decl for name, decl in declared.items() if not decl.abstract}
    refuse_uses(modules, abstract, mistakes)
    has_users = USER_MODEL in merged
    read = {
        name: with_changes(_draft(decl, mistakes, has_users=has_users), merged)
        for name, decl in merged.items()
    }
    for decl in unmixed(declared):
        _draft(decl, mistakes, has_users=has_users)  # for the mistakes in it
    related = relate(read, reached, mistakes)
    for field in _lost_fields(merged, related):
        mistakes.lose(field.name, *field.options.values())
    return Drafts(related, mistakes, frozenset(abstract))


def _draft(decl: ModelDecl, mistakes: Mistakes, *, has_users: bool) -> ModelDraft:
    decl = with_parent(decl)
    fields = dict(system_fields(decl.module, has_users=has_users))
    system = frozenset(fields)
    for item in decl.fields:
        if item.name in system:
            reason = reserved_field_reason(item.name)
            message = f'field "{item.name}" of {decl.name} must have another name: {reason}.'
            mistakes.problems.append(item.source.problem("reserved_field", message))
            continue
        whole = with_related(item)
        kind = field_type(decl.name, whole, mistakes)
        if kind is not None:
            fields[item.name] = FieldDraft(decl=whole, type=kind)
        if isinstance(kind, Reference):
            members = reference_members(decl, whole, kind, mistakes)
            fields.update((member.name, member) for member in members)
    return ModelDraft(decl=decl, module=decl.module, fields={**fields, **lineage(decl)})


def _lost_fields(
    merged: Mapping[str, ModelDecl], models: Mapping[str, ModelDraft]
) -> Iterator[FieldDecl]:
    """Give the fields that have a problem already."""
    for name, decl in merged.items():
        for item in decl.fields:
            draft = models[name].fields.get(item.name)
            is_lost = draft is not None and isinstance(draft.type, RelationType)
            is_lost = is_lost and draft is not None and draft.relation is None
            if draft is None or is_lost or is_incomplete(models[name], draft):
                yield item


def _behaviours(python: Sequence[ModulePython], drafts: Drafts) -> Mapping[str, type[Model]]:
    stacks: dict[str, list[type[Model]]] = {}
    for module in python:
        for name, (kind, place) in module.classes.items():
            if name in drafts.models or name in drafts.abstract:
                stacks.setdefault(name, []).append(kind)
                continue
            if drafts.mistakes.is_lost(name):
                continue
            places = {known: model.decl.source for known, model in drafts.models.items()}
            message = f'class "{name}" is the behaviour of an unknown model.'
            problem = unknown("unknown_model", message, name, places, place)
            drafts.mistakes.problems.append(problem)
    stacked = {
        name: stack([item for base in _bases(draft) for item in stacks.get(base, ())])
        for name, draft in drafts.models.items()
    }
    return {name: kind for name, kind in stacked.items() if kind is not None}


def _bases(draft: ModelDraft) -> Iterator[str]:
    """Give the models whose behaviour a model has, its own last."""
    yield from reversed(draft.decl.mixins)
    yield draft.decl.name


def _model(
    binder: Binder,
    draft: ModelDraft,
    expressions: Expressions,
    behaviour: type | None,
    methods: MethodBinder,
) -> ModelDef:
    decl = draft.decl
    table = decl.table or naming.table_name(decl.name)
    keys = KeyReader(binder.drafts, draft, table)
    unique = keys.unique()
    return ModelDef(
        name=decl.name,
        module=draft.module,
        label=decl.label or words(decl.name),
        description=decl.description,
        singular=singular_of(draft),
        plural=plural_of(draft),
        table=table,
        api=decl.api,
        locking=decl.locking,
        fields=MappingProxyType(
            {name: _field(binder, draft, item, expressions) for name, item in draft.fields.items()}
        ),
        order_by=keys.order_by(),
        search=keys.search(),
        checks=bind_checks(binder, draft, expressions),
        unique=unique,
        indexes=keys.indexes(unique),
        mixins=tuple(map(str, decl.mixins)),
        archive=str(decl.archive),
        is_tree=decl.tree,
        is_audited=decl.audit,
        is_transient=decl.transient,
        behaviour=behaviour,
        logic=logic_of(behaviour, draft.fields),
        methods=methods.methods(draft, behaviour),
        source=decl.source,
    )


def _field(
    binder: Binder, model: ModelDraft, draft: FieldDraft, expressions: Expressions
) -> FieldDef:
    expression = expressions.get((model.decl.name, draft.name))
    inputs = draft.type.compute if isinstance(draft.type.compute, tuple) else ()
    is_stored = (expression is None and not inputs) or draft.type.store
    return FieldDef(
        name=draft.name,
        graphql_name=naming.camel(draft.name),
        model=model.decl.name,
        module=draft.decl.module,
        type=draft.type,
        label=draft.type.label or words(draft.name),
        column=draft.column if is_stored else "",
        relation=draft.relation,
        expression=expression,
        inputs=inputs,
        is_kept=is_kept(binder.drafts, model.decl.name, draft, expressions),
        sequence=bind_sequence(binder, model, draft, expressions),
        members=_members(draft),
        member_of=draft.member_of,
        is_system=draft.is_system,
        source=draft.decl.source,
    )


def _members(draft: FieldDraft) -> tuple[str, ...]:
    return tuple(draft.type.members(draft.name)) if isinstance(draft.type, Reference) else ()
