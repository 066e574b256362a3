"""The generated password of the app role, for a server given by URL."""

import hashlib
import os
import secrets
from pathlib import Path


def app_password(data_dir: Path, address: str, role: str) -> str:
    """Return the password kept for a role of a server, generated once and readable by us alone."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = password_file(data_dir, address, role)
    if not path.exists():
        _keep(path, secrets.token_urlsafe(24))
    return path.read_text().strip()


def password_file(data_dir: Path, address: str, role: str) -> Path:
    """Return the file that keeps the password of a role of a server."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:12]
    return data_dir / f"password-{role}-{digest}"


def _keep(path: Path, password: str) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{password}\n")
    try:
        # Unlike a rename, a link never replaces what another process has just kept.
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
