"""Seed faults one by one and run the tests that must turn red: `python tests/seeded_faults/run.py`.

Faults are seeded into a copy of the tree. A fault that its tests do not find has failed, and so has
one whose text no longer stands in its file. The last line is `N passed, N failed`; the exit status
is 0 when nothing failed. Words given as arguments choose the faults whose names hold one of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from faults import FAULTS, Fault

REPOSITORY = Path(__file__).resolve().parent.parent.parent
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".data", "__pycache__", ".*_cache", "node_modules", "*.egg-info"
)
_RED, _SECONDS = 1, 300
"""What pytest gives when tests failed, as against when it could not run them; most time it has."""


def main(words: list[str]) -> int:
    """Seed the faults and return the exit status."""
    chosen = [item for item in FAULTS if not words or any(word in item.name for word in words)]
    with tempfile.TemporaryDirectory(prefix="seeded-faults-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(REPOSITORY, tree, ignore=_LEFT_OUT, symlinks=True)
        wrong = _sound(tree, chosen)
        if wrong:
            sys.stdout.write(f"{wrong}\nThe tests are red without any fault.\n")
            sys.stdout.write(f"0 passed, {len(chosen)} failed\n")
            return 1
        failed = sum(not _found(tree, fault) for fault in chosen)
    sys.stdout.write(f"{len(chosen) - failed} passed, {failed} failed\n")
    return 1 if failed else 0


def _sound(tree: Path, chosen: list[Fault]) -> str:
    """Return what the tests say that fail without any fault, "" when none does."""
    done = _tested(tree, tuple(dict.fromkeys(test for item in chosen for test in item.tests)))
    return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}"[-2000:]


def _found(tree: Path, fault: Fault) -> bool:
    """Seed a fault, run its tests, take it out again; tell whether they turned red."""
    file, begin = tree / fault.file, time.monotonic()
    text = file.read_text()
    if text.count(fault.old) != 1:
        sys.stdout.write(f"FAILED  {fault.name}: its text is not in {fault.file} once\n")
        return False
    file.write_text(text.replace(fault.old, fault.new))
    try:
        done = _tested(tree, fault.tests)
    finally:
        file.write_text(text)
    seconds = time.monotonic() - begin
    if done.returncode != _RED:
        sys.stdout.write(f"FAILED  {fault.name}: not found ({seconds:.0f} s)\n")
        sys.stdout.write(f"{done.stdout}{done.stderr}"[-800:])
        return False
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    by = lines[0].split(" - ")[0].split("::")[-1] if lines else "?"
    sys.stdout.write(f"passed  {fault.name}: found by {by} ({seconds:.0f} s)\n")
    sys.stdout.flush()
    return True


def _tested(tree: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run tests of a tree until one fails, on the PostgreSQL of this checkout."""
    known = os.environ | {
        "PYTHONPATH": str(tree),
        "PYTHONDONTWRITEBYTECODE": "1",
        "ERP_DATA_DIR": os.environ.get("ERP_DATA_DIR", str(REPOSITORY / ".data")),
    }
    options = ("-x", "-m", "not long", "--tb=no", "-p", "no:cacheprovider")
    return subprocess.run(  # noqa: S603 -- our own tests
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=tree,
        env=known,
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
