# ruff: noqa: E501 -- one case a line
"""The reads of test_security_paths.py and some more, made by Python (forces_rows)."""

from dataclasses import replace
from typing import Any

import pytest
from test_security_paths import DATA, MODELS, READS

from graphql_erp.api.execution import Engine
from graphql_erp.config import Settings
from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import Declare, DeclaredModels

pytestmark = pytest.mark.anyio

AUDITED = (
    MODELS.replace("model: Sale\n", "model: Sale\naudit: true\n")
    .replace("  Note: {boss: all}", "  Note: {boss: all}\n  AuditEntry: {clerk: [read]}")
    .replace("model: Shop\n", "model: Shop\naudit: true\n")
)


@pytest.fixture
async def both(declare: Declare, models: DeclaredModels) -> Any:
    registry = declare(AUDITED, dependencies=["core"])
    result = await models.gql(DATA)
    assert result.errors == []
    clerk = await models.member("clerk", actor=Actor(user=None))
    rows = replace(clerk, engine=Engine(registry, Settings(), forces_rows=True))
    return clerk, rows, models


@pytest.mark.parametrize(("document", "answer"), READS)
async def test_rows(both: Any, document: str, answer: Any) -> None:
    _, rows, _ = both
    result = await rows(document)
    assert result.errors == []
    assert next(iter(result.data.values())) == answer


MORE = [
    "{ auditEntries(orderBy: [{id: ASC}]) { totalCount nodes { model recordId oldValues newValues } } }",
    "{ shops { nodes { name changes { totalCount nodes { recordId newValues } } } } }",
    "{ sales { nodes { id shopId shop { name } changes { nodes { newValues } } } } }",
    "{ auditEntries { groups(by: [{field: MODEL}]) { nodes { count values } } } }",
    "{ areas { nodes { displayName shops { nodes { displayName turnover } aggregate { count } } } } }",
]


@pytest.mark.parametrize("document", MORE)
async def test_more(both: Any, document: str) -> None:
    clerk, rows, _models = both
    one, two = await clerk(document), await rows(document)
    assert one.data == two.data


async def test_audit(both: Any) -> None:
    clerk, _, _models = both
    result = await clerk(
        "{ auditEntries(orderBy: [{id: ASC}]) { nodes { model recordId oldValues newValues } } }"
    )
    text = str(result.data)
    assert "rent" not in text
    assert "yearly" not in text
    assert "Closed" not in text
    assert "500" not in text
