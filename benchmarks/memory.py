"""Memory of a process tree: proportional set size, which counts shared pages once."""

import argparse
from contextlib import suppress
from pathlib import Path

import psutil

_FIELD = "Pss:"


def process_pss(pid: int) -> int:
    """Return the bytes of one process.

    Raises:
        FileNotFoundError: There is no such process, or the system does not tell (not Linux).
    """
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    line = next(line for line in text.splitlines() if line.startswith(_FIELD))
    return int(line.split()[1]) * 1024


def tree_pss(pid: int) -> int:
    """Return the bytes of a process and of all that descend from it."""
    total = process_pss(pid)
    for child in psutil.Process(pid).children(recursive=True):
        with suppress(FileNotFoundError, ProcessLookupError):
            total += process_pss(child.pid)
    return total


def main() -> None:
    """Print the memory of the process tree that is asked for, in megabytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pid", type=int)
    print(f"{tree_pss(parser.parse_args().pid) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
