"""The only naming rules: YAML to GraphQL, SQL and back."""

import hashlib
import re
from collections.abc import Iterable
from difflib import get_close_matches

FIELD_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*")
MODEL_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
GRAPHQL_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")

_LIKENESS = 0.65
_FEW = 12
_NEAREST = 5
_POSTGRES_NAME_BYTES = 63
_DIGEST_CHARACTERS = 8
_IRREGULAR_PLURALS = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "foot": "feet",
    "mouse": "mice",
    "datum": "data",
    "criterion": "criteria",
    "leaf": "leaves",
    "half": "halves",
    "life": "lives",
}
_SAME_PLURAL = {"series", "species", "news", "staff", "equipment", "information", "stock"}


def is_field_name(name: str) -> bool:
    """Tell whether a YAML name converts to GraphQL and back without loss."""
    return FIELD_NAME.fullmatch(name) is not None


def is_model_name(name: str) -> bool:
    """Tell whether a name can be a model's."""
    return MODEL_NAME.fullmatch(name) is not None


def camel(snake: str) -> str:
    """Return the GraphQL field name of a YAML name: `is_won` gives `isWon`."""
    first, *rest = snake.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def uncamel(name: str) -> str:
    """Return the YAML name of a GraphQL field, the exact inverse of `camel`."""
    return re.sub(r"[A-Z]", lambda letter: "_" + letter.group().lower(), name)


def snake(name: str) -> str:
    """Return a model's name in words: `CrmLead` gives `crm_lead`, `HTTPLog` gives `http_log`."""
    spaced = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return spaced.lower()


def pascal(snake_name: str) -> str:
    """Return `IsWon` for `is_won`."""
    return "".join(word[:1].upper() + word[1:] for word in snake_name.split("_"))


def constant(name: str) -> str:
    """Return the enum member of a name or a selection value: `in progress` gives `IN_PROGRESS`."""
    words = re.sub(r"[^0-9A-Za-z]+", "_", snake(name)).strip("_")
    return f"_{words}".upper() if words[:1].isdigit() else words.upper()


def lower_first(name: str) -> str:
    """Return the root field of a model: `CrmLead` gives `crmLead`, `UoM` gives `uoM`."""
    return name[:1].lower() + name[1:]


def plural(name: str) -> str:
    """Return the English plural of the last word of a camelCase name by rule."""
    head, word = _last_word(name)
    lowered = word.lower()
    if lowered in _SAME_PLURAL:
        return name
    if lowered in _IRREGULAR_PLURALS:
        many = _IRREGULAR_PLURALS[lowered]
        return head + (many.capitalize() if word[:1].isupper() else many)
    if re.search(r"[^aeiou]y$", lowered):
        return head + word[:-1] + "ies"
    if re.search(r"(s|x|z|ch|sh)$", lowered):
        return head + word + "es"
    return head + word + "s"


def _last_word(name: str) -> tuple[str, str]:
    match = re.search(r"[A-Z]?[a-z0-9]*$", name)
    start = match.start() if match and match.group() else 0
    return name[:start], name[start:]


def table_name(model: str) -> str:
    """Return the table of a model: `CrmLead` gives `crm_lead`."""
    return postgres_name(snake(model))


def link_table_name(model: str, field: str) -> str:
    """Return the link table of a to-many field without a named one."""
    return postgres_name(f"{snake(model)}_{field}_link")


def constraint_name(kind: str, table: str, *columns: str) -> str:
    """Return the name of a constraint or index; `kind` is one of pk uq fk ck ix.

    Names are unique in a schema and say what they are about: `fk_crm_lead_stage_id`.
    """
    return postgres_name("_".join((kind, table, *columns)))


def postgres_name(name: str) -> str:
    """Fit a name into PostgreSQL's 63 bytes; the cut part lives on as a digest."""
    if len(name.encode()) <= _POSTGRES_NAME_BYTES:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    kept = name.encode()[: _POSTGRES_NAME_BYTES - _DIGEST_CHARACTERS - 1].decode(errors="ignore")
    return f"{kept}_{digest}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like a wrong one, "" when none is like it."""
    wrong, by_folded = name.casefold(), {item.casefold(): item for item in known}
    last = wrong.rpartition(".")[2]
    same = [item for item in by_folded if item == last or _is_swapped(item, wrong)]
    found = same or get_close_matches(wrong, by_folded, n=1, cutoff=_LIKENESS)
    return by_folded[found[0]] if found else ""


def _is_swapped(name: str, wrong: str) -> bool:
    """Tell whether two letters changed places, the first one excepted."""
    return name[:1] == wrong[:1] and sorted(name) == sorted(wrong)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the sentence that names the nearest known name, else all when they are few."""
    names = sorted(known)
    if near := nearest(name, names):
        return f'Did you mean "{near}"?'
    if not names:
        return ""
    if len(names) <= _FEW:
        return f"Known: {', '.join(names)}."
    some = get_close_matches(name, names, n=_NEAREST, cutoff=0)
    return f"Known, among others: {', '.join(some)}."
