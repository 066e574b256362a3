"""The models of the worked schema: contacts, their company, tags and invoices."""

from pathlib import Path

from graphql_erp.api.schema import ApiSchema, build_schema
from graphql_erp.testing.declare import declare

GOLDEN = Path(__file__).with_name("contacts.graphql")

MODELS = """
    model: Contact
    description: A person or an organisation we deal with.
    fields:
      name: {type: Char, required: true, max_length: 255, index: search}
      email: {type: Email, unique: true}
      kind:
        type: Selection
        options: {person: Person, company: Legal entity}
        required: true
        default: person
      active: {type: Boolean, required: true, default: true}
      credit_limit: {type: Decimal, required: true, default: 0, groups: [accountant]}
      employees: {type: Integer, hint: Head count of the last report.}
      preferences: Json
      company: {type: ManyToOne, to: Company, required: true, inverse: contacts}
      parent: {type: ManyToOne, to: Contact}
      tags: {type: ManyToMany, to: Tag, inverse: contacts}
    ---
    model: Company
    plural: companies
    fields:
      name: {type: Char, required: true}
      founded_on: {type: Date, default: today}
    ---
    model: Tag
    api: read
    fields:
      name: {type: Char, required: true, unique: true}
    ---
    model: Invoice
    unique:
      number_in_company: [company, number]
    fields:
      number: {type: Integer, required: true}
      company: {type: ManyToOne, to: Company, required: true}
      contact: {type: ManyToOne, to: Contact, required: true, inverse: invoices, on_delete: cascade}
      issued_at: {type: Datetime, required: true, default: now}
      total: {type: Decimal, digits: [16, 2], required: true, default: "10.50"}
      vat: {type: Decimal, digits: [16, 2], compute: total * 2 / 10}
      clicks: {type: BigInteger, default: 7}
      weight: Float
      due_time: Time
      memo: {type: Text, readonly: true}
    ---
    model: Visit
    api: none
    fields:
      contact: {type: ManyToOne, to: Contact, inverse: visits}
    ---
    model: User
    api: read
    fields:
      name: {type: Char, required: true}
    ---
    groups:
      accountant: {label: Accountant}
"""


def contact_schema() -> ApiSchema:
    return build_schema(declare(MODELS, module="crm"))
