"""Faults: small changes of the engine, each of which must turn tests red."""

from __future__ import annotations

from dataclasses import dataclass

_PATHS = "tests/security/test_security_paths.py"
_READS = "tests/security/test_security_oracle_reads.py"
_WRITES = "tests/security/test_security_oracle_writes.py"
_TENANTS = "tests/cli/test_cli_tenants.py"


@dataclass(frozen=True, slots=True)
class Fault:
    """One change of one file; `old` stands in it exactly once."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = (_PATHS, _READS)


FAULTS = (
    Fault(
        "rule left out in aggregates",
        "graphql_erp/reading/json_select.py",
        "return aggregate_json(build, records(), members)",
        "return aggregate_json(build, build.open_all(plan.model), members)",
    ),
    Fault(
        "rule left out in an ordering by a path",
        "graphql_erp/reading/order.py",
        "        column, field = scope.at(key.path)\n",
        "        scope.sees_all = True\n"
        "        column, field = scope.at(key.path)\n"
        "        scope.sees_all = False\n",
    ),
    Fault(
        "rule left out in counts",
        "graphql_erp/reading/json_select.py",
        "return total_count(records())",
        "return total_count(build.open_all(plan.model))",
    ),
    Fault(
        "rule left out in nested lists",
        "graphql_erp/reading/scope.py",
        "    scope.where.extend(scope.readable())\n    return scope\n\n\ndef _same",
        "    return scope\n\n\ndef _same",
    ),
    Fault(
        "rule left out in a hop to one record",
        "graphql_erp/reading/scope.py",
        "source = self.build.readable_table(relation.target, way)",
        "source = self.build.source(relation.target, way)",
    ),
    Fault(
        "rule left out in a mutation's payload",
        "graphql_erp/api/payloads.py",
        "restricted = restrict(Plan(roots, nodes=nodes), registry, self.permission, path)",
        "restricted = Plan(roots, nodes=nodes)",
        (_PATHS, _WRITES),
    ),
    Fault(
        "rule left out for new values of an update",
        "graphql_erp/writing/allowed.py",
        "    if batch.operation is not Operation.DELETE and batch.model.name in limits:",
        "    if batch.operation is Operation.CREATE and batch.model.name in limits:",
        (_PATHS, _WRITES),
    ),
    Fault(
        "rule left out in a deletion by filter",
        "graphql_erp/writing/choose.py",
        "scope = build.open(model.name)",
        "scope = build.open_all(model.name)",
        (_PATHS, _WRITES),
    ),
    Fault(
        "field group ignored in a filter",
        "graphql_erp/planning/restrict.py",
        "            self.condition(plan.model, plan.where, path)\n        members",
        "            pass\n        members",
    ),
    Fault(
        "field group ignored in a grouping",
        "graphql_erp/planning/restrict.py",
        "            self.fields(along(self.registry, model, key.path), path)\n        for order",
        "            pass\n        for order",
    ),
    Fault(
        "request answered from the tenant opened first",
        "graphql_erp/http/tenants.py",
        "loan = self._tenants.lend(scope[TENANT])",
        'first = self._lifespan.__dict__.setdefault("first", scope[TENANT])\n'
        "            loan = self._tenants.lend(first)",
        (_TENANTS,),
    ),
    Fault(
        "permission missing from the key of a plan",
        "graphql_erp/api/execution.py",
        "key = (environment.permission.fingerprint, operation.key(variables.coerced))",
        'key = ("", operation.key(variables.coerced))',
    ),
)
