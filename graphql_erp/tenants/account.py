"""The account of the operating system that runs the embedded server."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from graphql_erp.errors import SettingsError

ROOT = 0
_CANDIDATES = ("postgres", "nobody")
_PROBE_SECONDS = 30
_WORKING_FOLDER = "/"


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server: this process's own account, or another one when that is root.

    PostgreSQL refuses to run as root.
    """

    name: str
    uid: int
    gid: int

    @property
    def is_own(self) -> bool:
        """Whether commands need no change of account."""
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Give a path that we made to this account."""
        if not self.is_own:
            os.chown(path, self.uid, self.gid)

    def run(
        self,
        command: Sequence[str],
        *,
        output: int | IO[bytes],
        pass_fds: Sequence[int] = (),
        timeout: float | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command as this account, away from our terminal, pipes and variables.

        Raises:
            SettingsError: We are not allowed to change to this account.
        """
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        if "LD_LIBRARY_PATH" in os.environ:
            environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
        try:
            return subprocess.run(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=_WORKING_FOLDER,
                env=environment,
                user=None if self.is_own else self.uid,
                group=None if self.is_own else self.gid,
                extra_groups=None if self.is_own else [],
                umask=0o077,
                start_new_session=True,
                pass_fds=pass_fds,
                timeout=timeout,
                check=False,
            )
        except PermissionError as error:
            # The program's name would say that it cannot be run; anything else means that the
            # child did not come that far.
            if error.filename in {None, _WORKING_FOLDER}:
                raise _cannot_switch(self) from error
            raise

    def can_run(self, program: str) -> bool:
        """Tell whether this account can start a program; asked of the kernel, not computed."""
        try:
            result = self.run(
                [program, "--version"], output=subprocess.DEVNULL, timeout=_PROBE_SECONDS
            )
        except OSError:
            return False
        return result.returncode == 0

    def can_enter(self, folder: Path) -> bool:
        """Tell whether this account can pass through a folder and all above it."""
        if self.is_own:
            return True
        command = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
        result = self.run(command, output=subprocess.DEVNULL, timeout=_PROBE_SECONDS)
        return result.returncode == 0


def server_account(cluster: Path) -> Account:
    """Choose the account: the owner of existing data, else our own, else an unprivileged one.

    Args:
        cluster: The data folder, which need not exist.

    Raises:
        SettingsError: We are root and the machine has no account to use instead.
    """
    own = os.geteuid()
    if own != ROOT:
        return _account(own, os.getegid())
    if cluster.exists():
        owner = cluster.stat()
        if owner.st_uid != ROOT:
            return _account(owner.st_uid, owner.st_gid)
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise SettingsError(
        "PostgreSQL refuses to run as root and there is neither an account postgres nor nobody.",
        hint="Start as an ordinary user, or set ERP_DATABASE_URL to a server.",
    )


def _account(uid: int, gid: int) -> Account:
    try:
        return Account(pwd.getpwuid(uid).pw_name, uid, gid)
    except KeyError:
        return Account(str(uid), uid, gid)


def _cannot_switch(account: Account) -> SettingsError:
    return SettingsError(
        f"PostgreSQL refuses to run as root, and this machine does not let us use the account"
        f" {account.name}.",
        hint="Start as an ordinary user, or set ERP_DATABASE_URL to a server.",
    )
