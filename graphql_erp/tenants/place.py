"""Where the embedded server keeps its data, sockets, locks and log."""

import hashlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from graphql_erp.errors import SettingsError
from graphql_erp.tenants.account import ROOT, Account
from graphql_erp.tenants.probe import socket_file

_SOCKET_PATH_BYTES = 100
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
_SHARED_FOLDERS = (Path("/var/lib/graphql-erp"), Path("/var/tmp/graphql-erp"))  # noqa: S108
_PRIVATE = 0o700
_PASSABLE = 0o711
_OTHERS_WRITE = 0o022


@dataclass(frozen=True, slots=True)
class Place:
    """The folder `<data_dir>/postgres-<major>` and the names in it."""

    folder: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data folder; a link when the server's account cannot reach this place."""
        return self.folder / "cluster"

    @property
    def log(self) -> Path:
        """What the server writes about itself."""
        return self.folder / "server.log"

    @property
    def start_lock(self) -> Path:
        """Held by the one process that starts or stops the server."""
        return self.folder / "start.lock"

    @property
    def lease_lock(self) -> Path:
        """Shared by every process that uses the server."""
        return self.folder / "lease.lock"

    @property
    def alive_lock(self) -> Path:
        """Held by the server: each of its processes inherits it, so it is free when all died."""
        return self.folder / "alive.lock"

    def pid_lines(self) -> list[str]:
        """Return the lines of `postmaster.pid`, none when there is no such file."""
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def sockets(self) -> Path | None:
        """Return the socket folder of the server last started here."""
        lines = self.pid_lines()
        # Fifth line: documented in PostgreSQL's miscadmin.h and read by pg_ctl as well.
        return Path(lines[4]) if len(lines) > 4 and lines[4] else None  # noqa: PLR2004


def open_place(data_dir: Path, major: int) -> Place:
    """Make the folder if needed; folders above it are made with ordinary rights, never changed."""
    folder = data_dir.resolve() / f"postgres-{major}"
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    owner = folder.stat().st_uid
    if owner != os.geteuid() and os.geteuid() != ROOT:
        raise SettingsError(
            f"The data folder {folder} belongs to another user.",
            hint="Set ERP_DATA_DIR to a folder of your own.",
        )
    return Place(folder)


def open_to(place: Place, account: Account) -> None:
    """Let the account pass through our own folder; it can list nothing there."""
    if place.folder.stat().st_uid == os.geteuid() and not account.can_enter(place.folder):
        place.folder.chmod(_PASSABLE)


def shared_folder() -> Path:
    """Return a folder of root's that every account can pass through.

    Raises:
        SettingsError: No such folder can be made.
    """
    for folder in _SHARED_FOLDERS:
        try:
            folder.mkdir(exist_ok=True)
            status = folder.lstat()
            if status.st_uid != os.geteuid() or not stat.S_ISDIR(status.st_mode):
                continue
            if status.st_mode & _OTHERS_WRITE or not status.st_mode & 0o001:
                folder.chmod(_PASSABLE)
        except OSError:
            continue
        return folder
    raise SettingsError(
        f"None of {', '.join(map(str, _SHARED_FOLDERS))} can be used for the embedded server.",
        hint="Set ERP_DATA_DIR to a folder that every account can reach, or set ERP_DATABASE_URL.",
    )


def new_cluster_folder(place: Place, account: Account) -> Path:
    """Make an empty data folder that the account owns and can reach."""
    if account.can_enter(place.folder):
        fresh = place.folder / "cluster.new"
        fresh.mkdir(mode=_PRIVATE)
    else:
        fresh = Path(tempfile.mkdtemp(prefix=f"{place.folder.name}-", dir=shared_folder()))
    account.own(fresh)
    return fresh


def socket_folder(place: Place, account: Account) -> Path:
    """Return a private folder of the account with a path short enough for a socket.

    Raises:
        SettingsError: Somebody else made a folder of that name.
    """
    digest = hashlib.sha256(os.fsencode(place.cluster)).hexdigest()[:16]
    name = f"erp-{account.uid}-{digest}"
    candidates = [place.folder / "sockets", Path(tempfile.gettempdir(), name), Path("/tmp", name)]  # noqa: S108
    usable = [path for path in candidates if _fits(path) and account.can_enter(path.parent)]
    if not usable:
        raise SettingsError(
            f"The account {account.name} can reach no folder for the server's socket.",
            hint="Set TMPDIR to a folder with a short path that every account can reach.",
        )
    folder = usable[0]
    folder.mkdir(mode=_PRIVATE, exist_ok=True)
    status = folder.lstat()
    if stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() != account.uid:
        account.own(folder)
        status = folder.lstat()
    private = stat.S_IMODE(status.st_mode) == _PRIVATE and status.st_uid == account.uid
    if not stat.S_ISDIR(status.st_mode) or not private:
        raise SettingsError(
            f"{folder} is not private to {account.name}, so no server's socket is kept there.",
            hint="Remove it, or set ERP_DATA_DIR to a shorter path.",
        )
    return folder


def _fits(folder: Path) -> bool:
    path = str(socket_file(folder))
    return len(os.fsencode(path)) <= _SOCKET_PATH_BYTES and bool(_PLAIN_PATH.fullmatch(path))
