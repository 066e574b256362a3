"""Documents whose two answers once differed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reading_bench import Bench, found_something

pytestmark = pytest.mark.anyio

DOCUMENTS = sorted(Path(__file__).with_name("regressions").glob("*.graphql"))


def request(path: Path) -> tuple[str, dict[str, Any]]:
    given = path.with_suffix(".json")
    return path.read_text(), json.loads(given.read_text()) if given.exists() else {}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
async def test_answers_agree_again(bench: Bench, path: Path) -> None:
    document, variables = request(path)

    assert await bench.difference(document, variables) == ""
    assert found_something(bench.last_data)
