"""What a plan costs, known before it runs."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from graphql_erp.planning.plan import Edges, Groups, Member, Nodes, OnePlan, PagePlan, Value


def count_nodes(plan: OnePlan | PagePlan | Value | Member) -> int:
    """Return how many records a plan asks for at most, page sizes multiplied."""
    if isinstance(plan, PagePlan):
        return _page(plan)
    if isinstance(plan, Groups):
        return plan.limit * (1 + _beneath(plan))
    if isinstance(plan, OnePlan):
        return 1 + _beneath(plan)
    return _beneath(plan)


def _page(plan: PagePlan) -> int:
    """Return what a page costs: aggregates and groups are asked for once, not per record."""
    rows = [item for item in plan.members if isinstance(item.value, Nodes | Edges)]
    others = [item for item in plan.members if item not in rows]
    records = plan.limit * (1 + sum(map(count_nodes, rows))) if rows else 0
    return records + sum(map(count_nodes, others))


def _beneath(plan: object) -> int:
    total = 0
    for item in fields(plan):  # type: ignore[arg-type]
        content = getattr(plan, item.name)
        for part in content if isinstance(content, tuple) else (content,):
            if isinstance(part, Member):
                total += count_nodes(part.value)
            elif is_dataclass(part) and not isinstance(part, type) and _is_plan(part):
                total += count_nodes(part)  # type: ignore[arg-type]
    return total


def _is_plan(part: object) -> bool:
    return type(part).__module__ == PagePlan.__module__
