"""Methods of behaviour classes, bound."""

from types import MappingProxyType

import pytest

from graphql_erp.behaviour.annotations import Member, RecordType, ScalarType
from graphql_erp.behaviour.decorators import MethodKind, mutation
from graphql_erp.behaviour.signature import MethodPlace
from graphql_erp.declarations.source import Source
from graphql_erp.errors import DeclarationError
from graphql_erp.registry.method import MethodDef
from graphql_erp.testing.declare import declare

MODELS = """
    model: Stage
    fields: {name: Char}
    ---
    model: CrmLead
    fields: {name: Char, stage: {type: ManyToOne, to: Stage}}
    ---
    groups: {seller: {label: Seller}}
    access: {CrmLead: {seller: [read, mark_won]}}
"""


def python(decorator: str, method: str) -> str:
    return f"""
        from typing import Self
        from graphql_erp import Environment, Model, mutation, query

        class CrmLead(Model):
            {decorator}
            {method}
                '''Do it.'''
    """


def test_method_is_bound_with_everything_its_mark_says() -> None:
    decorator = '@mutation(load=["stage.name"], groups=["seller"], idempotent="required")'

    registry = declare(MODELS, python=python(decorator, "def mark_won(self, note: str) -> Self:"))

    methods = registry.models["CrmLead"].methods
    assert isinstance(methods, MappingProxyType)
    assert methods == {
        "mark_won": MethodDef(
            name="mark_won",
            graphql_name="crmLeadMarkWon",
            model="CrmLead",
            kind=MethodKind.MUTATION,
            where=MethodPlace.RECORD,
            arguments=(Member(name="note", type=ScalarType(nullable=False, name="String")),),
            result=RecordType(nullable=False, model="CrmLead"),
            load=("stage.name",),
            groups=("seller",),
            needs_key=True,
            description="Do it.",
            source=Source("modules/test/models/behaviour.py", 5),
        )
    }
    assert methods["mark_won"].source == Source("modules/test/models/behaviour.py", 5)
    assert registry.models["Stage"].methods == {}


def test_query_on_a_record_has_the_name_of_a_field() -> None:
    models = MODELS.replace("mark_won", "days_open")

    registry = declare(models, python=python("@query", "def days_open(self) -> int:"))

    method = registry.models["CrmLead"].methods["days_open"]
    assert (method.graphql_name, method.is_field, method.is_mutation) == ("daysOpen", True, False)
    assert registry.models["CrmLead"].method_field("daysOpen") is method
    assert registry.models["CrmLead"].method_field("days_open") is None


def test_method_that_is_not_marked_cannot_be_granted() -> None:
    with pytest.raises(DeclarationError, match='allows unknown operation "mark_won"'):
        declare(MODELS, python=python("", "def mark_won(self) -> Self:"))


ROOT = """
        from graphql_erp import Environment, Model, mutation, query

        class CrmLead(Model):
            {decorator}
            {method}
                '''Do it.'''
    """


def test_root_field_has_the_name_its_mark_gives() -> None:
    decorator = '@query(name="leadOfToday")\n            @classmethod'
    method = "def mark_won(cls, env: Environment) -> str:"

    registry = declare(MODELS, python=ROOT.format(decorator=decorator, method=method))

    assert registry.models["CrmLead"].methods["mark_won"].graphql_name == "leadOfToday"


def test_secret_is_bound_and_keeps_no_answers() -> None:
    python_text = ROOT.format(
        decorator="@mutation(secret=True)", method="def mark_won(self, note: str) -> str:"
    )

    assert declare(MODELS, python=python_text).models["CrmLead"].methods["mark_won"].is_secret
    with pytest.raises(TypeError, match="cannot keep its answers"):
        mutation(secret=True, idempotent="required")


@pytest.mark.parametrize(
    ("decorator", "method"),
    [
        ('@query(name="me")', "def mark_won(self) -> str:"),
        ('@mutation(name="me")', "def mark_won(self) -> None:"),
        (
            '@query(name="not a name")\n            @classmethod',
            "def mark_won(cls, env: Environment) -> str:",
        ),
    ],
)
def test_name_no_root_field_can_have_is_told(decorator: str, method: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        declare(MODELS, python=ROOT.format(decorator=decorator, method=method))

    assert [problem.message for problem in refused.value.problems] == [
        'method "mark_won" of CrmLead has a name of its own that cannot be used.'
    ]
    assert refused.value.problems[0].hint == (
        'Only class methods with `env` as first argument have one: `@query(name="me")`.'
    )
