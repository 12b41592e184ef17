"""What beat rings for in this room (see `broadcaster/celery.py`)."""

from celery import shared_task

from broadcaster.retention import erasing


@shared_task
def erase_old_messages() -> None:
    """Erase what is older than the district keeps it. Rung once a day."""
    erasing.run()
