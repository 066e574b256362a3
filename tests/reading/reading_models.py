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
    ---
    model: Line
    order_by: [product.name, -quantity]
    display_name: product
    fields:
      order: {type: ManyToOne, to: Order, required: true, inverse: lines, on_delete: cascade}
      product: {type: ManyToOne, to: Product, inverse: lines}
      quantity: {type: Integer, required: true}
      price: {type: Decimal, digits: [12, 3], required: true}
      total:
        type: Decimal
        digits: [16, 2]
        compute: "round(quantity * price * (1 - coalesce(order.discount, 0)), 2)"
      margin: {type: Decimal, digits: [16, 3], compute: price - product.cost}
      grade:
        type: Char
        compute: "case(Q(price__lt=10), 'cheap', Q(price__lt=100), 'fair', product.name)"
    ---
    model: Product
    fields:
      name: {type: Char, required: true}
      description: {type: Text, required: true}
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
      currency: {type: ManyToOne, to: Currency, required: true, inverse: products}
      sold: {type: Integer, compute: sum(lines.quantity)}
      average_margin: {type: Decimal, digits: [16, 4], compute: avg(lines.margin)}
      kinds: {type: ManyToMany, to: Tag}
    ---
    model: Tag
    order_by: [name]
    fields:
      name: {type: Char, required: true}
      weight: Integer
      heaviest: {type: Float, compute: max(parties.weight)}
    ---
    model: Region
    fields:
      name: {type: Char, required: true, unique: true}
      parent: {type: ManyToOne, to: Region, inverse: parts, on_delete: set_null}
      parent_count: {type: Integer, compute: count(parent.parties)}
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


def reading_registry() -> Registry:
    return declare(MODELS, module="shop")
