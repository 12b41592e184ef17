"""A worker says for itself whether it can write to its ledger."""

import pytest
from django.db import DatabaseError, OperationalError, connection

from broadcaster import stale
from broadcaster.delivery import epoch, fitness, sql


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_ledger_works_has_nothing_to_say() -> None:
    assert fitness.ledger(None) == ""


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_ledger_does_not_work_says_why_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OperationalError("database or disk is full\nDETAIL: a second line")

    monkeypatch.setattr(epoch, "touch", full)
    assert fitness.ledger(None) == "OperationalError: database or disk is full"


@pytest.mark.django_db(transaction=True)
def test_trying_the_ledger_writes_to_its_file() -> None:
    """A full disk shows at nothing less: SQLite leaves out an UPDATE that changes no byte."""
    if sql.on_postgres():
        pytest.skip("about SQLite's file")
    sql.row("PRAGMA wal_checkpoint(TRUNCATE)")
    epoch.touch()
    pages = sql.row("PRAGMA wal_checkpoint(PASSIVE)")
    assert pages is not None
    assert pages[1] == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_has_failed_is_opened_anew() -> None:
    """One that was opened while the file could only be read could only read for ever."""
    epoch.touch()
    before = connection.connection
    stale.let_go()
    assert connection.connection is before
    with pytest.raises(DatabaseError):
        sql.execute("UPDATE no_such_table SET a = 1")
    stale.let_go()
    epoch.touch()
    assert sql.on_postgres() or connection.connection is not before
