"""A receipt of nobody we know is kept, looked at again, and then shown to a person."""

import json

import pytest
from django.db import DataError

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import Delivery
from broadcaster.delivery.receiving import receipts as ledger
from broadcaster.kinds import Channel
from broadcaster.webhooks import retrying
from broadcaster.webhooks.models import StoredReceipt
from broadcaster.webhooks.row import PAUSES
from broadcaster.webhooks.unmatched import unmatched
from tests import builders
from tests.webhooks.rows import delivery, ref, state
from tests.webhooks.vendor import answers, event, events, status

pytestmark = pytest.mark.django_db(transaction=True)

LATER = PAUSES[0] + 1


@pytest.fixture
def out() -> Broadcast:
    """A broadcast that went out a minute ago."""
    made = builders.broadcast()
    Broadcast.objects.filter(pk=made.pk).update(started_at=clock.now() - 60)
    return made


def test_a_text_that_named_no_delivery_is_found_by_the_vendors_id_once_the_send_is_recorded(out: Broadcast) -> None:
    made = delivery(broadcast_id=out.pk)
    assert answers(status("", "delivered", sid="SM77")) == [204]
    assert retrying.retry(clock.now() + LATER) == 0
    Delivery.objects.filter(pk=made.pk).update(provider_id="SM77")
    assert retrying.retry(clock.now() + LATER + PAUSES[1]) == 1
    assert state(made) == "delivered"
    kept = StoredReceipt.objects.get()
    assert (kept.delivery_id, kept.next_try_at) == (made.pk, None)
    assert not unmatched()


def test_of_a_mail_request_the_address_tells_whose_event_it_is(out: Broadcast) -> None:
    one, two = (
        delivery(Channel.EMAIL, broadcast_id=out.pk, provider_id="request", address=f"{name}@example.org")
        for name in ("One", "two")
    )
    answers(events(event("zzzzzz-5", "delivered", email="one@example.org")))
    assert retrying.retry(clock.now() + LATER) == 1
    assert (state(one), state(two)) == ("delivered", "sent")


def test_a_receipt_of_a_lost_epoch_moves_no_other_familys_delivery(out: Broadcast) -> None:
    made = delivery(broadcast_id=out.pk, provider_id="SM1")
    answers(status(f"zzzzzz-{made.pk}", "delivered", sid="SM99"))
    assert retrying.retry(clock.now() + LATER) == 0
    assert state(made) == "sent"


def test_after_its_last_try_it_waits_for_a_person_who_is_told_what_it_is(out: Broadcast) -> None:
    answers(status("", "delivered", sid="SM77"))
    (found,) = unmatched()
    assert (found.receipts, found.trying, found.do) == (1, 1, "Wait: it is looked at again by itself.")
    now = clock.now()
    for pause in PAUSES:
        now += pause + 1
        retrying.retry(now)
    (found,) = unmatched()
    assert (found.receipts, found.trying) == (1, 0)
    assert found.happened == "Twilio spoke of a message that is none of ours."
    assert StoredReceipt.objects.get().tries == len(PAUSES)
    assert retrying.retry(now + 1e9) == 0


def test_a_person_may_have_it_looked_at_again(out: Broadcast) -> None:
    answers(status("", "delivered", sid="SM77"))
    StoredReceipt.objects.update(next_try_at=None)
    made = delivery(broadcast_id=out.pk, provider_id="SM77")
    assert retrying.retry_now() == 1
    assert state(made) == "delivered"


def test_what_could_not_be_applied_is_applied_when_its_fault_is_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    made = delivery()
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "apply", lambda _: (_ for _ in ()).throw(DataError()))
        assert answers(status(ref(made), "undelivered", ErrorCode="30003")) == [204]
        assert unmatched()[0].fault == "DataError"
        assert retrying.retry(clock.now() + LATER) == 0
    assert retrying.retry(clock.now() + LATER + PAUSES[1]) == 1
    assert (state(made), Delivery.objects.get().reason) == ("undelivered", "handset unreachable")
    assert StoredReceipt.objects.get().fault == ""


def test_many_receipts_of_a_kind_are_one_line_and_faults_come_first() -> None:
    answers(events(*(event("", "open", number=number) for number in range(3)), event("", "click")))
    StoredReceipt.objects.filter(word="click").update(fault="DataError")
    assert [(one.word, one.receipts) for one in unmatched()] == [("click", 1), ("open", 3)]
    assert json.dumps([one.as_json() for one in unmatched()])
    assert "@" not in str(unmatched())
