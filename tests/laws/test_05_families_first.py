"""Law 5: wave 1 before wave 2, emergency before attendance before general, across broadcasts."""

import pytest
from django.db import transaction

from broadcaster import clock
from broadcaster.delivery.models import Delivery
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.queue import batches
from broadcaster.delivery.queue.batches import Claim
from broadcaster.delivery.receiving.promotion import promote
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel, Purpose
from broadcaster.roster.models import Family
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db


def claims() -> list[Claim]:
    found = []
    while held := batches.claim(Channel.SMS, "one", clock.now()):
        found.append(held)
    return found


def test_an_emergency_overtakes_what_is_already_going_out_and_every_familys_best_address_comes_first() -> None:
    home = Family.objects.create()
    builders.student(*(builders.guardian(family=home, sms=builders.phone(n)) for n in (1, 2)))
    for purpose in (Purpose.GENERAL, Purpose.ATTENDANCE, Purpose.EMERGENCY):
        worker.plan(builders.broadcast(purpose=purpose, channels=[Channel.SMS]).pk)
    order = [(held.purpose, held.items[0].address) for held in claims()]
    best, second = builders.phone(1), builders.phone(2)
    assert order == [
        (Purpose.EMERGENCY, best),
        (Purpose.EMERGENCY, second),
        (Purpose.ATTENDANCE, best),
        (Purpose.ATTENDANCE, second),
        (Purpose.GENERAL, best),
        (Purpose.GENERAL, second),
    ]


@pytest.mark.parametrize(
    ("purpose", "status", "promoted"),
    [
        (Purpose.EMERGENCY, DeliveryStatus.FAILED, True),
        (Purpose.EMERGENCY, DeliveryStatus.UNDELIVERED, True),
        (Purpose.EMERGENCY, DeliveryStatus.DELIVERED, False),
        (Purpose.GENERAL, DeliveryStatus.FAILED, False),
    ],
)
def test_when_an_emergencys_best_address_fails_the_familys_next_one_moves_to_the_front(
    purpose: Purpose, status: DeliveryStatus, promoted: bool
) -> None:
    builders.families(3)
    home = Family.objects.create()
    builders.student(*(builders.guardian(family=home, sms=builders.phone(n)) for n in (60, 61, 62)))
    worker.plan(builders.broadcast(purpose=purpose, channels=[Channel.SMS]).pk)
    best = Delivery.objects.get(address=builders.phone(60))
    with transaction.atomic():
        write([Change(best.pk, status, clock.now())])
        promote([best.pk], clock.now())
    first = batches.claim(Channel.SMS, "one", clock.now())
    assert first is not None
    going = {item.address for item in first.items}
    assert (going == {builders.phone(61)}) == promoted


def test_what_a_worker_holds_is_not_taken_from_it() -> None:
    home = Family.objects.create()
    builders.student(*(builders.guardian(family=home, sms=builders.phone(n)) for n in (60, 61)))
    worker.plan(builders.broadcast(purpose=Purpose.EMERGENCY, channels=[Channel.SMS]).pk)
    held = claims()
    best = Delivery.objects.get(address=builders.phone(60))
    with transaction.atomic():
        write([Change(best.pk, DeliveryStatus.FAILED, clock.now())])
        assert promote([best.pk], clock.now()) == 0
    assert Delivery.objects.get(address=builders.phone(61)).batch_id in {one.batch_id for one in held}
