"""Broadcasts whose list gives each student or person values of their own: a message for each of them, `subject` says of
whom it is, and the values go with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from broadcaster.audiences import own_values
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.delivery import sql
from broadcaster.settings import SETTINGS
from broadcaster.text import tokens

#: batch numbers between the first, second, ... message to one address: a mail request takes an address once
TURN = 10
#: messages to one address that get batches of their own; a family has fewer listed children
TURNS = 90

_OF_STUDENT = "s"
_OF_CONTACT = "c"


@dataclass(frozen=True, slots=True)
class OwnList:
    """The list of a broadcast, by its id."""

    pk: int

    def subject(self, table: str = "delivery_member") -> str:
        """SQL: of whom the message to a row of a table of members is."""
        listed = (
            f"EXISTS (SELECT 1 FROM audiences_listed l WHERE l.people_list_id = {self.pk} "
            f"AND l.student_id = {table}.student_id)"
        )
        return f"CASE WHEN {listed} THEN '{_OF_STUDENT}' || student_id ELSE '{_OF_CONTACT}' || contact_id END"


def of(broadcast: Broadcast, wordings: Iterable[Wording]) -> OwnList | None:
    """The list of a broadcast; None where its wording needs none of the list's values."""
    return named_by(broadcast.audience, frozenset[str]().union(*map(names, wordings)))


def named_by(audience: str, used: frozenset[str]) -> OwnList | None:
    """The list of an audience; None where the values that are `used` are none of the list's."""
    if "list" not in audience.casefold():  # nearly all: nothing is read for these
        return None
    found = own_values.list_of(audience)
    return OwnList(found.pk) if found and used.intersection(found.fields) else None


def names(wording: Wording) -> frozenset[str]:
    """The values of a family's own that a wording has places for."""
    texts = (wording.sms, wording.subject, wording.preheader, wording.email_text, wording.email_html)
    return tokens.names("".join(texts))


def set_values(own: OwnList, first_batch: int, end: int) -> None:
    """Put the list's values beside those of the roster in the deliveries of some batches; a student's are theirs."""
    merged, pairs = ("%s || %s || %s", "jsonb_build_object") if sql.on_postgres() else (_PATCH, "json_object")
    student = (
        f"COALESCE((SELECT {pairs}('student_names', t.name, "
        "'school', COALESCE(NULLIF(h.name, ''), CAST(%s AS TEXT)), 'grade', t.grade) "
        "FROM roster_student t LEFT JOIN roster_school h ON h.id = t.school_id "
        f"WHERE substr(d.subject, 1, 1) = '{_OF_STUDENT}' AND t.id = {_ID}), {_EMPTY[sql.on_postgres()]})"
    )
    listed = (
        f"COALESCE((SELECT l.own FROM audiences_listed l WHERE l.people_list_id = {own.pk} AND "
        f"((substr(d.subject, 1, 1) = '{_OF_STUDENT}' AND l.student_id = {_ID}) OR "
        f"(substr(d.subject, 1, 1) = '{_OF_CONTACT}' AND l.contact_id = {_ID}))), {_EMPTY[sql.on_postgres()]})"
    )
    sql.execute(
        f"UPDATE delivery_delivery AS d SET own_values = {merged % ('d.own_values', student, listed)} "
        "WHERE d.batch_id >= %s AND d.batch_id < %s",
        [SETTINGS.district.district.name, first_batch, end],
    )


_PATCH = "json_patch(json_patch(%s, %s), %s)"
_EMPTY = {True: "'{}'::jsonb", False: "'{}'"}
_ID = "CAST(substr(d.subject, 2) AS BIGINT)"
