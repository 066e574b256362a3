"""A module of many synthetic models, to time how long declarations take to become a schema."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

MODULE = "sizes"
PREFIX = "Sized"
NOUN = "Unit"
MODELS = 100

_SCALARS: Mapping[str, Any] = {
    "name": {"type": "Char", "required": True, "max_length": 120, "index": True},
    "code": {"type": "Char", "max_length": 20, "unique": True},
    "email": "Email",
    "website": "Url",
    "notes": "Text",
    "sequence": {"type": "Integer", "default": 10},
    "hits": "BigInteger",
    "score": "Float",
    "amount": {"type": "Decimal", "digits": [16, 2], "required": True, "default": 0},
    "state": {"type": "Selection", "options": ["draft", "open", "done"], "default": "draft"},
    "active": {"type": "Boolean", "required": True, "default": True},
    "starts_on": "Date",
    "seen_at": "Datetime",
    "opens_at": "Time",
    "details": "Json",
    "doubled": {"type": "Decimal", "digits": [17, 2], "compute": "amount * 2"},
}


def model_name(number: int) -> str:
    """Return the name of a model: `SizedAUnit`, ..., `SizedZUnit`, `SizedBaUnit`, ...

    The noun at the end keeps one model's plural from being another model's singular.
    """
    letters = ""
    while True:
        number, digit = divmod(number, 26)
        letters = chr(ord("A") + digit) + letters
        if number == 0:
            return f"{PREFIX}{letters.capitalize()}{NOUN}"


def model(number: int) -> dict[str, Any]:
    """Return the declaration of one model: 16 scalars, up to two to-ones, one many-to-many.

    The to-ones lead to models before it and have inverses there, so that the first models carry
    the many to-many fields that real modules' central models have.
    """
    fields = dict(_SCALARS)
    own = model_name(number).lower()
    for field, target in (("parent", number - 1), ("root", number // 10)):
        if 0 <= target < number:
            fields[field] = {
                "type": "ManyToOne",
                "to": model_name(target),
                "inverse": f"{own}_{field}_records",
            }
    fields["related"] = {"type": "ManyToMany", "to": model_name(number // 2)}
    return {"model": model_name(number), "order_by": ["sequence"], "fields": fields}


def texts(models: int = MODELS) -> dict[str, str]:
    """Return the module's files, by path in its folder."""
    manifest = {
        "name": "Synthetic models",
        "identifier": MODULE,
        "version": "1.0",
        "category": "benchmarks",
        "description": "Models that only measure the size of a schema.",
        "dependencies": ["core"],
    }
    files = {"manifest.yaml": _dump(manifest)}
    for number in range(models):
        files[f"models/{model_name(number).lower()}.yaml"] = _dump(model(number))
    return files


def write_module(folder: Path, models: int = MODELS) -> Path:
    """Write the module into a search path and return its folder."""
    root = folder / MODULE
    for path, text in texts(models).items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return root


class _PlainDumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out: the engine's loader refuses aliases."""
        del data
        return True


def _dump(value: Mapping[str, Any]) -> str:
    return yaml.dump(dict(value), Dumper=_PlainDumper, sort_keys=False)


def main() -> None:
    """Write the module into the folder that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", type=int, default=MODELS)
    given = parser.parse_args()
    print(write_module(given.folder, given.models))


if __name__ == "__main__":
    main()
