"""Which names declarations may have, and what to say about the others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum

from graphql_erp import naming
from graphql_erp.declarations.source import Source
from graphql_erp.errors import Problem

_LIKENESS = 0.7
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class NameKind(StrEnum):
    """What a name is the name of."""

    FIELD = "field"
    MODEL = "model"
    IDENTIFIER = "identifier"


_PATTERNS = {
    NameKind.FIELD: naming.FIELD_NAME,
    NameKind.MODEL: naming.MODEL_NAME,
    NameKind.IDENTIFIER: _IDENTIFIER,
}
_RULES = {
    NameKind.FIELD: (
        "Use lower-case letters, digits and single underscores, none before a digit, so that the"
        " GraphQL name converts back"
    ),
    NameKind.MODEL: "Start with a capital letter; letters and digits follow",
    NameKind.IDENTIFIER: "Start with a lower-case letter; lower-case letters, digits and _ follow",
}


def is_identifier(name: str) -> bool:
    """Tell whether a name can be that of a module, record, group, check or key."""
    return _IDENTIFIER.fullmatch(name) is not None


def pattern_of(kind: NameKind) -> str:
    """Return the regular expression that names of a kind match in full."""
    return _PATTERNS[kind].pattern


def name_problem(kind: NameKind, name: str, what: str, source: Source) -> Problem | None:
    """Return the problem of a name, None when it is a good one.

    Args:
        kind: The rule the name must follow.
        name: The name.
        what: What it names, such as `field` or `record`.
        source: Where it stands.
    """
    if _PATTERNS[kind].fullmatch(name):
        return None
    better = _corrected(kind, name)
    example = f': "{better}".' if better else "."
    return source.problem(
        "bad_name", f'"{name}" cannot be the name of a {what}.', _RULES[kind] + example
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like a wrong one, "" when none is like it."""
    wrong, by_folded = name.casefold(), {item.casefold(): item for item in known}
    swapped = [item for item in by_folded if sorted(item) == sorted(wrong)]
    found = swapped or get_close_matches(wrong, by_folded, n=1, cutoff=_LIKENESS)
    return by_folded[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the sentence that names the nearest known name, else lists all of them."""
    names = tuple(known)
    if near := nearest(name, names):
        return f'Did you mean "{near}"?'
    if not names:
        return ""
    return f"Known: {', '.join(names)}."


def _corrected(kind: NameKind, name: str) -> str:
    words = [word for word in re.split(r"[^a-z0-9]+", naming.snake(name)) if word]
    better = "_".join(words)
    if kind is NameKind.MODEL:
        better = naming.pascal(better)
    elif kind is NameKind.FIELD:
        better = re.sub(r"_(?=[0-9])", "", better)
    return better if _PATTERNS[kind].fullmatch(better) else ""
