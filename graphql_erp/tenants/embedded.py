"""The embedded server as its users see it: join it, leave it.

Every process that uses the server holds a shared lease; the one that leaves last stops the server,
so that nothing of ours stays behind on a developer's machine. A process that is killed leaves no
lease, for leases are kernel locks; if it was the last, the server stays until the next user joins
and leaves. A stopped server is back in a tenth of a second.
"""

from pathlib import Path

from graphql_erp.errors import SettingsError
from graphql_erp.tenants.account import Account, server_account
from graphql_erp.tenants.binaries import Binaries, reachable_binaries, wheel_binaries
from graphql_erp.tenants.locks import FileLock, exclusive
from graphql_erp.tenants.place import Place, open_place, open_to, shared_folder
from graphql_erp.tenants.postmaster import make_cluster, start, stop, wait_until_settled
from graphql_erp.tenants.probe import Answer

_LOCK_SECONDS = 630.0


class Lease:
    """The right of one process to the running embedded server."""

    def __init__(self, place: Place, lock: FileLock, sockets: Path, major: int) -> None:
        self.place = place
        self.sockets = sockets
        self.major = major
        self._lock: FileLock | None = lock

    def close(self) -> None:
        """Leave; stop the server when nobody else uses it. Further calls do nothing."""
        lock, self._lock = self._lock, None
        if lock is None:
            return
        lock.close()
        with exclusive(self.place.start_lock, seconds=_LOCK_SECONDS):
            everybody = FileLock(self.place.lease_lock)
            try:
                if everybody.take():
                    stop(self.place)
            finally:
                everybody.close()


def join(data_dir: Path) -> Lease:
    """Use the embedded server of a data folder, making and starting it when needed.

    Raises:
        SettingsError: It cannot run here; the message says why.
    """
    try:
        binaries = wheel_binaries()
        place = open_place(data_dir, binaries.major)
        with exclusive(place.start_lock, seconds=_LOCK_SECONDS):
            return _join(place, binaries)
    except OSError as error:
        raise SettingsError(
            f"The embedded PostgreSQL cannot use the data folder {data_dir}: {error}",
            hint="Set ERP_DATA_DIR to a folder of your own, or ERP_DATABASE_URL to a server.",
        ) from error


def _join(place: Place, binaries: Binaries) -> Lease:
    lock = FileLock(place.lease_lock)
    try:
        # Always free: only the holder of the start lock, which we are, takes it alone.
        lock.take(shared=True)
        if wait_until_settled(place) is Answer.ABSENT:
            account = server_account(place.cluster)
            open_to(place, account)
            shared = None if account.is_own else shared_folder
            reachable = reachable_binaries(binaries, account.can_run, shared)
            make_cluster(place, account, reachable)
            _check_reachable(place, account)
            start(place, account, reachable)
        return Lease(place, lock, _sockets(place), binaries.major)
    except BaseException:
        lock.close()
        raise


def _check_reachable(place: Place, account: Account) -> None:
    cluster = place.cluster.resolve()
    if not account.can_enter(cluster):
        raise SettingsError(
            f"The account {account.name}, which runs the embedded PostgreSQL, cannot reach its data"
            f" in {cluster}.",
            hint="Make the folders above it passable again (chmod a+x), or set ERP_DATA_DIR.",
        )


def _sockets(place: Place) -> Path:
    sockets = place.sockets()
    if sockets is None:
        raise SettingsError(f"The server in {place.folder} ended again.", hint=f"Read {place.log}.")
    return sockets
