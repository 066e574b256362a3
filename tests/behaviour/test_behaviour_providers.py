"""Providers: who does something is decided by a key, whatever modules know of it."""

import pytest

from graphql_erp.behaviour.model import Model, record, record_class
from graphql_erp.behaviour.providers import dispatch, provider
from graphql_erp.registry.model import ModelDef
from graphql_erp.testing.declare import declare

DECLARED = """
    model: Shipment
    fields: {carrier: {type: Selection, options: [dhl, ups, own]}}
"""


class Shipment(Model):
    @dispatch(by="carrier")
    def book(self, parcels: int) -> str:
        return f"nobody books {parcels} by {self.carrier}"

    @provider("book", "dhl")
    def book_dhl(self, parcels: int) -> str:
        return f"dhl books {parcels}"


class Extension(Model):
    @provider("book", "ups")
    def book_ups(self, parcels: int) -> str:
        return f"ups books {parcels}"

    def book_dhl(self, parcels: int) -> str:
        return super().book_dhl(parcels) + " again"  # type: ignore[misc]

    book_dhl = provider("book", "dhl")(book_dhl)


@pytest.mark.parametrize(
    ("carrier", "answer"),
    [
        ("dhl", "dhl books 2 again"),
        ("ups", "ups books 2"),
        ("own", "nobody books 2 by own"),
        (None, "nobody books 2 by None"),
    ],
)
def test_key_decides_who_does_it(carrier: str | None, answer: str) -> None:
    definition: ModelDef = declare(DECLARED).models["Shipment"]
    stacked = type("Shipment", (Extension, Shipment), {})
    shipment = record(record_class(definition, stacked), {"id": 1, "carrier": carrier})

    assert shipment.book(2) == answer
