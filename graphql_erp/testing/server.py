"""The PostgreSQL server and the databases that tests use."""

import os
import tempfile
from pathlib import Path

from graphql_erp.config import REPOSITORY, Settings, settings


def data_dir_for_tests() -> Path:
    """Return the data folder shared by the test runs of this checkout and user.

    A checkout that belongs to somebody else is left alone; the folder is a temporary one then.
    """
    name = f"test-{os.geteuid()}"
    within = settings().data_dir / name
    for folder in (within, *within.parents):
        if folder.exists():
            if os.access(folder, os.W_OK | os.X_OK):
                return within
            break
    return Path(tempfile.gettempdir(), f"{REPOSITORY.name}-{name}")


def settings_for_tests() -> Settings:
    """Return the settings of a test run: those of the environment, with prefix and data apart."""
    return settings().model_copy(
        update={
            "database_prefix": "erp_test",
            "data_dir": data_dir_for_tests(),
            "tenant": "test",
            "development": True,
            # Tests are about what passwords open, not about what guessing them costs.
            "password_kib": 64,
            "password_passes": 1,
            # One user of a test does in a minute what people do in a day.
            "rate_limit_user": 0,
            "rate_limit_address": 0,
        }
    )
