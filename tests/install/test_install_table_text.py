import pytest

from graphql_erp.fields import FIELD_TYPES
from graphql_erp.fields.base import FieldType
from graphql_erp.fields.selection import Selection
from graphql_erp.install.python_text import Word
from graphql_erp.install.table_text import type_text

TYPES = [kind for kind in FIELD_TYPES.values() if kind.has_column]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_column_of_every_field_type_can_be_written_in_a_revision(kind: type[FieldType]) -> None:
    options = {"to": "Thing"} if "to" in kind.__dataclass_fields__ else {}
    made = kind(options=("a",)) if issubclass(kind, Selection) else kind(**options)

    assert isinstance(type_text(made.column_type()), Word)
