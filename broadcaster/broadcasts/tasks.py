"""What beat rings for in this room (see `broadcaster/celery.py`)."""

from celery import shared_task

from broadcaster import clock
from broadcaster.broadcasts import looks


@shared_task
def seal_looks() -> None:
    """Vouch for the looks at families that are new. Rung once a minute."""
    looks.seal(clock.now())
