from pathlib import Path

from graphql_erp.cli.stub_text import stub_text
from graphql_erp.testing.declare import declare


def test_secret_is_read_sealed_and_assigned_as_text() -> None:
    registry = declare("model: Gate\nfields: {code: Secret, key: {type: Secret, required: true}}")

    lines = [line.strip() for line in stub_text(registry, "test", Path("/")).splitlines()]

    assert "code: bytes | str | None" in lines
    assert "key: bytes | str" in lines
