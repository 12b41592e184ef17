"""How a worker and beat bear a broker that goes away: they wait for it, calmly, and are back within seconds."""

from typing import Any

import structlog
from celery.beat import EmbeddedService, ScheduleEntry, Scheduler
from celery.worker.consumer import Consumer
from celery.worker.state import maybe_shutdown
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


class PatientConsumer(Consumer):  # type: ignore[misc]  # celery ships no types
    """Celery's consumer, asking for its broker every second or so instead of, in the end, every thirty."""

    def ensure_connected(self, conn: Any) -> Any:
        """Wait for the broker for ever; a worker that is asked to end meanwhile ends."""

        def say(error: Exception, interval: float) -> None:
            log.warning("broker_away", retry_in=round(interval, 1), cause=type(error).__name__)

        found = conn.ensure_connection(
            say, None, interval_start=0.2, interval_step=0.2, interval_max=1.0, callback=maybe_shutdown
        )
        self.first_connection_attempt = False
        return found


class Bell(Scheduler):  # type: ignore[misc]  # celery ships no types
    """Celery's scheduler without a file to remember by and without a connection of its own to wait for.

    A ring that can't be published is dropped: the next one comes a second later.
    """

    producer = None
    away = False

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:  # noqa: ARG002 - celery's signature
        """Ring once. Says once that the broker is away, and once that it is back."""
        try:
            self.app.send_task(entry.task, args=entry.args, kwargs=entry.kwargs, **entry.options)
        except (OperationalError, OSError) as error:
            if not self.away:
                log.warning("broker_away", cause=type(error).__name__)
            self.away = True
        else:
            if self.away:
                log.warning("broker_back")
            self.away = False


def ring_beside(app: Any) -> None:
    """Ring from a thread of this process for as long as it lives: a process of its own would take 40 MB to do so."""
    EmbeddedService(app, thread=True, scheduler_cls=Bell).start()
