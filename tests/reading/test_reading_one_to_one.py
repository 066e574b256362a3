"""OneToOne: a column with a unique key at one end, a to-one field without a column at the other."""

from dataclasses import replace

import pytest

from graphql_erp.api.schema import build_schema
from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.parse import parse_condition
from graphql_erp.expressions.tree import Literal, Lookup, Path
from graphql_erp.expressions.wire import from_filter, to_filter
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.registry.model import Relation, RelationKind, UniqueDef
from graphql_erp.testing.client import Client
from graphql_erp.testing.declare import declare
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.testing.permissions import reading
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Team
    fields:
      name: {type: Char, required: true}
      points: {type: BigInteger, compute: sum(people.profile.points)}
    ---
    model: Person
    fields:
      name: {type: Char, required: true}
      team: {type: ManyToOne, to: Team, inverse: people}
      motto: {type: Char, compute: profile.motto}
      is_known: {type: Boolean, compute: Q(profile__isnull=False)}
      pictures: {type: Integer, compute: count(profile.pictures)}
    ---
    model: Profile
    fields:
      person: {type: OneToOne, to: Person, required: true, inverse: profile, on_delete: cascade}
      motto: Char
      points: Integer
    ---
    model: Picture
    fields:
      profile: {type: ManyToOne, to: Profile, inverse: pictures}
"""
FILL = """mutation {
  teamCreate(data: {name: "Red"}) { errors { message } }
  personCreateMany(data: [
    {name: "Ada", team: {id: "1"}}, {name: "Bo", team: {id: "1"}}, {name: "Cy"}, {name: "Di"}
  ]) { affected }
  profileCreateMany(data: [
    {person: {id: "2"}, motto: "why", points: 3}
    {person: {id: "1"}, motto: "how", points: 5}
    {person: {id: "4"}}
  ]) { affected }
  pictureCreateMany(data: [{profile: {id: "1"}}, {profile: {id: "1"}}, {profile: {id: "3"}}]) {
    affected
  }
}"""


@pytest.fixture
async def people(models: DeclaredModels) -> Client:
    """Give a client of four people, three of them with a profile."""
    models.declare(MODELS)
    client = await models.client()
    assert (await client(FILL)).errors == []
    models.queries.clear()
    return client


async def test_other_end_is_a_record_or_null(people: Client, queries: Queries) -> None:
    result = await people(
        "{ people { nodes { name profile { id motto person { name } pictures { totalCount } } } } }"
    )

    def profile(number: str, motto: str | None, person: str, pictures: int) -> object:
        found = {"id": number, "motto": motto, "person": {"name": person}}
        return found | {"pictures": {"totalCount": pictures}}

    assert result.data["people"]["nodes"] == [
        {"name": "Ada", "profile": profile("2", "how", "Ada", 0)},
        {"name": "Bo", "profile": profile("1", "why", "Bo", 2)},
        {"name": "Cy", "profile": None},
        {"name": "Di", "profile": profile("3", None, "Di", 1)},
    ]
    assert queries.count == 1


async def test_expressions_follow_it(people: Client, queries: Queries) -> None:
    result = await people(
        "{ people { nodes { name motto isKnown pictures } } teams { nodes { points } } }"
    )

    values = [tuple(node.values()) for node in result.data["people"]["nodes"]]
    assert values == [
        ("Ada", "how", True, 0),
        ("Bo", "why", True, 2),
        ("Cy", None, False, 0),
        ("Di", None, True, 1),
    ]
    assert result.data["teams"]["nodes"] == [{"points": "8"}]
    assert queries.count == 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('filter: {profile: {motto: {eq: "why"}}}', ["Bo"]),
        ('filter: {profile: {id: {in: ["1", "2"]}}}', ["Ada", "Bo"]),
        ("filter: {profile: {id: {isnull: true}}}", ["Cy"]),
        ("filter: {NOT: {profile: {points: {gt: 3}}}}", ["Bo", "Cy", "Di"]),
        ('q: "Q(profile=3)"', ["Di"]),
        ('q: "Q(profile_id=3)"', ["Di"]),
        ('q: "Q(profile__isnull=True)"', ["Cy"]),
        ('q: "Q(profile__pictures__count__gte=1)"', ["Bo", "Di"]),
        ("orderBy: [{profile: {motto: DESC_NULLS_LAST}}, {name: DESC}]", ["Bo", "Ada", "Di", "Cy"]),
    ],
)
async def test_lists_follow_it(
    people: Client, queries: Queries, arguments: str, expected: list[str]
) -> None:
    result = await people(f"{{ people({arguments}) {{ nodes {{ name }} }} }}")

    assert [node["name"] for node in result.data["people"]["nodes"]] == expected
    assert queries.count == 1
    assert queries.last.count("JOIN profile") == 1


async def test_page_by_cursor_in_an_order_through_it(people: Client) -> None:
    text = """query($after: String) {
      people(orderBy: [{profile: {points: ASC_NULLS_FIRST}}], first: 2, after: $after) {
        nodes { name profile { points } } pageInfo { endCursor }
      }
    }"""

    first = (await people(text)).data["people"]
    second = (await people(text, after=first["pageInfo"]["endCursor"])).data["people"]

    names = [node["name"] for page in (first, second) for node in page["nodes"]]
    assert names == ["Cy", "Di", "Bo", "Ada"]


async def test_groups_by_it_and_through_it(people: Client, queries: Queries) -> None:
    result = await people(
        """{ people {
          own: groups(by: [{field: PROFILE}], offset: 2) {
            nodes { key { profile { motto } } values }
          }
          path: groups(by: [{profile: {field: MOTTO}}]) { nodes { values count } }
          aggregate { countDistinct(field: PROFILE) }
        } }"""
    )

    assert result.data["people"] == {
        "own": {
            "nodes": [
                {"key": {"profile": {"motto": None}}, "values": {"profile": "3"}},
                {"key": {"profile": None}, "values": {"profile": None}},
            ]
        },
        "path": {
            "nodes": [
                {"values": {"profile.motto": "how"}, "count": 1},
                {"values": {"profile.motto": "why"}, "count": 1},
                {"values": {"profile.motto": None}, "count": 2},
            ]
        },
        "aggregate": {"countDistinct": 3},
    }
    assert queries.count == 1


async def test_hidden_record_is_no_record(people: Client) -> None:
    readable = {"Profile": Lookup(Path(("motto",)), "eq", Literal("why"))}
    permission = reading(readable)
    limited = replace(people, environment=replace(people.environment, permission=permission))

    result = await limited(
        """{
          people { nodes { profile { motto } isKnown motto } }
          without: people(q: "Q(profile__isnull=True)") { nodes { name } }
        }"""
    )

    nothing = {"profile": None, "isKnown": False, "motto": None}
    known = {"profile": {"motto": "why"}, "isKnown": True, "motto": "why"}
    assert result.data["people"]["nodes"] == [nothing, known, nothing, nothing]
    assert [node["name"] for node in result.data["without"]["nodes"]] == ["Ada", "Cy", "Di"]


async def test_second_record_with_the_same_target_is_refused(people: Client) -> None:
    result = await people(
        """mutation {
          profileCreate(data: {person: {id: "1"}}) { record { id } errors { code path } }
        }"""
    )

    assert result.data["profileCreate"] == {
        "record": None,
        "errors": [{"code": "UNIQUE", "path": ["person"]}],
    }
    assert (await people("{ profiles { totalCount } }")).data == {"profiles": {"totalCount": 3}}


async def test_record_is_found_by_its_target(people: Client) -> None:
    result = await people('{ profile(by: {personId: "2"}) { motto } }')

    assert result.data == {"profile": {"motto": "why"}}


def test_schema_has_no_id_beside_it_and_does_not_write_it() -> None:
    types = build_schema(declare(MODELS)).graphql.type_map

    def names(name: str) -> set[str]:
        return {field for field in types[name].fields if "rofile" in field}  # type: ignore[attr-defined]

    assert str(types["Person"].fields["profile"].type) == "Profile"  # type: ignore[attr-defined]
    assert [names(name) for name in ("Person", "PersonFilter", "PersonOrderBy")] == [
        {"profile"}
    ] * 3
    assert names("PersonCreateInput") | names("PersonUpdateInput") == set()
    assert names("PersonUniqueKey") == set()


def test_registry_knows_both_ends() -> None:
    registry = declare(MODELS)
    own = registry.model("Profile").field("person")
    other = registry.model("Person").field("profile")

    assert own.relation == Relation(
        kind=RelationKind.TO_ONE,
        target="Person",
        inverse="profile",
        column="person_id",
        on_delete="cascade",
    )
    assert other.relation == Relation(
        kind=RelationKind.INVERSE_ONE, target="Profile", inverse="person", column="person_id"
    )
    assert registry.model("Profile").unique == (
        UniqueDef(name="uq_profile_person_id", fields=("person",)),
    )
    assert (other.is_to_one, other.is_to_many, other.is_stored, other.is_writable) == (
        True,
        False,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("Q(profile=5)", {"profile": {"id": {"eq": "5"}}}),
        ("Q(profile__isnull=True)", {"profile": {"id": {"isnull": True}}}),
        ("Q(person__profile__in=[5])", {"person": {"profile": {"id": {"in": ["5"]}}}}),
        ("Q(team=5)", {"teamId": {"eq": "5"}}),
    ],
)
def test_typed_filter_says_its_id(text: str, data: dict[str, object]) -> None:
    registry = declare(MODELS)
    model = "Profile" if text.startswith("Q(person") else "Person"
    condition = bind_condition(registry, LOOKUPS, model, parse_condition(text))

    assert to_filter(registry, model, condition) == data
    assert from_filter(registry, LOOKUPS, model, data) == condition


async def test_records_of_one_model_can_be_pairs(models: DeclaredModels) -> None:
    models.declare("""
        model: Contract
        fields:
          name: {type: Char, required: true}
          replaces: {type: OneToOne, to: Contract, inverse: replaced_by}
    """)
    await models.gql("""mutation {
      contractCreate(data: {name: "old"}) { errors { message } }
      new: contractCreate(data: {name: "new", replaces: {id: "1"}}) { errors { message } }
    }""")

    result = await models.gql(
        "{ contracts { nodes { name replaces { name } replacedBy { name replacedBy { name } } } } }"
    )

    assert result.data["contracts"]["nodes"] == [
        {"name": "old", "replaces": None, "replacedBy": {"name": "new", "replacedBy": None}},
        {"name": "new", "replaces": {"name": "old"}, "replacedBy": None},
    ]
