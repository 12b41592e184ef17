"""A finished broadcast is gone over once; what became of each address is kept on the way."""

import pytest

from broadcaster.delivery.models import Batch, Delivery, LastOutcome
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.receiving import settling
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.reasons import Reason
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db


def ended(*ends: tuple[DeliveryStatus, str], at: float = 100.0) -> int:
    """A broadcast of texts, one to each made-up phone, that end so."""
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)
    for number, (status, reason) in enumerate(ends):
        found = Delivery.objects.get(broadcast_id=made.pk, address=builders.phone(number))
        write([Change(found.pk, status, at, reason)])
    return made.pk


def known() -> dict[str, tuple[bool, float]]:
    return {k.address: (k.arrived, k.at) for k in LastOutcome.objects.all()}


ARRIVED = (DeliveryStatus.DELIVERED, "")
DEAD = (DeliveryStatus.UNDELIVERED, Reason.INVALID_NUMBER)


def test_what_arrived_and_what_failed_for_the_address_is_kept_and_nothing_else() -> None:
    builders.families(5)
    made = ended(
        ARRIVED,
        DEAD,
        (DeliveryStatus.UNDELIVERED, Reason.HANDSET_UNREACHABLE),
        (DeliveryStatus.FAILED, Reason.ACCOUNT_LIMITED),
        (DeliveryStatus.FAILED, Reason.NOT_A_MOBILE),
    )
    assert settling.settle(made, drill=False, over=False)
    assert known() == {
        builders.phone(0): (True, 100.0),
        builders.phone(1): (False, 100.0),
        builders.phone(4): (False, 100.0),
    }


def test_the_newest_outcome_of_an_address_stands_whatever_is_settled_last() -> None:
    builders.families(1)
    newer, older = ended(ARRIVED, at=200.0), ended(DEAD, at=100.0)
    for made in (newer, older):
        settling.settle(made, drill=False, over=False)
    assert known() == {builders.phone(0): (True, 200.0)}
    settling.settle(ended(DEAD, at=300.0), drill=False, over=False)
    assert known() == {builders.phone(0): (False, 300.0)}


def test_a_drill_teaches_nothing() -> None:
    builders.families(1)
    assert settling.settle(ended(ARRIVED), drill=True, over=False)
    assert known() == {}


def test_a_missing_receipt_holds_it_up_where_it_is_and_only_until_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settling, "BATCHES", 1)
    builders.families(3, languages=("en", "es", "so"))
    made = builders.broadcast(channels=[Channel.SMS], languages=("en", "es", "so"))
    worker.plan(made.pk)
    in_order = list(Batch.objects.filter(broadcast_id=made.pk).order_by("pk").values_list("pk", flat=True))
    assert len(in_order) == 3
    first, silent, last = (Delivery.objects.get(batch_id=pk) for pk in in_order)
    write([Change(d.pk, DeliveryStatus.DELIVERED, 100.0) for d in (first, last)])
    write([Change(silent.pk, DeliveryStatus.SENT, 100.0)])
    assert not settling.settle(made.pk, drill=False, over=False)
    assert set(known()) == {first.address}
    assert settling.settle(made.pk, drill=False, over=True)
    assert set(known()) == {first.address, last.address}
