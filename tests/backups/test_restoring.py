"""A whole backup of this ledger, and a whole restore into it once it is empty: on PostgreSQL, in one transaction."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import NO_DB_ALIAS
from pydantic import SecretStr

from broadcaster import clock
from broadcaster.backups import archive, making, portable, restoring
from broadcaster.broadcasts import audit, looks
from broadcaster.broadcasts.models import AuditEntry, Look
from broadcaster.delivery import epoch
from broadcaster.delivery.models import Delivery, Doubt, Epoch
from broadcaster.kinds import Channel
from broadcaster.roster.models import Contact
from broadcaster.settings import SETTINGS, Settings
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home of the test's own, beside the ledger of all tests."""
    monkeypatch.setattr(portable, "ALIAS", NO_DB_ALIAS)  # one that tests may open
    (tmp_path / "home").mkdir()
    changed = {"broadcaster_home": tmp_path / "home", "broadcaster_backup_passphrase": SecretStr("four words")}
    yield SETTINGS.model_copy(update=changed)
    shutil.rmtree(tmp_path / "home")


def test_a_postgres_that_is_empty_takes_a_backup_and_one_that_is_not_stays_as_it_is(
    settings: Settings, tmp_path: Path
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("tests/cli/test_backups.py does it with a file")
    builders.families(3)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    before, contacts = epoch.current(), list(Contact.objects.order_by("pk").values())
    made = making.back_up(tmp_path / "file.age", settings, "tests")
    with pytest.raises(restoring.NotEmpty, match="empty"):
        restoring.restore(made.file, settings, "tests")
    assert Epoch.objects.count() == 1

    call_command("flush", verbosity=0, interactive=False)
    done = restoring.restore(made.file, settings, "tests")
    assert done.in_question.deliveries == 3
    assert list(Contact.objects.order_by("pk").values()) == contacts
    assert set(Delivery.objects.values_list("status", flat=True)) == {"unknown"}
    assert Doubt.objects.count() == 3
    assert epoch.current() != before
    assert audit.first_break() is None
    assert list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))[-2:] == ["backed up", "restored"]
    assert (settings.broadcaster_home / archive.KEY).read_text() == SETTINGS.key


def test_looks_that_are_not_what_the_audit_log_vouches_for_are_no_backup(settings: Settings, tmp_path: Path) -> None:
    builders.families(1)
    looks.note("somebody", looks.OPENED, [1, 2])
    looks.seal(clock.now() + 60)
    whole = making.back_up(tmp_path / "whole.age", settings, "tests")
    Look.objects.filter(family_id=2).update(actor="somebody else")
    changed = making.back_up(tmp_path / "changed.age", settings, "tests")
    with pytest.raises(restoring.NotEmpty):  # it is a good one, only there is somebody here
        restoring.restore(whole.file, settings, "tests")
    with pytest.raises(
        archive.BadBackup, match=r"changed\.age: who looked at families is not as the audit log vouches"
    ):
        restoring.restore(changed.file, settings, "tests")


def test_what_breaks_on_the_way_leaves_the_database_empty(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a file is put into its place in one step")
    builders.families(1)
    made = making.back_up(tmp_path / "file.age", settings, "tests")
    call_command("flush", verbosity=0, interactive=False)
    monkeypatch.setattr(restoring, "_begin", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        restoring.restore(made.file, settings, "tests")
    assert not Contact.objects.exists()
