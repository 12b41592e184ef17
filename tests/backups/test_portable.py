"""The ledger as one SQLite file, from either database, and back into PostgreSQL."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.backends.base.base import NO_DB_ALIAS
from django.utils import timezone

from broadcaster.backups import portable
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.delivery.models import Delivery
from broadcaster.kinds import Channel
from broadcaster.roster.models import Contact, Guardianship
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db(transaction=True)

MODELS = (Contact, Guardianship, Broadcast, Delivery, AuditEntry, Session)


@pytest.fixture(autouse=True)
def _an_alias_that_tests_may_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portable, "ALIAS", NO_DB_ALIAS)


def a_ledger() -> None:
    """Rows of every kind of column: JSON with letters of many languages, flags, nulls, instants, dates."""
    builders.families(4, languages=("en", "so"))
    made = builders.broadcast(channels=[Channel.SMS], sms="[[student_names]]: no school.", fields={"why": "nieve ❄"})
    worker.plan(made.pk)
    audit.write("tests", "looked", made.pk, {"ç": [1, None, True], "at": 1.5})
    Session.objects.create(session_key="k", session_data="d", expire_date=timezone.now())


def rows(alias: str = "default") -> dict[str, list[object]]:
    return {model.__name__: list(model._default_manager.using(alias).order_by("pk").values()) for model in MODELS}


def test_the_file_holds_every_row_as_it_is(tmp_path: Path) -> None:
    a_ledger()
    portable.copy(tmp_path / "copy")
    with portable.opened(tmp_path / "copy") as alias:
        assert rows(alias) == rows()
        assert audit.first_break(alias) is None
    with closing(sqlite3.connect(tmp_path / "copy")) as file:
        assert portable.counts(file)["delivery_delivery"] == Delivery.objects.count() == 4
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_a_postgres_takes_every_row_and_goes_on_counting(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a SQLite ledger is the file itself")
    a_ledger()
    before = rows()
    portable.copy(tmp_path / "copy")
    Contact.objects.all().delete()
    with transaction.atomic():
        portable.load(tmp_path / "copy")
    assert rows() == before
    assert audit.first_break() is None
    newest = max(Contact.objects.values_list("pk", flat=True))
    assert builders.guardian().pk > newest


def test_the_copy_is_of_one_instant_while_others_write(tmp_path: Path) -> None:
    """The chain of the audit log would show half of a write."""
    a_ledger()
    for number in range(20):
        audit.write("tests", f"act {number}")
    portable.copy(tmp_path / "copy")
    audit.write("tests", "after it")
    with portable.opened(tmp_path / "copy") as alias:
        newest = audit.newest(alias)
        assert newest
        assert newest.act == "act 19"
