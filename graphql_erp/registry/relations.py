"""Targets, inverses and link tables: the two ends of every relation agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graphql_erp import naming
from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.nodes import FieldDecl
from graphql_erp.errors import Problem
from graphql_erp.fields.base import FieldType
from graphql_erp.fields.relation import (
    ManyToMany,
    ManyToOne,
    OneToMany,
    OneToOne,
    OneToOneInverse,
    RelationType,
)
from graphql_erp.naming import did_you_mean
from graphql_erp.registry.draft import FieldDraft, ModelDraft, declared_in, unknown
from graphql_erp.registry.model import Relation, RelationKind

Models = dict[str, ModelDraft]


@dataclass(frozen=True, slots=True)
class End:
    """One declared end of a relation whose target is known."""

    model: str
    draft: FieldDraft
    type: RelationType

    @property
    def label(self) -> str:
        """What messages call it."""
        return f'field "{self.draft.member_of or self.draft.name}" of {self.model}'


def relate(
    models: Mapping[str, ModelDraft],
    reached: Mapping[str, frozenset[str]],
    mistakes: Mistakes,
) -> Models:
    """Return the models with inverse fields added and every relation resolved.

    Args:
        models: Models whose field types are read.
        reached: For each module itself and everything it depends on.
        mistakes: Gets the mistakes; relations that have one are left out.
    """
    related = dict(models)
    ends = [end for end in _ends(models) if _target_is_known(end, models, reached, mistakes)]
    for model in models:
        broken = {
            name
            for name, draft in models[model].fields.items()
            if isinstance(draft.type, RelationType) and not draft.is_system
        }
        kept = {end.draft.name for end in ends if end.model == model}
        _drop(related, model, broken - kept)
    for end in ends:
        if isinstance(end.type, ManyToOne):
            _to_one(related, end, mistakes.problems)
    for end in ends:
        if isinstance(end.type, OneToMany):
            _one_to_many(related, end, mistakes)
        elif isinstance(end.type, ManyToMany):
            _many_to_many(related, end, mistakes.problems)
    return related


def _ends(models: Mapping[str, ModelDraft]) -> Iterator[End]:
    for name, model in models.items():
        for draft in model.fields.values():
            if isinstance(draft.type, RelationType) and not draft.is_system:
                yield End(name, draft, draft.type)


def _target_is_known(
    end: End,
    models: Mapping[str, ModelDraft],
    reached: Mapping[str, frozenset[str]],
    mistakes: Mistakes,
) -> bool:
    problems = mistakes.problems
    target = models.get(end.type.to)
    place = end.draft.place("to")
    if target is None and mistakes.is_lost(end.type.to):
        return False
    if target is None:
        places = {name: model.decl.source for name, model in models.items()}
        message = f'{end.label} points to unknown model "{end.type.to}".'
        problems.append(unknown("unknown_model", message, end.type.to, places, place))
        return False
    module = end.draft.decl.module
    if target.module not in reached[module]:
        message = f'{end.label} points to {end.type.to} of module "{target.module}".'
        hint = f'Add "{target.module}" to the dependencies of "{module}".'
        problems.append(place.problem("missing_dependency", message, hint))
    return True


def _drop(models: Models, model: str, names: set[str]) -> None:
    fields = {name: item for name, item in models[model].fields.items() if name not in names}
    models[model] = replace(models[model], fields=fields)


def _set(models: Models, model: str, draft: FieldDraft) -> None:
    models[model] = replace(models[model], fields={**models[model].fields, draft.name: draft})


def _inverse_field(end: End, kind: FieldType) -> FieldDraft:
    decl = FieldDecl(
        name=end.type.inverse,
        type=kind.name,
        source=end.draft.place("inverse"),
        module=end.draft.decl.module,
    )
    return FieldDraft(decl=decl, type=kind)


def _to_one(models: Models, end: End, problems: list[Problem]) -> None:
    on_delete = end.type.on_delete if isinstance(end.type, ManyToOne) else "restrict"
    relation = Relation(
        kind=RelationKind.TO_ONE,
        target=end.type.to,
        inverse=end.type.inverse,
        column=end.draft.column,
        on_delete=on_delete,
    )
    _set(models, end.model, replace(end.draft, relation=relation))
    if not end.type.inverse:
        return
    other = models[end.type.to].fields.get(end.type.inverse)
    if other is None:
        kind = OneToOneInverse if isinstance(end.type, OneToOne) else OneToMany
        added = _inverse_field(end, kind(to=end.model, inverse=end.draft.name))
        _set(models, end.type.to, replace(added, relation=_inverse_relation(end.draft, end.model)))
    elif isinstance(end.type, OneToOne) or not _is_declared_inverse(other, OneToMany, end):
        problems.append(_clash(end, other))


def _inverse_relation(to_one: FieldDraft, model: str) -> Relation:
    is_one = isinstance(to_one.type, OneToOne)
    return Relation(
        kind=RelationKind.INVERSE_ONE if is_one else RelationKind.INVERSE,
        target=model,
        inverse=to_one.name,
        column=to_one.column,
    )


def _is_declared_inverse(other: FieldDraft, kind: type[RelationType], end: End) -> bool:
    return (
        isinstance(other.type, kind)
        and other.type.to == end.model
        and other.type.inverse == end.draft.name
    )


def _clash(end: End, other: FieldDraft) -> Problem:
    message = (
        f'{end.label} wants the inverse "{end.type.inverse}" on {end.type.to},'
        f" which has another field of that name{declared_in(other.decl.source)}."
    )
    hint = "Choose another name for the inverse."
    return end.draft.place("inverse").problem("inverse_clash", message, hint)


def _one_to_many(models: Models, end: End, mistakes: Mistakes) -> None:
    problems = mistakes.problems
    target = models[end.type.to]
    to_one = target.fields.get(end.type.inverse)
    place = end.draft.place("inverse")
    if to_one is None and mistakes.is_lost(end.type.inverse):
        return
    if to_one is None or to_one.relation is None or not isinstance(to_one.type, ManyToOne):
        known = [name for name, item in target.fields.items() if _leads_to(item, end.model)]
        message = f'{end.label} needs a ManyToOne "{end.type.inverse}" on {end.type.to}.'
        hint = did_you_mean(end.type.inverse, known)
        problems.append(place.problem("unknown_inverse", message, hint))
        return
    if isinstance(to_one.type, OneToOne):
        message = (
            f'{end.label} names "{to_one.name}" of {end.type.to} as its inverse,'
            " a OneToOne, which leads here from one record at most."
        )
        hint = f'Remove it, and write `inverse: {end.draft.name}` at "{to_one.name}".'
        problems.append(place.problem("inverse_mismatch", message, hint))
        return
    if to_one.relation.target != end.model:
        message = (
            f'{end.label} names "{end.type.inverse}" of {end.type.to} as its inverse,'
            f" which leads to {to_one.relation.target}{declared_in(to_one.decl.source)}."
        )
        problems.append(place.problem("inverse_mismatch", message))
        return
    if to_one.relation.inverse not in {"", end.draft.name}:
        message = (
            f'{end.label} and "{to_one.relation.inverse}" are both the inverse of'
            f' "{to_one.name}" of {end.type.to}{declared_in(to_one.decl.source)}.'
        )
        problems.append(place.problem("inverse_mismatch", message, "Keep one of them."))
        return
    relation = replace(to_one.relation, inverse=end.draft.name)
    _set(models, end.type.to, replace(to_one, relation=relation))
    own = replace(end.draft, relation=_inverse_relation(to_one, end.type.to))
    _set(models, end.model, own)


def _leads_to(draft: FieldDraft, model: str) -> bool:
    return draft.relation is not None and draft.relation.target == model and bool(draft.column)


def _many_to_many(models: Models, end: End, problems: list[Problem]) -> None:
    if models[end.model].fields[end.draft.name].relation is not None:
        return
    via = end.type.via if isinstance(end.type, ManyToMany) else ""
    other = models[end.type.to].fields.get(end.type.inverse) if end.type.inverse else None
    is_itself = other is not None and other.decl is end.draft.decl
    if other is not None and (is_itself or not _is_declared_inverse(other, ManyToMany, end)):
        problems.append(_clash(end, other))
        return
    if other is not None and isinstance(other.type, ManyToMany):
        if via and other.type.via and via != other.type.via:
            message = (
                f'{end.label} is kept in the table "{via}", its inverse in "{other.type.via}"'
                f"{declared_in(other.decl.source)}."
            )
            problems.append(end.draft.place("via").problem("inverse_mismatch", message))
            return
        via = via or other.type.via
    forth = _link(end, via)
    back = replace(
        forth,
        target=end.model,
        inverse=end.draft.name,
        link_own=forth.link_target,
        link_target=forth.link_own,
    )
    _set(models, end.model, replace(end.draft, relation=forth))
    if end.type.inverse:
        # A duplicated tag is not put on everything that has the tag.
        kind = ManyToMany(to=end.model, inverse=end.draft.name, via=via, copy=False)
        inverse = other or _inverse_field(end, kind)
        _set(models, end.type.to, replace(inverse, relation=back))


def _link(end: End, via: str) -> Relation:
    own, target = f"{naming.snake(end.model)}_id", f"{naming.snake(end.type.to)}_id"
    if own == target:
        target = f"related_{target}"
    return Relation(
        kind=RelationKind.LINK,
        target=end.type.to,
        inverse=end.type.inverse,
        link_table=via or naming.link_table_name(end.model, end.draft.name),
        link_own=naming.postgres_name(own),
        link_target=naming.postgres_name(target),
    )
