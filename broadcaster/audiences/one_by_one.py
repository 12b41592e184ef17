"""The terms that mean people one by one: a list that was taken in, and an address of somebody who is in no roster."""

from broadcaster.audiences.errors import AudienceError
from broadcaster.audiences.models import Listed
from broadcaster.audiences.terms import Condition, register
from broadcaster.kinds import BadInput
from broadcaster.roster import addresses, guests
from broadcaster.roster.models import ContactKind
from broadcaster.settings import SETTINGS

_LISTED = Listed._meta.db_table


def _list(value: str | None) -> Condition:
    from broadcaster.audiences import lists  # reads files, which few expressions need

    if value is None:
        raise AudienceError("audience term 'list' needs a file after a colon, for example list:affected.csv")
    return of_list(lists.called(value).pk)


def of_list(pk: int) -> Condition:
    """A listed student with each of their contacts, and a listed person."""
    parts = (
        f"(people.{who} IS NOT NULL AND people.{who} IN (SELECT l.{who} FROM {_LISTED} l "
        f"WHERE l.people_list_id = %s AND l.{who} IS NOT NULL))"
        for who in ("student_id", "contact_id")
    )
    return Condition(f"({' OR '.join(parts)})", (pk, pk))


def _address(value: str | None) -> Condition:
    if value is None:
        raise AudienceError(
            "audience term 'address' needs a phone or email after a colon, for example address:help@example.org"
        )
    try:
        channel, address = addresses.recognised(value, SETTINGS.district.district.region)
    except BadInput as error:
        raise AudienceError(str(error)) from None
    return Condition("(kind = 'guest' AND contact_id = %s)", (guests.of(ContactKind.GUEST, channel, address, value),))


def ready() -> None:
    """Register the terms."""
    register("list", _list, beyond=True)
    register("address", _address, beyond=True)
