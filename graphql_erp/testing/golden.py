"""Golden cases: a document, and beside it the statements, the answer and the plan it must give.

The head lines of `<case>.graphql` are options: `# modules:` (separated by commas), `# as:` (the
group on whose behalf it runs) and `# variables:` (a JSON object).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml

from graphql_erp.api.call import Call
from graphql_erp.declarations.discover import load_modules
from graphql_erp.planning.explain import explain
from graphql_erp.reading.pretty_sql import pretty_sql
from graphql_erp.registry.build import build_registry
from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client, Result
from graphql_erp.testing.database import SharedDatabase
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.testing.queries import Queries, SentQuery

_OPTION = re.compile(r"#\s*(modules|as|variables):\s*(.+)")
_ACTOR = Actor(user=1, company=1, companies=(1,))
OUTPUTS = (".sql", ".json", ".plan")
"""Endings of the files beside a document."""


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """One document and its options."""

    path: Path
    document: str
    modules: tuple[str, ...]
    variables: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name of the case: its file without the ending."""
        return self.path.stem

    @property
    def is_mutation(self) -> bool:
        """Whether it writes."""
        return re.search(r"^mutation\b", self.document, re.MULTILINE) is not None

    def stored(self) -> dict[str, str]:
        """Return what the files beside the document hold, by their endings."""
        files = {ending: self.path.with_suffix(ending) for ending in OUTPUTS}
        return {
            ending: file.read_text(encoding="utf-8")
            for ending, file in files.items()
            if file.is_file()
        }

    def store(self, outputs: Mapping[str, str]) -> None:
        """Rewrite the files beside the document; what is empty has no file."""
        for ending in OUTPUTS:
            file = self.path.with_suffix(ending)
            if ending in outputs:
                file.write_text(outputs[ending], encoding="utf-8")
            else:
                file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class GoldenRun:
    """What one case gave."""

    result: Result
    queries: Queries
    outputs: Mapping[str, str]
    """What the files beside the document must hold, by their endings."""


def read_case(path: Path) -> GoldenCase:
    """Return the case in a file.

    Raises:
        ValueError: It does not say which modules it needs.
    """
    text = path.read_text(encoding="utf-8")
    options = {
        found[1]: found[2].strip() for line in text.splitlines() if (found := _OPTION.match(line))
    }
    if "modules" not in options:
        raise ValueError(f"{path}: the head line `# modules: ...` is missing.")
    return GoldenCase(
        path=path,
        document=text,
        modules=tuple(name.strip() for name in options["modules"].split(",")),
        variables=orjson.loads(options.get("variables", "{}")),
    )


class GoldenRunner:
    """Runs the cases of one set of modules on records that are the same for each of them."""

    def __init__(
        self,
        database: SharedDatabase,
        modules: Sequence[str],
        *,
        module_paths: Sequence[Path],
        data: Path,
    ) -> None:
        """Build the modules' registry.

        Args:
            database: Where the tables are made.
            modules: Modules the cases need.
            module_paths: Folders that hold modules.
            data: Folder with `<module>.yaml`: a list of {mutation: [records]} and of
                {link table: [pairs of ids]}.
        """
        self._models = DeclaredModels(database)
        self._models.use(build_registry(load_modules(module_paths, modules)))
        self._files = [data / f"{module}.yaml" for module in modules]
        self._is_filled = False

    async def run(self, case: GoldenCase) -> GoldenRun:
        """Return what a case gives now."""
        client = await self._filled()
        self._is_filled = not case.is_mutation
        (await self._models.queries.told()).clear()
        result = await client.call(Call(case.document, case.variables))
        sent = Queries(list(self._models.queries.sent))
        outputs = {
            ".sql": "\n".join(_printed(query) for query in sent.sent),
            ".json": orjson.dumps(result.members, option=orjson.OPT_INDENT_2).decode() + "\n",
            ".plan": await _plan(client, case) if sent.sent and not case.is_mutation else "",
        }
        return GoldenRun(result, sent, {end: text for end, text in outputs.items() if text})

    async def close(self) -> None:
        """Close the connections and delete the records."""
        await self._models.close()

    async def _filled(self) -> Client:
        if not self._is_filled:
            # Nobody: the actor is one of the records.
            client = await self._models.client()
            await self._models.empty()
            for file in self._files:
                for step in yaml.safe_load(file.read_text(encoding="utf-8")):
                    for name, rows in step.items():
                        await self._fill(client, name, rows)
        return await self._models.client(_ACTOR)

    async def _fill(self, client: Client, name: str, rows: list[Any]) -> None:
        if name in client.engine.tables.links:
            async with client.environment.pool.acquire() as connection:
                values = ", ".join(f"({int(own)}, {int(target)})" for own, target in rows)
                await connection.execute(f"INSERT INTO {name} VALUES {values}")  # noqa: S608
            return
        model = client.engine.schema.mutations[name].model
        document = (
            f"mutation($data: [{model}CreateInput!]!) {{"
            f" {name}(data: $data) {{ affected errors {{ message path index }} }} }}"
        )
        result = await client(document, data=rows)
        if result.errors or result.data[name]["affected"] != len(rows):
            raise ValueError(f"{name} was refused: {result.members}")


def _printed(query: SentQuery) -> str:
    """Return a statement laid out, after the values sent with it."""
    values = (f"-- ${number} = {value!r}\n" for number, value in enumerate(query.values, start=1))
    return "".join(values) + pretty_sql(query.text)


async def _plan(client: Client, case: GoldenCase) -> str:
    operation = client.engine.documents.get(case.document).operation(None)
    coerced = operation.coerce(case.variables)
    program = await client.engine.prepare(operation, coerced, client.environment)
    return explain(program.plan)


def cases_in(folder: Path) -> Iterator[GoldenCase]:
    """Give the cases of a folder by name."""
    for path in sorted(folder.glob("*.graphql")):
        yield read_case(path)
