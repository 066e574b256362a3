"""Computed fields: expressions bound and typed, cycles refused.

Rounding to the declared digits is part of the SQL and Python forms of a field, not of its tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql_erp.declarations.text import Text
from graphql_erp.expressions.functions import MIDNIGHT
from graphql_erp.expressions.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Case,
    Counted,
    Kind,
    Literal,
    Lookup,
    Name,
    Node,
    Path,
    Related,
    ValueType,
    walk,
)
from graphql_erp.expressions.types import described, type_of
from graphql_erp.fields import lookups
from graphql_erp.fields.labels import words
from graphql_erp.registry.binder import Binder
from graphql_erp.registry.draft import Drafts, FieldDraft, ModelDraft
from graphql_erp.registry.inputs import Inputs, input_keys
from graphql_erp.registry.model import RelationKind
from graphql_erp.registry.system import DISPLAY_NAME

Key = tuple[str, str]
Expressions = Mapping[Key, Node]

_ACCEPTED: Mapping[Kind, frozenset[Kind]] = {
    Kind.INTEGER: frozenset({Kind.INTEGER, Kind.DECIMAL}),
    Kind.DECIMAL: frozenset({Kind.INTEGER, Kind.DECIMAL}),
    Kind.FLOAT: frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT}),
}


def bind_computed(binder: Binder, inputs: Inputs) -> Expressions:
    """Return the bound tree of every computed field, display names included.

    Args:
        binder: The models.
        inputs: What the fields computed by methods read.
    """
    found: dict[Key, Node] = {}
    for model in binder.drafts.models.values():
        name = model.decl.name
        for draft in model.fields.values():
            node = _computed(binder, name, draft)
            if node is not None:
                found[name, draft.name] = node
        display = _display_name(binder, model)
        if display is not None:
            found[name, DISPLAY_NAME] = display
    _refuse_cycles(binder, found, inputs)
    return found


def _computed(binder: Binder, model: str, draft: FieldDraft) -> Node | None:
    if not isinstance(draft.type.compute, str):
        return None
    what = f'field "{draft.name}" of {model}'
    place = draft.place("compute")
    bound = binder.value(model, draft.text("compute"), what)
    if bound is None:
        return None
    node, actual = bound
    expected = draft.type.value_type()
    if not _is_acceptable(actual, expected):
        message = f"{what} is {expected.kind.value}, its expression gives {described(actual)}."
        binder.problems.append(place.problem("wrong_expression_type", message))
        return None
    choices = set(expected.choices)
    if binder.drafts.mistakes.is_lost(draft.name):
        return node
    if choices and not _possible(binder, model, node) <= choices:
        message = f"{what} must be one of its options, its expression may give something else."
        hint = f"Give only {', '.join(expected.choices)}."
        binder.problems.append(place.problem("wrong_expression_type", message, hint))
        return None
    return node


def _is_acceptable(actual: ValueType, expected: ValueType) -> bool:
    if actual.many or actual.kind not in _ACCEPTED.get(expected.kind, {expected.kind}):
        return False
    return actual.model == expected.model


def _possible(binder: Binder, model: str, node: Node) -> frozenset[str]:
    """Return the texts a value can be; "" stands for any text."""
    match node:
        case Literal(None):
            return frozenset()
        case Literal(value):
            return frozenset({str(value)})
        case Case(branches, otherwise):
            values = [*(value for _, value in branches), otherwise]
        case Call("coalesce", arguments):
            values = list(arguments)
        case _:
            choices = type_of(node, model, binder.drafts).choices
            return frozenset(choices or {""})
    return frozenset().union(*(_possible(binder, model, value) for value in values))


# ---- display names ----------------------------------------------------------------------------


def _display_name(binder: Binder, model: ModelDraft) -> Node | None:
    decl = model.decl
    text = decl.display_name or Text("name" if "name" in model.fields else "")
    fallback = Call("concat", (Literal(f"{decl.label or words(decl.name)} "), Path(("id",))))
    if not text:
        return fallback
    what = f"the display name of {decl.name}"
    chosen = model.fields.get(text)
    if chosen is not None and chosen.relation is not None and not chosen.relation.is_to_many:
        text = Text(f"{text}.{DISPLAY_NAME}", text.source)
    bound = binder.value(decl.name, text, what)
    if bound is None:
        return None
    node, actual = bound
    if actual.kind is not Kind.TEXT:
        node = Call("concat", (Literal(""), node))
    return Call("coalesce", (node, fallback)) if actual.nullable else node


# ---- what depends on what ---------------------------------------------------------------------


def _refuse_cycles(binder: Binder, expressions: Expressions, inputs: Inputs) -> None:
    done: set[Key] = set()

    def needed_by(key: Key) -> Iterator[Key]:
        if key in inputs:
            return input_keys(binder.drafts, key[0], inputs[key])
        return dependencies(binder.drafts, key[0], expressions[key])

    def visit(key: Key, chain: tuple[Key, ...]) -> None:
        if key in done or not (key in expressions or key in inputs):
            return
        if key in chain:
            _report_cycle(binder, chain[chain.index(key) :])
            done.update(chain)
            return
        for needed in needed_by(key):
            visit(needed, (*chain, key))
        done.add(key)

    for key in (*expressions, *inputs):
        visit(key, ())


def _report_cycle(binder: Binder, chain: tuple[Key, ...]) -> None:
    names = " -> ".join(f"{model}.{field}" for model, field in (*chain, chain[0]))
    model, field = chain[0]
    draft = binder.drafts.models[model].fields[field]
    place = binder.drafts.models[model].decl.source if draft.is_system else draft.place("compute")
    message = f"computed fields need each other in a circle: {names}."
    binder.problems.append(place.problem("compute_cycle", message))


def dependencies(drafts: Drafts, model: str, node: Node) -> Iterator[Key]:
    """Give the fields a bound tree reads, with the models they belong to."""
    match node:
        case Path(names):
            yield from _along(drafts, model, names)
        case Aggregate(relation=relation, value=value, where=where):
            yield from _along(drafts, model, relation)
            target = _target(drafts, model, relation)
            for part in (value, where):
                if part is not None:
                    yield from dependencies(drafts, target, part)
        case Related(relation=relation, where=where):
            yield from _along(drafts, model, relation)
            yield from dependencies(drafts, _target(drafts, model, relation), where)
        case Counted(relation=relation, where=where, operand=operand):
            yield from _along(drafts, model, relation)
            yield from dependencies(drafts, _target(drafts, model, relation), where)
            yield from dependencies(drafts, model, operand)
        case _:
            for child in node.children():
                yield from dependencies(drafts, model, child)


def _along(drafts: Drafts, model: str, names: tuple[str, ...]) -> Iterator[Key]:
    for name in names:
        yield model, name
        relation = drafts.models[model].fields[name].relation
        model = relation.target if relation else model


def _target(drafts: Drafts, model: str, relation: tuple[str, ...]) -> str:
    for name in relation:
        found = drafts.models[model].fields[name].relation
        model = found.target if found else model
    return model


# ---- what PostgreSQL can keep by itself -------------------------------------------------------


def is_own_and_immutable(
    drafts: Drafts, model: str, node: Node, expressions: Expressions, *, over_kept: bool = False
) -> bool:
    """Tell whether a value depends on the stored columns of one row and on nothing else.

    Args:
        drafts: All models.
        model: The model of the row.
        node: The value.
        expressions: Trees of all computed fields.
        over_kept: Columns the engine keeps count too; they change after the row is written.
    """
    return all(
        _is_fixed(drafts, model, part, expressions, over_kept=over_kept) for part in walk(node)
    )


def _is_fixed(
    drafts: Drafts, model: str, node: Node, expressions: Expressions, *, over_kept: bool
) -> bool:
    match node:
        case Name() | Aggregate() | Related() | Counted():
            return False
        case Path(names):
            return len(names) == 1 and _is_own(
                drafts, model, names[0], expressions, over_kept=over_kept
            )
        case Lookup(value=value, lookup=name):
            row = lookups.LOOKUPS[name]
            return name != "search" and not (row.date_part and _is_moment(drafts, model, value))
        case Arithmetic(left=left, right=right):
            # A moment is moved by days of the actor's calendar.
            is_moved = _kind(drafts, model, right) is Kind.DURATION
            return not (is_moved and _is_moment(drafts, model, left))
        case Call(function=function, arguments=arguments):
            if function in {MIDNIGHT, "concat"}:
                return all(_is_text(drafts, model, item) for item in arguments)
            return not any(_is_moment(drafts, model, item) for item in arguments)
        case _:
            return True


def _is_own(
    drafts: Drafts, model: str, name: str, expressions: Expressions, *, over_kept: bool
) -> bool:
    draft = drafts.models[model].fields[name]
    is_elsewhere = draft.relation and draft.relation.kind is RelationKind.INVERSE_ONE
    if is_elsewhere or draft.type.varies_by:
        return False
    inner = expressions.get((model, name))
    if inner is None or draft.relation is not None:
        return over_kept or draft.type.compute is None
    if is_own_and_immutable(drafts, model, inner, expressions, over_kept=over_kept):
        return True
    return over_kept and draft.type.store


def _is_moment(drafts: Drafts, model: str, node: Node) -> bool:
    return _kind(drafts, model, node) is Kind.DATETIME


def _is_text(drafts: Drafts, model: str, node: Node) -> bool:
    return _kind(drafts, model, node) in {Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.RECORD}


def _kind(drafts: Drafts, model: str, node: Node) -> Kind:
    return type_of(node, model, drafts).kind
