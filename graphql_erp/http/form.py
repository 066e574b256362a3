"""Bodies of forms, application/x-www-form-urlencoded."""

from __future__ import annotations

from urllib.parse import parse_qsl

from graphql_erp.errors import BadRequest

FORM = b"application/x-www-form-urlencoded"
_MOST_FIELDS = 20


def read_form(content_type: bytes, body: bytes) -> dict[str, str]:
    """Return the fields of a form; those that are empty count as absent.

    Raises:
        BadRequest: It is none, or names a field twice.
    """
    if content_type.partition(b";")[0].strip().lower() != FORM:
        raise BadRequest(f"The content type must be {FORM.decode()}.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise BadRequest("The body is not a well-formed form.") from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:
            raise BadRequest(f"The field {name[:40]} is given more than once.")
        fields[name] = value
    return {name: value for name, value in fields.items() if value}
