"""Hostile documents and what they are answered with: a code, or data when there is none."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

FILTER = "query($f: LeadFilter) { leads(filter: $f) { nodes { id } } }"
Q = "query($q: QExpr) { leads(q: $q) { nodes { id } } }"
ORDER = "query($o: [LeadOrderBy!]) { leads(orderBy: $o) { nodes { id } pageInfo { endCursor } } }"
GROUPS = """query($b: [LeadGroupingBy!]!, $o: [LeadGroupingOrderBy!]) {
  leads { groups(by: $b, orderBy: $o) { totalCount nodes { values count } } } }"""
GROUP_CURSOR = """query($a: String, $o: Int, $f: Int) {
  leads { groups(by: [{field: NAME}], after: $a, offset: $o, first: $f) {
    nodes { count } pageInfo { hasNextPage endCursor } } } }"""
PAGE = (
    "query($f: Int, $l: Int, $o: Int) { leads(first: $f, last: $l, offset: $o) { nodes { id } } }"
)
NODE = "query($n: ID!) { node(nodeId: $n) { __typename nodeId } }"

INPUT, COST, CURSOR = "BAD_USER_INPUT", "COST_EXCEEDED", "BAD_CURSOR"
PARSE, INVALID, REQUEST = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_REQUEST"
LARGE = "PAGE_TOO_LARGE"


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile request."""

    name: str
    code: str
    """Code of its first error; empty when it is answered with data."""
    document: str
    variables: dict[str, Any] = field(default_factory=dict)


def opaque(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def nested(depth: int, inner: Any, wrap: Callable[[Any], Any]) -> Any:
    for _ in range(depth):
        inner = wrap(inner)
    return inner


def fragment_web(levels: int, aliases: int) -> str:
    """Return a document whose size is `aliases` to the power of `levels`."""
    parts = ["{ leads { nodes { ...F0 } } }"]
    for level in range(levels):
        inner = " ".join(
            f"{chr(97 + n)}{level}: parent {{ ...F{level + 1} }}" for n in range(aliases)
        )
        parts.append(f"fragment F{level} on Lead {{ {inner} }}")
    return " ".join([*parts, f"fragment F{levels} on Lead {{ id }}"])


def fragment_chain(length: int) -> str:
    links = " ".join(f"fragment F{n} on Lead {{ ...F{n + 1} }}" for n in range(length))
    return f"{{ leads {{ nodes {{ ...F0 }} }} }} {links} fragment F{length} on Lead {{ id }}"


def fragment_cycle(length: int) -> str:
    links = " ".join(
        f"fragment F{n} on Lead {{ ...F{(n + 1) % length} ...F{(n + 7) % length} }}"
        for n in range(length)
    )
    return f"{{ leads {{ nodes {{ ...F0 }} }} }} {links}"


def documents() -> Iterator[Case]:
    """Give documents that are hostile whatever they are about."""
    yield Case("small fragment web", "", fragment_web(2, 3))
    yield Case("fragment web of thousands", COST, fragment_web(6, 4))
    yield Case("fragment web of billions", COST, fragment_web(9, 5))
    yield Case("fragment chain", "", fragment_chain(90))
    yield Case("long fragment chain", COST, fragment_chain(600))
    yield Case("fragment cycle", INVALID, fragment_cycle(20))
    yield Case("long fragment cycle", COST, fragment_cycle(300))
    inline = "{ leads { nodes { " + "... { " * 90 + "id" + " }" * 90 + " } } }"
    yield Case("inline fragments", "", inline)
    yield Case("inline fragments past the parser", PARSE, "{" + "...{" * 1600 + "}" * 1601)
    yield Case("one name again and again", COST, "{ " + "__typename " * 4_900 + "}")
    yield Case("aliases", COST, "{ " + " ".join(f"a{n}: __typename" for n in range(1_600)) + " }")
    yield Case("unknown fields", COST, "{ " + " ".join(f"a{n}" for n in range(4_900)) + " }")
    yield Case("tokens", PARSE, "{ " + "a " * 6_000 + "}")
    yield Case("lines", COST, "{" + "\n" * 470_000 + " leads { nodes { id name } } }")
    yield Case("lines before mistakes", COST, "{" + "\r\n" * 200_000 + " x y z }")
    yield Case("commas", "", "{" + "," * 900_000 + " __typename }")
    yield Case("long field name", COST, "{ " + "a" * 900_000 + " }")
    yield Case("long type name", INVALID, f"query($a: {'A' * 900_000}) {{ __typename }}")
    yield Case("long response name", COST, f"{{ leads {{ nodes {{ {'a' * 64}: id }} }} }}")
    yield Case("directives", COST, "{ __typename " + "@skip(if: false) " * 600 + "}")
    yield Case("unknown directives", INVALID, "{ __typename @a @b @c }")
    yield Case("a directive twice", INVALID, "{ __typename @include(if: true) @include(if: true) }")
    yield Case("unused variables", INVALID, "query(" + "$v: Int " * 1_200 + ") { __typename }")
    yield Case(
        "operations",
        COST,
        " ".join(f"query Q{n} {{ leads {{ nodes {{ id }} }} }}" for n in range(400)),
    )
    yield Case("several operations", REQUEST, "query A { __typename } query B { __typename }")
    yield Case("only a fragment", INVALID, "fragment F on Query { __typename }")
    yield Case("a subscription", INVALID, "subscription { x }")
    yield Case("a type", INVALID, "type A { b: Int }")
    yield Case("nothing", PARSE, "")
    yield Case("half a surrogate pair", PARSE, '{ leads(search: "\\ud800") { totalCount } }')
    yield Case("NUL in a literal", INPUT, '{ leads(search: "\\u0000") { totalCount } }')
    deep = "{ name }"
    for _ in range(6):
        deep = "{ fields { type " + deep + " } }"
    yield Case("deep introspection", INVALID, "{ __schema { types " + deep + " } }")
    yield Case("type of NUL", "", '{ __type(name: "\\u0000") { name } }')
    yield Case(
        "mutations in a fragment",
        COST,
        "mutation { ...M } fragment M on Mutation { "
        + " ".join(
            f'a{n}: stageCreate(data: {{name: "m{n}"}}) {{ errors {{ code }} }}' for n in range(11)
        )
        + " }",
    )


def filters() -> Iterator[Case]:
    """Give filters."""
    lit = nested(300, "{id: {eq: 1}}", lambda inner: f"{{NOT: {inner}}}")
    yield Case("NOT nested in a literal", PARSE, f"{{ leads(filter: {lit}) {{ totalCount }} }}")
    lit = nested(60, "{id: {eq: 1}}", lambda inner: f"{{NOT: {inner}}}")
    yield Case("NOT nested less", INPUT, f"{{ leads(filter: {lit}) {{ totalCount }} }}")
    yield Case("NOT nested 55", INPUT, FILTER, {"f": nested(55, {}, lambda inner: {"NOT": inner})})
    yield Case("NOT nested 49", "", FILTER, {"f": nested(49, {}, lambda inner: {"NOT": inner})})
    yield Case(
        "relations nested 10",
        "",
        FILTER,
        {"f": nested(10, {}, lambda inner: {"stage": {"leads": {"some": inner}}})},
    )
    yield Case(
        "OR of many", COST, FILTER, {"f": {"OR": [{"id": {"eq": n}} for n in range(20_000)]}}
    )
    yield Case("OR of nothing many times", COST, FILTER, {"f": {"OR": [{}] * 40_000}})
    yield Case("OR of some", "", FILTER, {"f": {"OR": [{"id": {"eq": n}} for n in range(200)]}})
    uses = " ".join(f"a{n}: leads(filter: $f) {{ totalCount }}" for n in range(49))
    yield Case(
        "a large filter many times",
        COST,
        f"query($f: LeadFilter) {{ {uses} }}",
        {"f": {"OR": [{"id": {"eq": n}} for n in range(400)]}},
    )
    yield Case("in with many", "", FILTER, {"f": {"id": {"in": list(range(100_000))}}})
    yield Case("unknown members", INPUT, FILTER, {"f": {f"n{n}": 1 for n in range(50_000)}})
    joins = nested(
        9,
        {"id": {"eq": "1"}},
        lambda inner: {"parent": inner, "children": {"some": {"parent": inner}}},
    )
    yield Case("a tree of joins", COST, FILTER, {"f": joins})
    for value in ("-1", "0", "00001", str(2**63 - 1)):
        yield Case(f"id {value}", "", FILTER, {"f": {"id": {"eq": value}}})
    for value in (
        "\uff11",
        "\u0663",
        " 1",
        "1 ",
        "",
        "abc",
        "1_0",
        "1.0",
        "\0",
        "9" * 30,
        str(2**63),
        "1" * 100_000,
    ):
        yield Case(f"id {value[:9]!r}", INPUT, FILTER, {"f": {"id": {"eq": value}}})
        yield Case(f"id in {value[:9]!r}", INPUT, FILTER, {"f": {"id": {"in": [value]}}})
        yield Case(
            f"by {value[:9]!r}", INPUT, "query($i: ID!) { lead(by: {id: $i}) { id } }", {"i": value}
        )
        yield Case(f"relation id {value[:9]!r}", INPUT, FILTER, {"f": {"stageId": {"eq": value}}})
    for value in (
        "NaN",
        "Infinity",
        "1e5",
        "1e999999999",
        "9" * 141,
        "\uff11\uff12",
        "+1",
        " 1",
        "",
        True,
        1.5,
        [],
    ):
        yield Case(f"decimal {str(value)[:9]!r}", INPUT, FILTER, {"f": {"revenue": {"eq": value}}})
    yield Case("longest decimal", "", FILTER, {"f": {"revenue": {"eq": "9" * 140}}})
    for value in (2**31, -(2**31) - 1, 1.5, "1", True):
        yield Case(f"integer {value!r}", INPUT, FILTER, {"f": {"seats": {"eq": value}}})
    for value in (str(2**63), "\uff11", "1.0", 1.5, True):
        yield Case(f"big integer {value!r}", INPUT, FILTER, {"f": {"big": {"eq": value}}})
    for value in ("0000-01-01", "10000-01-01", "2026-02-30", "20260101", "2026-W01-1", "", 1):
        yield Case(f"date {value!r}", INPUT, FILTER, {"f": {"due": {"gt": value}}})
    for value in (
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:60Z",
        "now",
    ):
        yield Case(f"moment {value!r}", INPUT, FILTER, {"f": {"at": {"gt": value}}})
    for value in ("%", "_", "\\", "'", "\u202e", "", "x" * 900_000):
        yield Case(f"text {value[:5]!r}", "", FILTER, {"f": {"name": {"icontains": value}}})
    yield Case("text NUL", INPUT, FILTER, {"f": {"name": {"eq": "a\0"}}})
    yield Case("null operand", INPUT, FILTER, {"f": {"id": {"eq": None}}})
    yield Case("enum of a megabyte", INPUT, FILTER, {"f": {"mood": {"eq": "GOOD" * 200_000}}})


def expressions() -> Iterator[Case]:
    """Give expressions in `q`."""
    refused = {
        "long": 'Q(name="' + "a" * 900_000 + '")',
        "parentheses": "(" * 5_000 + "Q(id=1)" + ")" * 4_900,
        "negations": "~" * 9_000 + "Q(id=1)",
        "minus signs": "Q(seats=" + "-" * 9_000 + "1)",
        "chain": "|".join(["Q(id=1)"] * 1_100),
        "long path": f"Q({'__'.join(['stage', 'leads'] * 25)}__id=1)",
        "long name": f"Q({'name' * 2_400}=1)",
        "sum of aggregates": 'sum("' + "stage__leads__" * 20 + 'seats") > 1',
        "exponent": "Q(revenue=1e999999)",
        "digits": f"Q(id={'9' * 101})",
        "wide": f"Q(id={'9' * 100})",
        "hexadecimal": "Q(id=0xff)",
        "complex": "Q(id=1j)",
        "full-width digits": "Q(id=\uff11\uff12)",
        "rounding": 'round(F("revenue"), 1000000000) > 1',
        "unit": 'Q(at__gt=start_of("month\'; drop table lead; --"))',
        "year 0": 'Q(at__gt="0000-00-00")',
        "bad regular expression": 'Q(name__regex="(")',
        "regular expression bomb": 'Q(name__regex="(a{1,255}){1,255}(b{1,255}){1,255}")',
        "unfinished pattern": r'Q(name__like="a\\")',
        "pattern of a field": 'Q(name__regex=F("notes"))',
        "pattern made of fields": 'Q(name__ilike=concat(F("notes"), "%"))',
        "NUL": r'Q(name="a\x00")',
        "surrogate": r'Q(name="\ud800")',
        "lambda": "(lambda: 1)()",
        "attribute": "Q.__class__",
        "private": "Q(__class__=1)",
        "formatted text": 'Q(name=f"{1}")',
        "assignment": "(x := 1)",
        "repeated text": 'Q(name="a" * 10000000)',
        "spread": 'Q(**{"a": 1})',
        "statement": "Q(id=1); Q(id=2)",
        "comment": "Q(id=1) # x",
        "nothing": "",
    }
    for name, text in refused.items():
        yield Case(f"q {name}", INPUT, Q, {"q": text})
    answered = {
        "parentheses": "(" * 49 + "Q(id=1)" + ")" * 49,
        "negations": "~" * 45 + "Q(id=1)",
        "chain": "|".join(f"Q(id={number})" for number in range(300)),
        "division by zero": 'F("revenue") / 0 > 1',
        "remainder of zero": 'F("revenue") % 0 > 1',
        "large product": ("9" * 99 + "*") * 45 + 'F("revenue") > 1',
        "64 bits multiplied": 'F("id") * 9223372036854775807 * 9223372036854775807 > 1',
        "far days": "Q(due__gt=today - days(1000000000))",
        "far months": "Q(due__gt=today + months(2000000000))",
        "far years": "Q(at__gt=now + years(290000))",
        "far moments": 'F("at") + years(290000) > now',
        "year of 11 digits": "Q(at__year=99999999999)",
        "month of 64 bits": "Q(at__month=9223372036854775807)",
        "nested stars": r'Q(name__regex="((((a*)*)*)*)*b$")',
        "back references": r'Q(name__regex="(.*)(.*)(.*)(.*)\\1\\2\\3\\4x")',
        "director": 'Q(name__regex="***=foo")',
        "LIKE bomb": 'Q(name__like="' + "%a" * 4_000 + '")',
        "search of words": 'Q(name__search="' + "a " * 4_000 + '")',
        "bidirectional": 'Q(name="\u202e\u2066")',
        "many values": f"Q(id__in=[{','.join(map(str, range(1_500)))}])",
        "count of 14 digits": "Q(stage__leads__count__gt=99999999999999)",
    }
    for name, text in answered.items():
        yield Case(f"q {name} answered", "", Q, {"q": text})


def pages() -> Iterator[Case]:
    """Give orderings, pages, cursors and global ids."""
    for size in (-1, 2**31, 1.5, "1", [1, 2]):
        yield Case(f"first {size!r}", INPUT, PAGE, {"f": size})
    yield Case("first 501", LARGE, PAGE, {"f": 501})
    yield Case("last -1", INPUT, PAGE, {"l": -1})
    yield Case("first and last", INPUT, PAGE, {"f": 1, "l": 1})
    yield Case("first null", "", PAGE, {"f": None})
    yield Case("first 0", "", PAGE, {"f": 0})
    yield Case("offset -1", INPUT, PAGE, {"o": -1})
    yield Case("offset 10^9", "", PAGE, {"o": 10**9})
    yield Case("offset and last", INPUT, PAGE, {"o": 1, "l": 1})
    yield Case(
        "first of 10 000 digits", INVALID, f"{{ leads(first: {'9' * 10_000}) {{ totalCount }} }}"
    )
    yield Case("id of 10 000 digits", INPUT, f"{{ lead(by: {{id: {'9' * 10_000}}}) {{ id }} }}")
    yield Case(
        "float of 10 000 digits",
        INPUT,
        f"{{ leads(filter: {{rate: {{eq: {'9' * 10_000}.5}}}}) {{ totalCount }} }}",
    )
    yield Case(
        "records multiplied",
        COST,
        "{ leads(first: 500) { nodes { children(first: 500) { nodes { id } } } } }",
    )
    yield Case("order by nothing", "", ORDER, {"o": []})
    yield Case("order by an empty key", INPUT, ORDER, {"o": [{}]})
    yield Case("order by null", INPUT, ORDER, {"o": [{"id": None}]})
    yield Case("order by two fields in one", INPUT, ORDER, {"o": [{"id": "ASC", "name": "ASC"}]})
    yield Case("order by 21 keys", INPUT, ORDER, {"o": [{"id": "ASC"}] * 21})
    yield Case("order by thousands of keys", COST, ORDER, {"o": [{"id": "ASC"}] * 20_000})
    yield Case(
        "order by a long path",
        INPUT,
        ORDER,
        {"o": [nested(11, {"name": "ASC"}, lambda inner: {"parent": inner})]},
    )
    yield Case(
        "order by a path",
        "",
        ORDER,
        {"o": [nested(10, {"name": "ASC"}, lambda inner: {"parent": inner})]},
    )
    for text in (
        "",
        "=",
        "!!!!",
        "é",
        "\0",
        "A" * 900_000,
        *map(opaque, ("null", "[]", "{}", "[" * 2_000, "[NaN]")),
    ):
        yield Case(
            f"cursor {text[:9]!r}",
            CURSOR,
            "query($a: String) { leads(after: $a) { nodes { id } } }",
            {"a": text},
        )
    for text in ("abc", "-1", "1.5", "\uff11", " 1", "1_0", "", "9" * 30, "9" * 5_000):
        yield Case(
            f"group cursor {text[:9]!r}",
            CURSOR,
            GROUP_CURSOR,
            {"a": opaque(json.dumps(["groups", text]))},
        )
    yield Case("group cursor null", CURSOR, GROUP_CURSOR, {"a": opaque('["groups", null]')})
    yield Case(
        "group cursor of 18 digits",
        "",
        GROUP_CURSOR,
        {"a": opaque(json.dumps(["groups", "9" * 18])), "o": 2**31 - 1},
    )
    yield Case("group offset -1", INPUT, GROUP_CURSOR, {"o": -1})
    yield Case("501 groups", LARGE, GROUP_CURSOR, {"f": 501})
    forged = (
        "",
        "x",
        "====",
        "\0",
        "A" * 100_000,
        *map(
            opaque,
            (
                "Lead:-1",
                "Lead:",
                ":1",
                "Query:1",
                "LeadConnection:1",
                "Lead:" + "9" * 30,
                "Lead:\uff11",
                "Lead: 1",
            ),
        ),
    )
    for text in forged:
        yield Case(f"node {text[:12]!r}", "", NODE, {"n": text})


def groups() -> Iterator[Case]:
    """Give groupings and names that might mean something to SQL."""
    for name in (
        "%(x)s",
        "%(p1)s",
        "%s",
        ":x",
        "__[POSTCOMPILE_p1]",
        "'",
        "\\",
        "$1",
        "--",
        "/*",
        '"',
        "é",
        "{}",
    ):
        yield Case(f"as {name}", "", GROUPS, {"b": [{"field": "NAME", "as": name}]})
    for name in ("\0", "a\nb", "\u202e", "x" * 64, "x" * 100_000):
        yield Case(f"as {name[:5]!r}", INPUT, GROUPS, {"b": [{"field": "NAME", "as": name}]})
    yield Case("by nothing", INPUT, GROUPS, {"b": []})
    yield Case("by an empty item", INPUT, GROUPS, {"b": [{}]})
    yield Case("by one field twice", INPUT, GROUPS, {"b": [{"field": "NAME"}, {"field": "NAME"}]})
    yield Case(
        "by 20 items", "", GROUPS, {"b": [{"field": "NAME", "as": f"a{n}"} for n in range(20)]}
    )
    yield Case(
        "by 51 items", INPUT, GROUPS, {"b": [{"field": "NAME", "as": f"a{n}"} for n in range(51)]}
    )
    yield Case(
        "by thousands of items",
        COST,
        GROUPS,
        {"b": [{"field": "NAME", "as": f"a{n}"} for n in range(5_000)]},
    )
    yield Case(
        "by a long path",
        INPUT,
        GROUPS,
        {"b": [nested(11, {"field": "NAME"}, lambda inner: {"parent": inner})]},
    )
    yield Case(
        "groups ordered by 21 keys",
        INPUT,
        GROUPS,
        {"b": [{"field": "NAME"}], "o": [{"count": "ASC"}] * 21},
    )
    yield Case(
        "groups ordered by a key that is none",
        INPUT,
        GROUPS,
        {"b": [{"field": "NAME"}], "o": [{"key": "STAGE"}]},
    )
    yield Case(
        "granularity of text", INPUT, GROUPS, {"b": [{"field": "NAME", "granularity": "DAY"}]}
    )
    inner = "{ nodes { count values } }"
    for item in ("OPEN", "MOOD", "DUE", "NAME"):
        inner = f"{{ nodes {{ count groups(by: [{{field: {item}}}], first: 5) {inner} }} }}"
    yield Case(
        "groups in groups",
        "",
        f"{{ leads {{ groups(by: [{{field: STAGE}}], first: 5) {inner} }} }}",
    )
    yield Case(
        "aggregates over nothing",
        "",
        """{ leads(filter: {id: {eq: 0}}) { totalCount count { value exact }
        aggregate { count countDistinct(field: NAME) sum { revenue big rate } avg { seats }
          min { name at due } max { notes big } } } }""",
    )
    members = " ".join(
        f"{name}: name"
        for name in (
            "n",
            "x",
            "k",
            "page",
            "_page",
            "_ordinal",
            "_cursor",
            "cut",
            "lead",
            "id",
            "Id",
            "ID",
            "iD",
            "count",
            "value",
            "key0",
            "null",
            "select",
            "user",
            "ctid",
            "xmin",
            "tableoid",
            "_matches",
            "order_0",
            "a" * 63,
            "a" * 62 + "b",
        )
    )
    yield Case(
        "names that SQL knows",
        "",
        f"""{{ x: leads(first: 2, orderBy: [{{stage: {{name: ASC}}}}]) {{
        n: nodes {{ {members} }} _ordinal: pageInfo {{ n: hasNextPage _cursor: endCursor }}
        _page: totalCount }} }}""",
    )


CASES = tuple(itertools.chain(documents(), filters(), expressions(), pages(), groups()))
