import sys
from collections.abc import Iterator
from contextlib import closing
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from peer import Peer, handler_of

NORTHWIND = Path(__file__).parent.parent.parent / "examples" / "northwind"

sys.path.insert(0, str(NORTHWIND))

from loading.graphql import Client  # noqa: E402 - found through the line above

FILES = {
    "categories.csv": """\
CategoryID,CategoryName,Description
1,Beverages,"Teas, coffees"
2,Condiments,Sauces
""",
    "suppliers.csv": """\
SupplierID,CompanyName,ContactName,ContactTitle,Address,City,Region,PostalCode,Country,Phone,Fax,HomePage
1,Oak & Vine,Ida Crane,Owner,1 High St.,London,,EC1 4SD,UK,555-0101,,
""",
    "products.csv": """\
ProductID,ProductName,SupplierID,CategoryID,QuantityPerUnit,UnitPrice,UnitsInStock,UnitsOnOrder,ReorderLevel,Discontinued
1,Chai,1,1,10 boxes,18,39,0,10,0
2,Ketchup,1,2,12 bottles,9.9,0,5,0,1
""",
    "shippers.csv": "ShipperID,CompanyName,Phone\n1,Swift,555-0102\n",
    "customers.csv": """\
CustomerID,CompanyName,ContactName,ContactTitle,Address,City,Region,PostalCode,Country,Phone,Fax
ALFKI,Alfreds,Maria,Sales,Obere Str. 57,Berlin,,12209,Germany,030-007,
""",
    "employees.csv": """\
EmployeeID,LastName,FirstName,Title,TitleOfCourtesy,BirthDate,HireDate,Address,City,Region,PostalCode,Country,HomePhone,Extension,Notes,ReportsTo
1,Low,Ann,Clerk,Ms.,1960-01-01,1992-05-01,"Flat 1
Mill Lane",Leeds,,LS1,UK,555-1,1,Notes,2
2,High,Bob,Director,Mr.,1950-01-01,1990-05-01,2 Hill,Leeds,,LS1,UK,555-2,2,Notes,
""",
    "orders.csv": """\
OrderID,CustomerID,EmployeeID,OrderDate,RequiredDate,ShippedDate,ShipVia,Freight,ShipName,ShipAddress,ShipCity,ShipRegion,ShipPostalCode,ShipCountry
10,ALFKI,1,1996-07-04,1996-08-01,,1,32.38,Alfreds,Obere Str. 57,Berlin,,12209,Germany
11,ALFKI,2,1996-08-05,1996-09-01,1996-08-07,1,1.5,Alfreds,Obere Str. 57,Berlin,,12209,Germany
""",
    "order_details.csv": """\
OrderID,ProductID,UnitPrice,Quantity,Discount
10,1,18,2,0
10,2,0.05,1,0.1
11,2,9.9,3,0.25
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def peer() -> Iterator[Peer]:
    """Give a server over HTTP that answers what a test tells it to."""
    server = Peer()
    listener = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(server))
    listener.daemon_threads = True
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    server.url = f"http://127.0.0.1:{listener.server_port}/graphql"
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


@pytest.fixture
def client(peer: Peer) -> Iterator[Client]:
    """Give a client of that server."""
    with closing(Client(peer.url)) as opened:
        yield opened
