"""Whatever the ledger holds, the report's numbers agree with each other and with a count by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import Delivery, Member, SharedDelivery
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports import ledger, overview, reach, snapshot, unreached
from broadcaster.reports.counts import report
from broadcaster.reports.report import Counts
from broadcaster.roster.models import School
from tests.reports import builders

pytestmark = pytest.mark.django_db
S = DeliveryStatus

STORED = [status for status in S if status is not S.SENDING]


@dataclass(frozen=True)
class Message:
    """A delivery to a family, and perhaps to a second one that shares the address. Family 0 stands for staff."""

    family: int
    also: int | None
    channel: str
    status: DeliveryStatus
    school: int | None
    language: str
    after: int


messages = st.builds(
    Message,
    family=st.integers(0, 5),
    also=st.none() | st.integers(1, 5),
    channel=st.sampled_from(["email", "sms"]),
    status=st.sampled_from(STORED),
    school=st.none() | st.integers(0, 2),
    language=st.sampled_from(["en", "es", "so"]),
    after=st.integers(0, 30),
)
#: (student, family, school): students with several families, families with several students and schools
ties = st.sets(st.tuples(st.integers(1, 6), st.integers(1, 5), st.none() | st.integers(0, 2)), max_size=12)


@given(messages=st.lists(messages, max_size=25), ties=ties)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_totals_are_the_sums_over_channels_languages_and_schools(
    messages: list[Message], ties: set[tuple[int, int, int | None]]
) -> None:
    with transaction.atomic():
        sent = write(messages, ties)
        check(sent, messages, ties)
        transaction.set_rollback(True)


def write(messages: list[Message], ties: set[tuple[int, int, int | None]]) -> Broadcast:
    """The ledger as drawn, beside another broadcast that must not be counted."""
    sent, other = builders.broadcast(), builders.broadcast()
    schools = [School.objects.create(name=f"School {number}") for number in range(3)]
    deliveries = [
        Delivery(
            broadcast_id=broadcast.pk,
            channel=one.channel,
            address=f"address {place}",
            contact_id=one.family + 100,
            family_id=one.family or None,
            school_id=None if one.school is None else schools[one.school].pk,
            language=one.language,
            wave=1,
            status=one.status,
            ended_at=builders.APPROVED + one.after if one.status is S.DELIVERED else None,
        )
        for place, one in enumerate(messages)
        for broadcast in (sent, other)
    ]
    Delivery.objects.bulk_create(deliveries)
    stored = list(Delivery.objects.filter(broadcast_id=sent.pk).order_by("id"))
    SharedDelivery.objects.bulk_create(
        SharedDelivery(broadcast_id=sent.pk, delivery_id=row.pk, contact_id=200 + one.also, family_id=one.also)
        for row, one in zip(stored, messages, strict=True)
        if one.also
    )
    Member.objects.bulk_create(
        Member(
            broadcast_id=sent.pk,
            student_id=student,
            family_id=family,
            contact_id=family + 100,
            school_id=None if school is None else schools[school].pk,
            allowed=True,
        )
        for student, family, school in ties | written_to(messages)
    )
    return sent


def written_to(messages: list[Message]) -> set[tuple[int, int, int | None]]:
    """Whoever gets a message is meant: a student of their own for each such family."""
    families = {one.family for one in messages} | {one.also for one in messages if one.also}
    return {(family + 50, family, None) for family in families if family}


def check(sent: Broadcast, messages: list[Message], ties: set[tuple[int, int, int | None]]) -> None:
    found = report(sent.pk)
    for groups in (found.channels, found.languages, found.schools):
        assert added_up(groups) == found.totals
    assert sum(found.totals.values()) == len(messages)
    assert sum(reason.count for reason in found.reasons) == sum(
        one.status in (S.FAILED, S.UNDELIVERED, S.SUPPRESSED, S.CANCELLED) for one in messages
    )

    members = ties | written_to(messages)
    times = reached_by_hand(messages)
    assert found.families.total == len({family for _, family, _ in members})
    assert found.families.reached == len(times)
    assert found.students.total == len({student for student, _, _ in members})
    assert found.students.reached == len({student for student, family, _ in members if family in times})
    reached = reach.read(ledger.scope(sent.pk), builders.APPROVED).families
    assert reached == {family: builders.APPROVED + after for family, after in times.items()}
    assert found.families.t50 == time_by_hand(sorted(times.values()), found.families.reachable)
    assert all(share.reached <= share.total for share in found.school_families.values())

    calls = list(unreached.unreached(sent.pk))
    assert {row.family_id for row in calls if row.family_id} == {family for _, family, _ in members} - times.keys()
    seen = snapshot.snapshot(sent.pk)
    assert (seen.families.total, seen.families.reached) == (found.families.total, found.families.reached)
    assert seen.complete == found.complete
    line = next(line for line in overview.overview() if line.id == sent.pk)
    assert (line.deliveries, line.families) == (len(messages), seen.families)


def added_up(groups: Mapping[str, Counts]) -> dict[str, int]:
    total: dict[str, int] = {}
    for counts in groups.values():
        for status, count in counts.items():
            total[status] = total.get(status, 0) + count
    return total


def reached_by_hand(messages: list[Message]) -> dict[int, int]:
    """Family to the first second at which it was reached."""
    times: dict[int, int] = {}
    for one in messages:
        for family in (one.family, one.also):
            if family and one.status is S.DELIVERED:
                times[family] = min(one.after, times.get(family, one.after))
    return times


def time_by_hand(times: list[int], reachable: int) -> float | None:
    """When half of them were reached: the first instant at which twice the reached are as many as the reachable."""
    return next((float(at) for place, at in enumerate(times, start=1) if 2 * place >= reachable), None)
