"""records: sections checked: fields, values and references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql_erp.behaviour.load import RecordSource
from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.nodes import ModuleDecl, RecordDecl
from graphql_erp.declarations.source import Located, Source
from graphql_erp.errors import Problem
from graphql_erp.fields.base import InvalidValue
from graphql_erp.fields.reference import Reference
from graphql_erp.fields.varying import clean_shipped
from graphql_erp.registry.draft import Drafts, FieldDraft, declared_in, unknown
from graphql_erp.registry.field_types import clean_declared
from graphql_erp.registry.model import RelationKind

GROUP_MODEL = "Group"
"""Model of core whose records the groups of modules become: other records may refer to them."""

_FAR_ENDS = {RelationKind.INVERSE, RelationKind.INVERSE_ONE}
"""Relations whose column is the other model's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDef:
    """One record a module ships; its values are cleaned."""

    model: str
    module: str
    identifier: str
    """Full identifier: `<module>.<key>`."""
    values: Mapping[str, Any]
    """Values of own columns by field name; relations are not among them."""
    references: Mapping[str, str]
    """Full identifier of the target by to-one field."""
    links: Mapping[str, tuple[str, ...]]
    """Full identifiers of the targets by many-to-many field."""
    demo: bool = False
    source: Source = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Reader:
    drafts: Drafts
    identifiers: Mapping[str, str]
    """Model by full identifier."""
    made: frozenset[tuple[str, str]]
    """Modules and models whose records Python gives, so that only the installer knows them."""
    places: Mapping[str, Source]

    @property
    def mistakes(self) -> Mistakes:
        """What was found wrong so far."""
        return self.drafts.mistakes

    @property
    def problems(self) -> list[Problem]:
        """Problems found so far."""
        return self.drafts.mistakes.problems


def read_records(
    drafts: Drafts,
    modules: Sequence[ModuleDecl],
    sources: Iterable[RecordSource],
) -> tuple[RecordDef, ...]:
    """Return all records, in the order of the modules and their files.

    Args:
        drafts: The models.
        modules: The modules in dependency order.
        sources: Functions that give records at installation.
    """
    identifiers: dict[str, str] = {}
    places: dict[str, Source] = {}
    decls = [(module.identifier, decl) for module in modules for decl in module.records]
    for module, decl in decls:
        name = _full(decl.identifier, module)
        if name in places:
            message = f'record "{name}" is declared twice{declared_in(places[name])}.'
            drafts.mistakes.problems.append(decl.source.problem("duplicate_record", message))
        identifiers[name] = decl.model
        places.setdefault(name, decl.source)
    for owner in modules:
        for group in owner.groups:
            name = _full(group.name, owner.identifier)
            identifiers.setdefault(name, GROUP_MODEL)
            places.setdefault(name, group.source)
    reader = _Reader(drafts, identifiers, _made(drafts, sources), places)
    records = (_record(reader, module, decl) for module, decl in decls)
    return tuple(record for record in records if record is not None)


def _made(drafts: Drafts, sources: Iterable[RecordSource]) -> frozenset[tuple[str, str]]:
    found = set()
    for source in sources:
        found.add((source.module, source.model))
        if source.model not in drafts.models and not drafts.mistakes.is_lost(source.model):
            places = {name: item.decl.source for name, item in drafts.models.items()}
            message = f'"{source.function.__name__}" gives records of unknown "{source.model}".'
            problem = unknown("unknown_model", message, source.model, places, source.source)
            drafts.mistakes.problems.append(problem)
    return frozenset(found)


def _full(identifier: str, module: str) -> str:
    return identifier if "." in identifier else f"{module}.{identifier}"


def _record(reader: _Reader, module: str, decl: RecordDecl) -> RecordDef | None:
    if decl.model not in reader.drafts.models:
        if reader.mistakes.is_lost(decl.model):
            return None
        places = {name: item.decl.source for name, item in reader.drafts.models.items()}
        message = f'record "{decl.identifier}" belongs to unknown model "{decl.model}".'
        reader.problems.append(unknown("unknown_model", message, decl.model, places, decl.source))
        return None
    values: dict[str, Any] = {}
    references: dict[str, str] = {}
    links: dict[str, tuple[str, ...]] = {}
    for name, item in decl.values.items():
        draft = _writable(reader, decl, name, item)
        if draft is None:
            continue
        what = f'"{name}" of record "{decl.identifier}"'
        kind = draft.relation.kind if draft.relation else None
        if kind is None:
            values[name] = _value(reader, draft, item, what)
        elif kind is RelationKind.LINK:
            items = item.value if isinstance(item.value, list | tuple) else (item,)
            targets = (_reference(reader, draft, module, part, what) for part in items)
            links[name] = tuple(target for target in targets if target)
        elif item.value is None:
            values[name] = _value(reader, draft, item, what)
        else:
            references[name] = _reference(reader, draft, module, item, what)
    _require_values(reader, decl)
    return RecordDef(
        model=decl.model,
        module=module,
        identifier=_full(decl.identifier, module),
        values=values,
        references=references,
        links=links,
        demo=decl.demo,
        source=decl.source,
    )


def _writable(reader: _Reader, decl: RecordDecl, name: str, item: Located) -> FieldDraft | None:
    model = reader.drafts.models[decl.model]
    draft = model.fields.get(name)
    if draft is None:
        if not reader.mistakes.is_lost(name):
            message = f'record "{decl.identifier}": {decl.model} has no field "{name}".'
            reader.problems.append(
                unknown("unknown_field", message, name, model.places, item.place)
            )
        return None
    reason = ""
    if draft.is_system or draft.type.compute is not None:
        reason = "is set by the engine"
    elif isinstance(draft.type, Reference):
        reason = f"is set as one of {', '.join(draft.type.members(name))}"
    elif draft.relation is not None and draft.relation.kind in _FAR_ENDS:
        reason = f'is set through "{draft.relation.inverse}" of {draft.relation.target}'
    if reason:
        message = f'record "{decl.identifier}": "{name}" of {decl.model} {reason}.'
        reader.problems.append(item.place.problem("not_writable", message))
        return None
    return draft


def _value(reader: _Reader, draft: FieldDraft, item: Located, what: str) -> Any:
    if item.value is not None and draft.type.is_secret:
        message = f"{what} is a secret, which does not belong into a file."
        reader.problems.append(item.place.problem("invalid_value", message, "Leave it out."))
        return None
    if item.value is None:
        if draft.type.required:
            message = f"{what} must have a value."
            reader.problems.append(item.place.problem("missing_value", message))
        return None
    try:
        if isinstance(item.value, Mapping):
            return clean_shipped(draft.type, item.plain())
        return clean_declared(draft.type, item.plain())
    except InvalidValue as error:
        if isinstance(item.value, str) and reader.mistakes.is_lost(item.value):
            return None
        reader.problems.append(item.source.problem("invalid_value", f"{what} {error}"))
        return None


def _reference(reader: _Reader, draft: FieldDraft, module: str, item: Located, what: str) -> str:
    target = draft.relation.target if draft.relation else ""
    if not isinstance(item.value, str):
        message = f"{what} must be the identifier of a {target} record."
        hint = "Write the key of a record, such as stage_new or core.eur."
        reader.problems.append(item.source.problem("invalid_value", message, hint))
        return ""
    name = _full(item.value, module)
    owner = name.partition(".")[0]
    if (owner, target) in reader.made:
        return name
    if name not in reader.identifiers and (
        owner in reader.mistakes.modules or reader.mistakes.is_lost(name)
    ):
        return ""
    if name not in reader.identifiers:
        message = f'{what} refers to unknown record "{name}".'
        own = f"{module}."
        places = {
            known.removeprefix(own): place
            for known, place in reader.places.items()
            if reader.identifiers[known] == target
        }
        wrong = name.removeprefix(own)
        reader.problems.append(unknown("unknown_record", message, wrong, places, item.source))
        return ""
    actual = reader.identifiers[name]
    if actual != target:
        message = f'{what} must be a {target}, but "{name}" is a {actual}'
        place = declared_in(reader.places[name])
        problem = item.source.problem("wrong_reference", f"{message}{place}.")
        reader.problems.append(problem)
    return name


def _require_values(reader: _Reader, decl: RecordDecl) -> None:
    for name, draft in reader.drafts.models[decl.model].fields.items():
        names = draft.type.members(name) if isinstance(draft.type, Reference) else (name,)
        is_given = any(item in decl.values for item in names)
        is_given = is_given or draft.is_system or draft.type.default is not None
        if draft.type.required and not is_given and not reader.mistakes.is_lost(name):
            message = f'record "{decl.identifier}" needs "{name}": {decl.model} requires it.'
            reader.problems.append(decl.source.problem("missing_value", message))
