"""Audit: what makes the database record every change of an audited model, whoever makes it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg

from graphql_erp.fields.varying import stored_type
from graphql_erp.registry.model import FieldDef, ModelDef

_PREPARER = asyncpg.dialect().identifier_preparer  # type: ignore[no-untyped-call]

_UNRECORDED = ("id", "version", "updated_at", "updated_by_id")
"""Columns that say nothing an entry does not say itself."""

# One row of values before and after a change; `names` holds the names of values that travel as
# text, and null for what must never be seen. A set of one row, so that PostgreSQL writes the
# function into the statement in place of the call.
_VALUES_FUNCTION = """\
CREATE OR REPLACE FUNCTION erp_audit_values(old jsonb, new jsonb, names jsonb)
RETURNS TABLE (old_values jsonb, new_values jsonb)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT
    CASE WHEN old IS NOT NULL THEN coalesce(jsonb_object_agg(name,
        CASE WHEN is_exact THEN to_jsonb(before #>> '{}') ELSE before END), '{}') END,
    CASE WHEN new IS NOT NULL THEN coalesce(jsonb_object_agg(name,
        CASE WHEN is_exact THEN to_jsonb(after #>> '{}') ELSE after END), '{}') END
FROM (
    SELECT coalesce(names ->> key, key) AS name, nullif(old -> key, 'null') AS before,
        nullif(new -> key, 'null') AS after,
        names ? key AND 'number' IN (jsonb_typeof(old -> key), jsonb_typeof(new -> key)) AS is_exact
    FROM jsonb_object_keys(coalesce(new, old)) AS key
    WHERE key NOT IN (UNRECORDED) AND names -> key IS DISTINCT FROM 'null'
) AS parts
WHERE before IS DISTINCT FROM after
$$""".replace("UNRECORDED", ", ".join(f"'{column}'" for column in _UNRECORDED))

# OFFSET 0: a row is turned into JSON once, not once for each of its columns.
_WRITE = """\
        INSERT INTO audit_entry (model, record_id, operation, changed_at, user_id, request, ip,
            agent, old_values, new_values)
        SELECT TG_ARGV[0], rows.id,
            CASE WHEN rows.old IS NULL THEN 'create' WHEN rows.new IS NULL THEN 'delete'
                ELSE 'update' END,
            now(), (context ->> 'user')::bigint, context ->> 'request', context ->> 'ip',
            context ->> 'agent', changed.old_values, changed.new_values
        FROM (
            ROWS
            OFFSET 0
        ) AS rows
        CROSS JOIN LATERAL public.erp_audit_values(rows.old, rows.new, names) AS changed
        WHERE (changed.old_values, changed.new_values) IS DISTINCT FROM ('{}', '{}')
        ORDER BY rows.id;
"""

_ROWS = {
    "CREATED": "SELECT id, NULL::jsonb AS old, to_jsonb(n) AS new FROM new_rows n",
    # A row whose key was changed is another record: one is gone, one is new.
    "UPDATED": """\
SELECT coalesce(n.id, o.id) AS id, to_jsonb(o) AS old, to_jsonb(n) AS new
            FROM old_rows o FULL JOIN new_rows n ON n.id = o.id""",
    "DELETED": "SELECT id, to_jsonb(o) AS old, NULL::jsonb AS new FROM old_rows o",
}
"""Rows before and after a statement, by what it did."""

# It writes where the application may only read, hence as its owner, and finds nothing but the
# catalogue and the schema of the table that was changed.
_AUDIT_FUNCTION = """\
CREATE OR REPLACE FUNCTION erp_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
SET plan_cache_mode = force_generic_plan AS
$$
DECLARE
    context CONSTANT jsonb := coalesce(nullif(current_setting('erp.context', true), ''), '{}');
    names CONSTANT jsonb := TG_ARGV[1];
BEGIN
    PERFORM set_config('search_path', format('pg_catalog, %I, pg_temp', TG_TABLE_SCHEMA), true);
    IF TG_OP = 'INSERT' THEN
CREATED    ELSIF TG_OP = 'UPDATE' THEN
UPDATED    ELSE
DELETED    END IF;
    RETURN NULL;
END
$$"""


def _audit_function() -> str:
    text = _AUDIT_FUNCTION
    for event, rows in _ROWS.items():
        text = text.replace(event, _WRITE.replace("ROWS", rows))
    return text


AUDIT_FUNCTIONS = (_VALUES_FUNCTION, _audit_function())
"""Statements that create the functions behind the triggers."""

_TRIGGERS = {
    "erp_audit_create": ("INSERT", "NEW TABLE AS new_rows"),
    "erp_audit_update": ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    "erp_audit_delete": ("DELETE", "OLD TABLE AS old_rows"),
}
"""Event and tables of each trigger."""

AUDIT_TRIGGERS = frozenset(_TRIGGERS)
"""Names of the triggers of an audited table."""


def audit_triggers(model: ModelDef) -> Iterator[str]:
    """Give the statements that create the triggers of an audited model.

    They name the columns whose values travel as text or not at all, so that new columns of other
    kinds leave them as they are.
    """
    table = _PREPARER.quote(model.table)
    names = {
        field.column: None if _is_hidden(field) else field.name
        for field in model.fields.values()
        if is_named(field)
    }
    arguments = f"'{model.name}', '{json.dumps(names)}'"
    for name, (event, tables) in _TRIGGERS.items():
        yield (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {tables}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION erp_audit({arguments})"
        )


def is_named(field: FieldDef) -> bool:
    """Tell whether the triggers must know a field: its values travel as text, or not at all."""
    if not field.is_stored or field.column in _UNRECORDED:
        return False
    kind = stored_type(field.type)
    is_exact = isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float)
    is_long = isinstance(kind, sa.BigInteger)
    return _is_hidden(field) or field.column != field.name or is_exact or is_long


def _is_hidden(field: FieldDef) -> bool:
    # The content of files would make entries many times as large as their records.
    return field.type.is_secret or isinstance(stored_type(field.type), sa.LargeBinary)
