"""How long declarations take to become a GraphQL schema: `python -m benchmarks.schema_build`.

Budget: the schema of 100 models in 1.5 s, its SDL and introspection included.
"""

import argparse
import gc
import json
import statistics
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from benchmarks import schema_size
from graphql_erp.api.schema import build_schema, introspection_bytes
from graphql_erp.config import settings
from graphql_erp.declarations.discover import load_modules
from graphql_erp.declarations.nodes import ModuleDecl
from graphql_erp.registry.build import build_registry

BUDGET_SECONDS = 1.5

Value = TypeVar("Value")
Result = TypeVar("Result")


def timed(times: list[float], function: Callable[[Value], Result], value: Value) -> Result:
    """Return what a function makes of a value and note how long it took."""
    start = time.perf_counter()
    result = function(value)
    times.append(time.perf_counter() - start)
    return result


def load(models: int) -> tuple[ModuleDecl, ...]:
    """Return the synthetic module and what it depends on."""
    with TemporaryDirectory() as folder:
        for file in (schema_size.write_module(Path(folder), models) / "models").iterdir():
            text = file.read_text()
            if "\nplural:" not in text:
                # By rule the plural of SizedB is the singular of SizedBs.
                file.write_text(f"{text}plural: {file.stem}List\n")
        paths = [Path(folder), *map(Path, settings().module_paths.split(":"))]
        return load_modules(paths, [schema_size.MODULE])


def measure(models: int, rounds: int) -> dict[str, float]:
    """Return medians in seconds, and the sizes of what was built."""
    steps: dict[str, list[float]] = {
        name: [] for name in ("declarations", "registry", "schema", "introspection", "collection")
    }
    for _ in range(rounds):
        gc.collect()  # what the round before left behind is not this one's cost
        modules = timed(steps["declarations"], load, models)
        registry = timed(steps["registry"], build_registry, modules)
        schema = timed(steps["schema"], build_schema, registry)
        introspection = timed(steps["introspection"], introspection_bytes, schema)
        # The build holds the collector; this is what it then has to walk once.
        timed(steps["collection"], gc.collect, 2)
    tracemalloc.start()
    kept = build_schema(registry)
    memory, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {
        **{f"{name}_s": round(statistics.median(times), 3) for name, times in steps.items()},
        "models": len(registry.models),
        "types": len(kept.graphql.type_map),
        "sdl_kb": len(schema.sdl) // 1000,
        "introspection_kb": len(introspection) // 1000,
        "memory_mb": round(memory / 1_000_000, 1),
    }


def main() -> None:
    """Print the figures as JSON and whether the budget is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=schema_size.MODELS)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    figures = measure(given.models, given.rounds)
    print(json.dumps(figures, indent=2))
    seconds = figures["schema_s"]
    verdict = "within" if seconds <= BUDGET_SECONDS else "over"
    print(f"{given.models} models in {seconds} s: {verdict} the budget of {BUDGET_SECONDS} s")


if __name__ == "__main__":
    main()
