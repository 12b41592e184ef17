"""A broadcast in few numbers: how its families were served, by school and by language. Live, or frozen once settled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import Plan
from broadcaster.reports import ledger, members, reach
from broadcaster.reports.models import Summary as Row
from broadcaster.reports.models import SummaryPart
from broadcaster.reports.report import Served

#: summaries read in one statement
_AT_ONCE = 500
#: rows fetched at a time
_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Summary:
    """`schools` by id (None: no school), `languages` by tag ("": nobody may be written to)."""

    whole: Served
    schools: Mapping[int | None, Served]
    languages: Mapping[str, Served]


def live(broadcast: Broadcast) -> Summary:
    """From the ledger, as of now. Reads every delivery once: about 0.3 s at 60,000."""
    scope = ledger.scope(broadcast.pk)
    reached = reach.read(scope, broadcast.approved_at)
    audience = members.read(scope)
    return Summary(
        whole=reached.served(audience.families),
        schools={school: reached.served(families) for school, families in audience.by_school().items()},
        languages={tag: reached.served(families) for tag, families in audience.by_language().items()},
    )


def freeze(broadcast: Broadcast) -> Summary:
    """The summary of a settled broadcast, kept from now on. Who keeps it first, has said it."""
    found = live(broadcast)
    parts = [
        *(SummaryPart(broadcast_id=broadcast.pk, school_id=key, **asdict(one)) for key, one in found.schools.items()),
        *(SummaryPart(broadcast_id=broadcast.pk, language=tag, **asdict(one)) for tag, one in found.languages.items()),
    ]
    with suppress(IntegrityError), transaction.atomic():
        Row.objects.create(broadcast_id=broadcast.pk, frozen_at=clock.now(), **asdict(found.whole))
        SummaryPart.objects.bulk_create(parts, batch_size=_AT_ONCE)
    return found


def missing() -> list[Broadcast]:
    """The settled broadcasts of which no summary is kept, the oldest first. Drills have none: they reached nobody."""
    settled = Broadcast.objects.filter(settled_at__isnull=False, approved_at__isnull=False, drill=False)
    planned = Plan.objects.filter(done_at__isnull=False).values("broadcast_id")
    kept = Row.objects.values("broadcast_id")
    return list(settled.filter(pk__in=planned).exclude(pk__in=kept).order_by("id"))


def frozen(broadcast_ids: Sequence[int]) -> dict[int, Summary]:
    """The summaries that are kept of these broadcasts."""
    wholes: dict[int, Served] = {}
    schools: dict[int, dict[int | None, Served]] = defaultdict(dict)
    languages: dict[int, dict[str, Served]] = defaultdict(dict)
    for start in range(0, len(broadcast_ids), _AT_ONCE):
        ids = broadcast_ids[start : start + _AT_ONCE]
        for row in Row.objects.filter(pk__in=ids):
            wholes[row.pk] = _served(row)
        for part in SummaryPart.objects.filter(broadcast_id__in=ids).iterator(_ROWS):
            if part.language is None:
                schools[part.broadcast_id][part.school_id] = _served(part)
            else:
                languages[part.broadcast_id][part.language] = _served(part)
    return {pk: Summary(whole, schools[pk], languages[pk]) for pk, whole in wholes.items()}


def _served(row: Row | SummaryPart) -> Served:
    return Served(row.total, row.reached, row.reachable, row.t50, row.t90)
