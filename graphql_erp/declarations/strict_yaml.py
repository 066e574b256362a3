"""YAML without surprises: text becomes `Located` values, every trap is a problem with its place.

Works on the events of PyYAML's C parser and builds the values itself, so that nothing of YAML
beyond plain mappings, lists and scalars can have an effect, and no nesting can exhaust the stack.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import yaml

from graphql_erp.declarations.names import is_identifier
from graphql_erp.declarations.source import Located, Source
from graphql_erp.errors import Problem

MOST_CHARACTERS = 5_000_000
"""Longest file."""
MOST_NESTING = 40
"""Deepest nesting of mappings and lists."""
_MOST_DIGITS = 40

_NULLS = frozenset({"", "~", "null"})
_BOOLEANS = {"true": True, "false": False}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?")
_COMMENT = re.compile(r"[ \t]+#")
_UNPRINTABLE = re.compile(
    "[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]"
)
_QUOTE = "Quote the whole value, or write it in block style on a line of its own."

_SYNTAX_HINT = "Quote texts that hold any of , [ ] { } # : & or start with % @ `."
_STRAY_CHARACTER = "found character that cannot start any token"
_TAB = "found a tab character that violates indentation"
_LINE_UP = "Begin it where the keys beside it begin."
_INDENTED_KEY = re.compile(r"[ ]+[\w.-]+")
_NO_KEY = "did not find expected key"
_NO_MAPPING = "mapping values are not allowed in this context"
_STANDARD_TAG = "tag:yaml.org,2002:"


def read_yaml(text: str, path: str, problems: list[Problem]) -> Located | None:
    """Return the value of a YAML text; None when it cannot be read at all.

    Args:
        text: The file's text.
        path: The file's path in problems.
        problems: Mistakes are added to it; values beside a mistake are still returned.
    """
    if problem := _unusable(text, path):
        problems.append(problem)
        return None
    builder = _Builder(text, path, problems)
    try:
        return builder.document()
    except _Stopped:
        return None
    except yaml.YAMLError as error:
        problems.append(_syntax_problem(error, text, path))
        return None
    finally:
        builder.close()


class _Stopped(Exception):
    """The rest of the text means nothing after the problem just reported."""


class _Builder:
    """Values from events, for one text."""

    def __init__(self, text: str, path: str, problems: list[Problem]) -> None:
        self.text = text
        self.path = path
        self.problems = problems
        self.parser = yaml.CSafeLoader(text)

    def close(self) -> None:
        self.parser.dispose()

    def document(self) -> Located:
        """Return the one document of the text."""
        self._next()
        first = self._next()
        if isinstance(first, yaml.StreamEndEvent):
            return Located(None, Source(self.path))
        if first.version or first.tags:
            self._report(first, "yaml_tag", "directives such as %YAML are not allowed.")
        value = self._value(self._next(), depth=0, in_flow=False)
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            self._report(
                after, "yaml_documents", "a file holds one document.", "Remove the line `---`."
            )
        return value

    def _next(self) -> Any:
        return self.parser.get_event()

    def _source(self, event: Any) -> Source:
        mark = event.start_mark
        return Source(self.path, mark.line + 1, mark.column + 1)

    def _report(self, event: Any, check: str, message: str, hint: str = "") -> None:
        self.problems.append(self._source(event).problem(check, message, hint))

    def _value(self, event: Any, *, depth: int, in_flow: bool) -> Located:
        self._refuse_extras(event)
        source = self._source(event)
        if depth > MOST_NESTING:
            self._report(event, "yaml_limit", f"nested deeper than {MOST_NESTING} levels.")
            raise _Stopped
        if isinstance(event, yaml.MappingStartEvent):
            return Located(self._mapping(event, depth), source)
        if isinstance(event, yaml.SequenceStartEvent):
            return Located(self._list(event, depth), source)
        raw = self.text[event.start_mark.index : event.end_mark.index]
        return Located(self._scalar(event, in_flow=in_flow), source, raw=raw)

    def _refuse_extras(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            message = f"aliases such as *{event.anchor} are not allowed."
            self._report(event, "yaml_alias", message, "Write the value again.")
            raise _Stopped
        if event.anchor is not None:
            message = f"anchors such as &{event.anchor} are not allowed."
            self._report(event, "yaml_alias", message, "Write the value where it is needed.")
        elif event.tag is not None:
            tag = event.tag.replace(_STANDARD_TAG, "!!")
            message = f"tags such as {tag} are not allowed."
            self._report(event, "yaml_tag", message, "Quote the value when it is meant as text.")

    def _list(self, start: Any, depth: int) -> list[Located]:
        items: list[Located] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._value(event, depth=depth + 1, in_flow=start.flow_style))
        return items

    def _mapping(self, start: Any, depth: int) -> dict[str, Located]:
        entries: dict[str, Located] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            before = len(self.problems)
            key, place = self._key(event, in_flow=start.flow_style), self._source(event)
            value_event = self._next()
            if start.flow_style and self._is_without_colon(event, value_event):
                del self.problems[before:]
                self._refuse_without_colon(key, event)
            value = self._value(value_event, depth=depth + 1, in_flow=start.flow_style)
            if key not in entries:
                entries[key] = replace(value, key=place)
                continue
            first = entries[key].place.line
            message = f'key "{key}" occurs twice.'
            self._report(event, "yaml_duplicate_key", message, f"It is already in line {first}.")
        return entries

    def _key(self, event: Any, *, in_flow: bool) -> str:
        self._refuse_extras(event)
        if not isinstance(event, yaml.ScalarEvent):
            self._report(event, "yaml_key", "a key must be a text.", _QUOTE)
            raise _Stopped
        value = self._scalar(event, in_flow=in_flow)
        if value == "<<":
            self._report(event, "yaml_key", "merging by << is not allowed.", "Write the keys out.")
        elif not isinstance(value, str) and event.value:
            message, hint = (
                f"a key must be a text, not {event.value}.",
                f'Quote it: "{event.value}".',
            )
            self._report(event, "yaml_key", message, hint)
        elif not value:
            self._report(event, "yaml_key", "a key must not be empty.")
        return str(event.value)

    def _is_without_colon(self, event: Any, value_event: Any) -> bool:
        between = self.text[event.end_mark.index : value_event.start_mark.index]
        is_empty = isinstance(value_event, yaml.ScalarEvent) and value_event.value == ""
        return is_empty and value_event.style in {None, ""} and ":" not in between

    def _refuse_without_colon(self, key: str, event: Any) -> None:
        if is_identifier(key):
            message = f'key "{key}" has no value.'
            self._report(event, "no_value", message, f"Write `{key}: true`.")
            return
        message = f"the text before `{key}` is cut off, for a comma ends it inside braces."
        self._report(event, "yaml_cut_off", message, _QUOTE)

    def _scalar(self, event: Any, *, in_flow: bool) -> str | int | float | bool | None:
        text: str = event.value
        if "\0" in text:
            self._report(event, "yaml_syntax", "a text cannot hold the character NUL.")
        if not event.implicit[0]:
            return text
        self._refuse_cut_off(event, text, in_flow=in_flow)
        if text in _NULLS:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _INTEGER.fullmatch(text) and len(text) <= _MOST_DIGITS:
            return int(text)
        if not _INTEGER.fullmatch(text) and not _FLOAT.fullmatch(text):
            return text
        return self._exact_float(event, text)

    def _refuse_cut_off(self, event: Any, text: str, *, in_flow: bool) -> None:
        if text.count("(") <= text.count(")"):
            return
        if in_flow:
            message = f"the text `{text}` is cut off, for , [ ] {{ }} have a meaning inside braces."
            self._report(event, "yaml_cut_off", message, _QUOTE)
            raise _Stopped
        if _COMMENT.match(self.text, event.end_mark.index):
            message = f"the text `{text}` is cut off, for ` #` starts a comment."
            self._report(event, "yaml_cut_off", message, "Quote the whole value.")

    def _exact_float(self, event: Any, text: str) -> float | str:
        if len(text) <= _MOST_DIGITS:
            number = float(text)
            if Decimal(repr(number)) == Decimal(text):
                return number
        message = f"the number {text[:_MOST_DIGITS]} has more digits than can be kept."
        self._report(event, "yaml_number", message, "Put it in quotes.")
        return text


def _unusable(text: str, path: str) -> Problem | None:
    if len(text) > MOST_CHARACTERS:
        message = f"the file is longer than {MOST_CHARACTERS} characters."
        return Source(path).problem("yaml_limit", message, "Split it.")
    found = _UNPRINTABLE.search(text)
    if found is None:
        return None
    before = text[: found.start()]
    source = Source(path, before.count("\n") + 1, found.start() - before.rfind("\n"))
    message = f"the character U+{ord(found.group()):04X} cannot be written in YAML."
    return source.problem("yaml_syntax", message, "Remove it, or write it escaped in quotes.")


def _syntax_problem(error: yaml.YAMLError, text: str, path: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    source = Source(path, mark.line + 1, mark.column + 1) if mark else Source(path)
    said = getattr(error, "problem", None) or str(error)
    at = text[mark.index : mark.index + 1] if mark else ""
    message, hint = f"{said}.", _SYNTAX_HINT
    start = text[mark.index - mark.column : mark.index] if mark else ""
    is_key = said == _NO_MAPPING and _INDENTED_KEY.fullmatch(start)
    if is_key or (said == _NO_KEY and start.isspace()):
        indent = len(start) - len(start.lstrip()) if is_key else len(start)
        source = replace(source, column=indent + 1)
        message, hint = "this line does not line up with those before it.", _LINE_UP
    elif said == _NO_MAPPING:
        message, hint = 'a plain text cannot hold ": ".', "Quote the whole value."
    elif said == _TAB or (said == _STRAY_CHARACTER and at == "\t"):
        message, hint = "a tab cannot indent.", "Indent with spaces."
    elif said == _STRAY_CHARACTER and at:
        message, hint = f"a plain text cannot start with {at}", "Quote the whole value."
    return source.problem("yaml_syntax", f"not valid YAML: {message}", hint)
