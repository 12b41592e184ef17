"""Stops an import that would remove too many: half an export is likelier than half a district moving away."""

from collections import defaultdict

from broadcaster.roster.importing.errors import ImportRefused
from broadcaster.roster.importing.plan import Plan
from broadcaster.roster.importing.present import Present
from broadcaster.roster.models import ContactKind

_SMALL_SCHOOL = 10  # families; in a smaller one a few who move are a large share

_PEOPLE = {ContactKind.GUARDIAN: "guardians", ContactKind.STAFF: "staff members"}


def check(plan: Plan, present: Present, share: float, source: str) -> None:
    """Raises ImportRefused if more than `share` (0 to 1) of the guardians, staff, or a school's families would go."""
    gone = set(plan.gone_contacts)
    for kind in sorted(plan.kinds):
        here = {contact.id for contact in present.contacts[kind].values() if not contact.left}
        _refuse_above(share, len(here & gone), len(here), _PEOPLE[kind], source)
    if plan.gone_contacts or plan.gone_students:
        for school, (going, families) in _families_by_school(plan, present).items():
            if len(families) >= _SMALL_SCHOOL:
                _refuse_above(share, len(going), len(families), f"families of {present.schools[school].name}", source)


def _refuse_above(share: float, going: int, present: int, whom: str, source: str) -> None:
    if going > share * present:
        raise ImportRefused(
            f"{source}: would remove {going:,} of {present:,} {whom} ({going / present:.0%}); more than {share:.0%} "
            "needs --force; nothing was changed"
        )


def _families_by_school(plan: Plan, present: Present) -> dict[str, tuple[set[int], set[int]]]:
    """Per school, the families that would go and all families. A family goes when all its members do."""
    on_file = present.contacts.get(ContactKind.GUARDIAN, {})
    guardians = {source: contact for source, contact in on_file.items() if not contact.left}
    children = {source: student for source, student in present.students.items() if not student.left}
    gone_contacts, gone_students = set(plan.gone_contacts), set(plan.gone_students)
    stay = {contact.family for contact in guardians.values() if contact.id not in gone_contacts}
    stay |= {child.family for child in children.values() if child.id not in gone_students}
    found: defaultdict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))

    def count(school: str, family: int | None) -> None:
        if school and family is not None:
            going, families = found[school]
            families.add(family)
            if family not in stay:
                going.add(family)

    for child in children.values():
        count(child.school, child.family)
    for tie in present.ties:
        if tie.student in children and tie.contact in guardians:
            count(children[tie.student].school, guardians[tie.contact].family)
    return found
