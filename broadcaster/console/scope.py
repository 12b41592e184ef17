"""Whose families somebody sees: all of the district's, or those of one school.

Of a family with a child elsewhere too, a school sees its own children and whoever is tied to them, and nobody else.
"""

from dataclasses import replace

from broadcaster.people.models import Person
from broadcaster.roster import lookup
from broadcaster.roster.lookup import FamilyPage
from broadcaster.roster.models import Contact, School


def school_of(person: Person) -> School | None:
    """The one school that somebody sees; None is the whole district."""
    return person.school


def family(person: Person, family_id: int) -> FamilyPage | None:
    """What somebody may see of a family; None where it is none, or nothing."""
    found, school = lookup.family(family_id), school_of(person)
    if found is None or school is None:
        return found
    children = tuple(child for child in found.children if child.school == school.name)
    own = {child.student_id for child in children}
    people = tuple(
        replace(one, ties=tuple(tie for tie in one.ties if tie.student_id in own))
        for one in found.people
        if any(tie.student_id in own for tie in one.ties)
    )
    return replace(found, people=people, children=children, other_families=()) if children else None


def contact(person: Person, contact_id: int) -> Contact | None:
    """A contact whom somebody may see; None where they may not, or there is none."""
    found = Contact.objects.filter(pk=contact_id, left_at=None).select_related("school", "family").first()
    school = school_of(person)
    if found is None or school is None or found.school_id == school.pk:
        return found
    tied = found.guardianships.filter(student__school=school, student__left_at=None)
    return found if tied.exists() else None
