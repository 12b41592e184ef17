"""Celery: the bell of law 1. A task says "there is work", the ledger says what; so a lost task costs a second, no more.

That is why tasks are acknowledged early, no result is kept, and nothing is retried by the broker. Every task goes
straight to its queue by name (the exchange without a name), which leaves nothing in Redis that a FLUSHALL could break.
"""

import socket
import threading
from typing import Any, ClassVar

from celery import Celery, signals
from celery.schedules import crontab
from kombu import entity

from broadcaster import logs
from broadcaster.kinds import Queue
from broadcaster.running.state import broker_url
from broadcaster.settings import SETTINGS

#: seconds between two sweeps: how long work that nobody rang for may lie there
SWEEP_SECONDS = 1.0
#: seconds between two looks for an import whose process died
IMPORT_SECONDS = 5.0
#: seconds between two looks for broadcasts that have settled
SUMMARY_SECONDS = 300.0
#: seconds between two looks for broadcasts that are stuck
WATCH_SECONDS = 30.0
#: seconds between two looks whether a backup is due
BACKUP_SECONDS = 60.0
#: seconds for which nothing vouches for a look at a family
LOOKS_SECONDS = 60.0
#: seconds between two looks at receipts that are of nobody we know
RECEIPT_SECONDS = 30.0
#: what one worker process does at once
WORKER_THREADS = 6

#: set when this worker was asked to end: loops that drain look at it between two lots
stopping = threading.Event()


def _rung(task: str, schedule: float | crontab, expires: float) -> dict[str, Any]:
    """A line of beat's schedule. An unheard ring is worth nothing a moment later, so it expires after that many
    seconds, and no backlog builds up while no worker listens.
    """
    options = {"queue": Queue.CONTROL, "expires": expires, "retry": False}
    return {"task": task, "schedule": schedule, "options": options}


class Configuration:
    """Celery's settings, read when the app is first used: `serve` has said by then where its broker is."""

    # early acknowledgement, no result: the ledger knows what is done
    task_acks_late = False
    task_ignore_result = True
    task_store_errors_even_if_ignored = False
    task_track_started = False
    result_backend = None
    # a worker takes what it can do now; the rest stays for the others
    worker_prefetch_multiplier = 1
    worker_enable_prefetch_count_reduction = False
    task_default_queue = Queue.CONTROL
    task_queues = tuple(entity.Queue(name, entity.Exchange(""), routing_key=name) for name in Queue.ALL)  # type: ignore[no-untyped-call]  # kombu is partly typed
    task_create_missing_queues = False
    imports = (
        "broadcaster.broadcasts.tasks",
        "broadcaster.delivery.tasks",
        "broadcaster.delivery.fitness",
        "broadcaster.roster.tasks",
        "broadcaster.reports.tasks",
        "broadcaster.backups.tasks",
        "broadcaster.webhooks.tasks",
        "broadcaster.retention.tasks",
    )
    # away brokers: a worker waits for its broker for ever, a ring gives up within a second
    worker_consumer = "broadcaster.running.consumer:PatientConsumer"
    broker_connection_retry_on_startup = True
    broker_connection_max_retries = None
    broker_connection_timeout = 1.0
    broker_pool_limit = 4
    broker_transport_options: ClassVar[dict[str, Any]] = {
        "max_retries": 0,
        "socket_connect_timeout": 1.0,
        "socket_timeout": 1.5,
        "socket_keepalive": True,
        "health_check_interval": 5,
    }
    worker_cancel_long_running_tasks_on_connection_loss = False
    worker_hijack_root_logger = False
    worker_redirect_stdouts = False
    worker_send_task_events = False
    # connections live as long as their thread: the fixup would close them after each task
    CELERY_DB_REUSE_MAX = 1_000_000_000
    beat_scheduler = "broadcaster.running.consumer:Bell"
    beat_max_loop_interval = SWEEP_SECONDS
    beat_schedule: ClassVar[dict[str, Any]] = {
        "sweep": _rung("broadcaster.delivery.tasks.sweep", SWEEP_SECONDS, 5 * SWEEP_SECONDS),
        "finish import": _rung("broadcaster.roster.tasks.finish_import", IMPORT_SECONDS, IMPORT_SECONDS),
        "freeze summaries": _rung("broadcaster.reports.tasks.freeze_summaries", SUMMARY_SECONDS, SUMMARY_SECONDS),
        "watch": _rung("broadcaster.delivery.tasks.watch", WATCH_SECONDS, WATCH_SECONDS),
        "back up": _rung("broadcaster.backups.tasks.back_up", BACKUP_SECONDS, BACKUP_SECONDS),
        "seal looks": _rung("broadcaster.broadcasts.tasks.seal_looks", LOOKS_SECONDS, LOOKS_SECONDS),
        "retry receipts": _rung("broadcaster.webhooks.tasks.retry_receipts", RECEIPT_SECONDS, RECEIPT_SECONDS),
        # UTC: the small hours in America; old messages first, so that they no longer name the leavers
        "erase old messages": _rung(
            "broadcaster.retention.tasks.erase_old_messages", crontab(hour="8", minute="0"), 3600.0
        ),
        "forget leavers": _rung("broadcaster.roster.tasks.forget_leavers", crontab(hour="9", minute="0"), 3600.0),
    }

    @property
    def broker_url(self) -> str:
        """Where nobody serves, a ring stays in this process: pollers find the work when somebody does."""
        return broker_url() or "memory://"


app = Celery("broadcaster", set_as_current=True)
app.config_from_object(Configuration())


def worker(name: str) -> Any:
    """A worker program under this name (unique among the workers of a broker); `start()` runs it until SIGTERM.

    Threads, because a worker waits for the ledger and for vendors; no gossip, mingling or heartbeats, because workers
    have nothing to tell each other: they meet in the ledger.
    """
    return app.Worker(
        hostname=f"{name}@{socket.gethostname()}",
        pool="threads",
        concurrency=WORKER_THREADS,
        queues=Queue.ALL,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )


def _our_logs(**_: object) -> None:
    """Connected, so that Celery leaves logging alone."""
    logs.start(SETTINGS)


def _tell_the_loops(**_: object) -> None:
    stopping.set()


def _drop_dead_connections(**_: object) -> None:
    """A thread keeps its connection from task to task; one that a restarted database has cut must be noticed."""
    from broadcaster import stale

    stale.let_go()


signals.setup_logging.connect(_our_logs)
signals.task_prerun.connect(_drop_dead_connections)
signals.worker_shutting_down.connect(_tell_the_loops)
