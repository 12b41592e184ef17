"""A lot that waits in line at a slow vendor when a person halts its broadcast: what was not begun is not sent."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from broadcaster.broadcasts import control
from broadcaster.delivery.models import Batch, Delivery
from broadcaster.delivery.queue import halts
from broadcaster.kinds import Channel
from broadcaster.providers.base import Provider
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage, until

pytestmark = pytest.mark.django_db(transaction=True)


def in_single_file(made: Provider) -> Provider:
    """A vendor that takes one text at a time."""
    made.connections = 1
    return made


def test_a_lot_in_line_at_a_slow_vendor_stops_at_a_pause_and_goes_on_after_it(
    vendors: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(halts, "LOOK_EVERY", 0.02)
    builders.families(20)
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)
    made.refresh_from_db()
    vendors.faults(latency=0.2)
    with ThreadPoolExecutor(1) as beside:
        sending = beside.submit(worker.send, vendors, Channel.SMS, in_single_file)
        until(lambda: vendors.counts()["accepted"])
        control.pause(made, "someone")
        sending.result()
    states = Counter(Delivery.objects.values_list("status", flat=True))
    assert states.keys() == {"sent", "queued"}
    assert states["sent"] < 10

    vendors.faults()
    control.resume(made, "someone")
    Batch.objects.filter(done_at__isnull=True).update(due_at=0)
    worker.send(vendors, Channel.SMS)
    assert vendors.counts()["accepted"] == {"sms": 20}
    assert vendors.counts()["twice"]["count"] == 0
