"""Names to fields: one hop, a path of to-one hops, the relation at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.scope import FieldInfo, Models, RelationInfo
from graphql_erp.expressions.tree import Kind, ValueType
from graphql_erp.naming import did_you_mean, uncamel

Member = FieldInfo | RelationInfo

MAX_NAMES: Final = 20
"""Longest path; each hop is a join or a subselect."""


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a path goes by fields alone."""

    hops: tuple[str, ...]
    """To-one relations that lead to `model`."""
    model: str
    """Model of `end`."""
    end: Member
    """The value, the to-many relation, or the to-one relation compared by its id."""
    rest: tuple[str, ...]
    """What follows: lookups, or for a to-many relation more fields."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the fields of the path, `end` included."""
        return (*self.hops, self.end.name)


def find(models: Models, model: str, name: str) -> Member | None:
    """Return the field a name means; camelCase and `company_id` (the relation) are understood."""
    for spelling in dict.fromkeys((name, uncamel(name))):
        relation = models.resolve(model, spelling[:-3]) if spelling.endswith("_id") else None
        if isinstance(relation, RelationInfo) and not relation.to_many:
            return relation
        member = models.resolve(model, spelling)
        if member is not None:
            return member
    return None


def require(models: Models, model: str, name: str) -> Member:
    """Return the field a name means.

    Raises:
        ExpressionError: The model has no such field.
    """
    member = find(models, model, name)
    if member is None:
        raise ExpressionError(
            f'{model} has no field "{name}".', hint=did_you_mean(name, models.names(model))
        )
    return member


def walk_path(models: Models, model: str, names: Sequence[str]) -> Walk:
    """Follow names as long as they are fields; the first one must be.

    Raises:
        ExpressionError: The first name is no field of the model, or the path is too long.
    """
    if len(names) > MAX_NAMES:
        raise ExpressionError(
            f"The path has more than {MAX_NAMES} names.", hint="Compute a part of it in a field."
        )
    hops: list[str] = []
    rest = list(names)
    while True:
        name = rest.pop(0)
        member = require(models, model, name)
        walk = Walk(tuple(hops), model, member, tuple(rest))
        if rest and isinstance(member, FieldInfo) and member.member(uncamel(rest[0])):
            rest[0] = member.member(uncamel(rest[0]))
            continue
        if not rest or isinstance(member, FieldInfo) or member.to_many:
            return walk
        if uncamel(name) != member.name:
            return walk
        following = find(models, member.target, rest[0])
        if following is None:
            return walk
        if following.name == "id":
            return Walk(tuple(hops), model, member, tuple(rest[1:]))
        hops.append(member.name)
        model = member.target


def member_of(models: Models, model: str, names: Sequence[str]) -> Member:
    """Return the field at the end of a path that must have fields only.

    Raises:
        ExpressionError: A name is no field, or a hop leads to many records or nowhere.
    """
    *hops, last = names
    for hop in hops:
        member = require(models, model, hop)
        if isinstance(member, FieldInfo):
            raise ExpressionError(
                f'"{hop}" of {model} is a value and leads nowhere.',
                hint=f'Remove what follows "{hop}".',
            )
        if member.to_many:
            raise ExpressionError(
                f'"{hop}" of {model} leads to many records.',
                hint="Use sum, count, min, max or avg over it.",
            )
        model = member.target
    return require(models, model, last)


def relation_of(models: Models, model: str, names: Sequence[str]) -> RelationInfo:
    """Return the to-many relation at the end of a path of to-one hops.

    Raises:
        ExpressionError: It is not a to-many relation.
    """
    member = member_of(models, model, names)
    if isinstance(member, RelationInfo) and member.to_many:
        return member
    raise ExpressionError(
        f'"{names[-1]}" does not lead to many records.', hint="Name a to-many relation."
    )


def path_type(models: Models, model: str, names: Sequence[str]) -> ValueType:
    """Return the type of the value at the end of a path; null wherever a hop may find nothing.

    Raises:
        ExpressionError: The path is wrong, or leads to many records.
    """
    member = member_of(models, model, names)
    is_own = len(names) == 1
    if isinstance(member, RelationInfo):
        if member.to_many:
            raise ExpressionError(
                f'"{names[-1]}" leads to many records.',
                hint="Use sum, count, min, max or avg over it.",
            )
        return ValueType(Kind.RECORD, nullable=member.nullable or not is_own, model=member.target)
    known = member.type
    if is_own or known.nullable:
        return known
    return replace(known, nullable=True)
