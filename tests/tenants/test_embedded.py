import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import psutil
import pytest

from graphql_erp.config import Settings
from graphql_erp.errors import SettingsError
from graphql_erp.tenants.account import server_account
from graphql_erp.tenants.locks import is_held
from graphql_erp.tenants.place import Place
from graphql_erp.tenants.postmaster import processes, stop
from graphql_erp.tenants.probe import Answer, ask
from graphql_erp.tenants.server import Server, open_server

REMEDY = "The account .*, which runs the embedded PostgreSQL, cannot reach its data in "
USER = [sys.executable, str(Path(__file__).with_name("program_user.py"))]


def postmaster(place: Place) -> int:
    return int(place.pid_lines()[0])


def user(
    environment: dict[str, str], *arguments: str
) -> AbstractContextManager[subprocess.Popen[str]]:
    return subprocess.Popen(  # noqa: S603
        [*USER, *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def modes(path: Path) -> list[int]:
    return [stat.S_IMODE(folder.stat().st_mode) for folder in (path, *path.parents)]


def test_first_start_makes_a_server_that_the_last_user_stops(
    own_settings: Settings, place: Place
) -> None:
    with open_server(own_settings) as server:
        sockets = place.sockets()
        assert sockets is not None
        assert ask(sockets) is Answer.READY
        assert server.major == 18
        assert is_held(place.alive_lock)

    assert ask(sockets) is Answer.ABSENT
    assert not is_held(place.alive_lock)
    assert processes(place) == []


def test_closing_twice_is_harmless(own_settings: Settings, place: Place) -> None:
    first = open_server(own_settings)
    first.close()
    with open_server(own_settings):
        first.close()
        assert is_held(place.alive_lock)


def test_processes_share_one_server_until_the_last_leaves(
    own_settings: Settings, place: Place, environment: dict[str, str]
) -> None:
    with user(environment) as other:
        assert other.stdout
        said = other.stdout.readline()
        with open_server(own_settings):
            assert int(said) == postmaster(place)
            other.communicate(timeout=30)
            assert other.returncode == 0
            assert is_held(place.alive_lock)
    assert not is_held(place.alive_lock)


def test_killed_user_leaves_no_lease(
    own_settings: Settings, place: Place, environment: dict[str, str]
) -> None:
    with user(environment) as other:
        assert other.stdout
        said = other.stdout.readline()
        other.kill()
        other.wait(timeout=30)
    assert is_held(place.alive_lock)

    with open_server(own_settings):
        assert int(said) == postmaster(place)

    assert not is_held(place.alive_lock)


def test_server_holds_neither_pipes_nor_session_of_its_starter(
    place: Place, environment: dict[str, str]
) -> None:
    with user(environment, "--vanish") as other:
        said, _ = other.communicate(timeout=30)

    assert int(said) == postmaster(place)
    assert os.getsid(int(said)) != os.getsid(0)
    assert psutil.Process(int(said)).terminal() is None


def test_folders_above_the_data_keep_their_rights(own_settings: Settings, fresh_dir: Path) -> None:
    fresh_dir.chmod(0o700)
    before = modes(fresh_dir)

    with open_server(own_settings.model_copy(update={"data_dir": fresh_dir})) as server:
        assert modes(fresh_dir) == before
        assert server.lease
        place, sockets = server.lease.place, server.lease.sockets
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE(place.cluster.stat().st_mode) == 0o700

    assert place.cluster.owner() == server_account(place.cluster).name


def test_long_paths_get_a_short_socket(own_settings: Settings, fresh_dir: Path) -> None:
    deep = fresh_dir / ("deep" * 20) / ("er" * 20)
    # Made beforehand, so that another account can pass whatever our umask is.
    deep.mkdir(parents=True)
    for folder in (deep, deep.parent):
        folder.chmod(0o755)

    with open_server(own_settings.model_copy(update={"data_dir": deep})) as server:
        assert server.lease
        assert len(str(server.lease.sockets)) < 90
        assert server.lease.sockets.parent == Path(tempfile.gettempdir())
        place = server.lease.place

    assert not is_held(place.alive_lock)
    assert not server.lease.sockets.exists()
    shutil.rmtree(place.cluster)


@pytest.mark.parametrize("is_zombie", [False, True])
def test_reused_process_id_neither_hinders_nor_is_harmed(
    own_settings: Settings, place: Place, *, is_zombie: bool
) -> None:
    server = open_server(own_settings)
    os.kill(postmaster(place), signal.SIGKILL)
    account = server_account(place.cluster)
    identity = {} if account.is_own else {"user": account.uid, "group": account.gid}
    program = "/bin/true" if is_zombie else "/bin/cat"
    stranger = subprocess.Popen([program], stdin=subprocess.PIPE, **identity)  # noqa: S603
    if is_zombie:
        os.waitid(os.P_PID, stranger.pid, os.WEXITED | os.WNOWAIT)
    lines = place.pid_lines()
    (place.cluster / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:]]))

    with open_server(own_settings):
        server.close()
        assert postmaster(place) != stranger.pid
        assert psutil.pid_exists(stranger.pid)
        assert stranger.communicate(timeout=10) == (None, None)
        assert stranger.returncode == 0


def test_busy_backend_of_a_killed_postmaster_is_ended(own_settings: Settings, place: Place) -> None:
    server = open_server(own_settings)
    with busy(server) as client:
        killed = postmaster(place)
        backends = set(processes(place))
        os.kill(killed, signal.SIGKILL)
        with open_server(own_settings):
            assert postmaster(place) != killed
            assert not backends & set(processes(place))
        client.wait(timeout=30)
    server.close()


def test_lost_socket_is_made_again(own_settings: Settings, place: Place) -> None:
    first = open_server(own_settings)
    sockets = place.sockets()
    assert sockets is not None
    (sockets / ".s.PGSQL.5432").unlink()

    with open_server(own_settings):
        assert ask(sockets) is Answer.READY
    first.close()
    assert not is_held(place.alive_lock)


def test_server_that_cannot_start_says_why(own_settings: Settings, place: Place) -> None:
    open_server(own_settings).close()
    configuration = place.cluster / "postgresql.conf"
    before = configuration.read_text()
    configuration.write_text("no_such_setting = 1\n")
    try:
        with pytest.raises(SettingsError, match='unrecognized configuration parameter "no') as why:
            open_server(own_settings)
    finally:
        configuration.write_text(before)

    assert why.value.hint == f"Read {place.log}, or set ERP_DATABASE_URL to a server."
    assert not is_held(place.lease_lock)


def test_data_folder_that_is_a_file_is_refused(own_settings: Settings, data_dir: Path) -> None:
    file = data_dir / "file"
    file.touch()

    with pytest.raises(SettingsError, match=r"cannot use the data folder .*/file: ") as refused:
        open_server(own_settings.model_copy(update={"data_dir": file}))

    assert "ERP_DATA_DIR" in refused.value.hint


def test_data_that_became_unreachable_is_refused_with_the_remedy(
    own_settings: Settings, data_dir: Path, place: Place
) -> None:
    open_server(own_settings).close()
    account = server_account(place.cluster)
    data_dir.chmod(0o700)
    # Whoever runs the server under his own account reaches what he can reach.
    outcome = nullcontext() if account.is_own else pytest.raises(SettingsError, match=REMEDY)
    try:
        with outcome:
            open_server(own_settings).close()
    finally:
        data_dir.chmod(0o755)
    assert not is_held(place.lease_lock)


def test_stopping_a_stopped_server_does_nothing(own_settings: Settings, place: Place) -> None:
    open_server(own_settings).close()
    stop(place)
    assert not is_held(place.alive_lock)


def busy(server: Server) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """Start a client whose statement never looks whether its postmaster still lives."""
    program = (
        "import asyncio, asyncpg, sys\n"
        "async def main():\n"
        "    connection = await asyncpg.connect(sys.argv[1])\n"
        "    print('busy', flush=True)\n"
        "    await connection.execute('''DO $$ BEGIN LOOP END LOOP; END $$''')\n"
        "try:\n"
        "    asyncio.run(main())\n"
        "except (OSError, asyncpg.PostgresError):\n"
        "    pass\n"
    )
    client = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", program, server.owner_dsn("postgres")], stdout=subprocess.PIPE
    )
    assert client.stdout
    assert client.stdout.readline() == b"busy\n"
    return client
