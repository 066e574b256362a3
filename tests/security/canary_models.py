"""Models with everything that can lead to a hidden record or value, and who may see what."""

from graphql_erp.registry.registry import Registry
from graphql_erp.testing.declare import declare

GROUP = "clerk"
"""The group of the user who may not see it all."""

MODELS = """
groups:
  clerk: {}
  boss: {}
access:
  Area: {clerk: {allow: [read, create, update, delete], where: Q(secret=False)}, boss: all}
  Tag: {clerk: {allow: [read, create, update, delete], where: Q(secret=False)}, boss: all}
  Party: {clerk: {allow: [read, create, update, delete], where: Q(secret=False)}, boss: all}
  Card: {clerk: {allow: [read, create, update, delete], where: Q(secret=False)}, boss: all}
  Sale:
    clerk: {allow: [read, create, update, delete], where: Q(locks__none__secret=True)}
    boss: all
  Lock: {boss: all}
  Line: {clerk: all, boss: all}
  Ticket: {clerk: {allow: [read, create, update], where: Q(secret=False)}, boss: all}
  Ledger: {clerk: all, boss: all}
  Posting: {clerk: {allow: [read, create], where: Q(secret=False)}, boss: all}
  Dossier: {boss: all}
  User: {clerk: {allow: [read], where: Q(id=user)}}
  AuditEntry: {clerk: [read]}
rules:
  lines_of_sales_that_are_not_locked: {model: Line, where: Q(sale__secret=False)}
---
model: Area
tree: true
order_by: [name]
fields:
  name: {type: Char, required: true, translate: true}
  code: {type: Char, unique: true}
  secret: {type: Boolean, required: true, default: false}
  parent: {type: ManyToOne, to: Area, inverse: parts, on_delete: set_null}
  worth: {type: Decimal, digits: [20, 2], compute: sum(parties.balance)}
---
model: Tag
order_by: [name]
fields:
  name: {type: Char, required: true, unique: true}
  secret: {type: Boolean, required: true, default: false}
  weight: Integer
---
model: Party
plural: parties
order_by: [name]
search: [name, note]
audit: true
fields:
  name: {type: Char, required: true}
  note: Text
  pattern: Char
  secret: {type: Boolean, required: true, default: false}
  email: {type: Email, unique: true}
  rank: Integer
  weight: Float
  balance: {type: Decimal, digits: [16, 2]}
  seen_at: Datetime
  born_on: Date
  settings: Json
  kind: {type: Selection, options: [person, firm]}
  credit: {type: Decimal, digits: [16, 2], groups: [boss]}
  credit_left: {type: Decimal, digits: [16, 2], compute: credit - balance}
  area: {type: ManyToOne, to: Area, inverse: parties, on_delete: set_null}
  patron: {type: ManyToOne, to: Party, inverse: clients, on_delete: set_null}
  tags: {type: ManyToMany, to: Tag, inverse: parties}
  about: {type: Reference, to: [Area, Tag]}
  yearly: {type: Integer, compute: rank * 12}
  area_name: {type: Char, compute: area.name}
  sale_total: {type: Decimal, digits: [20, 2], compute: sum(sales.total)}
  open_sales: {type: Integer, compute: "count(sales, where=Q(state='open'))"}
  heaviest_tag: {type: Integer, compute: max(tags.weight)}
  card_code: {type: Char, compute: card.code}
  greeting: {type: Text, compute: [name, area.name, card.code, patron.name]}
  sold: {type: Integer, compute: [sales.total, tags]}
---
model: Card
order_by: [code]
fields:
  code: {type: Char, required: true}
  secret: {type: Boolean, required: true, default: false}
  party: {type: OneToOne, to: Party, inverse: card}
---
model: Sale
order_by: [number]
audit: true
unique:
  code_of_party: [party, code]
fields:
  number: {type: Integer, required: true, unique: true}
  code: {type: Char, required: true}
  pattern: Char
  secret: {type: Boolean, required: true, default: false}
  state: {type: Selection, options: [open, done], required: true, default: open}
  party: {type: ManyToOne, to: Party, required: true, inverse: sales}
  total: {type: Decimal, digits: [20, 2], compute: sum(lines.amount)}
---
model: Lock
fields:
  sale: {type: ManyToOne, to: Sale, required: true, inverse: locks, on_delete: cascade}
  secret: {type: Boolean, required: true, default: true}
---
model: Line
order_by: [id]
fields:
  sale: {type: ManyToOne, to: Sale, required: true, inverse: lines, on_delete: cascade}
  amount: {type: Decimal, digits: [12, 2], required: true}
  memo: Char
  pieces: Integer
  weekly: {type: Integer, compute: pieces * 52}
  source: {type: Reference, to: [Party, Tag]}
---
model: Ticket
order_by: [id]
fields:
  title: {type: Char, required: true}
  secret: {type: Boolean, required: true, default: false}
  number: {type: Char, sequence: {prefix: T-, padding: 4, gapless: true}}
---
model: Ledger
order_by: [id]
fields:
  name: {type: Char, required: true}
  balance: {type: Decimal, digits: [20, 2], compute: sum(postings.amount), store: true}
checks:
  few_postings: {where: Q(postings__count__lte=2), message: There are too many postings.}
---
model: Posting
order_by: [id]
fields:
  ledger: {type: ManyToOne, to: Ledger, required: true, inverse: postings}
  amount: {type: Decimal, digits: [12, 2], required: true}
  secret: {type: Boolean, required: true, default: false}
---
model: Dossier
fields:
  text: {type: Char, required: true}
  party: {type: ManyToOne, to: Party, inverse: dossiers, on_delete: cascade}
"""

PYTHON = """
from typing import Self

from graphql_erp import Environment, Model, Q, mutation, query


class Party(Model):
    def compute_greeting(self) -> str:
        parts = [self.name, self.area.name if self.area else "nowhere"]
        parts += [self.card.code] if self.card else []
        return " ".join(parts + ([self.patron.name] if self.patron else []))

    def compute_sold(self) -> int:
        return sum(int(sale.total or 0) for sale in self.sales) + len(self.tags)

    @query(load=["sales.total", "tags.weight"])
    def profile(self) -> str:
        '''Return what is known of the sales and tags.'''
        totals = sorted(str(sale.total) for sale in self.sales)
        return " ".join([*totals, *sorted(str(tag.weight) for tag in self.tags)])

    @query
    async def others(self) -> list[Self]:
        '''Return the others of the same rank.'''
        found = self.env["Party"].where(Q(rank=self.rank or 0)).order_by("-id")
        return list(await found.all())

    @query
    @classmethod
    async def known(cls, env: Environment, email: str) -> list[Self]:
        '''Return who has an address.

        Args:
            email: The address.
        '''
        return list(await env["Party"].where(Q(email=email)).all())

    @query
    @classmethod
    async def figures(cls, env: Environment) -> str:
        '''Return counts by kind.'''
        return f"{await env['Party'].count()} {await env['Sale'].count()}"

    @mutation
    async def promote(self) -> list[Self]:
        '''Raise the rank and return all of that rank.'''
        await self.update(rank=(self.rank or 0) + 1)
        return list(await self.env["Party"].where(Q(rank=self.rank)).order_by("id").all())
"""


def canary_registry() -> Registry:
    return declare(MODELS, module="canary", dependencies=["core"], python=PYTHON)
