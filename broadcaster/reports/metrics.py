"""What Prometheus reads: numbers of the ledger, asked for when it comes by. All processes write there, so none counts.

Labels are numbers of broadcasts, channels, states and reasons; nothing personal is in them (law 9). Broadcasts that are
not settled are in it, and those that settled within the last hour.
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from broadcaster import clock
from broadcaster.broadcasts import kill_switch
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import sql
from broadcaster.kinds import Channel
from broadcaster.reports.overview import overview_of

#: seconds for which a settled broadcast stays in the numbers
_STAY = 3600.0
#: how many of the newest receipts tell how late receipts are
_RECEIPTS = 500


def page() -> bytes:
    """The numbers as of now, in the text format (https://prometheus.io/docs/instrumenting/exposition_formats/)."""
    registry = CollectorRegistry()
    registry.register(_Ledger())
    return generate_latest(registry)


class _Ledger(Collector):
    def collect(self) -> Iterator[Metric]:
        now = clock.now()
        yield _broadcasts()
        going = _present(now)
        yield from _families(going)
        yield from _deliveries(going)
        yield from _queue(now)
        yield from _receipts()
        stop = GaugeMetricFamily("broadcaster_kill_switch", "1: nothing leaves the house.")
        stop.add_metric([], float(kill_switch.present() is not None))
        yield stop


def _broadcasts() -> Metric:
    found = GaugeMetricFamily("broadcaster_broadcasts", "Broadcasts by status.", labels=["status"])
    counted = dict(sql.rows("SELECT status, COUNT(*) FROM broadcasts_broadcast GROUP BY status"))
    for status in BroadcastStatus:
        found.add_metric([status.value], counted.get(status.value, 0))
    return found


def _present(now: float) -> list[int]:
    started = Broadcast.objects.filter(started_at__isnull=False)
    recent = started.filter(settled_at__isnull=True) | started.filter(settled_at__gt=now - _STAY)
    return list(recent.order_by("pk").values_list("pk", flat=True))


def _families(broadcasts: list[int]) -> Iterator[Metric]:
    total = GaugeMetricFamily("broadcaster_families", "Families that a broadcast means.", labels=["broadcast"])
    reached = GaugeMetricFamily("broadcaster_families_reached", "Families of it reached.", labels=["broadcast"])
    for line in overview_of(broadcasts):
        total.add_metric([str(line.id)], line.families.total)
        reached.add_metric([str(line.id)], line.families.reached)
    yield from (total, reached)


def _deliveries(broadcasts: list[int]) -> Iterator[Metric]:
    """Deliveries only ever grow by planning, and each status but the first few only by sending: rates come of them."""
    states = GaugeMetricFamily(
        "broadcaster_deliveries", "Deliveries by status.", labels=["broadcast", "channel", "status"]
    )
    faults = GaugeMetricFamily(
        "broadcaster_deliveries_not_delivered",
        "Those that ended badly, by reason.",
        labels=["broadcast", "channel", "reason"],
    )
    found = sql.rows(
        "SELECT broadcast_id, channel, status, reason, COUNT(*) FROM delivery_delivery "
        f"WHERE broadcast_id IN ({sql.marks(broadcasts)}) GROUP BY broadcast_id, channel, status, reason",
        broadcasts,
    )
    by_state: dict[tuple[str, str, str], int] = {}
    for broadcast, channel, status, reason, number in found:
        key = (str(broadcast), channel, status)
        by_state[key] = by_state.get(key, 0) + number
        if reason:
            faults.add_metric([str(broadcast), channel, reason], number)
    for key, number in by_state.items():
        states.add_metric(list(key), number)
    yield from (states, faults)


def _queue(now: float) -> Iterator[Metric]:
    size = GaugeMetricFamily("broadcaster_queue_batches", "Batches that are due and wait.", labels=["channel"])
    age = GaugeMetricFamily("broadcaster_queue_age_seconds", "How long the oldest of them waits.", labels=["channel"])
    doubt = GaugeMetricFamily("broadcaster_in_doubt", "Deliveries in doubt.", labels=["channel", "waits_for"])
    waiting = {
        channel: (number, oldest)
        for channel, number, oldest in sql.rows(
            "SELECT b.channel, COUNT(*), MIN(b.due_at) FROM delivery_batch b "
            "JOIN broadcasts_broadcast a ON a.id = b.broadcast_id "
            "WHERE b.done_at IS NULL AND b.worker = '' AND b.due_at <= %s AND a.status = 'sending' GROUP BY b.channel",
            [now],
        )
    }
    for channel in Channel:
        number, oldest = waiting.get(channel.value, (0, now))
        size.add_metric([channel.value], number)
        age.add_metric([channel.value], max(0.0, now - oldest))
    for channel_name, person, number in sql.rows(
        "SELECT channel, person, COUNT(*) FROM delivery_doubt WHERE settled_at IS NULL GROUP BY channel, person"
    ):
        doubt.add_metric([channel_name, "person" if person else "vendor"], number)
    yield from (size, age, doubt)


def _receipts() -> Iterator[Metric]:
    taken = CounterMetricFamily("broadcaster_receipts", "Receipts taken in.")
    lag = GaugeMetricFamily(
        "broadcaster_receipt_lag_seconds",
        f"From the send to its receipt, the mean of the newest {_RECEIPTS}.",
        labels=["channel"],
    )
    newest = sql.row("SELECT MAX(id) FROM webhooks_storedreceipt")
    last = (newest and newest[0]) or 0
    taken.add_metric([], last)
    for channel, seconds in sql.rows(
        "SELECT r.channel, AVG(CASE WHEN r.received_at > d.sent_at THEN r.received_at - d.sent_at ELSE 0 END) "
        "FROM webhooks_storedreceipt r JOIN delivery_delivery d ON d.id = r.delivery_id "
        "WHERE r.id > %s AND d.sent_at IS NOT NULL GROUP BY r.channel",
        [last - _RECEIPTS],
    ):
        lag.add_metric([channel], seconds)
    yield from (taken, lag)
