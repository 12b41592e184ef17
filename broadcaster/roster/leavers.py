"""Forgetting those who left: long enough ago, and nothing that is kept refers to them. Then families and schools that
nobody belongs to any more. Choices and suppressions stay: they are kept by address.

It works in short transactions and ends early where an import is being written; the next one begins anew.
"""

from collections.abc import Callable
from typing import Any

from django.db import models, transaction

from broadcaster import clock, turns
from broadcaster.roster import bulk, forward
from broadcaster.roster.models import Contact, ContactPoint, Family, Guardianship, School, Student
from broadcaster.roster.references import referred

DAY = 86_400.0

_AT_ONCE = 500  # rows deleted in one transaction, and what hangs on them


#: what else is forgotten after so many days, before the people: it may be all that names them
_too: list[Callable[[float], None]] = []


def forget_too(what: Callable[[float], None]) -> None:
    """Have something of another floor forgotten after the same days."""
    _too.append(what)


def forget(days: float) -> int:
    """Delete people who left more than so many days ago, and what is empty then. How many people that were."""
    for what in _too:
        what(days)
    before = clock.now() - days * DAY
    people = _delete(Contact.objects.filter(left_at__lt=before), ContactPoint, Guardianship)
    people += _delete(Student.objects.filter(left_at__lt=before), Guardianship)
    _delete(Family.objects.filter(contacts=None, lone_students=None))
    _delete(School.objects.filter(students=None, staff=None))
    return people


def _delete(going: models.QuerySet[Any], *hanging: type[models.Model]) -> int:
    """Delete those to whom nothing refers, and the rows of the tables that hang on them; gives their number."""
    column = f"{going.model._meta.model_name}__in"
    ids = list(going.values_list("pk", flat=True))
    ids = sorted(set(ids) - referred(going.model, ids))
    deleted = 0
    for at in range(0, len(ids), _AT_ONCE):
        with transaction.atomic():
            forward.hold_imports()
            if forward.unfinished().exists():
                return deleted
            some = list(going.filter(pk__in=ids[at : at + _AT_ONCE]).values_list("pk", flat=True))
            for table in hanging:
                table._default_manager.filter(**{column: some}).delete()
            bulk.delete(going.model, some)
        deleted += len(some)
        turns.step_aside()
    return deleted
