"""Records in Python: what is loaded, by how many statements, in which order."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from graphql_erp.errors import FieldNotLoaded
from graphql_erp.expressions.tree import Condition, Literal, Lookup, Name, Path
from graphql_erp.reading.records import RecordReader, load_paths, read_records
from graphql_erp.registry.model import OrderKey
from graphql_erp.security.actor import Actor
from graphql_erp.security.permission import Conditions
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Stage
    order_by: [sequence]
    fields:
      name: {type: Char, required: true}
      sequence: {type: Integer, required: true}
    ---
    model: Lead
    order_by: [-id]
    fields:
      name: {type: Char, required: true}
      stage: {type: ManyToOne, to: Stage, inverse: leads}
      parent: {type: ManyToOne, to: Lead, inverse: parts}
      tags: {type: ManyToMany, to: Tag, inverse: leads}
      revenue: {type: Decimal, digits: [12, 2]}
      due: Date
      settings: Json
      twice: {type: Decimal, digits: [12, 2], compute: revenue * 2}
      calls: {type: Integer, compute: sum(tags.weight)}
    ---
    model: Tag
    order_by: [name]
    fields: {name: Char, weight: Integer}
    ---
    model: Passport
    fields:
      number: Char
      lead: {type: OneToOne, to: Lead, inverse: passport}
"""
ROWS = """
    INSERT INTO stage (id, name, sequence) VALUES (1, 'Won', 9), (2, 'New', 1);
    INSERT INTO lead (id, name, stage_id, parent_id, revenue, due, settings) VALUES
      (1, 'Ada', 1, NULL, 10.5, '2026-01-02', '{"a": [1]}'),
      (2, 'Bob', 2, 1, NULL, NULL, NULL),
      (3, 'Cyd', 2, 1, 3, NULL, NULL),
      (4, 'Dan', NULL, 2, 4, NULL, NULL);
    INSERT INTO tag (id, name, weight) VALUES (1, 'vip', 5), (2, 'new', 2);
    INSERT INTO passport (id, number, lead_id) VALUES (1, 'P1', 2);
"""
NOW = datetime(2026, 6, 15, 10, 30, tzinfo=UTC)


class Opened:
    """Reads records of the declared models on one connection."""

    def __init__(self, models: DeclaredModels, connection: Any) -> None:
        self.models = models
        self.connection = connection

    def reader(self, **conditions: Condition) -> RecordReader:
        return RecordReader(
            registry=self.models.engine.registry,
            tables=self.models.engine.tables,
            conditions=Conditions(conditions),
            actor=Actor(user=7),
            now=NOW,
            connection=self.connection,
        )

    async def read(self, model: str, **request: Any) -> list[Any]:
        self.models.queries.clear()
        records = await read_records(self.reader(), model, **request)
        await self.models.queries.told()
        return records


@pytest.fixture
async def opened(models: DeclaredModels) -> AsyncIterator[Opened]:
    models.declare(MODELS)
    pool = await models.pool()
    link = models.engine.registry.models["Lead"].fields["tags"].relation
    assert link is not None
    async with pool.acquire() as connection:
        await connection.execute(ROWS)
        await connection.execute(
            f'INSERT INTO "{link.link_table}" ("{link.link_own}", "{link.link_target}")'
            " VALUES (1, 1), (1, 2), (2, 1)"
        )
        yield Opened(models, connection)


def names(records: list[Any]) -> list[str]:
    return [record.name for record in records]


async def test_own_columns_are_loaded(opened: Opened, queries: Queries) -> None:
    ada, bob = await opened.read("Lead", ids=[1, 2])

    assert (ada.id, ada.name, ada.version, ada.due) == (1, "Ada", 1, date(2026, 1, 2))
    assert (str(ada.revenue), type(ada.revenue)) == ("10.50", Decimal)
    assert ada.settings == {"a": [1]}
    assert (bob.revenue, bob.due, bob.settings, bob.parent.id) == (None, None, None, 1)
    assert queries.count == 1


async def test_to_one_field_is_a_record_of_which_the_id_is_known(opened: Opened) -> None:
    bob, cyd, dan = await opened.read("Lead", ids=[2, 3, 4])

    assert bob.stage.id == 2
    assert bob.stage is cyd.stage
    assert dan.stage is None
    with pytest.raises(FieldNotLoaded, match=r"^Stage\.name is not loaded\."):
        _ = bob.stage.name
    with pytest.raises(FieldNotLoaded, match=r"^Lead\.tags is not loaded\."):
        _ = bob.tags
    with pytest.raises(FieldNotLoaded, match=r"^Lead\.twice is not loaded\."):
        _ = bob.twice


async def test_path_loads_one_field_of_a_target(opened: Opened, queries: Queries) -> None:
    ada, bob = await opened.read("Lead", ids=[1, 2], paths=["stage.sequence"])

    assert (ada.stage.sequence, bob.stage.sequence) == (9, 1)
    with pytest.raises(FieldNotLoaded):
        _ = ada.stage.name
    assert queries.count == 2


async def test_path_that_ends_at_a_relation_loads_own_columns(opened: Opened) -> None:
    (ada,) = await opened.read("Lead", ids=[1], paths=["stage", "tags"])

    assert (ada.stage.name, ada.stage.sequence) == ("Won", 9)
    assert [(tag.name, tag.weight) for tag in ada.tags] == [("new", 2), ("vip", 5)]


async def test_each_level_is_one_statement(opened: Opened, queries: Queries) -> None:
    won, new = await opened.read(
        "Stage", paths=["leads.tags.name", "leads.passport", "leads.parent.stage.name"], ids=[1, 2]
    )

    assert [item.id for item in new.leads] == [3, 2]
    bob = new.leads[1]
    assert [tag.name for tag in bob.tags] == ["vip"]
    assert bob.tags[0] is won.leads[0].tags[1]
    assert bob.passport.number == "P1"
    assert new.leads[0].passport is None
    assert new.leads[0].tags == []
    assert bob.parent.stage.name == "Won"
    assert queries.count == 6


async def test_expressions_are_loaded_as_their_type(opened: Opened, queries: Queries) -> None:
    (ada,) = await opened.read("Lead", ids=[1], paths=["twice", "calls", "display_name"])

    assert (str(ada.twice), ada.calls, type(ada.calls)) == ("21.00", 7, int)
    assert ada.display_name == "Ada"
    assert queries.count == 1


async def test_records_come_in_the_order_of_the_model_the_ids_or_the_keys(opened: Opened) -> None:
    keys = (OrderKey(("stage", "sequence")), OrderKey(("name",), descending=True))

    assert names(await opened.read("Lead")) == ["Dan", "Cyd", "Bob", "Ada"]
    assert names(await opened.read("Lead", ids=[3, 9, 1])) == ["Cyd", "Ada"]
    assert names(await opened.read("Lead", order=keys)) == ["Cyd", "Bob", "Ada", "Dan"]
    assert names(await opened.read("Lead", order=keys, limit=2, offset=1)) == ["Bob", "Ada"]
    assert await opened.read("Lead", ids=[]) == []


async def test_equal_shapes_of_conditions_share_a_statement(
    opened: Opened, queries: Queries
) -> None:
    texts = []
    for name in ("Ada", "Bob"):
        where = Lookup(Path(("name",)), "eq", Literal(name))
        assert names(await opened.read("Lead", where=where)) == [name]
        texts += queries.texts
    several = Lookup(Path(("stage", "name")), "in", Literal(("Won", "none")))

    assert texts[0] == texts[1]
    assert names(await opened.read("Lead", where=several)) == ["Ada"]


async def test_condition_may_name_the_user(opened: Opened) -> None:
    where = Lookup(Path(("id",)), "lt", Name("user"))

    assert len(await opened.read("Lead", where=where)) == 4


@pytest.mark.parametrize(
    "request_", [{}, {"order": (OrderKey(("name",), descending=True),), "limit": 2}]
)
async def test_locked_records_are_locked_by_id_and_come_in_order(
    opened: Opened, queries: Queries, request_: dict[str, Any]
) -> None:
    found = names(await opened.read("Lead", lock=True, **request_))

    assert found == (["Dan", "Cyd"] if request_ else ["Ada", "Bob", "Cyd", "Dan"])
    assert "ORDER BY lead" in queries.last
    assert queries.last.split(" FOR ")[1].startswith("NO KEY UPDATE OF lead")


async def test_what_may_not_be_read_is_not_there(opened: Opened) -> None:
    hidden = Lookup(Path(("sequence",)), "lt", Literal(5))
    reader = opened.reader(Stage=hidden)

    assert [item.id for item in await read_records(reader, "Stage")] == [2]
    ada, bob = await read_records(reader, "Lead", ids=[1, 2], paths=["stage.name"])
    assert (ada.stage, bob.stage.name) == (None, "New")


async def test_paths_are_loaded_for_all_records_at_once(opened: Opened, queries: Queries) -> None:
    leads = await opened.read("Lead")
    queries.clear()

    await load_paths(opened.reader(), leads, ["tags", "twice", "stage.name"])
    await queries.told()

    assert queries.count == 3
    assert [len(lead.tags) for lead in leads] == [0, 0, 1, 2]
    assert str(leads[-1].twice) == "21.00"

    queries.clear()
    await load_paths(opened.reader(), leads, ["tags.name", "twice", "stage.name"])
    await queries.told()
    assert queries.count == 0


async def test_records_of_one_level_are_siblings(opened: Opened) -> None:
    ada, bob, cyd = await opened.read("Lead", ids=[1, 2, 3], paths=["tags"])

    assert ada._siblings == [ada, bob, cyd]
    assert {item.id for item in ada.stage._siblings} == {1, 2}
    assert {item.id for item in ada.tags[0]._siblings} == {1, 2}


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("stag", "Lead has no field 'stag'. Did you mean \"stage\"?"),
        ("stage.nam", "Stage has no field 'nam'. Did you mean \"name\"?"),
        ("name.x", "Lead.name is a value and leads nowhere."),
    ],
)
async def test_wrong_path_is_refused(opened: Opened, path: str, message: str) -> None:
    with pytest.raises(AttributeError) as caught:
        await opened.read("Lead", paths=[path])

    assert str(caught.value) == message
