"""The list that gives the people of an audience values of their own."""

from django.db import connection

from broadcaster.audiences import lists
from broadcaster.audiences.audience import parse, terms
from broadcaster.audiences.errors import AudienceError
from broadcaster.audiences.models import PeopleList
from broadcaster.audiences.one_by_one import of_list


def list_of(expression: str) -> PeopleList | None:
    """The list with values that an expression names; None where it names none. Raises AudienceError where it names
    two.
    """
    found = {
        one.pk: one
        for term in terms(expression)
        if term.name.casefold() == "list" and term.value and (one := lists.called(term.value)).fields
    }
    if len(found) > 1:
        names = " and ".join(repr(one.name) for one in found.values())
        raise AudienceError(f"audience {expression!r} names two lists with values, {names}: whose values are meant?")
    return next(iter(found.values()), None)


def strangers(expression: str, people_list: PeopleList) -> int:
    """How many people who may be written to are in the audience and not on the list."""
    rows, params = parse(expression).rows_sql()
    listed = of_list(people_list.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(DISTINCT people.contact_id) FROM ({rows}) AS people "
            f"WHERE people.allowed = 1 AND NOT {listed.sql}",
            [*params, *listed.params],
        )
        return int(cursor.fetchone()[0])
