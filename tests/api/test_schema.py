"""The schema made of a registry: exactly the SDL that is stored, and what its names mean."""

import hashlib
from typing import Any

import pytest
from contact_models import GOLDEN, contact_schema
from graphql import (
    GraphQLInputType,
    GraphQLObjectType,
    build_ast_schema,
    lexicographic_sort_schema,
    parse,
    parse_value,
    print_ast,
    print_schema,
    type_from_ast,
    validate,
    validate_schema,
)
from graphql import parse_type as parse_reference
from graphql.execution.values import get_variable_values
from graphql.utilities import coerce_input_literal, coerce_input_value
from strawberry.printer import print_schema as print_strawberry_schema

from graphql_erp.api.roles import RootMeaning, RootRole, TypeMeaning, TypeRole
from graphql_erp.api.schema import ApiSchema, build_schema
from graphql_erp.testing.declare import declare


@pytest.fixture(scope="module")
def schema() -> ApiSchema:
    return contact_schema()


def input_type(schema: ApiSchema, reference: str) -> GraphQLInputType:
    found: Any = type_from_ast(schema.graphql, parse_reference(reference))
    assert found is not None
    return found


def problems(schema: ApiSchema, document: str) -> list[str]:
    return [error.message for error in validate(schema.graphql, parse(document))]


def test_sdl_is_the_stored_one(schema: ApiSchema) -> None:
    assert schema.sdl == GOLDEN.read_text(encoding="utf-8")


def test_same_models_give_the_same_schema_again(schema: ApiSchema) -> None:
    again = contact_schema()

    assert again.sdl == schema.sdl
    assert again.hash == schema.hash == hashlib.sha256(schema.sdl.encode()).hexdigest()


def test_schema_is_valid(schema: ApiSchema) -> None:
    assert validate_schema(schema.graphql) == []


def test_sdl_describes_the_executable_schema(schema: ApiSchema) -> None:
    written = build_ast_schema(parse(schema.sdl))

    assert validate_schema(written) == []
    assert print_schema(lexicographic_sort_schema(written)) == print_schema(
        lexicographic_sort_schema(schema.graphql)
    )


def test_sdl_has_the_blocks_strawberry_prints(schema: ApiSchema) -> None:
    printed = parse(print_strawberry_schema(schema.strawberry)).definitions

    def texts(definitions: Any) -> set[str]:
        return {print_ast(definition) for definition in definitions}

    # Strawberry repeats the definition of @oneOf, which every client has built in.
    one_of = {"directive @oneOf on INPUT_OBJECT"}
    assert texts(printed) - texts(parse(schema.sdl).definitions) == one_of
    assert texts(parse(schema.sdl).definitions) <= texts(printed)


@pytest.mark.parametrize(
    "document",
    [
        '{ contact(by: {email: "a@b.c"}) { id name kind companyId company { name } } }',
        "{ invoice(by: {companyAndNumber: {companyId: 1, number: 7}}) { total vat clicks } }",
        """query ($filter: ContactFilter, $after: String) {
          contacts(filter: $filter, q: "Q(active=True)", search: "acme", first: 10, after: $after,
                   orderBy: [{company: {name: ASC}}, {id: DESC_NULLS_LAST}]) {
            nodes { displayName tags(first: 3) { totalCount nodes { name } } }
            edges { cursor node { id } }
            pageInfo { hasNextPage endCursor }
            totalCount
            count(mode: EXACT) { value exact }
          }
        }""",
        """{
          contacts(filter: {OR: [{name: {icontains: "ac"}}, {NOT: {kind: {eq: COMPANY}}}],
                            tags: {some: {name: {in: ["vip"]}}, count: {gte: 2}},
                            company: {foundedOn: {gte: "2020-01-01"}}, companyId: {isnull: false},
                            creditLimit: {lt: "10.50"}, preferences: {has: "color"}}) {
            aggregate { count countDistinct(field: EMAIL) sum { creditLimit } max { createdAt } }
          }
        }""",
        """{
          invoices {
            groups(by: [{field: ISSUED_AT, granularity: MONTH, as: "month"},
                        {contact: {company: {field: NAME}}}],
                   orderBy: [{sum: TOTAL}, {key: COMPANY, direction: ASC}, {count: ASC}],
                   first: 5) {
              nodes { key { issuedAt company { name } } values count aggregate { avg { total } }
                      groups(by: [{field: CONTACT}]) { totalCount } }
              pageInfo { hasNextPage }
              totalCount
            }
          }
        }""",
        '{ node(nodeId: "x") { nodeId ... on Record { version updatedBy { name } } } }',
        """mutation ($data: ContactCreateInput!) {
          contactCreate(data: $data) {
            record { id }
            errors { code message path index ... on BusinessError { reason details } }
          }
          contactUpdate(id: 1, data: {email: null, company: {key: {id: 3}}}) { record { version } }
          contactDelete(id: 1) { deletedId errors { ... on ValidationError { code } } }
          contactCreateMany(data: [{name: "a", company: {id: 1}}]) {
            affected records { id } results { record { id } errors { index } } errors { message }
          }
        }""",
        """mutation @atomic {
          contactCreate(data: {name: "a", company: {create: {name: "b"}}, tags: {link: [1]},
                               invoices: {create: [{number: 1, company: {id: 1}}]}})
            @idempotent(key: "k") { record { id } }
          contactUpdate(id: 1, version: 2, data: {invoices: {set: []}}) {
            errors { ... on ConflictError { expectedVersion currentVersion current { id } } }
          }
          contactUpdateMany(target: {filter: {active: {eq: true}}}, data: {kind: COMPANY},
                            limit: 9) { affected }
          contactUpdateEach(items: [{id: 1, version: 3, data: {name: "c"}}], onError: SKIP_FAILED) {
            affected
          }
          contactDeleteMany(target: {q: "Q(active=False)"}) { affected }
          contactUpsert(data: [{name: "a", email: "a@b.c"}], on: [EMAIL]) { affected }
          contactDuplicate(id: 1, data: {name: "d"}) { record { id } }
        }""",
    ],
)
def test_operation_is_valid(schema: ApiSchema, document: str) -> None:
    assert problems(schema, document) == []


ONE_KEY = (
    "Within OneOf Input Object type '{}', exactly one field must be specified,"
    " and the value for that field must be non-null."
)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ('{ contact(by: {id: 1, email: "a@b.c"}) { id } }', ONE_KEY.format("ContactUniqueKey")),
        ("{ contact(by: {}) { id } }", ONE_KEY.format("ContactUniqueKey")),
        (
            "{ contacts(orderBy: [{name: null}]) { totalCount } }",
            ONE_KEY.format("ContactOrderBy"),
        ),
        (
            "{ contacts(filter: {visits: {count: {gt: 1}}}) { totalCount } }",
            (
                "Expected value of type 'ContactFilter' not to include unknown field 'visits',"
                " found: { visits: { count: { gt: 1 } } }."
            ),
        ),
        (
            '{ contacts(filter: {createdAt: {gt: "2026-01-01"}}) { totalCount } }',
            "DateTime must be a moment written as YYYY-MM-DDTHH:MM:SSZ.",
        ),
        (
            "{ invoices(filter: {total: {gt: 1.5}}) { totalCount } }",
            'Decimal must be exact: write it as text, such as "12.50".',
        ),
        (
            "{ contacts { count(mode: GUESSED) { value } } }",
            "Value 'GUESSED' does not exist in 'CountMode' enum.",
        ),
        (
            "mutation { invoiceCreate(data: {number: 1}) { record { id } } }",
            (
                "Expected value of type 'InvoiceCreateInput' to include required field 'company',"
                " found: { number: 1 }."
            ),
        ),
        (
            'mutation { tagCreate(data: {name: "x"}) { record { id } } }',
            "Cannot query field 'tagCreate' on type 'Mutation'.",
        ),
        (
            "mutation { contactUpdate(id: 1, data: {tags: {create: []}}) { record { id } } }",
            (
                "Expected value of type 'TagToManyInput' not to include unknown field 'create',"
                " found: { create: [] }."
            ),
        ),
        (
            "mutation { contactDeleteMany(target: {}) { affected } }",
            ONE_KEY.format("ContactTarget"),
        ),
        (
            "{ visits { totalCount } }",
            "Cannot query field 'visits' on type 'Query'.",
        ),
    ],
)
def test_wrong_operation_is_refused(schema: ApiSchema, document: str, problem: str) -> None:
    errors = validate(schema.graphql, parse(document), hide_suggestions=True)

    assert [error.message for error in errors] == [problem]


@pytest.mark.parametrize(
    ("reference", "text", "value"),
    [
        ("ContactKind", "COMPANY", "company"),
        ("ContactFieldName", "CREDIT_LIMIT", "credit_limit"),
        ("OrderDirection", "DESC_NULLS_LAST", "DESC_NULLS_LAST"),
        ("DateGranularity", "MONTH", "MONTH"),
        ("CountMode", "CAPPED", "CAPPED"),
    ],
)
def test_enum_member_is_read_as_its_plain_value(
    schema: ApiSchema, reference: str, text: str, value: str
) -> None:
    found: Any = input_type(schema, reference)
    from_literal = coerce_input_literal(parse_value(text), found)
    from_variable = coerce_input_value(text, found)

    assert from_literal == from_variable == value
    assert type(from_literal) is type(from_variable) is str


def test_default_is_filled_in_as_a_python_value(schema: ApiSchema) -> None:
    document = parse("query ($data: InvoiceCreateInput!) { __typename }")
    operation: Any = document.definitions[0]
    data = {"number": 1, "company": {"id": "1"}, "contact": {"key": {"email": "a@b.c"}}}

    values: Any = get_variable_values(
        schema.graphql, operation.variable_definitions, {"data": data}
    )

    read = values.coerced["data"]
    assert {name: str(value) for name, value in read.items() if name in {"total", "clicks"}} == {
        "total": "10.50",
        "clicks": "7",
    }
    assert type(read["clicks"]) is int
    assert read["contact"] == {"key": {"email": "a@b.c"}}


def test_absent_member_of_an_update_stays_absent(schema: ApiSchema) -> None:
    found: Any = input_type(schema, "ContactUpdateInput")

    assert coerce_input_literal(parse_value("{email: null}"), found) == {"email": None}


def test_two_keys_of_a_one_of_variable_are_refused(schema: ApiSchema) -> None:
    document = parse("query ($by: ContactUniqueKey!) { contact(by: $by) { id } }")
    operation: Any = document.definitions[0]
    given = {"by": {"id": "1", "email": "a@b.c"}}

    errors: Any = get_variable_values(schema.graphql, operation.variable_definitions, given)

    assert [error.message for error in errors] == [
        f"Variable '$by' has invalid value: {ONE_KEY.format('ContactUniqueKey')}"
    ]


def test_root_fields_say_what_they_do(schema: ApiSchema) -> None:
    assert schema.queries["node"] == RootMeaning(RootRole.NODE)
    assert schema.queries["company"] == RootMeaning(RootRole.ONE, "Company")
    assert schema.queries["companies"] == RootMeaning(RootRole.LIST, "Company")
    assert {
        name: meaning for name, meaning in schema.mutations.items() if meaning.model == "Invoice"
    } == {
        "invoiceCreate": RootMeaning(RootRole.CREATE, "Invoice"),
        "invoiceUpdate": RootMeaning(RootRole.UPDATE, "Invoice"),
        "invoiceDuplicate": RootMeaning(RootRole.DUPLICATE, "Invoice"),
        "invoiceDelete": RootMeaning(RootRole.DELETE, "Invoice"),
        "invoiceCreateMany": RootMeaning(RootRole.CREATE_MANY, "Invoice"),
        "invoiceUpdateMany": RootMeaning(RootRole.UPDATE_MANY, "Invoice"),
        "invoiceUpdateEach": RootMeaning(RootRole.UPDATE_EACH, "Invoice"),
        "invoiceDeleteMany": RootMeaning(RootRole.DELETE_MANY, "Invoice"),
        "invoiceUpsert": RootMeaning(RootRole.UPSERT, "Invoice"),
    }
    query, mutation = schema.graphql.query_type, schema.graphql.mutation_type
    assert query is not None
    assert mutation is not None
    assert list(query.fields) == list(schema.queries)
    assert list(mutation.fields) == list(schema.mutations)


def test_object_types_say_what_they_are(schema: ApiSchema) -> None:
    meanings = {name: schema.types[name] for name in schema.types if name.startswith("Invoice")}

    assert meanings == {
        "Invoice": TypeMeaning(TypeRole.OBJECT, "Invoice"),
        "InvoiceEdge": TypeMeaning(TypeRole.EDGE, "Invoice"),
        "InvoiceConnection": TypeMeaning(TypeRole.CONNECTION, "Invoice"),
        "InvoiceAggregate": TypeMeaning(TypeRole.AGGREGATE, "Invoice"),
        "InvoiceNumbers": TypeMeaning(TypeRole.NUMBERS, "Invoice"),
        "InvoiceExtremes": TypeMeaning(TypeRole.EXTREMES, "Invoice"),
        "InvoiceGroupingKey": TypeMeaning(TypeRole.GROUPING_KEY, "Invoice"),
        "InvoiceGrouping": TypeMeaning(TypeRole.GROUPING, "Invoice"),
        "InvoiceGroupingPage": TypeMeaning(TypeRole.GROUPING_PAGE, "Invoice"),
        "InvoicePayload": TypeMeaning(TypeRole.PAYLOAD, "Invoice"),
        "InvoiceBulkPayload": TypeMeaning(TypeRole.BULK_PAYLOAD, "Invoice"),
        "InvoiceDraftPayload": TypeMeaning(TypeRole.DRAFT_PAYLOAD, "Invoice"),
    }


def test_every_object_type_but_the_roots_has_a_meaning(schema: ApiSchema) -> None:
    objects = {
        name
        for name, found in schema.graphql.type_map.items()
        if isinstance(found, GraphQLObjectType) and not name.startswith("__")
    }

    assert objects - set(schema.types) == {"Query", "Mutation"}


def test_without_users_records_have_no_authors() -> None:
    sdl = build_schema(declare("model: Tag\nfields: {name: Char}")).sdl

    assert "createdBy" not in sdl
    assert "createdAt: DateTime!" in sdl


def test_model_that_is_read_only_has_no_mutations() -> None:
    schema = build_schema(declare("model: Tag\napi: read\nfields: {name: Char}"))

    assert schema.mutations == {}
    assert schema.graphql.mutation_type is None
    assert list(schema.queries) == ["node", "tag", "tags"]
    assert "UserError" not in schema.sdl


def test_model_without_fields_to_write_can_only_be_deleted() -> None:
    schema = build_schema(declare("model: Tick\nfields: {count: {type: Integer, readonly: true}}"))

    assert list(schema.mutations) == ["tickDelete", "tickDeleteMany"]
    assert "TickCreateInput" not in schema.sdl


def test_schema_without_models_answers_nothing_but_nodes() -> None:
    schema = build_schema(declare("model: Tick\napi: none\nfields: {name: Char}"))

    assert list(schema.queries) == ["node"]
    assert "Tick" not in schema.sdl


def test_search_is_offered_only_where_a_field_is_searched() -> None:
    schema = build_schema(declare("model: Tick\nfields: {count: Integer}"))

    assert problems(schema, '{ ticks(search: "a") { totalCount } }') == [
        "Unknown argument 'search' on field 'Query.ticks'."
    ]


def test_generated_field_refuses_to_be_resolved_alone(schema: ApiSchema) -> None:
    answer = schema.strawberry.execute_sync("{ contacts { totalCount } }", root_value=object())

    assert answer.data is None
    assert answer.errors is not None
    assert [error.message for error in answer.errors] == [
        "Field 'contacts' was resolved outside the engine."
    ]
