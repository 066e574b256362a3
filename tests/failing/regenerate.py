"""Rewrite every error.txt from what is said now: `python tests/failing/regenerate.py`."""

import sys

from failing_corpus import EXPECTED, cases, message


def main() -> None:
    for case in cases():
        (case / EXPECTED).write_text(message(case), encoding="utf-8")
    sys.stdout.write(f"{len(cases())} messages written.\n")


if __name__ == "__main__":
    main()
