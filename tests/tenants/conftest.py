import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graphql_erp.config import Settings
from graphql_erp.tenants.binaries import wheel_binaries
from graphql_erp.tenants.locks import exclusive
from graphql_erp.tenants.place import Place
from graphql_erp.tenants.postmaster import stop


@contextmanager
def temporary_data_dir() -> Iterator[Path]:
    """Give a new data folder below a folder that every account can pass through."""
    parent = Path(tempfile.mkdtemp(prefix="erp-"))
    parent.chmod(0o755)
    data_dir = parent / "data"
    data_dir.mkdir()
    data_dir.chmod(0o755)
    yield data_dir
    stop_server(data_dir)
    # The data may be elsewhere, where another account reaches it.
    shutil.rmtree(place_in(data_dir).cluster.resolve(), ignore_errors=True)
    shutil.rmtree(parent)


def place_in(data_dir: Path) -> Place:
    return Place(data_dir / f"postgres-{wheel_binaries().major}")


def stop_server(data_dir: Path) -> None:
    place = place_in(data_dir)
    if place.folder.exists():
        with exclusive(place.start_lock, seconds=30):
            stop(place)


@pytest.fixture
def fresh_dir() -> Iterator[Path]:
    """Give an empty data folder."""
    with temporary_data_dir() as data_dir:
        yield data_dir


@pytest.fixture(scope="module")
def module_dir() -> Iterator[Path]:
    """Give a data folder that the tests of one file share, for making one takes a second."""
    with temporary_data_dir() as data_dir:
        yield data_dir


@pytest.fixture
def data_dir(module_dir: Path) -> Iterator[Path]:
    """Give a data folder whose server is stopped before and after the test."""
    yield module_dir
    stop_server(module_dir)


@pytest.fixture
def place(data_dir: Path) -> Place:
    """Give the names in the test's data folder."""
    return place_in(data_dir)


@pytest.fixture
def own_settings(data_dir: Path) -> Settings:
    """Give settings of an embedded server of this test alone."""
    return Settings(data_dir=data_dir, database_url="", database_prefix="own")


@pytest.fixture
def environment(data_dir: Path) -> dict[str, str]:
    """Give the variables of a program that uses the server of this test."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("ERP_")}
    return {
        **others,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "ERP_DATA_DIR": str(data_dir),
        "ERP_DATABASE_PREFIX": "own",
    }
