"""Fixtures for all tests. The ledger is a real file (SQLite) or server (PostgreSQL), never memory: locks are part of
what is tested.
"""

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Tests on SQLite get a file of their own."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("ledger") / "test.sqlite3")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty data folder for whole-process tests."""
    return tmp_path / "home"
