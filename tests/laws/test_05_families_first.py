"""Law 5: wave 1 before wave 2, emergency before attendance before general, across broadcasts."""

import pytest

from broadcaster import clock
from broadcaster.delivery import batches
from broadcaster.delivery.batches import Claim
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
