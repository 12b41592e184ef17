"""The database is made by whoever comes first, once, and a shared one is never changed without being asked."""

import sqlite3
import subprocess
import sys
from contextlib import closing
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


@pytest.mark.parametrize(("left_out", "asked"), [(0, 0), (1, 1)])
def test_a_file_that_is_up_to_date_is_seen_without_a_process(
    left_out: int, asked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One migration less in the file, and the process is asked."""
    path = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        rows = sorted(ledger._all_migrations())[left_out:]
        file.executemany("INSERT INTO django_migrations VALUES (?, ?)", rows)
    monkeypatch.setitem(ledger.DATABASES, "default", {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)})
    processes: list[object] = []

    def run(command: object, **_: object) -> "subprocess.CompletedProcess[str]":
        processes.append(command)
        return subprocess.CompletedProcess("migrate", 0, '{"migrations": 1}', "")

    monkeypatch.setattr(subprocess, "run", run)
    assert ledger.migrate_apart() == asked
    assert len(processes) == asked


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
