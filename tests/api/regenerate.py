"""Rewrite the golden schema from what is generated now: `python tests/api/regenerate.py`."""

import sys

from contact_models import GOLDEN, contact_schema


def main() -> None:
    GOLDEN.write_text(contact_schema().sdl, encoding="utf-8")
    sys.stdout.write(f"{GOLDEN} written.\n")


if __name__ == "__main__":
    main()
