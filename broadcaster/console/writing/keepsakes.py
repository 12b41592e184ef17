"""Audiences that are kept, to pick by name: expressions that somebody saved, and lists of people that were taken in."""

from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from broadcaster.audiences import lists, saved
from broadcaster.audiences.models import PeopleList
from broadcaster.console.templatetags.console import moment, thousands
from broadcaster.roster.models import School

#: lists to pick from, the newest first; older ones can be named in words
LISTS = 30

Choices = list[tuple[str, Any]]


def saved_ones() -> Choices:
    """Every saved expression, by name, with what it means."""
    return [
        (one.name, format_html('{} <span class="quiet small">{}</span>', one.name, one.expression))
        for one in saved.all_saved()
    ]


def lists_of(school: School | None, picked: str) -> Choices:
    """The newest lists, with how many are on each. A school sees those that its own people are on, and what is picked
    stays to be seen however old it is.
    """
    school_id = school.pk if school else None
    found = lists.newest(LISTS, school_id)
    if picked and picked not in map(lists.asked_for_by, found) and (older := lists.find(picked, school_id)):
        found.append(older)
    return [(lists.asked_for_by(one), _described(one)) for one in found]


def _described(one: PeopleList) -> Any:
    rows = people_on(one)
    parts = [
        ngettext("%(n)s person", "%(n)s people", rows) % {"n": thousands(rows)},
        _("taken in %(when)s by %(who)s") % {"when": moment(one.at), "who": one.by},
    ]
    if one.fields:
        parts.append(_("with values of its own: %s") % ", ".join(one.fields))
    return format_html('{} <span class="quiet small">{}</span>', one.name, " · ".join(parts))


def people_on(one: PeopleList) -> int:
    """How many are on a list."""
    return _rows(one.pk, one.digest)


@lru_cache(maxsize=256)
def _rows(pk: int, _digest: str) -> int:
    """A list never changes."""
    return lists.rows_of(pk)
