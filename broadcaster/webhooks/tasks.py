"""What beat rings for in this room (see `broadcaster/celery.py`)."""

from celery import shared_task

from broadcaster import clock
from broadcaster.webhooks import retrying


@shared_task
def retry_receipts() -> None:
    """Look again at receipts of nobody we know. Rung every half minute."""
    retrying.retry(clock.now())
