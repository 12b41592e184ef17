"""Doubts: how often the vendor is asked, and that each ends once, whatever happens to it in whatever order."""

import random
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.epoch import current, reference
from broadcaster.delivery.models import AcceptedRequest, Batch, Delivery, Doubt, Verdict
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.receiving.receipts import apply
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.delivery.unknown import deciding, doubts
from broadcaster.kinds import BadInput, Channel
from broadcaster.providers.base import Receipt, ReceiptStatus
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db

REQUEST = "e-1-1"


def planned(families: int = 1, channel: Channel = Channel.EMAIL) -> list[Delivery]:
    builders.families(families)
    worker.plan(builders.broadcast(channels=[channel]).pk)
    return list(Delivery.objects.order_by("id"))


def doubt_it(delivery: Delivery, since: float | None = None, **fields: object) -> None:
    at = clock.now() if since is None else since
    with transaction.atomic():
        doubts.raise_doubts(
            [
                Doubt(
                    delivery_id=delivery.pk,
                    broadcast_id=delivery.broadcast_id,
                    channel=delivery.channel,
                    request=REQUEST,
                    cause="timeout",
                    since=at,
                    next_ask_at=at,
                    **fields,
                )
            ]
        )


def asked_at(sure_after: float, until: float) -> list[float]:
    """The seconds since a doubt began at which it is looked at."""
    (delivery,) = planned(channel=Channel.SMS)
    doubt_it(delivery, since=1000.0)
    times = []
    while (now := Doubt.objects.get().next_ask_at) <= 1000.0 + until:
        times.append(now - 1000.0)
        doubts.ask_later([Doubt.objects.get()], now, sure_after)
    return times


def test_a_doubt_is_asked_about_soon_and_the_more_rarely_the_longer_it_lasts() -> None:
    times = asked_at(30.0, 3600.0)
    assert times[:4] == [0.0, 2.0, 4.0, 6.0]
    waits = [later - sooner for sooner, later in pairwise(times)]
    assert max(waits) <= doubts.ASK_AGAIN_LATEST
    assert sum(at <= doubts.PATIENCE for at in times) < 20, "some fifteen times in a quarter of an hour"


def test_it_is_asked_about_at_the_very_moment_when_the_answer_decides() -> None:
    times = asked_at(30.0, doubts.PATIENCE)
    assert {30.0, doubts.PATIENCE} <= set(times)


def test_a_doubt_of_some_seconds_is_never_left_alone_for_longer_than_half_its_age() -> None:
    """What a vendor that comes back after a minute costs: the soak's limit for settling rests on it."""
    times = asked_at(1.5, 60.0)
    assert all(later <= max(sooner + 2, 1.5 * sooner) for sooner, later in pairwise(times))


def test_mail_that_waits_for_a_person_wakes_nobody() -> None:
    (delivery,) = planned()
    doubt_it(delivery, since=0.0, person=True)
    assert not doubts.to_look_at(clock.now()).exists()
    Doubt.objects.update(channel=Channel.SMS)
    assert doubts.to_look_at(clock.now()).exists()


def test_an_event_of_a_request_is_kept_once_however_many_come() -> None:
    first, second = planned(2)
    for delivery in (first, second, first):
        with transaction.atomic():
            apply([event(delivery, None)])
    assert list(AcceptedRequest.objects.values_list("name", flat=True)) == [REQUEST]


def test_a_text_names_no_request_and_keeps_none() -> None:
    (delivery,) = planned(channel=Channel.SMS)
    with transaction.atomic():
        apply([Receipt(Channel.SMS, reference(current(), delivery.pk), "SM", "e", "sent", ReceiptStatus.SENT, 1.0)])
    assert not AcceptedRequest.objects.exists()


def event(delivery: Delivery, status: ReceiptStatus | None) -> Receipt:
    ref = reference(current(), delivery.pk)
    return Receipt(Channel.EMAIL, ref, "id", f"{ref}{status}", str(status), status, clock.now(), request=REQUEST)


def tell(delivery: Delivery, status: ReceiptStatus | None) -> None:
    with transaction.atomic():
        apply([event(delivery, status)])


def decide(seen: deciding.Seen) -> None:
    with suppress(BadInput):
        deciding.settle(Broadcast.objects.latest("pk"), seen, "a person")


def _open(delivery: Delivery) -> list[Doubt]:
    return list(Doubt.objects.filter(delivery_id=delivery.pk, settled_at__isnull=True))


#: whatever may happen to a delivery once it is in doubt, to the doubt as somebody read it a while ago
EVENTS: dict[str, Callable[[Delivery, list[Doubt]], object]] = {
    "doubted": lambda one, _: doubt_it(one),
    "absent": lambda _, old: doubts.absent(old),
    "resent": lambda _, old: doubts.absent(old, Verdict.RESENT),
    "went out": lambda _, old: doubts.went_out(old, clock.now()),
    "asked": lambda _, old: doubts.ask_later(old, clock.now(), 30.0),
    "waits": lambda _, old: doubts.wait_for_person(old),
    "person: sent": lambda *_: decide(deciding.Seen.SENT),
    "person: not sent": lambda *_: decide(deciding.Seen.NOT_SENT),
    "answered late": lambda one, _: write([Change(one.pk, DeliveryStatus.SENT, clock.now())]),
    "event": lambda one, _: tell(one, None),
    "delivered": lambda one, _: tell(one, ReceiptStatus.DELIVERED),
    "rounds": lambda *_: (doubts.end_told(clock.now()), doubts.end_proven(clock.now())),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(EVENTS)), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_a_doubt_ends_once_and_an_old_answer_never_reopens_it(story: list[str], dice: random.Random) -> None:
    with transaction.atomic():
        (delivery,) = planned()
        doubt_it(delivery)
        read = _open(delivery)
        ended: dict[int, str] = {}
        for name in story:
            if dice.random() < 0.5:
                read = _open(delivery)
            EVENTS[name](delivery, read)
            delivery.refresh_from_db()
            still = _open(delivery)
            assert len(still) <= 1
            assert still or delivery.status != "unknown"
            now_ended = dict(Doubt.objects.exclude(settled_at=None).values_list("pk", "verdict"))
            assert now_ended.items() >= ended.items(), "what is settled stays settled"
            ended = now_ended
        again = sum(verdict in (Verdict.ABSENT, Verdict.RESENT) for verdict in ended.values())
        assert Batch.objects.count() == 1 + again, "every resend is in the ledger, and nothing else is queued again"
        doubts.end_told(clock.now())
        delivery.refresh_from_db()
        assert (delivery.status == "unknown") == bool(_open(delivery))
        transaction.set_rollback(True)
