"""Models with every field type, every kind of relation and expressions at several depths."""

from graphql_erp.registry.registry import Registry
from graphql_erp.testing.declare import declare

MODELS = """
    model: Party
    plural: parties
    order_by: [-rank, name]
    search: [name, note]
    fields:
      name: {type: Char, required: true, max_length: 80}
      note: Text
      email: {type: Email, unique: true}
      website: Url
      rank: Integer
      serial: BigInteger
      weight: Float
      balance: Decimal
      ratio: {type: Decimal, digits: [30, 12]}
      worth: {type: Monetary, currency: currency}
      is_active: Boolean
      born_on: Date
      seen_at: Datetime
      opens_at: Time
      kind: {type: Selection, options: {person: Person, legal entity: Company, x9: Other}}
      settings: Json
      portrait: {type: Binary, max_size: 200}
      parent: {type: ManyToOne, to: Party, inverse: children}
      region: {type: ManyToOne, to: Region, inverse: parties}
      currency: {type: ManyToOne, to: Currency}
      tags: {type: ManyToMany, to: Tag, inverse: parties}
      label: {type: Char, compute: "concat(name, ' <', email, '>')"}
      region_name: {type: Char, compute: region.name}
      double_balance: {type: Decimal, digits: [20, 2], compute: balance * 2, store: true}
      order_total: {type: Decimal, digits: [20, 2], compute: sum(orders.total)}
      open_orders: {type: Integer, compute: "count(orders, where=Q(state='open'))"}
      last_order_on: {type: Date, compute: max(orders.ordered_on)}
      share: {type: Decimal, digits: [20, 6], compute: balance / order_total}
      is_known: {type: Boolean, compute: "Q(email__isnull=False) & ~Q(region__isnull=True)"}
      card_code: {type: Char, compute: "concat(card.code, '/', card.issuer.name)"}
      has_card: {type: Boolean, compute: "Q(card__isnull=False)"}
      greeting: {type: Text, compute: [name, region.name, card.issuer.name]}
      mood: {type: Selection, options: [glad, sad], compute: [order_total, is_active]}
      sold_in: {type: Integer, compute: [orders.line_count, tags]}
      fellows: {type: Integer, compute: count(card.issuer.parties)}
    ---
    model: Card
    order_by: [party.name]
    fields:
      code: {type: Char, required: true}
      points: Integer
      party: {type: OneToOne, to: Party, inverse: card}
      issuer: {type: ManyToOne, to: Region, inverse: cards}
      former: {type: OneToOne, to: Card, inverse: latter}
      scan: {type: Binary, required: true}
      latter_points: {type: Integer, compute: latter.points}
      orders: {type: Integer, compute: count(party.orders)}
    ---
    model: Order
    display_name: concat("Order ", number)
    order_by: [number]
    unique:
      code_of_party: [party, code]
    fields:
      number: {type: Integer, required: true, unique: true}
      code: {type: Char, required: true}
      party: {type: ManyToOne, to: Party, required: true, inverse: orders}
      state: {type: Selection, options: [open, sent, done], required: true, default: open}
      ordered_on: {type: Date, required: true}
      sent_at: Datetime
      discount: {type: Decimal, digits: [5, 4]}
      total: {type: Decimal, digits: [20, 2], compute: sum(lines.total)}
      lines_of_note: {type: Integer, compute: "count(lines, where=Q(quantity__gt=5))"}
      party_label: {type: Char, compute: party.label}
      line_count: {type: Integer, compute: [lines]}
      heaviest: {type: Decimal, digits: [20, 4], compute: [lines.weighted, total]}
      due_on: {type: Date, compute: [ordered_on]}
    ---
    model: Line
    order_by: [product.name, -quantity]
    display_name: product
    fields:
      order: {type: ManyToOne, to: Order, required: true, inverse: lines, on_delete: cascade}
      product: {type: ManyToOne, to: Product, inverse: lines}
      source: {type: Reference, to: [Party, Product, Line]}
      quantity: {type: Integer, required: true}
      price: {type: Decimal, digits: [12, 3], required: true}
      total:
        type: Decimal
        digits: [16, 2]
        compute: "round(quantity * price * (1 - coalesce(order.discount, 0)), 2)"
      weighted: {type: Decimal, digits: [20, 4], compute: [price, product.cost, quantity]}
      margin: {type: Decimal, digits: [16, 3], compute: price - product.cost}
      grade:
        type: Char
        compute: "case(Q(price__lt=10), 'cheap', Q(price__lt=100), 'fair', product.name)"
    ---
    model: Product
    archive: is_sold
    fields:
      name: {type: Char, required: true}
      description: {type: Text, required: true, translate: true}
      contact: {type: Email, required: true}
      page: {type: Url, required: true}
      stock: {type: Integer, required: true}
      barcode: {type: BigInteger, required: true}
      size: {type: Float, required: true}
      cost: {type: Decimal, digits: [12, 3], required: true}
      listed: {type: Monetary, currency: currency, required: true}
      is_sold: {type: Boolean, required: true}
      made_on: {type: Date, required: true}
      seen_at: {type: Datetime, required: true}
      packed_at: {type: Time, required: true}
      kind: {type: Selection, options: [goods, service], required: true}
      details: {type: Json, required: true}
      slogan: {type: Char, translate: true}
      list_price: {type: Decimal, digits: [12, 3], per_company: true}
      reviewed_at: {type: Datetime, per_company: true}
      rating: {type: Float, per_company: true}
      lead_days: {type: Integer, required: true, default: 3, per_company: true}
      shelf: {type: Selection, options: [upper, lower], per_company: true}
      labels: {type: Json, per_company: true}
      gain: {type: Decimal, digits: [16, 3], compute: "coalesce(list_price - cost, 0)"}
      headline: {type: Char, compute: "concat(slogan, ': ', description)"}
      currency: {type: ManyToOne, to: Currency, required: true, inverse: products}
      sold: {type: Integer, compute: sum(lines.quantity)}
      average_margin: {type: Decimal, digits: [16, 4], compute: avg(lines.margin)}
      kinds: {type: ManyToMany, to: Tag}
    ---
    model: Tag
    order_by: [name]
    fields:
      name: {type: Char, required: true, translate: true}
      weight: Integer
      heaviest: {type: Float, compute: max(parties.weight)}
    ---
    model: Region
    tree: true
    fields:
      name: {type: Char, required: true, unique: true}
      parent: {type: ManyToOne, to: Region, inverse: parts, on_delete: set_null}
      parent_count: {type: Integer, compute: count(parent.parties)}
      points: {type: BigInteger, compute: sum(parties.card.points)}
      worth: {type: Decimal, compute: "sum(parties.balance, where=Q(is_active=True))"}
    ---
    model: Currency
    plural: currencies
    fields:
      name: {type: Char, required: true, unique: true}
    ---
    model: User
    fields:
      name: {type: Char, required: true}
"""


PYTHON = """
from datetime import date
from decimal import Decimal

from graphql_erp import Model


class Party(Model):
    def compute_greeting(self) -> str:
        region = self.region.name if self.region else "nowhere"
        issuer = self.card.issuer if self.card else None
        return f"{self.name} of {region}" + (f", known in {issuer.name}" if issuer else "")

    def compute_mood(self) -> str | None:
        if self.is_active is None:
            return None
        return "glad" if (self.order_total or 0) > 0 else "sad"

    def compute_sold_in(self) -> int:
        return sum(order.line_count for order in self.orders) + len(self.tags)


class Order(Model):
    def compute_line_count(self) -> int:
        return len(self.lines)

    def compute_heaviest(self) -> Decimal | None:
        return max((line.weighted for line in self.lines), default=self.total)

    def compute_due_on(self) -> date:
        return self.ordered_on.replace(day=1)


class Line(Model):
    def compute_weighted(self) -> Decimal:
        return self.quantity * (self.price - (self.product.cost if self.product else 0))
"""


def reading_registry() -> Registry:
    return declare(MODELS, module="shop", python=PYTHON)
