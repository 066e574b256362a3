"""Which names declarations may have, and what to say about the others."""

from __future__ import annotations

import re
from enum import StrEnum

from graphql_erp import naming
from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.source import Source

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
        "Start with a lower-case letter; lower-case letters, digits and single underscores follow,"
        " none before a digit, so that the GraphQL name converts back"
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


def refuse_name(kind: NameKind, name: str, what: str, source: Source, mistakes: Mistakes) -> bool:
    """Tell whether a name breaks its rule; the mistake is added, and the names meant are lost.

    Args:
        kind: The rule the name must follow.
        name: The name.
        what: What it names, such as `field` or `record`.
        source: Where it stands.
        mistakes: Gets the mistake.
    """
    if _PATTERNS[kind].fullmatch(name):
        return False
    better = _corrected(kind, name)
    example = f': "{better}".' if better else "."
    message = f'"{name}" cannot be the name of a {what}.'
    mistakes.problems.append(source.problem("bad_name", message, _RULES[kind] + example))
    mistakes.lose(name, better)
    return True


def _corrected(kind: NameKind, name: str) -> str:
    words = [word for word in re.split(r"[^a-z0-9]+", naming.snake(name)) if word]
    better = "_".join(words)
    if kind is NameKind.MODEL:
        better = naming.pascal(better)
    elif kind is NameKind.FIELD:
        better = re.sub(r"_(?=[0-9])", "", better)
    return better if _PATTERNS[kind].fullmatch(better) else ""
