import stat
import subprocess
from pathlib import Path

import pytest

from graphql_erp.errors import SettingsError
from graphql_erp.tenants.binaries import Binaries, reachable_binaries, wheel_binaries


def test_wheel_has_the_programs_of_postgresql_18() -> None:
    binaries = wheel_binaries()
    assert binaries.major == 18
    said = subprocess.run(  # noqa: S603
        [binaries.program("postgres"), "--version"], capture_output=True, text=True, check=True
    )
    assert said.stdout.startswith("postgres (PostgreSQL) 18.")


def test_programs_that_run_are_not_copied() -> None:
    binaries = wheel_binaries()
    assert reachable_binaries(binaries, lambda _: True, None) is binaries


def test_programs_out_of_reach_are_copied_once_with_their_libraries(tmp_path: Path) -> None:
    installed = wheel_binaries()

    def runs(program: str) -> bool:
        if Path(program).is_relative_to(installed.folder):
            return False
        return subprocess.run([program, "--version"], check=False).returncode == 0  # noqa: S603

    copied = reachable_binaries(installed, runs, lambda: tmp_path)
    (only,) = tmp_path.iterdir()
    made = only.stat().st_ino

    assert copied.folder.is_relative_to(only)
    assert stat.S_IMODE(Path(copied.program("initdb")).stat().st_mode) == 0o755
    assert stat.S_IMODE(copied.folder.stat().st_mode) == 0o755
    assert reachable_binaries(installed, runs, lambda: tmp_path) == copied
    assert [folder.stat().st_ino for folder in tmp_path.iterdir()] == [made]


def test_programs_that_do_not_run_are_refused_with_the_reason(tmp_path: Path) -> None:
    missing = Binaries(tmp_path, "18.0")
    with pytest.raises(
        SettingsError, match=r"cannot be run on this machine: .*No such file"
    ) as why:
        reachable_binaries(missing, lambda _: False, None)
    assert "ERP_DATABASE_URL" in why.value.hint
