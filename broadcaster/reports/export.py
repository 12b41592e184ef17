"""`report --csv`: one row per delivery."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from broadcaster import clock
from broadcaster.delivery.models import RESTORED, Batch, Delivery, Doubt, Verdict
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports import ledger, sheet
from broadcaster.reports.said import explain
from broadcaster.roster.models import Contact, ContactKind, School

HEADER = (
    "channel",
    "address",
    "status",
    "reason",
    "resends",
    "school",
    "language",
    "wave",
    "segments",
    "sent_at",
    "ended_at",
    "code",
    "explanation",
    "copy",
)

#: rows fetched at a time
_PAGE = 2000


def write_csv(path: Path, broadcast_id: int, school: School | None = None) -> int:
    """Write the file and give the number of deliveries; with a school, of those to its people.

    `resends` is how often the delivery was sent again after an outcome nobody knew; instants are ISO 8601 in UTC.
    Raises whole_file.Unwritable.
    """
    return sheet.write(path, HEADER, rows(broadcast_id, school))


def rows(broadcast_id: int, school: School | None = None) -> Iterator[tuple[sheet.Cell, ...]]:
    """Its rows, as HEADER names their cells."""
    schools = dict(School.objects.values_list("id", "name"))
    resends = _resends(broadcast_id)
    lots = _lots(broadcast_id)
    copies = set(Contact.objects.filter(kind=ContactKind.COPY).values_list("pk", flat=True))
    for one in _deliveries(broadcast_id, school).iterator(chunk_size=_PAGE):
        first, last = lots.get(one.batch_id or 0, (0, -1))
        being_sent = one.status == DeliveryStatus.QUEUED and first <= one.pk <= last
        status = DeliveryStatus.SENDING.value if being_sent else one.status
        happened, _ = explain(one.channel, status, one.reason, one.code)
        yield (
            one.channel,
            one.address,
            status,
            one.reason,
            resends[one.pk],
            school.name if school else schools.get(one.school_id or 0, ""),
            one.language,
            one.wave,
            one.segments,
            clock.iso(one.sent_at),
            clock.iso(one.ended_at),
            one.code,
            happened,
            "copy" if one.contact_id in copies else "",
        )


def _deliveries(broadcast_id: int, school: School | None) -> QuerySet[Delivery]:
    chosen = Delivery.objects.filter(broadcast_id=broadcast_id).order_by("id")
    if school is None:
        return chosen
    scope = ledger.scope(broadcast_id, school)
    ids = f"SELECT d.id FROM delivery_delivery d WHERE {scope.where}"
    return chosen.filter(pk__in=RawSQL(ids, scope.params))  # noqa: S611 - made of constants, as all SQL of this floor


def _resends(broadcast_id: int) -> Counter[int]:
    again = Doubt.objects.filter(broadcast_id=broadcast_id, verdict__in=(Verdict.ABSENT, Verdict.RESENT))
    again = again.exclude(cause=RESTORED, verdict=Verdict.ABSENT)  # it had never left before
    return Counter(again.values_list("delivery_id", flat=True))


def _lots(broadcast_id: int) -> dict[int, tuple[int, int]]:
    """The lots being sent at this moment, by batch."""
    held = Batch.objects.filter(broadcast_id=broadcast_id).exclude(worker="").values_list("id", "lot_from", "lot_to")
    return {batch: (first, last) for batch, first, last in held if first is not None and last is not None}
