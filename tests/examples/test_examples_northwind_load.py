import io
from decimal import Decimal
from pathlib import Path

import load
import pytest
from loading.answers import figures_of_server
from loading.checks import Check
from loading.files import TABLES, Row
from loading.graphql import Client, Failure, Refused
from peer import Peer
from rich.console import Console
from rich.progress import Progress

SHIPPERS = next(table for table in TABLES if table.file == "shippers.csv")
NOTHING = {table.plural: {"totalCount": 0} for table in TABLES}


def page(nodes: list[object], after: str | None) -> dict[str, object]:
    return {"nodes": nodes, "pageInfo": {"hasNextPage": after is not None, "endCursor": after}}


def groups(sums: dict[str, str], after: str | None = None) -> dict[str, object]:
    nodes = [
        {"values": {"group": name}, "count": 1, "aggregate": {"sum": {"lineTotal": amount}}}
        for name, amount in sums.items()
    ]
    return {"northwindOrderLines": {"groups": page(nodes, after)}}


def order(reference: str, number: str, total: str) -> dict[str, str]:
    return {"externalRef": reference, "number": number, "total": total}


def quiet() -> Console:
    return Console(file=io.StringIO(), width=100)


def test_records_are_created_in_chunks(peer: Peer, client: Client, folder: Path) -> None:
    sizes = [2, 1, 2, 1, 1, 1, 1, 2, 2, 1]
    peer.will_answer(*({"created": {"affected": size, "errors": []}} for size in sizes))

    with Progress(console=quiet()) as progress:
        load.load(client, folder, progress, size=2)

    assert [len(item["data"]) for item in peer.variables] == sizes
    assert [item["data"][0].get("number") for item in peer.variables[5:7]] == [2, 1]
    assert "northwindOrderLineCreateMany(data: $data)" in peer.asked[-1]["query"]


def test_refused_record_is_named_by_its_line(peer: Peer, client: Client) -> None:
    error = {"code": "UNIQUE", "message": "Number is taken.", "path": ["number"], "index": 1}
    peer.will_answer({"created": {"affected": 0, "errors": [error]}})

    with pytest.raises(Failure) as caught:
        load.create(client, SHIPPERS, [Row(2, {"number": 1}), Row(3, {"number": 1})])

    assert str(caught.value) == (
        "The server refused records of shippers.csv:\n  line 3: UNIQUE number: Number is taken."
    )


def test_fewer_records_than_sent_are_a_failure(peer: Peer, client: Client) -> None:
    peer.will_answer({"created": {"affected": 1, "errors": []}})

    with pytest.raises(Failure) as caught:
        load.create(client, SHIPPERS, [Row(2, {}), Row(3, {})])

    assert str(caught.value) == "1 of 2 records of shippers.csv were created."


def test_loaded_server_is_refused(peer: Peer, client: Client) -> None:
    peer.will_answer({**NOTHING, "northwindOrders": {"totalCount": 830}})

    with pytest.raises(Failure) as caught:
        load.refuse_when_loaded(client)

    assert str(caught.value) == (
        "Northwind records are already there: 830 from orders.csv. Nothing was loaded.\n"
        "Use --check-only to check them, or load into a new tenant."
    )


def test_empty_server_is_accepted(peer: Peer, client: Client) -> None:
    peer.will_answer(NOTHING)

    load.refuse_when_loaded(client)

    assert len(peer.asked) == 1


def test_server_without_the_module_is_refused(peer: Peer, client: Client) -> None:
    peer.will_refuse("GRAPHQL_VALIDATION_FAILED", "Cannot query field 'northwindOrders'.")

    with pytest.raises(Failure) as caught:
        load.refuse_when_loaded(client)

    assert str(caught.value) == (
        f"The server at {peer.url} does not offer the module northwind.\n"
        "Add the folder `examples` to ERP_MODULE_PATHS and install the module with"
        " `erp module install northwind`."
    )


def test_other_refusals_keep_their_message(peer: Peer, client: Client) -> None:
    peer.will_refuse("UNAUTHENTICATED", "Log in first.")

    with pytest.raises(Refused) as caught:
        load.refuse_when_loaded(client)

    assert str(caught.value) == "The server refused the request:\n  Log in first."


def test_groups_are_read_page_by_page(peer: Peer, client: Client) -> None:
    sums = {"gross": "65.75", "lineTotal": "58.33", "lineTotalExact": "58.3200"}
    peer.will_answer(
        {
            "northwindCustomers": {"totalCount": 1},
            "northwindOrders": {"totalCount": 2},
            "shipped": {"totalCount": 1},
            "northwindProducts": {"aggregate": {"sum": {"unitsInStock": "39"}}},
            "northwindOrderLines": {"totalCount": 3, "aggregate": {"sum": sums}},
        },
        groups({"1996-07-01": "36.05"}, after="second"),
        groups({"1996-08-01": "22.28"}),
        {"northwindOrders": page([order("10", "1996-0001", "36.05")], "next")},
        {"northwindOrders": page([order("11", "1996-0002", "22.28")], None)},
        groups({"Beverages": "36.00", "Condiments": "22.33"}),
        groups({"1": "36.05", "2": "22.28"}),
        {"northwindCustomers": page([{"code": "ALFKI", "turnover": "58.33"}], None)},
    )

    found = figures_of_server(client)

    assert found.by_month == {"1996-07": Decimal("36.05"), "1996-08": Decimal("22.28")}
    assert found.by_order == {"10": Decimal("36.05"), "11": Decimal("22.28")}
    assert (found.by_customer, found.shipped) == ({"ALFKI": Decimal("58.33")}, 1)
    assert (found.pieces, found.numbered) == (39, {"1996": 2})
    assert [item.get("after") for item in peer.variables[1:]] == [
        None,
        "second",
        None,
        "next",
        None,
        None,
        None,
    ]


def test_orders_are_taken_over(peer: Peer, client: Client) -> None:
    peer.will_answer({"northwindOrderTakeOver": {"shipped": 1, "confirmed": 1, "errors": []}})

    load.take_over(client)

    assert peer.asked[0]["query"] == load.TAKE_OVER


def test_orders_that_cannot_be_taken_over_are_a_failure(peer: Peer, client: Client) -> None:
    errors = [{"code": "UNIQUE", "message": "Another Order has this Number."}]
    peer.will_answer({"northwindOrderTakeOver": {"shipped": None, "errors": errors}})

    with pytest.raises(Failure) as caught:
        load.take_over(client)

    assert str(caught.value) == (
        "The server refused to take the orders over:\n  UNIQUE: Another Order has this Number."
    )


def test_report_tells_whether_all_checks_are_met() -> None:
    console = quiet()

    is_met = load.report(console, [Check("orders", 2, 2), Check("month 1996-07", 5, None)])

    assert not is_met
    assert console.file.getvalue().splitlines()[-1] == "1 checks met, 1 not."


def test_report_of_met_checks_is_good() -> None:
    assert load.report(quiet(), [Check("orders", 2, 2)])


def test_other_data_are_refused_before_the_server_is_asked(
    peer: Peer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = load.main(["--data", str(folder), "--url", peer.url])

    assert code == 2
    assert capsys.readouterr().err == (
        f"{folder} does not hold the Northwind data: customers is 1 instead of 91.\n"
    )
    assert peer.asked == []


def test_answer_that_is_not_graphql_is_shown(peer: Peer, client: Client) -> None:
    peer.answers.append((502, b"<h1>Bad gateway</h1>"))

    with pytest.raises(Failure) as caught:
        client.execute("{ __typename }")

    assert str(caught.value) == (
        f"{peer.url} is no GraphQL server: it answered 502: <h1>Bad gateway</h1>"
    )


def test_missing_server_is_named_with_what_to_do() -> None:
    with pytest.raises(Failure) as caught:
        Client("http://127.0.0.1:1/graphql").execute("{ __typename }")

    first, second = str(caught.value).splitlines()
    assert first.startswith("No server answers at http://127.0.0.1:1/graphql (")
    assert second == "Start one with `erp serve`, or say with --url where it is."


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8000", "ftp://127.0.0.1/graphql", "http:///graphql"]
)
def test_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Failure) as caught:
        Client(url)

    assert (
        str(caught.value)
        == f"{url} is no address of a server, such as http://127.0.0.1:8000/graphql."
    )
