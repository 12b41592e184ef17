"""Celery as the usual ways run it: prefork, tuned prefetch, no results, connections kept from task to task."""

import os
from pathlib import Path

import django
from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.usual.settings")
django.setup()

app = Celery("usual", broker=os.environ["BENCH_BROKER"])
app.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=int(os.environ["BENCH_PREFETCH"]),
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    imports=("bench.usual.tasks",),
    CELERY_DB_REUSE_MAX=1_000_000_000,  # else Celery closes the database connection after every task
)


@signals.worker_ready.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def _listens(**_: object) -> None:
    Path(os.environ["BENCH_READY"]).touch()
