"""The database is made by whoever comes first, once, and a shared one is never changed without being asked."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from broadcaster.running import ledger
from broadcaster.running.ledger import LedgerBehind

from .conftest import Start


def test_many_commands_on_an_empty_home_make_the_database_once(start: Start, tmp_path: Path) -> None:
    processes = [start("-m", "broadcaster", "migrate", "--json") for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    said = [(tmp_path / f"process-{number}.log").read_text() for number in range(4)]
    assert sorted('"migrations": 0' in one for one in said) == [False, True, True, True]


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ledger.missing_migrations() == set()
    monkeypatch.setattr(ledger, "migrate", lambda: pytest.fail("there was nothing to do"))
    ledger.make_ready()


@pytest.mark.django_db
@pytest.mark.parametrize(("vendor", "refused"), [("sqlite", False), ("postgresql", True)])
def test_a_database_that_is_behind(vendor: str, refused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of this machine's own is brought up to date; a server that others use too waits for a person."""
    app, name = min(MigrationRecorder(connection).applied_migrations())
    MigrationRecorder(connection).record_unapplied(app, name)
    done: list[str] = []
    monkeypatch.setattr(ledger, "migrate", lambda: done.append("migrated"))
    monkeypatch.setattr(connection, "vendor", vendor)
    monkeypatch.setitem(connection.settings_dict, "NAME", sys.executable)  # an existing file, whatever the ledger is
    if refused:
        with pytest.raises(LedgerBehind, match="broadcaster migrate"):
            ledger.make_ready()
    else:
        ledger.make_ready()
    assert done == ([] if refused else ["migrated"])


def test_no_model_is_without_its_migration() -> None:
    command = [
        sys.executable,
        "-m",
        "django",
        "makemigrations",
        "--check",
        "--dry-run",
        "--settings=broadcaster.web.settings",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
