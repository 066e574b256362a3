"""Permissions as an algebra: what holds of all groups, access and rules."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_erp.expressions.evaluate import PythonContext, holds
from graphql_erp.expressions.scope import Surroundings
from graphql_erp.expressions.tree import Condition
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.registry.registry import Registry
from graphql_erp.security.grants import Access, Grants, Group, Rule
from graphql_erp.security.permission import Operation, Permission
from graphql_erp.security.stored import bound_condition
from graphql_erp.testing.declare import declare
from graphql_erp.testing.reference_reader_snapshot import Record

NAMES = ("a", "b", "c", "d", "world")
WHERES = ("Q(x=1)", "Q(y=1)", "Q(x=1) | Q(y=1)", "~Q(z=1)", "Q(x__isnull=True)")
OPERATIONS = tuple(Operation)


@cache
def registry() -> Registry:
    return declare("""
        groups: {a: {}, b: {}, c: {}, d: {}, world: {kind: public}}
        ---
        model: Thing
        fields: {x: Integer, y: Integer, z: {type: Integer, groups: [a, b]}}
        ---
        model: Other
        fields: {x: Integer, y: Integer, z: {type: Integer, groups: [c]}}
    """)


@cache
def bound(model: str, text: str) -> Condition:
    return bound_condition(registry(), model, text)


RECORDS = [Record(id=1, x=x, y=y, z=z) for x, y, z in product((None, 1, 2), repeat=3)]
Everything = frozenset[tuple[str, Operation, int]]


@cache
def context() -> PythonContext:
    return PythonContext(registry(), LOOKUPS, Surroundings({}))


def allowed(permission: Permission) -> Everything:
    """Return every operation on every record a permission allows."""
    found = set()
    for model, operation in product(("Thing", "Other"), OPERATIONS):
        condition = permission.conditions[operation].get(model)
        for number, record in enumerate(RECORDS):
            if condition is None or holds(condition, record, model, context()):
                found.add((model, operation, number))
    return frozenset(found)


models = st.sampled_from(("Thing", "Other"))
names = st.sampled_from(NAMES)
groups = st.frozensets(names, max_size=3)


@st.composite
def accesses(draw: st.DrawFn) -> Access:
    model, text = draw(models), draw(st.sampled_from((None, *WHERES)))
    return Access(
        name="access",
        group=draw(names),
        model=model,
        allow=frozenset(map(str, draw(st.sets(st.sampled_from(OPERATIONS), min_size=1)))),
        where=None if text is None else bound(model, text),
    )


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    model = draw(models)
    return Rule(name="rule", model=model, where=bound(model, draw(st.sampled_from(WHERES))))


@st.composite
def grants(draw: st.DrawFn) -> Grants:
    implied = {name: tuple(draw(st.lists(names, max_size=2))) for name in NAMES}
    return Grants(
        registry=registry(),
        groups={
            name: Group(
                name=name, kind="public" if name == "world" else "internal", implies=implied[name]
            )
            for name in NAMES
        },
        access=tuple(draw(st.lists(accesses(), max_size=6))),
        rules=tuple(draw(st.lists(rules(), max_size=3))),
    )


def of(given: Grants, chosen: frozenset[str]) -> Permission:
    return given.permission(given.closed(chosen))


def changed(given: Grants, **changes: object) -> Grants:
    return replace(given, _closed={}, _permissions={}, **changes)  # type: ignore[arg-type]


@given(grants(), groups, groups)
def test_union_of_groups_widens(given: Grants, some: frozenset[str], more: frozenset[str]) -> None:
    both = of(given, some | more)

    assert allowed(of(given, some)) <= allowed(both)
    assert both.hidden == of(given, some).hidden & of(given, more).hidden


@given(grants(), groups, groups)
def test_each_allowed_record_of_a_union_has_a_group_that_allows_it(
    given: Grants, some: frozenset[str], more: frozenset[str]
) -> None:
    assert allowed(of(given, some | more)) == allowed(of(given, some)) | allowed(of(given, more))


@given(grants(), names, names)
def test_implying_a_group_is_being_in_it_too(given: Grants, one: str, other: str) -> None:
    implying = replace(given.groups[one], implies=(*given.groups[one].implies, other))
    implied = changed(given, groups={**given.groups, one: implying})

    both = of(given, frozenset({one, other}))
    assert of(implied, frozenset({one})).fingerprint == both.fingerprint
    assert allowed(of(implied, frozenset({one}))) == allowed(both)


@given(grants(), groups)
def test_closing_twice_is_closing_once(given: Grants, some: frozenset[str]) -> None:
    closed = given.closed(some)

    assert given.closed(closed) == closed
    assert closed >= some | {"world"}


@given(grants(), groups, groups)
def test_closing_a_union_is_the_union_of_what_is_closed(
    given: Grants, some: frozenset[str], more: frozenset[str]
) -> None:
    assert given.closed(some | more) == given.closed(some) | given.closed(more)


@given(grants(), groups, st.randoms(use_true_random=False))
def test_order_of_declarations_does_not_matter(
    given: Grants, some: frozenset[str], chance: object
) -> None:
    shuffled = [list(given.access), list(given.rules), list(given.groups.items())]
    for items in shuffled:
        chance.shuffle(items)  # type: ignore[attr-defined]
    other = changed(
        given, access=tuple(shuffled[0]), rules=tuple(shuffled[1]), groups=dict(shuffled[2])
    )

    assert allowed(of(other, some)) == allowed(of(given, some))
    assert of(other, some).denied == of(given, some).denied
    assert of(other, some).hidden == of(given, some).hidden


@given(grants(), groups, accesses())
def test_more_access_never_takes_away(given: Grants, some: frozenset[str], more: Access) -> None:
    wider = changed(given, access=(*given.access, more))

    assert allowed(of(wider, some)) >= allowed(of(given, some))
    assert of(wider, some).denied <= of(given, some).denied


@given(grants(), groups, rules())
def test_a_rule_takes_away_what_does_not_meet_it_and_nothing_else(
    given: Grants, some: frozenset[str], rule: Rule
) -> None:
    narrower = changed(given, rules=(*given.rules, rule))

    outside = {
        (model, operation, number)
        for model, operation, number in allowed(of(given, some))
        if model == rule.model and not holds(rule.where, RECORDS[number], model, context())
    }
    assert allowed(of(narrower, some)) == allowed(of(given, some)) - outside


@given(grants(), groups)
def test_twice_the_same_access_and_rules_is_the_same_permission(
    given: Grants, some: frozenset[str]
) -> None:
    twice = changed(given, access=given.access * 2, rules=given.rules * 2)

    assert of(twice, some).fingerprint == of(given, some).fingerprint


@given(grants(), groups, groups)
def test_equal_content_has_equal_fingerprints_and_other_content_has_others(
    given: Grants, some: frozenset[str], more: frozenset[str]
) -> None:
    one, other = of(given, some), of(changed(given), more)
    is_equal = (
        all(one.conditions[item] == other.conditions[item] for item in Operation)
        and one.denied == other.denied
        and one.hidden == other.hidden
        and one.methods == other.methods
        and one.may_introspect == other.may_introspect
    )

    assert (one.fingerprint == other.fingerprint) == is_equal


@given(grants())
@settings(max_examples=30)
def test_nobody_may_do_what_no_access_names(given: Grants) -> None:
    assert allowed(of(changed(given, access=()), frozenset(NAMES))) == frozenset()
