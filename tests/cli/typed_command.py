"""Typing a command, in the process of the test."""

import pytest

from graphql_erp.cli.main import main


def typed(*arguments: str) -> int:
    """Run `erp` with arguments and return the exit status."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    code = ended.value.code
    return code if isinstance(code, int) else 0
