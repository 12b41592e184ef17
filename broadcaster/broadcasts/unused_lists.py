"""Lists of people that no broadcast names, forgotten after a while: they hold what is known of single students."""

from broadcaster import clock, turns
from broadcaster.audiences.models import Listed, PeopleList, Upload
from broadcaster.broadcasts.models import Broadcast

DAY = 86_400.0
_AT_ONCE = 2_000  # rows


def forget(days: float) -> None:
    """Forget those that were taken in more than so many days ago and that no broadcast names, and uploads that nobody
    said yes to for a day.
    """
    Upload.objects.filter(at__lt=clock.now() - DAY).delete()
    old = PeopleList.objects.filter(at__lt=clock.now() - days * DAY).values_list("pk", flat=True)
    for pk in list(old):
        if not Broadcast.objects.filter(audience__contains=f'#{pk}"').exists():
            _delete(pk)


def _delete(pk: int) -> None:
    while some := list(Listed.objects.filter(people_list=pk).values_list("pk", flat=True)[:_AT_ONCE]):
        Listed.objects.filter(pk__in=some).delete()
        turns.step_aside()
    PeopleList.objects.filter(pk=pk).delete()
