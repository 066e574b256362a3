"""A company with every kind of relation, and what its fields are limited to, written by hand."""

from __future__ import annotations

from collections.abc import Mapping

from graphql_erp.registry.registry import Registry
from graphql_erp.testing.declare import declare

GROUPS = ("everybody", "clerk", "seller", "buyer", "chief", "auditor", "partner")

MODELS = """
    groups:
      everybody: {kind: public}
      clerk: {}
      seller: {}
      buyer: {}
      chief: {}
      auditor: {}
      partner: {kind: portal}
    ---
    model: User
    fields: {name: {type: Char, required: true}}
    ---
    model: Company
    plural: companies
    fields: {name: {type: Char, required: true}}
    ---
    model: Region
    tree: true
    order_by: [name]
    fields:
      name: {type: Char, required: true, unique: true}
      rating: {type: Integer, groups: [chief, auditor]}
      parent: {type: ManyToOne, to: Region, inverse: parts, on_delete: set_null}
      people: {type: Integer, compute: count(partners)}
    ---
    model: Tag
    order_by: [-weight, name]
    fields:
      name: {type: Char, required: true, translate: true}
      weight: {type: Integer, groups: [seller, buyer]}
      heaviest: {type: Integer, compute: max(partners.rank)}
    ---
    model: Partner
    audit: true
    archive: is_active
    order_by: [-rank, region.rating, name]
    search: [name, note]
    fields:
      name: {type: Char, required: true}
      note: Text
      email: {type: Email, unique: true}
      rank: Integer
      balance: {type: Decimal, digits: [12, 2], required: true, default: 0}
      is_active: {type: Boolean, required: true, default: true}
      kind: {type: Selection, options: [person, firm], required: true, default: person}
      born_on: Date
      motto: {type: Char, translate: true}
      terms: {type: Char, translate: true, groups: [seller, chief]}
      days: {type: Integer, per_company: true}
      credit: {type: Decimal, digits: [12, 2], groups: [seller, chief]}
      spare: {type: Decimal, digits: [12, 2], compute: credit - balance}
      double_spare: {type: Decimal, digits: [12, 2], compute: spare * 2}
      region: {type: ManyToOne, to: Region, inverse: partners}
      company: {type: ManyToOne, to: Company, inverse: partners}
      owner: {type: ManyToOne, to: User, inverse: partners}
      patron: {type: ManyToOne, to: Partner, inverse: clients, groups: [clerk, chief]}
      tags: {type: ManyToMany, to: Tag, inverse: partners}
      marks: {type: ManyToMany, to: Tag, groups: [auditor]}
      region_name: {type: Char, compute: region.name}
      region_rating: {type: Integer, compute: region.rating}
      shown_rating: {type: Integer, compute: region.rating, groups: [clerk]}
      bought: {type: Decimal, digits: [14, 2], compute: sum(orders.amount)}
      open_orders: {type: Integer, compute: "count(orders, where=Q(state='open'))"}
      patron_name: {type: Char, compute: patron.name}
      badge_code: {type: Char, compute: badge.code}
      greeting: {type: Text, compute: [name, region.name]}
      spent: {type: Integer, compute: [orders.lines.quantity]}
      worth: {type: Decimal, digits: [14, 2], compute: [balance, credit]}
    ---
    model: Badge
    fields:
      code: {type: Char, required: true}
      points: {type: Integer, groups: [chief, seller]}
      partner: {type: OneToOne, to: Partner, inverse: badge}
      issuer: {type: ManyToOne, to: Region, inverse: badges}
      issuer_people: {type: Integer, compute: count(issuer.partners)}
    ---
    model: Order
    audit: true
    display_name: concat("Order ", number)
    order_by: [number]
    unique:
      code_of_partner: [partner, code]
    fields:
      number: {type: Integer, required: true, unique: true}
      code: {type: Char, required: true}
      partner: {type: ManyToOne, to: Partner, required: true, inverse: orders}
      state: {type: Selection, options: [open, sent, done], required: true, default: open}
      ordered_on: {type: Date, required: true}
      amount: {type: Decimal, digits: [12, 2], required: true, default: 0}
      discount: {type: Integer, groups: [seller, clerk]}
      partner_label: {type: Char, compute: "concat(partner.name, ' ', partner.region.name)"}
      quantity: {type: Integer, compute: sum(lines.quantity)}
      cost: {type: Decimal, digits: [14, 2], compute: sum(lines.cost)}
    ---
    model: Line
    order_by: [product.name, -quantity]
    display_name: product
    fields:
      order: {type: ManyToOne, to: Order, required: true, inverse: lines, on_delete: cascade}
      product: {type: ManyToOne, to: Product, inverse: lines}
      source: {type: Reference, to: [Partner, Product, Badge]}
      quantity: {type: Integer, required: true}
      price: {type: Decimal, digits: [12, 2], required: true}
      total: {type: Decimal, digits: [14, 2], compute: "round(quantity * price, 2)"}
      cost: {type: Decimal, digits: [14, 2], compute: quantity * product.cost}
    ---
    model: Product
    archive: is_sold
    fields:
      name: {type: Char, required: true}
      is_sold: {type: Boolean, required: true, default: true}
      cost: {type: Decimal, digits: [12, 2], groups: [buyer, chief]}
      price: {type: Decimal, digits: [12, 2], per_company: true}
      kinds: {type: ManyToMany, to: Tag}
      sold: {type: Integer, compute: sum(lines.quantity)}
    ---
    model: AuditEntry
    plural: auditEntries
    order_by: [-id]
    display_name: concat(model, " ", record_id)
    api: read
    fields:
      model: {type: Char, required: true, max_length: 120}
      record_id: {type: BigInteger, required: true}
      operation: {type: Selection, options: [create, update, delete], required: true}
      changed_at: {type: Datetime, required: true}
      user: {type: ManyToOne, to: User}
      request: {type: Char, max_length: 120}
      ip: {type: Char, max_length: 60}
      agent: {type: Char, max_length: 300}
      old_values: Json
      new_values: Json
"""

PYTHON = """
    from decimal import Decimal
    from typing import Self

    from graphql_erp import Model, Q, mutation, query


    class Partner(Model):
        def compute_greeting(self) -> str:
            return f"{self.name} of {self.region.name if self.region else 'nowhere'}"

        def compute_spent(self) -> int:
            return sum(line.quantity for order in self.orders for line in order.lines)

        def compute_worth(self) -> Decimal:
            return self.balance + (self.credit or 0)

        @query
        async def neighbours(self) -> list[Self]:
            '''Return the partners of the same rank.'''
            if self.rank is None:
                return []
            return await self.env["Partner"].where(Q(rank=self.rank)).order_by("id").all()

        @query
        async def everybody(self) -> list[Self]:
            '''Return all partners, asked for without any permission.'''
            return await self.env.elevated()["Partner"].order_by("id").all()

        @query
        def beside(self, other: "Partner") -> str:
            '''Return two names.'''
            return f"{self.name} {other.name}"

        @query
        @classmethod
        async def ranked(cls, env, rank: int) -> list[Self]:
            '''Return the partners of a rank.'''
            return await env["Partner"].where(Q(rank=rank)).order_by("id").all()


    class Order(Model):
        @mutation
        async def raise_amount(self, by: int = 1) -> Self:
            '''Add to the amount.'''
            await self.update(amount=self.amount + by)
            return self

        @mutation
        async def hand_over(self, to: "Partner") -> Self:
            '''Give the order to another partner.'''
            await self.update(partner=to)
            return self
"""

METHODS: Mapping[str, tuple[str, ...]] = {
    "Partner": ("neighbours", "everybody", "beside", "ranked"),
    "Order": ("raise_amount", "hand_over"),
}
UPDATING = frozenset({"raise_amount", "hand_over"})
"""Methods that access to update includes; access to read includes the others."""

_OWN: Mapping[str, tuple[str, ...]] = {
    "Region.rating": ("chief", "auditor"),
    "Tag.weight": ("seller", "buyer"),
    "Partner.terms": ("seller", "chief"),
    "Partner.credit": ("seller", "chief"),
    "Partner.patron": ("clerk", "chief"),
    "Partner.clients": ("clerk", "chief"),
    "Partner.marks": ("auditor",),
    "Partner.shown_rating": ("clerk",),
    "Badge.points": ("chief", "seller"),
    "Order.discount": ("seller", "clerk"),
    "Product.cost": ("buyer", "chief"),
}
_INHERITED: Mapping[str, str] = {
    "Partner.spare": "Partner.credit",
    "Partner.double_spare": "Partner.credit",
    "Partner.region_rating": "Region.rating",
    "Partner.patron_name": "Partner.patron",
    "Partner.worth": "Partner.credit",
    "Line.cost": "Product.cost",
    "Order.cost": "Product.cost",
}

GUARDS: Mapping[tuple[str, str], frozenset[str]] = {
    tuple(place.split(".")): frozenset(groups)  # type: ignore[misc]
    for place, groups in {
        **_OWN,
        **{place: _OWN[source] for place, source in _INHERITED.items()},
    }.items()
}
"""One group of these is needed to name a field; a computed field shows what its inputs hold."""


def company() -> Registry:
    return declare(MODELS, module="firm", python=PYTHON)
