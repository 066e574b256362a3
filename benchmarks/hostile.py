"""Requests nobody sends in good faith, by what they try."""

import json
from collections.abc import Iterator
from typing import Any

import orjson


def kinds() -> Iterator[tuple[str, bytes]]:
    """Give the name of each kind and the body of its request."""
    yield "no JSON", b"[" * 900_000
    yield "JSON nested deep", b'{"a":' * 5_000 + b"1" + b"}" * 5_000
    yield "one member twice", b'{"query":"{__typename}",' + b'"a":1,' * 100_000 + b'"b":1}'
    yield "unknown id", orjson.dumps({"documentId": "sha256:" + "0" * 64})
    yield from _named(_documents())
    yield from _named(_with_variables())


def _named(documents: Iterator[tuple[str, str, Any]]) -> Iterator[tuple[str, bytes]]:
    for name, document, variables in documents:
        yield name, json.dumps({"query": document, "variables": variables}).encode()


def _documents() -> Iterator[tuple[str, str, Any]]:
    yield "tokens", "{ " + "a " * 450_000 + "}", None
    yield "nesting", "{a" * 2_000 + "}" * 2_000, None
    yield "depth", _nested("company { contact { " * 20, 20), None
    yield "aliases", "{ " + " ".join(f"a{n}: __typename" for n in range(1_600)) + " }", None
    yield "one name", "{ " + "__typename " * 4_900 + "}", None
    yield "unknown fields", "{ " + " ".join(f"a{n}" for n in range(1_900)) + " }", None
    yield (
        "unknown arguments",
        "{ crmLeads(" + " ".join(f"a{n}: 1" for n in range(1_200)) + ") }",
        None,
    )
    yield "unused variables", "query(" + "$v: Int " * 1_200 + ") { __typename }", None
    yield "directives", "{ __typename " + "@skip(if: false) " * 600 + "}", None
    yield "fragment web", _web(9, 5), None
    yield "fragment cycle", _cycle(300), None
    yield "overlapping fields", _overlapping(), None
    yield "lines", "{" + "\n" * 470_000 + " a }", None
    yield "circular introspection", _introspection(), None
    yield "huge literal", f'{{ crmLeads(search: "{"a" * 900_000}") {{ totalCount }} }}', None
    yield "list of a filter", _filters(1_200), None
    yield "expression", f'{{ crmLeads(q: "{"~" * 5_000}Q(name=1)") {{ totalCount }} }}', None
    yield "too many records", _pages(), None
    yield "mutations", "mutation { " + "crmTagDelete(id: 1) { deletedId } " * 400 + "}", None


def _with_variables() -> Iterator[tuple[str, str, Any]]:
    document = "query($f: CrmLeadFilter) { crmLeads(filter: $f) { totalCount } }"
    yield "filters in a variable", document, {"f": {"OR": [{"id": {"eq": "1"}}] * 30_000}}
    deep: dict[str, Any] = {"id": {"eq": "1"}}
    for _ in range(55):
        deep = {"NOT": deep}
    yield "filter nested deep", document, {"f": deep}
    yield "values of a wrong type", document, {"f": {"id": {"in": [{}] * 100_000}}}
    ids = "query($i: [ID!]) { crmLeads(filter: {id: {in: $i}}) { totalCount } }"
    yield "ids that are none", ids, {"i": ["x"] * 100_000}


def _nested(part: str, depth: int) -> str:
    return "{ crmLeads { nodes { " + part + "id" + " }" * (2 * depth) + " } } }"


def _web(levels: int, width: int) -> str:
    spread = "{ crmLeads { nodes { ...F0 } } } "
    for level in range(levels):
        inner = " ".join(f"a{n}: company {{ ...F{level + 1} }}" for n in range(width))
        spread += f"fragment F{level} on CrmLead {{ {inner} }} "
    return spread + f"fragment F{levels} on CrmLead {{ id }}"


def _cycle(length: int) -> str:
    parts = [f"fragment F{n} on Query {{ ...F{(n + 1) % length} }}" for n in range(length)]
    return "{ ...F0 } " + " ".join(parts)


def _overlapping() -> str:
    fields = " ".join(f"f{n}: name" for n in range(45))
    parts = [f"fragment F{n} on CrmLead {{ {fields} }}" for n in range(30)]
    return (
        "{ crmLeads { nodes { "
        + " ".join(f"...F{n}" for n in range(30))
        + " } } } "
        + " ".join(parts)
    )


def _introspection() -> str:
    return "{ __schema { types { " + "fields { type { " * 12 + "name" + " } }" * 12 + " } } }"


def _filters(number: int) -> str:
    items = " ".join('{id: {eq: "1"}}' for _ in range(number))
    return f"{{ crmLeads(filter: {{OR: [{items}]}}) {{ totalCount }} }}"


def _pages() -> str:
    return "{ crmLeads(first: 500) { nodes { tags(first: 500) { nodes { id } } } } }"
