"""Law 9: no name, number, address or body in logs, task arguments or what a provider is told beside the message."""

import json
import logging

import pytest

from broadcaster.delivery.models import Delivery
from broadcaster.delivery.send import links
from broadcaster.kinds import Channel
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)

BODY = "A body that nobody else shall read."


def test_a_whole_send_with_faults_logs_nothing_personal(
    vendors: Stage, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    builders.families(8)
    worker.plan(builders.broadcast(sms=BODY).pk)
    vendors.faults(error=0.3, cut=0.2, throttled=0.2)
    with caplog.at_level(logging.INFO):
        for channel in Channel:
            worker.send(vendors, channel)
        worker.settle(vendors)
    vendors.faults()
    logged = caplog.text + "".join(capsys.readouterr())
    for delivery in Delivery.objects.all():
        assert delivery.address not in logged
        assert delivery.address.partition("@")[0].lstrip("+") not in logged
    assert BODY not in logged


def test_the_mail_vendor_is_told_our_ids_and_nothing_else(vendors: Stage) -> None:
    builders.families(2)
    worker.plan(builders.broadcast(channels=[Channel.EMAIL]).pk)
    worker.send(vendors, Channel.EMAIL)
    vendors.settled("email", 2)
    told = {"email", "timestamp", "smtp-id", "event", "sg_event_id", "sg_message_id", "response", "ip", "tls", "d", "r"}
    assert {name for event in vendors.events() for name in event} <= told


def test_an_opt_out_link_names_no_address() -> None:
    link = links.unsubscribe("abc234-17")
    assert "@" not in link
    assert links.opened(link.rpartition("/")[2]) == "abc234-17"
    assert links.opened("abc234-18" + link.rpartition("/")[2][9:]) is None
    assert json.dumps(link)
