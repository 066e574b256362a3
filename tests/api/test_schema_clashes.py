"""Names two declarations make in the finished schema."""

import pytest

from graphql_erp.api.clashes import name_clashes
from graphql_erp.api.schema import build_schema
from graphql_erp.api.shapes import FieldShape, Origin, TypeKind, TypeShape
from graphql_erp.declarations.source import Source
from graphql_erp.errors import DeclarationError, Problem
from graphql_erp.testing.declare import declare

FIRST = Origin("model Contact", Source("modules/crm/models/contact.yaml"))
SECOND = Origin("model ContactFilter", Source("modules/sales/models/filter.yaml", 3, 8))
FIELD = FieldShape("id", "ID")


def shape(name: str, *fields: FieldShape, origin: Origin) -> TypeShape:
    return TypeShape(kind=TypeKind.OBJECT, name=name, fields=fields or (FIELD,), origin=origin)


def problem(origin: Origin, message: str) -> Problem:
    return origin.source.problem("schema_name_clash", message, "Rename one of them.")


def test_types_of_different_names_are_no_clash() -> None:
    shapes = (shape("Contact", origin=FIRST), shape("ContactFilter", origin=SECOND))

    assert name_clashes(shapes) == ()


def test_type_made_twice_names_both_sources_at_the_later_one() -> None:
    shapes = (shape("ContactFilter", origin=FIRST), shape("ContactFilter", origin=SECOND))

    assert name_clashes(shapes) == (
        problem(
            SECOND,
            'GraphQL type "ContactFilter" is made twice: by model Contact'
            " (modules/crm/models/contact.yaml:1) and by model ContactFilter"
            " (modules/sales/models/filter.yaml:3).",
        ),
    )


@pytest.mark.parametrize("name", ["String", "ID", "Int", "Float", "Boolean"])
def test_type_with_the_name_of_a_built_in_scalar_is_a_clash(name: str) -> None:
    assert name_clashes((shape(name, origin=FIRST),)) == (
        problem(
            FIRST,
            f'GraphQL type "{name}" is made twice: by the engine and by model Contact'
            " (modules/crm/models/contact.yaml:1).",
        ),
    )


def test_clash_with_the_engine_stands_at_the_declaration() -> None:
    late = TypeShape(kind=TypeKind.OBJECT, name="Query", fields=(FIELD,))

    (found,) = name_clashes((shape("Query", origin=FIRST), late))

    assert (found.path, found.line) == ("modules/crm/models/contact.yaml", 1)


def test_field_made_twice_names_both_sources() -> None:
    company = Origin("field company of model Contact", Source("modules/crm/models/contact.yaml", 5))
    company_id = Origin("field company_id of model Contact", Source("modules/x/models/c.yaml", 4))
    fields = (
        FieldShape("companyId", "ID", origin=company),
        FieldShape("companyId", "String", origin=company_id),
    )

    assert name_clashes((shape("Contact", *fields, origin=FIRST),)) == (
        problem(
            company_id,
            'field "companyId" of GraphQL type "Contact" is made twice: by field company of model'
            " Contact (modules/crm/models/contact.yaml:5) and by field company_id of model Contact"
            " (modules/x/models/c.yaml:4).",
        ),
    )


def test_one_cause_is_reported_once() -> None:
    origins = (FIRST, SECOND)
    fields = tuple(FieldShape("companyId", "ID", origin=origin) for origin in origins)
    shapes = [shape(name, *fields, origin=FIRST) for name in ("Contact", "ContactGroupingKey")]

    assert len(name_clashes(shapes)) == 1


def test_relation_named_like_a_member_of_grouping_is_refused() -> None:
    registry = declare("""
        model: Contact
        fields:
          name: Char
          field: {type: ManyToOne, to: Contact}
    """)

    with pytest.raises(DeclarationError) as caught:
        build_schema(registry)

    assert caught.value.message == (
        'modules/test/models/1.yaml:4:3: field "field" of GraphQL type "ContactGroupingBy" is made'
        " twice: by the engine and by field field of model Contact"
        " (modules/test/models/1.yaml:4).\n"
        "  Rename one of them.\n"
        "  See docs/reference/errors.md#schema_name_clash"
    )
