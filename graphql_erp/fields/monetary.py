"""Monetary: an amount and the field that says in which currency."""

from dataclasses import dataclass

from graphql_erp.fields.number import Decimal


@dataclass(frozen=True, kw_only=True)
class Monetary(Decimal):
    """An amount of money in the currency another field of the record names.

    Example:
        currency: {type: ManyToOne, to: Currency, required: true}
        amount: {type: Monetary, currency: currency}
    """

    name = "Monetary"

    currency: str = "currency"
    """The to-one field to Currency that gives the unit."""
