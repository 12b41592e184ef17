"""What people of the district and families said, which no import undoes: who is one person, addresses put right, the
language that somebody chose.
"""

from collections import defaultdict

from broadcaster.kinds import Channel
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
    channel = Channel(correction.channel)
    now = (channel, correction.address)
    if not correction.was:
        contact.points.setdefault(now, correction.as_given)
        return
    was = (channel, correction.was)
    if was not in contact.points:
        return
    if not correction.address:
        del contact.points[was]
        return
    contact.points = {
        (now if key == was else key): (correction.as_given if key == was else as_given)
        for key, as_given in contact.points.items()
        if key != now or key == was
    }
