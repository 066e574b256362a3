"""Values per language and company: a query speaks of the actor's own, wherever it does."""

from dataclasses import replace
from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Stage
    order_by: [name]
    fields:
      name: {type: Char, required: true, translate: true}
      note: {type: Text, translate: true}
      secret: {type: Char, translate: true, groups: [chief]}
      slogan: {type: Char, compute: "concat('*', name)"}
    ---
    model: Lead
    fields:
      name: {type: Char, required: true}
      stage: {type: ManyToOne, to: Stage, inverse: leads}
      stage_name: {type: Char, compute: stage.name}
    ---
    model: Product
    order_by: [price]
    fields:
      name: {type: Char, required: true}
      price: {type: Decimal, digits: [8, 2], per_company: true}
      twice: {type: Decimal, digits: [8, 2], compute: price * 2}
      sold: {type: Boolean, required: true, default: false, per_company: true}
      since: {type: Date, per_company: true}
      at: {type: Datetime, per_company: true}
      clock: {type: Time, per_company: true}
      count: {type: Integer, per_company: true}
      big: {type: BigInteger, per_company: true}
      weight: {type: Float, per_company: true}
      extra: {type: Json, per_company: true}
      kind: {type: Selection, options: [raw, made], per_company: true}
      code: {type: Char, per_company: true}
"""
GROUPS = "groups: {chief: {}}"


@pytest.fixture
async def english(models: DeclaredModels) -> Client:
    """Give a client of the source language, and three stages, two of them in French too."""
    models.declare(GROUPS, MODELS)
    client = await models.client(Actor(company=1, companies=(1, 2)))
    result = await client(
        """mutation {
          stageCreateMany(data: [
            {name: "New", translations: {name: {fr: "Zéro"}, note: {fr: "Notez"}}}
            {name: "Qualified", note: "Ask", translations: {name: {fr: "alpha"}}}
            {name: "Won"}
          ]) { affected errors { message } }
          leadCreateMany(data: [
            {name: "a", stage: {id: "1"}} {name: "b", stage: {id: "2"}} {name: "c"}
          ]) { affected }
        }"""
    )
    assert result.data["stageCreateMany"] == {"affected": 3, "errors": []}
    return client


@pytest.fixture
async def french(english: Client) -> Client:
    """Give the same for an actor of another language and company."""
    actor = Actor(language="fr", company=2, companies=(1, 2))
    return replace(english, environment=replace(english.environment, actor=actor))


async def names(client: Client, arguments: str, field: str = "name") -> list[Any]:
    result = await client(f"{{ stages{arguments} {{ nodes {{ {field} }} }} }}")
    assert not result.errors
    return [node[field] for node in result.data["stages"]["nodes"]]


async def test_default_order_and_fallback(english: Client, french: Client) -> None:
    assert await names(english, "") == ["New", "Qualified", "Won"]
    assert await names(french, "") == ["alpha", "Won", "Zéro"]


@pytest.mark.usefixtures("english")
async def test_language_nobody_wrote_reads_the_source(models: DeclaredModels) -> None:
    client = await models.client(Actor(language="pt_BR"))

    assert await names(client, "", "note") == ["Notez", "Ask", None]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ('(filter: {name: {eq: "Zéro"}})', ["Zéro"]),
        ('(filter: {name: {in: ["Won", "New"]}})', ["Won"]),
        ('(filter: {name: {icontains: "ALPH"}})', ["alpha"]),
        ('(filter: {name: {lt: "a"}})', ["Won", "Zéro"]),
        ("(filter: {note: {isnull: true}})", ["Won"]),
        ('(search: "zér")', ["Zéro"]),
        ('(search: "new")', []),
        ("(q: \"Q(name__startswith='al')\")", ["alpha"]),
        ("(q: \"Q(slogan='*alpha')\")", ["alpha"]),
        ("(orderBy: {name: DESC})", ["Zéro", "Won", "alpha"]),
        ("(orderBy: {slogan: ASC}, first: 1)", ["alpha"]),
        ('(filter: {leads: {some: {stageName: {eq: "Zéro"}}}})', ["Zéro"]),
    ],
)
async def test_conditions_speak_of_the_actor_s_language(
    french: Client, arguments: str, found: list[str]
) -> None:
    assert await names(french, arguments) == found


async def test_computed_display_name_and_relations(french: Client, queries: Queries) -> None:
    queries.clear()

    result = await french(
        "{ leads(orderBy: {stage: {name: DESC}}) { nodes { name stageName stage"
        " { name displayName slogan } } } }"
    )

    assert [node["name"] for node in result.data["leads"]["nodes"]] == ["c", "a", "b"]
    assert result.data["leads"]["nodes"][1]["stageName"] == "Zéro"
    assert result.data["leads"]["nodes"][1]["stage"] == {
        "name": "Zéro",
        "displayName": "Zéro",
        "slogan": "*Zéro",
    }
    assert queries.count == 1


async def test_groups_and_figures(french: Client) -> None:
    result = await french(
        """{
          stages {
            aggregate { countDistinct(field: NOTE) min { name } max { name } }
            groups(by: {field: NAME}) { nodes { key { name } values count } }
          }
          leads { groups(by: {stage: {field: NAME}}) { nodes { values } } }
        }"""
    )

    assert result.data["stages"]["aggregate"] == {
        "countDistinct": 2,
        "min": {"name": "Won"},
        "max": {"name": "alpha"},
    }
    groups = result.data["stages"]["groups"]["nodes"]
    assert [group["key"]["name"] for group in groups] == ["alpha", "Won", "Zéro"]
    leads = result.data["leads"]["groups"]["nodes"]
    assert [group["values"]["stage.name"] for group in leads] == ["alpha", "Zéro", None]


async def test_cursors_continue_in_the_actor_s_language(french: Client) -> None:
    first = await french("{ stages(first: 1) { nodes { name } pageInfo { endCursor } } }")
    cursor = first.data["stages"]["pageInfo"]["endCursor"]

    second = await french(
        "query($after: String) { stages(first: 1, after: $after) { nodes { name } } }",
        after=cursor,
    )

    assert second.data["stages"]["nodes"] == [{"name": "Won"}]


async def test_actors_of_different_languages_share_a_plan(
    english: Client, french: Client, queries: Queries
) -> None:
    document = '{ stages(filter: {name: {neq: ""}}) { nodes { name } } }'
    queries.clear()

    await english(document)
    await french(document)

    first, second = queries.texts
    assert first == second
    assert "->> $1::VARCHAR, " in first
    operation = english.engine.documents.get(document).operation(None)
    assert len(operation.programs) == 1


async def test_translations_are_all_texts_of_fields_without_groups(french: Client) -> None:
    result = await french("{ stages(orderBy: {id: ASC}) { nodes { translations } } }")

    assert [node["translations"] for node in result.data["stages"]["nodes"]] == [
        {"name": {"en": "New", "fr": "Zéro"}, "note": {"en": "Notez", "fr": "Notez"}},
        {"name": {"en": "Qualified", "fr": "alpha"}, "note": {"en": "Ask"}},
        {"name": {"en": "Won"}, "note": {}},
    ]


async def test_only_models_with_translated_fields_have_translations(models: DeclaredModels) -> None:
    models.declare(GROUPS, MODELS)
    types = models.engine.schema.graphql.type_map

    shown = {name for name, kind in types.items() if "translations" in getattr(kind, "fields", ())}

    assert shown == {"Stage", "StageCreateInput", "StageUpdateInput"}


# ---- companies ------------------------------------------------------------------------------

VALUES = {
    "price": "12.50",
    "sold": True,
    "since": "0001-01-01",
    "at": "2024-02-29T23:59:59.999999Z",
    "clock": "23:59:59.999999",
    "count": -2147483648,
    "big": "9223372036854775807",
    "weight": 5e-324,
    "extra": {"a": [1, None, "é"]},
    "kind": "MADE",
    "code": "",
}


async def test_values_of_every_type_come_back_exactly(english: Client, french: Client) -> None:
    created = await english('mutation { productCreate(data: {name: "a"}) { errors { message } } }')
    assert created.data["productCreate"]["errors"] == []

    await french(
        'mutation($data: ProductUpdateInput!) { productUpdate(id: "1", data: $data)'
        " { errors { message } } }",
        data=VALUES,
    )

    document = f"{{ products {{ nodes {{ {' '.join(VALUES)} }} }} }}"
    assert (await french(document)).data["products"]["nodes"] == [VALUES]
    assert (await english(document)).data["products"]["nodes"] == [
        {**dict.fromkeys(VALUES), "sold": False}
    ]


async def test_conditions_speak_of_the_actor_s_company(
    models: DeclaredModels, english: Client, french: Client
) -> None:
    await english(
        """mutation { productCreateMany(data: [
          {name: "a", price: "2"} {name: "b", price: "9.5"} {name: "c"}
        ]) { affected } }"""
    )
    await french('mutation { productUpdate(id: "1", data: {price: "10"}) { errors { message } } }')
    document = """{
      all: products { nodes { name price twice } aggregate { sum { price } } }
      dear: products(filter: {price: {gt: "9"}}, orderBy: {twice: DESC}) { nodes { name } }
    }"""

    assert (await french(document)).data == {
        "all": {
            "nodes": [
                {"name": "b", "price": "9.50", "twice": "19.00"},
                {"name": "a", "price": "10.00", "twice": "20.00"},
                {"name": "c", "price": None, "twice": None},
            ],
            "aggregate": {"sum": {"price": "19.50"}},
        },
        "dear": {"nodes": [{"name": "a"}, {"name": "b"}]},
    }
    nobody = await models.client()
    first = {"name": "a", "price": "2.00", "twice": "4.00"}
    for client in (english, nobody):
        answer = (await client(document)).data
        assert answer["all"]["nodes"][0] == first
        assert answer["dear"] == {"nodes": [{"name": "b"}]}


# ---- with Python ----------------------------------------------------------------------------

COMPUTED = """
    model: Room
    fields:
      name: {type: Char, required: true, translate: true}
      rent: {type: Decimal, digits: [8, 2], per_company: true}
      since: {type: Date, per_company: true}
      house: {type: ManyToOne, to: Room, inverse: rooms}
      sign: {type: Char, compute: [name, rent, since, house.name]}
"""
PYTHON = """
    from graphql_erp import Model


    class Room(Model):
        def compute_sign(self) -> str:
            year = self.since.year if self.since else None
            return f"{self.name} {self.rent} {year} {self.house and self.house.name}"
"""


async def test_methods_see_the_actor_s_values(models: DeclaredModels) -> None:
    models.declare(COMPUTED, python=PYTHON)
    english = await models.client(Actor(company=1))
    french = await models.client(Actor(language="fr", company=2))
    created = await english(
        """mutation { roomCreate(data: {
          name: "Hall", translations: {name: {fr: "Salle"}}, rent: "5", since: "2020-02-29"
          house: {create: {name: "House", translations: {name: {fr: "Maison"}}}}
        }) { record { id } errors { message } } }"""
    )
    assert created.data["roomCreate"] == {"record": {"id": "2"}, "errors": []}
    await french('mutation { roomUpdate(id: "2", data: {rent: "7"}) { errors { message } } }')
    document = '{ room(by: {id: "2"}) { name sign translations house { name } } }'

    found = (await english(document)).data["room"]
    assert (found["sign"], found["house"]["name"]) == ("Hall 5.00 2020 House", "House")
    found = (await french(document)).data["room"]
    assert (found["sign"], found["house"]["name"]) == ("Salle 7.00 2020 Maison", "Maison")
    assert found["translations"] == {"name": {"en": "Hall", "fr": "Salle"}}
