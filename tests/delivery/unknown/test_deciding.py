"""What a person may settle, and what is refused."""

import pytest
from django.db import transaction

from broadcaster import clock
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.models import Delivery, Doubt
from broadcaster.delivery.unknown import deciding, doubts
from broadcaster.delivery.unknown.deciding import NothingToSettle, Seen, settle
from broadcaster.kinds import Channel
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db


def in_doubt(families: int = 2, *, person: bool = True, channels: tuple[Channel, ...] = (Channel.EMAIL,)) -> Broadcast:
    """A broadcast whose every delivery is in doubt, each in a request of its own."""
    builders.families(families)
    made = builders.broadcast(channels=channels)
    worker.plan(made.pk)
    now = clock.now()
    with transaction.atomic():
        doubts.raise_doubts(
            [
                Doubt(
                    delivery_id=one.pk,
                    broadcast_id=made.pk,
                    channel=one.channel,
                    request=f"e-1-{place}",
                    cause="HTTP 500",
                    since=now,
                    next_ask_at=now,
                    person=person,
                )
                for place, one in enumerate(Delivery.objects.filter(broadcast_id=made.pk).order_by("pk"))
            ]
        )
    return made


def statuses(made: Broadcast) -> list[str]:
    return list(Delivery.objects.filter(broadcast_id=made.pk).order_by("pk").values_list("status", flat=True))


def test_one_request_is_settled_and_the_rest_goes_on_waiting() -> None:
    made = in_doubt(2)
    assert settle(made, Seen.SENT, "ana", request="e-1-0") == 1
    assert statuses(made) == ["sent", "unknown"]


def test_what_is_said_is_in_the_audit_log_with_the_reason() -> None:
    made = in_doubt(2)
    settle(made, Seen.NOT_SENT, "ana", "not in the activity feed")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.actor, entry.act, entry.broadcast_id) == ("ana", "settled as not sent", made.pk)
    assert entry.detail == {"deliveries": 2, "channel": "email", "request": "", "why": "not in the activity feed"}


def test_many_are_settled_in_several_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "_AT_ONCE", 2)
    made = in_doubt(5)
    assert settle(made, Seen.SENT, "ana") == 5
    assert sorted(entry.detail["deliveries"] for entry in AuditEntry.objects.all()) == [1, 2, 2]


def test_with_both_channels_waiting_one_has_to_be_named() -> None:
    made = in_doubt(1, channels=(Channel.EMAIL, Channel.SMS))
    with pytest.raises(NothingToSettle, match="--channel"):
        settle(made, Seen.SENT, "ana")
    assert settle(made, Seen.SENT, "ana", channel=Channel.SMS) == 1
    assert sorted(statuses(made)) == ["sent", "unknown"]


@pytest.mark.parametrize("seen", list(Seen))
def test_what_was_settled_once_is_not_settled_again(seen: Seen) -> None:
    made = in_doubt(1)
    settle(made, Seen.SENT, "ana")
    with pytest.raises(NothingToSettle, match=f"nothing of broadcast {made.pk} waits"):
        settle(made, seen, "ben")
    assert statuses(made) == ["sent"]
    assert AuditEntry.objects.count() == 1


def test_what_the_providers_are_still_asked_about_is_not_for_a_person() -> None:
    made = in_doubt(2, person=False)
    with pytest.raises(NothingToSettle, match="still being asked about 2"):
        settle(made, Seen.SENT, "ana")
    assert statuses(made) == ["unknown", "unknown"]


def test_an_unknown_request_is_named() -> None:
    with pytest.raises(NothingToSettle, match="request nowhere"):
        settle(in_doubt(1), Seen.SENT, "ana", request="nowhere")


def test_nothing_of_a_cancelled_broadcast_is_settled() -> None:
    made = in_doubt(1)
    Broadcast.objects.filter(pk=made.pk).update(status=BroadcastStatus.CANCELLED)
    made.refresh_from_db()
    with pytest.raises(NothingToSettle, match="cancelled"):
        settle(made, Seen.NOT_SENT, "ana")
    assert statuses(made) == ["unknown"]


def test_two_people_at_once_settle_it_once() -> None:
    """The second read it while it still waited."""
    made = in_doubt(1)
    (read,) = list(deciding.waiting(made))
    settle(made, Seen.SENT, "ana")
    assert doubts.absent([read]) == 0
    assert statuses(made) == ["sent"]
