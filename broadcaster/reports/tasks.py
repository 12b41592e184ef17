"""What beat rings for in this room (see `broadcaster/celery.py`)."""

from celery import shared_task

from broadcaster.reports import summary


@shared_task
def freeze_summaries() -> None:
    """Keep a summary of each broadcast that has settled since. Rung every few minutes."""
    for broadcast in summary.missing():
        summary.freeze(broadcast)
