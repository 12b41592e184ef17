"""Contacts who look like one person: found, shown, and merged or kept apart by a person. Imports keep to what was said.

Only guardians: a teacher who is a parent is two contacts on purpose.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from broadcaster import clock
from broadcaster.kinds import BadInput
from broadcaster.roster import acts, households
from broadcaster.roster.corrections import still
from broadcaster.roster.models import Contact, ContactKind, ContactPoint, Guardianship, Verdict

_CONTACT, _POINT, _TIE = (model._meta.db_table for model in (Contact, ContactPoint, Guardianship))
#: an address that more contacts share is an office's or a shelter's and says nothing of who is who
_MOST_SHARERS = 12

_SAME_ADDRESS = f"""
    SELECT DISTINCT a.id, b.id, p.channel
    FROM {_POINT} p JOIN {_POINT} q ON q.channel = p.channel AND q.address = p.address
    JOIN {_CONTACT} a ON a.id = p.contact_id JOIN {_CONTACT} b ON b.id = q.contact_id
    WHERE p.contact_id < q.contact_id AND a.kind = 'guardian' AND b.kind = 'guardian'
    AND a.left_at IS NULL AND b.left_at IS NULL AND (p.channel, p.address) IN (
        SELECT channel, address FROM {_POINT} GROUP BY channel, address
        HAVING COUNT(*) BETWEEN 2 AND {_MOST_SHARERS})"""
_SAME_CHILD = f"""
    SELECT DISTINCT a.id, b.id, 'child' FROM {_TIE} g JOIN {_TIE} h ON h.student_id = g.student_id
    JOIN {_CONTACT} a ON a.id = g.contact_id JOIN {_CONTACT} b ON b.id = h.contact_id
    WHERE g.contact_id < h.contact_id AND a.left_at IS NULL AND b.left_at IS NULL"""
_IN_COMMON = {"email": "the same email", "sms": "the same phone", "child": "the same child"}


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two contacts by our ids, the older first, with their names, and why they look like one person. Personal: for the
    eyes of who may change families, never for a log.
    """

    one: int
    other: int
    names: tuple[str, str]
    why: tuple[str, ...]


def suspected() -> list[Duplicate]:
    """All pairs that look like one person and of whom nobody said anything yet, the surest first.

    They have an address or a child in common, and the same name, whatever its order, capitals and accents; or one name
    that may be short for the other ("M. Garcia", "Maria Garcia Lopez").
    """
    common: dict[tuple[int, int], set[str]] = {}
    with connection.cursor() as cursor:
        for query in (_SAME_ADDRESS, _SAME_CHILD):
            cursor.execute(query)
            for one, other, what in cursor.fetchall():
                common.setdefault((one, other), set()).add(what)
    people = dict(_people({pk for pair in common for pk in pair}))
    judged = set(Verdict.objects.filter(kind=ContactKind.GUARDIAN).values_list("kept", "other"))
    found = [
        Duplicate(one, other, (people[one].name, people[other].name), (alike, *sorted(_IN_COMMON[w] for w in what)))
        for (one, other), what in common.items()
        if (alike := _alike(people[one].name, people[other].name))
        and not judged & {(people[a].source_id, people[b].source_id) for a, b in ((one, other), (other, one))}
    ]
    return sorted(found, key=lambda pair: (pair.why[0] != _SAME_NAME, -len(pair.why), pair.one, pair.other))


def undecided(pairs: Sequence[Duplicate], since: float) -> list[Duplicate]:
    """Of pairs that were suspected at an instant, those of whom nobody has said anything since."""
    said = list(Verdict.objects.filter(kind=ContactKind.GUARDIAN, at__gte=since).values_list("kept", "other", "same"))
    sources = {source for kept, other, _ in said for source in (kept, other)}
    ids = dict(Contact.objects.filter(kind=ContactKind.GUARDIAN, source_id__in=sources).values_list("source_id", "pk"))
    decided = {frozenset((ids.get(kept), ids.get(other))) for kept, other, _ in said}
    gone = {ids.get(other) for _, other, same in said if same}
    return [pair for pair in pairs if {pair.one, pair.other} not in decided and not {pair.one, pair.other} & gone]


def merge(keep: int, other: int, *, by: str, why: str) -> None:
    """Make two guardians one, for good: `keep` gets the addresses and children of `other`, who leaves.

    One `no` to contact about a child is enough. The imports to come take the second's rows for the first's. Raises
    BadInput for who is none or not here, and for a person with themselves.
    """
    with still():
        kept, gone = _guardian(keep), _guardian(other)
        if kept == gone:
            raise BadInput(f"contact {keep} can't be merged with themselves")
        _say(kept, gone, same=True, by=by, why=why)
        Verdict.objects.filter(kind=kept.kind, kept=gone.source_id, same=True).update(kept=kept.source_id)
        kept.name, kept.language = kept.name or gone.name, kept.language or gone.language
        kept.save(update_fields=["name", "language"])
        _take_points(kept, gone)
        _take_ties(kept, gone)
        families = {family for family in (kept.family_id, gone.family_id) if family is not None}
        gone.left_at, gone.family = clock.now(), None
        gone.save(update_fields=["left_at", "family"])
        households.settle(families)
        acts.done(by, "merged two contacts", {"kept": kept.pk, "other": gone.pk, "reason": why[:300]})


def keep_apart(one: int, other: int, *, by: str, why: str) -> None:
    """Say that two contacts are two people: they are not suspected again. Raises BadInput for who is none."""
    with still():
        first, second = _guardian(one), _guardian(other)
        _say(first, second, same=False, by=by, why=why)
        acts.done(by, "kept two contacts apart", {"contacts": sorted((one, other)), "reason": why[:300]})


def undo(keep: int, other: int, *, by: str, why: str) -> None:
    """Take a merge back: the next import brings the second contact back, with the addresses and children of their own.

    Raises BadInput where the two were not merged.
    """
    with still():
        sources = dict(Contact.objects.filter(pk__in=(keep, other)).values_list("pk", "source_id"))
        said = Verdict.objects.filter(
            kind=ContactKind.GUARDIAN, kept=sources.get(keep, ""), other=sources.get(other, ""), same=True
        )
        if not said.delete()[0]:
            raise BadInput(f"contacts {keep} and {other} were not merged")
        acts.done(by, "took a merge back", {"kept": keep, "other": other, "reason": why[:300]})


def _guardian(pk: int) -> Contact:
    found = Contact.objects.select_for_update().filter(pk=pk, kind=ContactKind.GUARDIAN, left_at=None).first()
    if found is None:
        raise BadInput(f"there is no guardian {pk} who is here")
    return found


def _say(kept: Contact, other: Contact, *, same: bool, by: str, why: str) -> None:
    about = Verdict.objects.filter(kind=kept.kind)
    about.filter(kept=other.source_id, other=kept.source_id).delete()
    about.update_or_create(
        kind=kept.kind,
        kept=kept.source_id,
        other=other.source_id,
        defaults={"same": same, "by": by[:254], "why": why[:300], "at": clock.now()},
    )


def _take_points(kept: Contact, gone: Contact) -> None:
    """As an import of both would rank them: the kept one's first."""
    has = {(point.channel, point.address) for point in kept.points.all()}
    last = {channel: sum(1 for on, _ in has if on == channel) for channel in ("email", "sms")}
    for point in gone.points.order_by("rank", "address"):
        if (point.channel, point.address) not in has:
            last[point.channel] += 1
            point.contact, point.rank = kept, last[point.channel]
            point.save(update_fields=["contact", "rank"])
    ContactPoint.objects.filter(contact=gone).delete()


def _take_ties(kept: Contact, gone: Contact) -> None:
    has = {tie.student_id: tie for tie in kept.guardianships.all()}
    for tie in gone.guardianships.all():
        if (mine := has.get(tie.student_id)) is None:
            tie.contact = kept
            tie.save(update_fields=["contact"])
            continue
        mine.relationship = mine.relationship or tie.relationship
        mine.may_contact = mine.may_contact and tie.may_contact
        mine.lives_with = tie.lives_with if mine.lives_with is None else mine.lives_with
        mine.save(update_fields=["relationship", "may_contact", "lives_with"])
        tie.delete()


@dataclass(frozen=True, slots=True)
class _Named:
    """As much of a contact as the comparison needs: of 60,000 that is a third of the time."""

    name: str
    source_id: str


def _people(ids: Iterable[int]) -> Iterator[tuple[int, _Named]]:
    wanted = set(ids)
    rows = Contact.objects.filter(left_at=None).values_list("pk", "name", "source_id").iterator(5000)
    return ((pk, _Named(name, source_id)) for pk, name, source_id in rows if pk in wanted)


_SAME_NAME, _SHORT_NAME = "the same name", "a name that may be short for the other"
_WORD = re.compile(r"\w+")


def _alike(one: str, other: str) -> str:
    """Why two names may be one person's; empty: they are not."""
    first, second = (_words(name) for name in (one, other))
    if not first or not second:
        return ""
    if sorted(first) == sorted(second):
        return _SAME_NAME
    short, long = sorted((first, second), key=lambda words: (len(words), sum(map(len, words))))
    rest = list(long)
    for word in sorted(short, key=len, reverse=True):
        fits = next((full for full in rest if full == word or (len(word) == 1 and full.startswith(word))), None)
        if fits is None:
            return ""
        rest.remove(fits)
    return _SHORT_NAME if len(short) > 1 else ""


def _words(name: str) -> list[str]:
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return _WORD.findall(plain.casefold())
