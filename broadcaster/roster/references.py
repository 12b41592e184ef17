"""Who is still referred to by what other floors keep: deliveries, memberships, replies.

Those tables name people by plain ids, in columns called `contact_id`, `student_id`, `family_id`, `school_id`, or in
lists of them called `contact_ids`. They are found by these names, so that a new table need not be remembered here, and
this floor need not know it.
"""

from collections.abc import Collection, Iterator

from django.apps import apps
from django.db import models

from broadcaster.roster import bulk
from broadcaster.roster.models import Contact, Family, School, Student

Person = type[Contact] | type[Student] | type[Family] | type[School]

_ROWS_AT_ONCE = 5000


def referred(to: Person, ids: Collection[int]) -> set[int]:
    """Those of the ids that any other floor's table names. It reads those tables whole: call it seldom, for many."""
    found = set[int]()
    for model, column in referring(to):
        if column.endswith("s"):
            rows = model._default_manager.exclude(**{column: None}).values_list(column, flat=True)
            found.update(each for named in rows.iterator(_ROWS_AT_ONCE) for each in named)
        else:
            for some in bulk.in_steps(ids):
                rows = model._default_manager.filter(**{f"{column}__in": some})
                found.update(rows.values_list(column, flat=True).distinct().iterator(_ROWS_AT_ONCE))
    return found.intersection(ids)


def referring(to: Person) -> Iterator[tuple[type[models.Model], str]]:
    """The other floors' tables that name such people, and the column in which they do."""
    name = to.__name__.lower()
    for model in apps.get_models():
        if model._meta.app_label != Contact._meta.app_label:
            for field in model._meta.concrete_fields:
                if field.attname in (f"{name}_id", f"{name}_ids"):
                    yield model, field.attname
