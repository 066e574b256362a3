"""A document and its plan, without a database."""

from typing import Any

from graphql_erp.api.execution import Engine
from graphql_erp.api.roots import plan_roots
from graphql_erp.api.selection import SelectionReader
from graphql_erp.planning.plan import Plan
from graphql_erp.security.permission import UNRESTRICTED
from graphql_erp.testing.declare import declare
from graphql_erp.testing.server import settings_for_tests

REGISTRY = declare(
    """
    model: Stage
    order_by: [sequence]
    fields:
      name: {type: Char, required: true, unique: true}
      sequence: {type: Integer, required: true}
      parent: {type: ManyToOne, to: Stage, inverse: children}
    ---
    model: Lead
    order_by: [-due]
    search: [name, email]
    fields:
      name: {type: Char, required: true}
      email: Char
      due: Date
      stage: {type: ManyToOne, to: Stage, inverse: leads}
      revenue: {type: Decimal, digits: [8, 2]}
      twice: {type: Decimal, digits: [8, 2], compute: revenue * 2}
    ---
    model: Mark
    fields: {value: {type: Integer, required: true}, other: Integer}
    """
)
ENGINE = Engine(REGISTRY, settings_for_tests())


def planned(document: str, **variables: Any) -> Plan:
    operation = ENGINE.documents.get(document).operation(None)
    reader = SelectionReader(
        ENGINE.schema.graphql, operation.fragments, operation.coerce(variables)
    )
    found = plan_roots(ENGINE.planner, ENGINE.schema, reader, operation, UNRESTRICTED)
    return Plan(found.roots, nodes=found.nodes)
