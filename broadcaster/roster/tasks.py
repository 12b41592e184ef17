"""What beat rings for in this room (see `broadcaster/celery.py`)."""

from celery import shared_task

from broadcaster.roster import forward, leavers
from broadcaster.settings import SETTINGS

#: what is not written by then is gone on with at the next ring
_SECONDS = 60.0


@shared_task
def finish_import() -> None:
    """Go on with an import whose process is gone. Rung every few seconds."""
    forward.finish_left_behind(_SECONDS)


@shared_task
def forget_leavers() -> None:
    """Delete those who left long ago. Rung once a day."""
    leavers.forget(SETTINGS.district.policies.keep_leavers_days)
