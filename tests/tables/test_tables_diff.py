"""Steps between two catalogues, in the order in which PostgreSQL accepts them."""

from graphql_erp.tables.catalogue import (
    Catalogue,
    ColumnState,
    ConstraintState,
    IndexState,
    TableState,
)
from graphql_erp.tables.diff import differences

NAME = ColumnState(name="name", type="text")


def table(name: str, *columns: ColumnState, key: str = "", **parts: object) -> TableState:
    """Return a table, with a foreign key to the table `key`."""
    keys = {}
    if key:
        foreign = ConstraintState(
            name=f"fk_{name}",
            kind="f",
            definition=f"FOREIGN KEY (name) REFERENCES {key}(id)",
            columns=frozenset({"name"}),
            target=key,
        )
        keys = {foreign.name: foreign}
    return TableState(
        name=name,
        columns={item.name: item for item in columns or (NAME,)},
        constraints=keys,
        **parts,  # type: ignore[arg-type]
    )


def catalogue(*tables: TableState, **parts: object) -> Catalogue:
    return Catalogue(tables={item.name: item for item in tables}, **parts)  # type: ignore[arg-type]


def lines(before: Catalogue, after: Catalogue) -> list[str]:
    return [step.line() for step in differences(before, after)]


def test_equal_catalogues_need_no_steps() -> None:
    same = catalogue(table("a", key="b"), table("b"), functions={"f()": "x"})

    assert lines(same, same) == []


def test_tables_that_lead_to_each_other_are_made_before_their_keys() -> None:
    after = catalogue(table("a", key="b"), table("b", key="a"))

    assert lines(catalogue(), after) == [
        "create table a",
        "create table b",
        "add foreign key fk_a",
        "add foreign key fk_b",
    ]


def test_tables_that_lead_to_each_other_lose_their_keys_first() -> None:
    before = catalogue(table("a", key="b"), table("b", key="a"), table("c"))

    assert lines(before, catalogue(table("c"))) == [
        "drop foreign key fk_a",
        "drop foreign key fk_b",
        "drop table a",
        "drop table b",
    ]


def test_functions_come_before_what_needs_them_and_go_after() -> None:
    before = catalogue(table("a"), functions={"old()": "x", "kept()": "x"})
    after = catalogue(
        table("a"),
        table("b", ColumnState(name="other", type="text")),
        functions={"kept()": "y", "new()": "x"},
        extensions=frozenset({"pg_trgm"}),
    )

    assert lines(before, after) == [
        "add extension pg_trgm",
        "set function kept()",
        "set function new()",
        "create table b",
        "drop function old()",
    ]


def test_changed_trigger_is_dropped_and_made_anew() -> None:
    before = catalogue(table("a", triggers={"audit": "old", "gone": "x"}))
    after = catalogue(table("a", triggers={"audit": "new", "fresh": "x"}))

    assert lines(before, after) == [
        "drop trigger audit of a",
        "drop trigger gone of a",
        "add trigger audit of a",
        "add trigger fresh of a",
    ]


def test_table_with_equal_columns_is_renamed_and_keys_follow() -> None:
    before = catalogue(table("old"), table("child", ColumnState(name="x", type="text"), key="old"))
    after = catalogue(table("new"), table("child", ColumnState(name="x", type="text"), key="new"))

    assert lines(before, after) == ["rename table old to new"]


def test_nothing_is_guessed_when_two_tables_could_be_the_renamed_one() -> None:
    before = catalogue(table("old"))
    after = catalogue(table("one"), table("two"))

    assert lines(before, after) == ["drop table old", "create table one", "create table two"]


def test_generated_column_makes_room_for_the_new_type_of_what_it_reads() -> None:
    price = ColumnState(name="price", type="numeric(8,2)")
    double = ColumnState(
        name="double", type="numeric", generated="(price * 2)", reads=frozenset({"price"})
    )
    index = IndexState(name="ix", definition="btree (double)", columns=frozenset({"double"}))
    before = catalogue(table("a", price, double, indexes={"ix": index}))
    wider = ColumnState(name="price", type="numeric(9,2)")
    after = catalogue(table("a", wider, double, indexes={"ix": index}))

    assert lines(before, after) == [
        "drop index ix",
        "drop column a.double",
        "change column a.price from numeric(8,2) to numeric(9,2)",
        "add column a.double numeric",
        "add index ix",
    ]


def test_generated_column_that_becomes_an_ordinary_one_keeps_its_values() -> None:
    generated = ColumnState(name="x", type="numeric", generated="(1 + 1)")
    plain = ColumnState(name="x", type="numeric")

    steps = differences(catalogue(table("a", generated)), catalogue(table("a", plain)))

    assert [step.line() for step in steps] == ["change column a.x to an ordinary one"]
    assert [step.loss() for step in steps] == [""]


def test_ordinary_column_that_becomes_a_generated_one_loses_its_values() -> None:
    generated = ColumnState(name="x", type="numeric", generated="(1 + 1)")
    plain = ColumnState(name="x", type="numeric")

    steps = differences(catalogue(table("a", plain)), catalogue(table("a", generated)))

    assert [step.loss() for step in steps] == ["drops column a.x", ""]
