"""`backup` and `restore`: a locked file of everything, and back, or one line that says why not."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.backups import quick_age

from .conftest import Run

SECRET = {"BROADCASTER_BACKUP_PASSPHRASE": "four words nobody guesses"}


@pytest.fixture
def backup(run: Run, ledger: Path, home: Path, tmp_path: Path) -> Path:
    """A backup of a home with one student."""
    (tmp_path / "roster.csv").write_text(
        "student_id,student_name,school,contact_id,contact_name,email\nS1,Child,Oak,C1,Adult,adult@example.org\n"
    )
    assert ledger.exists()
    assert run("import", "roster.csv").returncode == 0
    made = run("backup", "home.age", "--json", **SECRET)
    assert made.returncode == 0, made
    assert json.loads(made.stdout)["counts"]["roster_student"] == 1
    return tmp_path / "home.age"


def test_a_backup_goes_into_an_empty_home_and_into_no_other(run: Run, backup: Path, home: Path, tmp_path: Path) -> None:
    other = {**SECRET, "BROADCASTER_HOME": str(tmp_path / "other")}
    done = run("restore", "home.age", "--json", **other)
    assert done.returncode == 0, done
    assert json.loads(done.stdout)["counts"]["roster_student"] == 1
    assert json.loads(run("audience", "district", "--json", **other).stdout)["students"] == 1
    assert (tmp_path / "other" / "secret-key").read_text() == (home / "secret-key").read_text()
    assert {path.name for path in (tmp_path / "other").iterdir()} <= {
        *("broadcaster.sqlite3", "secret-key", "district.toml", "run", "migrate.lock")
    }
    again = run("restore", "home.age", **other)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert "empty" in again.stderr


def test_a_damaged_file_and_a_missing_one_change_nothing(run: Run, tmp_path: Path) -> None:
    other = {**SECRET, "BROADCASTER_HOME": str(tmp_path / "other")}
    content = bytearray(quick_age.encrypt(b"rows" * 1000, SECRET["BROADCASTER_BACKUP_PASSPHRASE"]))
    content[len(content) // 2] ^= 1
    (tmp_path / "damaged.age").write_bytes(content)
    (tmp_path / "roster.csv").write_text("student_id,student_name,school\n")
    why = {"damaged.age": "it is damaged", "nowhere.age": "No such file", "roster.csv": "it is damaged, no backup"}
    for name, word in why.items():
        done = run("restore", name, **other)
        assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, ""), done
        assert name in done.stderr
        assert word in done.stderr
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["secret-key"]


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_without_a_passphrase_there_is_no_backup(run: Run, tmp_path: Path, command: str) -> None:
    done = run(command, "home.age")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done
    assert "BROADCASTER_BACKUP_PASSPHRASE" in done.stderr
    assert not (tmp_path / "home.age").exists()


@pytest.mark.usefixtures("ledger")
def test_a_place_that_can_not_be_written_is_named(run: Run, tmp_path: Path) -> None:
    done = run("backup", "nowhere/home.age", **SECRET)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done
    assert "nowhere/home.age" in done.stderr


def test_a_database_from_a_newer_version_is_refused(run: Run, ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as file:
        file.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('delivery', '9999_tomorrow', '2030-01-01')"
        )
        file.commit()
    done = run("list")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done
    assert "newer version" in done.stderr
    assert "delivery.9999_tomorrow" in done.stderr
