"""Whose families somebody sees: all of the district's, or those of one school."""

from broadcaster.people.models import Person
from broadcaster.roster.models import School


def school_of(person: Person) -> School | None:
    """The one school that somebody sees; None is the whole district."""
    return person.school
