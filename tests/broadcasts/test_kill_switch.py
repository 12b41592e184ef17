"""The kill switch: one act stops everything, one lets it go on."""

import pytest

from broadcaster import clock
from broadcaster.broadcasts import audit, kill_switch
from broadcaster.broadcasts.models import AuditEntry
from broadcaster.delivery import progress, wake
from broadcaster.delivery.queue import batches
from broadcaster.kinds import Channel
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db


def test_while_it_is_thrown_nothing_is_claimed_marked_or_rung_for(monkeypatch: pytest.MonkeyPatch) -> None:
    builders.families(2)
    worker.plan(builders.broadcast().pk)
    held = batches.claim(Channel.SMS, "one", clock.now())
    assert held is not None
    kill_switch.throw("a person", "criminals write in our name")
    heard: list[tuple[str, str, tuple[object, ...]]] = []
    monkeypatch.setattr(wake, "_ring", heard.extend)
    progress.sweep(clock.now())
    assert "drain" not in {task for task, _, _ in heard}
    assert batches.claim(Channel.EMAIL, "two", clock.now()) is None
    assert not batches.open_lot(held, held.items, clock.now())

    kill_switch.lift("a person")
    assert batches.open_lot(held, held.items, clock.now())
    assert batches.claim(Channel.EMAIL, "two", clock.now()) is not None


def test_throwing_it_twice_is_one_stop_and_one_lift_ends_it() -> None:
    first = kill_switch.throw("a person", "one")
    assert kill_switch.throw("another", "two").pk == first.pk
    kill_switch.lift("a third")
    assert kill_switch.present() is None


def test_each_act_is_in_the_audit_log() -> None:
    kill_switch.throw("a person", "why")
    kill_switch.lift("another")
    kill_switch.lift("another")
    assert list(AuditEntry.objects.order_by("id").values_list("act", flat=True)) == [
        "stopped everything",
        "let everything go on",
    ]
    assert audit.first_break() is None
