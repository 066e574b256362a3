"""Rewrite the answers that pages show: `python tests/docs/regenerate.py`; review the difference."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from docs_answers import laid_out
from docs_scenarios import ON_DEMO, ON_EMPTY, TUTORIAL, Answered, answered_on, answered_tutorial

from graphql_erp.config import Settings
from graphql_erp.tenants.server import Server, open_server
from graphql_erp.testing.server import settings_for_tests


async def rewrite(server: Server, settings: Settings, chosen: list[str]) -> None:
    with TemporaryDirectory() as folder:
        answers = {
            **{path: answered_on(path, server, settings, demo=True) for path in ON_DEMO},
            **{path: answered_on(path, server, settings, demo=False) for path in ON_EMPTY},
            TUTORIAL: answered_tutorial(server, settings, Path(folder)),
        }
        for path, given in answers.items():
            if not chosen or path.stem in chosen:
                write(path, [item async for item in given])


def write(path: Path, answers: list[Answered]) -> None:
    text = path.read_text(encoding="utf-8")
    for step, answer in reversed(answers):
        if step.answer is not None:
            start = step.answer.start
            text = text[:start] + laid_out(answer) + "\n" + text[start + len(step.answer.text) :]
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path} written.\n")


def main() -> None:
    settings = settings_for_tests()
    with open_server(settings) as server:
        asyncio.run(rewrite(server, settings, sys.argv[1:]))


if __name__ == "__main__":
    main()
