import subprocess
from pathlib import Path

import pytest

from graphql_erp.errors import SettingsError
from graphql_erp.tenants.locks import FileLock, exclusive, is_held


def test_lock_held_alone_keeps_others_out(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with exclusive(path, seconds=1):
        assert is_held(path)
        with (
            pytest.raises(SettingsError, match=f"Another process has held {path} for 0 seconds"),
            exclusive(path, seconds=0.05),
        ):
            pass
    assert not is_held(path)


def test_shared_lock_is_free_when_the_last_holder_closes(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    locks = [FileLock(path), FileLock(path)]
    assert [lock.take(shared=True) for lock in locks] == [True, True]
    locks[0].close()
    locks[0].close()
    assert is_held(path)
    locks[1].close()
    assert not is_held(path)


def test_child_that_was_given_the_lock_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = FileLock(path)
    assert lock.take()
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, pass_fds=[lock.descriptor]) as child:
        lock.close()
        assert is_held(path)
        child.communicate()
    assert not is_held(path)
