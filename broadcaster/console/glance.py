"""A broadcast's numbers for a page that asks each second: read beside the requests, at most once a second however many
people watch, so that no page waits for a count over a hundred thousand deliveries.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

from broadcaster import clock
from broadcaster.console import soon
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports import kept as kept_reports
from broadcaster.reports import lately, lookup
from broadcaster.reports.report import Report, Share
from broadcaster.roster.models import School

#: seconds for which numbers are fresh; after which a page waits for newer ones, and for how long
_FRESH, _OLD, _WAIT = 1.0, 5.0, 0.07
#: seconds over which the rate is taken
_WINDOW = 15.0
#: broadcasts (of a school each) that are kept
_KEPT = 64
_GONE = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED)
_TO_GO = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)

Key = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Glance:
    """The report as of a moment ago; `rate` messages a second leave now, and `left` seconds are left at that."""

    report: Report
    rate: float
    left: float | None

    @property
    def waiting(self) -> int:
        """Messages that have yet to leave."""
        return sum(self.report.totals.get(status, 0) for status in _TO_GO)


@dataclass
class _Kept:
    """What was seen of one broadcast. `samples` are (instant, messages gone)."""

    glance: Glance | None = None
    at: float = 0.0
    reading: threading.Thread | None = None
    samples: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=60))


_kept: OrderedDict[Key, _Kept] = OrderedDict()
_lock = threading.Lock()


def of(broadcast_id: int, school: School | None = None, *, patience: float = _WAIT) -> Glance | None:
    """The newest numbers there are: of the last look, if that was within five seconds, so that who watches never waits.
    None: they are still being read for the first time.
    """
    key = (broadcast_id, school.pk if school else None)
    with _lock:
        kept = _kept.setdefault(key, _Kept())
        _kept.move_to_end(key)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
        if kept.reading is None and clock.now() - kept.at > _FRESH:
            kept.reading = threading.Thread(target=_read, args=(kept, broadcast_id, school), name="glance", daemon=True)
            kept.reading.start()
        reading = kept.reading
    if reading is not None and clock.now() - kept.at > _OLD:
        reading.join(patience)
    return kept.glance


def families(ids: Sequence[int], school: School | None) -> Mapping[int, Share]:
    """Of broadcasts that have not settled, a minute old at most; none while they are counted for the first time."""
    key = f"families-{school.pk if school else 0}-{'-'.join(map(str, ids))}"
    return soon.made(key, lambda: lately.under_way(ids, school)) or {}


def _read(kept: _Kept, broadcast_id: int, school: School | None) -> None:
    try:
        report = kept_reports.report(lookup.find(broadcast_id), school)
        kept.samples.append((report.as_of, sum(report.totals.get(status, 0) for status in _GONE)))
        rate = _rate(kept.samples)
        waiting = sum(report.totals.get(status, 0) for status in _TO_GO)
        kept.glance = Glance(report, rate, waiting / rate if rate > 0 and waiting else None)
        kept.at = clock.now()
    finally:
        kept.reading = None
        connection.close()


def _rate(samples: "deque[tuple[float, int]]") -> float:
    last, gone = samples[-1]
    first = next((sample for sample in samples if last - sample[0] <= _WINDOW), samples[-1])
    return max(0.0, (gone - first[1]) / (last - first[0])) if last > first[0] else 0.0
