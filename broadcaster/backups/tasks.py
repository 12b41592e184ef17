"""What beat rings for in this room (see `broadcaster/celery.py`)."""

from celery import shared_task

from broadcaster.backups import scheduled
from broadcaster.settings import SETTINGS


@shared_task
def back_up() -> None:
    """Make the backup that is due, if one is. Rung every minute."""
    scheduled.look(SETTINGS)
