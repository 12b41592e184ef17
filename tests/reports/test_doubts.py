"""What a report says of messages of which nobody knows whether they left."""

import io

import pytest
from rich.console import Console

from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.cli import page
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports.counts import report
from broadcaster.reports.doubts import happened
from broadcaster.reports.headline import open_ends
from tests.reports import builders

pytestmark = pytest.mark.django_db


def in_doubt(asked: int, waiting: int, **fields: object) -> Broadcast:
    sent = builders.broadcast(**{"status": BroadcastStatus.SENDING, **fields})
    for number in range(asked + waiting):
        builders.doubt(builders.delivery(sent, builders.family(), DeliveryStatus.UNKNOWN), person=number >= asked)
    return sent


def test_what_is_asked_about_and_what_waits_for_a_person_are_counted_apart() -> None:
    document = report(in_doubt(2, 3).pk).as_json()
    assert (document["asked_about"], document["waiting"], document["totals"]) == (2, 3, {"unknown": 5})


def test_the_page_says_who_settles_it_and_how() -> None:
    sent = in_doubt(2, 1)
    assert open_ends(report(sent.pk)) == [
        "Of 2 messages nobody knows yet whether they were sent: the providers are being asked.",
        f"Nobody can tell whether 1 message was sent. A person has to: broadcaster doubts {sent.pk}",
    ]


def test_nobody_is_asked_any_more_where_a_person_has_to_tell() -> None:
    sent = in_doubt(0, 2)
    console = Console(file=io.StringIO(), width=80)
    page.show(report(sent.pk), console)
    assert "being asked" not in console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO


def test_of_a_cancelled_broadcast_nothing_is_to_be_decided() -> None:
    sent = in_doubt(0, 2, status=BroadcastStatus.CANCELLED)
    assert open_ends(report(sent.pk)) == ["2 messages may or may not have been sent."]


@pytest.mark.parametrize("cause", ["its worker stopped", "HTTP 503", "ServerTimeoutError", "ServerDisconnectedError"])
def test_every_cause_is_a_sentence_for_staff(cause: str) -> None:
    said = happened(cause)
    assert said[0].isupper()
    assert said.endswith(".")
