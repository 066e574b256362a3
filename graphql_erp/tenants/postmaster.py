"""One PostgreSQL server over one data folder: make, start, wait for, stop, clear away.

Every function here is called by the holder of the place's start lock.
"""

import logging
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from graphql_erp.errors import SettingsError
from graphql_erp.tenants.account import Account
from graphql_erp.tenants.binaries import Binaries
from graphql_erp.tenants.locks import FileLock, is_held
from graphql_erp.tenants.place import Place, new_cluster_folder, socket_folder
from graphql_erp.tenants.probe import PORT, Answer, ask, socket_file

_log = logging.getLogger(__name__)

SUPERUSER = "postgres"
"""Role that `initdb` makes; used only to make the owner role."""

_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "wal_buffers": "16MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
_SHORTEST_PAUSE = 0.005
_LONGEST_PAUSE = 0.2
_BUSY_SECONDS = 600.0
_ORPHAN_SECONDS = 1.0
_STOP_SECONDS = 30.0
_LOG_BYTES = 10_000_000
_LOG_TAIL_LINES = 12


def make_cluster(place: Place, account: Account, binaries: Binaries) -> None:
    """Run `initdb` unless there is data; a half-made folder never gets the final name.

    Raises:
        SettingsError: `initdb` failed.
    """
    if place.cluster.exists():
        return
    place.cluster.unlink(missing_ok=True)
    shutil.rmtree(place.folder / "cluster.new", ignore_errors=True)
    fresh = new_cluster_folder(place, account)
    command = [
        binaries.program("initdb"),
        *("--pgdata", str(fresh), "--username", SUPERUSER, "--auth", "trust"),
        *("--encoding", "UTF8", "--locale", "C"),
        *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"),
    ]
    result = account.run(command, output=subprocess.PIPE)
    if result.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        said = result.stdout.decode(errors="replace").strip()
        raise SettingsError(
            f"The embedded PostgreSQL could not make its data folder {fresh}:\n{said}",
            hint="Free some space, or set ERP_DATA_DIR to another folder.",
        )
    if fresh.parent == place.folder:
        fresh.rename(place.cluster)
    else:
        place.cluster.symlink_to(fresh)


def wait_until_settled(place: Place) -> Answer:
    """Wait while a server starts, recovers or dies; return READY, or ABSENT when all are gone.

    Raises:
        SettingsError: Something holds the data folder and neither answers nor dies.
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    silent_since = time.monotonic()
    pauses = _pauses()
    while True:
        sockets = place.sockets()
        answer = ask(sockets) if sockets else Answer.ABSENT
        if answer is Answer.READY:
            return answer
        now = time.monotonic()
        if answer is Answer.BUSY:
            silent_since = now
        elif not is_held(place.alive_lock):
            return answer
        elif now - silent_since > _ORPHAN_SECONDS:
            _end_orphans(place)
            return Answer.ABSENT
        if now > deadline:
            raise SettingsError(
                f"The embedded PostgreSQL in {place.folder} has not become ready"
                f" in {_BUSY_SECONDS:.0f} seconds.",
                hint=f"Read {place.log}.",
            )
        time.sleep(next(pauses))


def start(place: Place, account: Account, binaries: Binaries) -> None:
    """Start the server over a data folder that nobody uses and wait until it is ready.

    The shell that starts it leaves at once, so the server is nobody's child here: it is not hit by
    our terminal's signals and becomes no zombie of ours.

    Raises:
        SettingsError: It ended instead of starting; the message has the end of its log.
    """
    sockets = socket_folder(place, account)
    _clear_leftovers(place, sockets)
    settings = {**_SETTINGS, "unix_socket_directories": str(sockets)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = [binaries.program("postgres"), "-D", str(place.cluster.resolve()), *options]
    alive = FileLock(place.alive_lock)
    try:
        if not alive.take():
            raise SettingsError(f"A server already uses {place.cluster}.", hint="Try again.")
        _keep_log_short(place.log)
        with place.log.open("ab") as log:
            account.run(
                ["/bin/sh", "-c", '"$@" &', "sh", *server],
                output=log,
                pass_fds=[alive.descriptor],
            )
    finally:
        alive.close()
    _wait_until_ready(place, sockets)


def stop(place: Place) -> None:
    """Stop the server in order: clients are sent away, everything is written, nothing recovers."""
    postmaster = _postmaster(place)
    if postmaster is None:
        return
    sockets = place.sockets()
    for order, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, _STOP_SECONDS)):
        with suppress(ProcessLookupError):
            os.kill(postmaster, order)
        if _wait_until_gone(place, seconds):
            _remove_far_sockets(place, sockets)
            return
    _log.warning("The embedded PostgreSQL in %s does not stop; see %s.", place.folder, place.log)


def _remove_far_sockets(place: Place, sockets: Path | None) -> None:
    if sockets is not None and sockets.parent != place.folder:
        # Not ours to insist on: a stranger's file keeps the folder.
        with suppress(OSError):
            sockets.rmdir()


def processes(place: Place) -> list[psutil.Process]:
    """Return all living processes of the server: PostgreSQL works inside its data folder."""
    cluster = str(place.cluster.resolve())
    return [process for process in psutil.process_iter() if _works_in(process, cluster)]


def _works_in(process: psutil.Process, cluster: str) -> bool:
    try:
        return process.name() == "postgres" and process.cwd() == cluster
    except (psutil.Error, OSError):
        return False


def _postmaster(place: Place) -> int | None:
    lines = place.pid_lines()
    living = {process.pid for process in processes(place)}
    written = int(lines[0]) if lines and lines[0].isdigit() else None
    return written if written in living else None


def _end_orphans(place: Place) -> None:
    """End what is left of a server whose postmaster was killed; recovery finds all commits."""
    for process in processes(place):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    if not _wait_until_gone(place, _STOP_SECONDS):
        raise SettingsError(
            f"A process that we cannot see or end still uses {place.cluster}.",
            hint="Does another container use the same data folder? Set ERP_DATA_DIR to another.",
        )


def _clear_leftovers(place: Place, sockets: Path) -> None:
    # The process id in these files may belong to a stranger or a zombie by now, and PostgreSQL
    # would give up. Nothing of the server lives: the alive lock was free.
    socket = socket_file(sockets)
    for leftover in (place.cluster / "postmaster.pid", socket, Path(f"{socket}.lock")):
        leftover.unlink(missing_ok=True)


def _wait_until_ready(place: Place, sockets: Path) -> None:
    deadline = time.monotonic() + _BUSY_SECONDS
    pauses = _pauses()
    while (answer := ask(sockets)) is not Answer.READY:
        if answer is Answer.ABSENT and not is_held(place.alive_lock):
            raise SettingsError(
                f"The embedded PostgreSQL ended while starting:\n{_log_tail(place.log)}",
                hint=f"Read {place.log}, or set ERP_DATABASE_URL to a server.",
            )
        if time.monotonic() > deadline:
            raise SettingsError(
                "The embedded PostgreSQL does not become ready.", hint=f"Read {place.log}."
            )
        time.sleep(next(pauses))


def _wait_until_gone(place: Place, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    pauses = _pauses()
    while is_held(place.alive_lock):
        if time.monotonic() > deadline:
            return False
        time.sleep(next(pauses))
    return True


def _pauses() -> Iterator[float]:
    """Give ever longer pauses: a start is noticed at once, a recovery is not pestered."""
    pause = _SHORTEST_PAUSE
    while True:
        yield pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _keep_log_short(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))


def _log_tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines[-_LOG_TAIL_LINES:])
