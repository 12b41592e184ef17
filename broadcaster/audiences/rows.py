"""The rows that an audience is made of: every student with each of their contacts, and every staff member.

A student whom nobody is on file for has one row without a contact, so that no audience forgets a child. People who
left, and guests, have rows only where a term means them by themselves (`beyond`).
"""

from broadcaster.roster.models import Contact, Guardianship, Student

_STUDENT, _CONTACT, _TIE = (model._meta.db_table for model in (Student, Contact, Guardianship))

COLUMNS = ("student_id", "contact_id", "family_id", "school_id", "allowed")

_TIED = f"""
    SELECT 'student' AS kind, s.id AS student_id, c.id AS contact_id, c.family_id AS family_id,
           s.school_id AS school_id, CASE WHEN g.may_contact THEN 1 ELSE 0 END AS allowed,
           s.grade AS grade, c.language AS language, {{base}} AS base
    FROM {_STUDENT} s JOIN {_TIE} g ON g.student_id = s.id JOIN {_CONTACT} c ON c.id = g.contact_id"""
_WITH_CONTACT = f"{_TIED.format(base=1)} WHERE s.left_at IS NULL AND c.left_at IS NULL"
_LEFT = f"{_TIED.format(base=0)} WHERE s.left_at IS NOT NULL OR c.left_at IS NOT NULL"
_ALONE = f"""
    SELECT 'student', s.id, NULL, s.family_id, s.school_id, 0, s.grade, NULL, 1
    FROM {_STUDENT} s
    WHERE s.left_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM {_TIE} g JOIN {_CONTACT} c ON c.id = g.contact_id
        WHERE g.student_id = s.id AND c.left_at IS NULL)"""
_NO_FAMILY = f"""
    SELECT c.kind, NULL, c.id, NULL, c.school_id, 1, NULL, c.language, {{base}}
    FROM {_CONTACT} c"""
_STAFF = f"{_NO_FAMILY.format(base=1)} WHERE c.kind = 'staff' AND c.left_at IS NULL"
_STAFF_BEYOND = f"{_NO_FAMILY.format(base=0)} WHERE c.kind IN ('staff', 'guest')"
_GUESTS_AND_LEFT = f"{_STAFF_BEYOND} AND c.left_at IS NOT NULL"


def select(condition: str, *, with_staff: bool, beyond: str = "") -> str:
    """The SELECT of COLUMNS for the rows that meet a condition. Without `with_staff`, staff are not even looked at; who
    left and guests only where there is a `beyond`, and they meet it.
    """
    parts = [_WITH_CONTACT, _ALONE, *([_STAFF] if with_staff else [])]
    if beyond:
        parts += [_LEFT, _GUESTS_AND_LEFT if with_staff else _STAFF_BEYOND]
        condition = f"({condition}) AND (base = 1 OR {beyond})"
    return f"SELECT {', '.join(COLUMNS)} FROM ({' UNION ALL '.join(parts)}) AS people WHERE {condition}"
