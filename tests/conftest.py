"""Fixtures for all tests. The ledger is a real file (SQLite) or server (PostgreSQL), never memory: locks are part of
what is tested.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import TransactionTestCase

from broadcaster.settings import SETTINGS
from tests.emptying import empty
from tests.sandbox.stage import Stage

# these machines are shared: how long an example takes says nothing about the code
hypothesis.settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("shared machine")

#: rooms whose tests start processes: where several run side by side these begin first, so that no long file is left at
#: the end for one alone
_SLOW = ("whole", "faults", "browser", "running", "cli", "backups", "web", "demo", "roster")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow rooms first; otherwise in the order of files."""
    items.sort(key=lambda item: _SLOW.index(item.path.parent.name) if item.path.parent.name in _SLOW else len(_SLOW))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Tests on SQLite get a file of their own."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("ledger") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def emptied_quickly() -> Iterator[None]:
    """Tests that commit leave an empty ledger, each in a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """A password is hashed once, not a million times: who signs in would have it hashed anew each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


@pytest.fixture(scope="session")
def new_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite ledger without a row, for homes to begin with a copy of: `Home.begin_with`. To make one takes a second
    and a half, and is tested where it is the subject.
    """
    home = tmp_path_factory.mktemp("new")
    command = [sys.executable, "-m", "broadcaster", "migrate", "--json"]
    subprocess.run(command, env={"BROADCASTER_HOME": str(home)}, check=True, capture_output=True)
    return home / "broadcaster.sqlite3"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty data folder for whole-process tests."""
    return tmp_path / "home"


@pytest.fixture
def vendors() -> Iterator[Stage]:
    """The sandbox over real HTTP, without faults."""
    with Stage() as running:
        yield running


@pytest.fixture
def policies(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Changes the district's policies for one test."""

    def change(**changes: object) -> None:
        present = SETTINGS.district
        changed = present.model_copy(update={"policies": present.policies.model_copy(update=changes)})
        monkeypatch.setitem(vars(SETTINGS), "district", changed)

    return change


@pytest.fixture(autouse=True)
def no_limit_worth_keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Senders without a rate, unless a test is about rates: tests wait for nothing."""
    present = SETTINGS.district
    senders = tuple(sender.model_copy(update={"rate": 1_000_000.0}) for sender in present.senders)
    monkeypatch.setitem(vars(SETTINGS), "district", present.model_copy(update={"senders": senders}))


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command that ran inside a test has set logging up; the next test begins without."""
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def no_words_of_another_ledger() -> None:
    """What a process remembers of its ledger's broadcasts goes with the ledger: ids begin anew in each test."""
    from broadcaster.board import notices

    notices.words_of.cache_clear()
