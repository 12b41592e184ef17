"""The rows that an audience is made of: every student with each of their contacts, and every staff member.

A student whom nobody is on file for has one row without a contact, so that no audience forgets a child. People who left
have no rows.
"""

from broadcaster.roster.models import Contact, Guardianship, Student

_STUDENT, _CONTACT, _TIE = (model._meta.db_table for model in (Student, Contact, Guardianship))

COLUMNS = ("student_id", "contact_id", "family_id", "school_id", "allowed")

_WITH_CONTACT = f"""
    SELECT 'student' AS kind, s.id AS student_id, c.id AS contact_id, c.family_id AS family_id,
           s.school_id AS school_id, CASE WHEN g.may_contact THEN 1 ELSE 0 END AS allowed,
           s.grade AS grade, c.language AS language
    FROM {_STUDENT} s JOIN {_TIE} g ON g.student_id = s.id JOIN {_CONTACT} c ON c.id = g.contact_id
    WHERE s.left_at IS NULL AND c.left_at IS NULL"""
_ALONE = f"""
    SELECT 'student', s.id, NULL, s.family_id, s.school_id, 0, s.grade, NULL
    FROM {_STUDENT} s
    WHERE s.left_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM {_TIE} g JOIN {_CONTACT} c ON c.id = g.contact_id
        WHERE g.student_id = s.id AND c.left_at IS NULL)"""
_STAFF = f"""
    SELECT 'staff', NULL, c.id, NULL, c.school_id, 1, NULL, c.language
    FROM {_CONTACT} c
    WHERE c.kind = 'staff' AND c.left_at IS NULL"""


def select(condition: str, *, with_staff: bool) -> str:
    """The SELECT of COLUMNS for the rows that meet a condition. Without `with_staff`, staff are not even looked at."""
    parts = (_WITH_CONTACT, _ALONE, _STAFF) if with_staff else (_WITH_CONTACT, _ALONE)
    return f"SELECT {', '.join(COLUMNS)} FROM ({' UNION ALL '.join(parts)}) AS people WHERE {condition}"
