"""`translations` of an input: texts by field and language -> values of the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql_erp.fields.base import InvalidValue
from graphql_erp.fields.varies_by import SOURCE_LANGUAGE
from graphql_erp.fields.varying import clean_entries
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.translations import TRANSLATIONS, translated_fields
from graphql_erp.security.actor import Actor
from graphql_erp.writing.rows import Row


def read_translations(row: Row, model: ModelDef, given: Any, actor: Actor) -> None:
    """Add texts by field and language to a row's values; mistakes are noted in the row.

    A text the input gives for the field itself is that of the actor's language, unless the
    translations have another one.
    """
    if given is None:
        return
    if not isinstance(given, Mapping):
        row.problem("INVALID", _SHAPE, TRANSLATIONS)
        return
    fields = {field.graphql_name: field for field in translated_fields(model) if field.is_writable}
    for name, entries in given.items():
        if name not in fields:
            message = f"{model.label} has no translated field {name}."
            row.problem("INVALID", message, TRANSLATIONS, name)
        elif not isinstance(entries, Mapping):
            row.problem("INVALID", _SHAPE, TRANSLATIONS, name)
        else:
            _read(row, fields[name], entries, actor)


_SHAPE = "Translations are texts by field and language, such as {name: {fr: ...}}."


def _read(row: Row, field: FieldDef, entries: Mapping[str, Any], actor: Actor) -> None:
    place = (TRANSLATIONS, field.graphql_name)
    row.given |= {field.name}
    try:
        texts = clean_entries(field.type, entries)
    except InvalidValue as error:
        row.problem("INVALID", f"{field.label}: {error}", *place)
        return
    missed = [code for code, text in texts.items() if _is_missed(code, text)]
    if field.type.required and missed:
        row.problem("REQUIRED", f"{field.label} is required.", *place, missed[0])
        return
    own = row.values.get(field.name)
    row.values[field.name] = texts if own is None else {actor.language: own, **texts}


def _is_missed(code: str, text: str | None) -> bool:
    """Tell whether a text that must be there says nothing; only the source's cannot be removed."""
    return code == SOURCE_LANGUAGE if text is None else not text.strip()
