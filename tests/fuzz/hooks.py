"""What schemathesis must know of our scalars to make values of them."""

import schemathesis
from graphql import ValueNode
from hypothesis import strategies as st
from schemathesis.graphql import nodes

_TEXTS = st.sampled_from(
    [
        "",
        "0",
        "-1.5",
        "1e999999",
        "NaN",
        "2026-02-29",
        "2026-06-30T12:00:00Z",
        "25:61",
        "9" * 40,
        "é",
    ]
)
_VALUES: st.SearchStrategy[ValueNode] = st.one_of(
    _TEXTS.map(nodes.String),
    st.text(max_size=20).map(nodes.String),
    st.integers().map(nodes.Int),
)
for name in ("Decimal", "Date", "DateTime", "Time", "BigInt", "JSON"):
    schemathesis.graphql.scalar(name, _VALUES)
schemathesis.graphql.scalar(
    "QExpr",
    st.sampled_from(
        ["Q()", "Q(id=1)", "~Q(id__in=[1, 2])", "Q(id=user)", "Q(", "Q(x=1)", "__import__('os')"]
    ).map(nodes.String),
)
