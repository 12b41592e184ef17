"""What Prometheus and a load balancer are told: numbers, and whether messages can leave."""

import json

import pytest
from django.db import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery import epoch
from broadcaster.delivery.models import Delivery
from broadcaster.kinds import Channel
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage
from tests.webhooks.vendor import Post, replies

pytestmark = pytest.mark.django_db(transaction=True)


def numbers() -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels."""
    (reply,) = replies(Post("/metrics", method="GET"))
    assert reply.status == 200
    families = text_string_to_metric_families(reply.body.decode())
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def test_the_numbers_are_those_of_the_ledger(vendors: Stage) -> None:
    builders.families(3)
    made = str(builders.broadcast().pk)
    worker.plan(int(made))
    waiting = numbers()
    assert waiting["broadcaster_broadcasts", "sending"] == 1
    assert waiting["broadcaster_queue_batches", "sms"] == 1
    assert waiting["broadcaster_deliveries", made, "sms", "queued"] == 3
    for channel in Channel:
        worker.send(vendors, channel)
    Delivery.objects.filter(channel="sms").update(status="delivered", ended_at=1.0)
    Delivery.objects.filter(channel="email").update(status="failed", reason="invalid_address")
    sent = numbers()
    assert sent["broadcaster_families_reached", made] == sent["broadcaster_families", made] == 3
    assert sent["broadcaster_deliveries", made, "sms", "delivered"] == 3
    assert sent["broadcaster_deliveries_not_delivered", made, "email", "invalid_address"] == 3
    assert sent["broadcaster_queue_batches", "sms"] == 0
    assert ("broadcaster_receipts_total",) in sent


def test_nothing_personal_is_in_them() -> None:
    builders.families(3)
    worker.plan(builders.broadcast(sms="A body that nobody else shall read.").pk)
    (reply,) = replies(Post("/metrics", method="GET"))
    for delivery in Delivery.objects.all():
        assert delivery.address.encode() not in reply.body
    assert b"body" not in reply.body
    assert Broadcast.objects.get().title.encode() not in reply.body


@pytest.mark.parametrize(("fault", "status"), [("", 200), ("attempt to write a readonly database", 503)])
def test_a_database_that_takes_no_write_is_not_ready(monkeypatch: pytest.MonkeyPatch, fault: str, status: int) -> None:
    def touch() -> None:
        if fault:
            raise OperationalError(fault)

    monkeypatch.setattr(epoch, "touch", touch)
    monkeypatch.setattr("broadcaster.web.ready._broker", lambda: "ok")
    (reply,) = replies(Post("/ready", method="GET"))
    assert (reply.status, json.loads(reply.body)["database"]) == (status, fault or "ok")


def test_without_a_broker_nothing_leaves_so_it_is_not_ready() -> None:
    (reply,) = replies(Post("/ready", method="GET"))
    assert reply.status == 503
    assert json.loads(reply.body) == {"ready": False, "database": "ok", "broker": "there is none"}
