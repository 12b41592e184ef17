"""What people of the district and families said, which no import undoes: who is one person, addresses put right, the
language that somebody chose.
"""

from collections import defaultdict

from broadcaster.kinds import Channel
from broadcaster.roster.importing.facts import Point
from broadcaster.roster.importing.wanted import Wanted, WantedContact
from broadcaster.roster.models import ContactKind, Correction, LanguageChoice, Verdict


def edits() -> tuple[int, int, float]:
    """Changes with each correction, verdict and choice: an import that was planned before one has to begin again."""
    return (
        Correction.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        Verdict.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        LanguageChoice.objects.order_by("-at").values_list("at", flat=True).first() or 0.0,
    )


def keep(wanted: Wanted) -> None:
    """Change what the files ask for, so that it holds what was said."""
    others: defaultdict[str, list[str]] = defaultdict(list)
    said = Verdict.objects.filter(kind=ContactKind.GUARDIAN, same=True).order_by("pk")
    for kept, other in said.values_list("kept", "other"):
        others[kept].append(other)
    for kept, ids in others.items():
        wanted.merge(kept, ids)
    people = {ContactKind.GUARDIAN.value: wanted.guardians, ContactKind.STAFF.value: wanted.staff}
    for correction in Correction.objects.order_by("pk").iterator():
        if contact := people[correction.kind].get(correction.source_id):
            _correct(contact, correction)
    for choice in LanguageChoice.objects.iterator():
        if contact := people[choice.kind].get(choice.source_id):
            contact.language = choice.language


def _correct(contact: WantedContact, correction: Correction) -> None:
    """An address in the place of another, behind all others, or none any more. What is not there is not put right."""
    now = Point(Channel(correction.channel), correction.address, correction.as_given)
    was = now.channel, correction.was
    has = {point.key for point in contact.points}
    if not correction.was:
        contact.points += () if now.key in has else (now,)
    elif was in has:
        others = [point for point in contact.points if point.key == was or point.key != now.key]
        at = next(place for place, point in enumerate(others) if point.key == was)
        others[at : at + 1] = [now] if correction.address else []
        contact.points = tuple(others)
