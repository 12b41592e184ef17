"""Plain builders of ledger and roster rows. Each makes one thing, with keyword overrides; nothing is shared or
remembered.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.kinds import Channel, Purpose
from broadcaster.roster.models import Contact, ContactKind, ContactPoint, Family, Guardianship, School, Student

_numbers = count(1)


def school(name: str = "Lake Harriet Elementary") -> School:
    """A school; the same one for the same name."""
    return School.objects.get_or_create(name=name)[0]


def phone(number: int) -> str:
    """The number-th made-up phone, in E.164."""
    return f"+1{612 + number // 100}55501{number % 100:02}"


def guardian(
    *,
    family: Family | None = None,
    email: str | None = None,
    sms: str | None = None,
    language: str = "en",
    **fields: Any,
) -> Contact:
    """A guardian with the addresses given, in a family of their own unless one is named."""
    number = next(_numbers)
    made = Contact.objects.create(
        kind=ContactKind.GUARDIAN,
        source_id=f"g{number}",
        name=f"Guardian {number}",
        language=language,
        family=family or Family.objects.create(),
        **fields,
    )
    for channel, address in ((Channel.EMAIL, email), (Channel.SMS, sms)):
        if address:
            point(made, channel, address)
    return made


def staff_member(*, email: str | None = None, at: School | None = None) -> Contact:
    """A staff member."""
    number = next(_numbers)
    made = Contact.objects.create(kind=ContactKind.STAFF, source_id=f"s{number}", name=f"Staff {number}", school=at)
    if email:
        point(made, Channel.EMAIL, email)
    return made


def point(contact: Contact, channel: Channel, address: str, rank: int = 1) -> ContactPoint:
    """An address of a contact."""
    return ContactPoint.objects.create(contact=contact, channel=channel, address=address, as_given=address, rank=rank)


def student(*guardians: Contact, at: School | None = None, may_contact: bool = True, **fields: Any) -> Student:
    """A student with these guardians."""
    number = next(_numbers)
    fields.setdefault("name", f"Student {number}")
    made = Student.objects.create(source_id=f"p{number}", school=at or school(), **fields)
    for contact in guardians:
        Guardianship.objects.create(student=made, contact=contact, may_contact=may_contact)
    return made


def families(number: int, *, languages: Sequence[str] = ("en",)) -> list[Contact]:
    """So many families of one student and one guardian with an email address and a phone."""
    return [_family(index, languages[index % len(languages)]) for index in range(number)]


def _family(index: int, language: str) -> Contact:
    made = guardian(email=f"family{index}@example.org", sms=phone(index), language=language)
    student(made)
    return made


def broadcast(
    *,
    purpose: Purpose = Purpose.GENERAL,
    audience: str = "district",
    channels: Sequence[Channel] = (Channel.EMAIL, Channel.SMS),
    status: BroadcastStatus = BroadcastStatus.SENDING,
    languages: Sequence[str] = ("en",),
    sms: str = "School is open.",
    **fields: Any,
) -> Broadcast:
    """A broadcast that is going out, with a plain wording in these languages."""
    now = clock.now()
    made = Broadcast.objects.create(
        template="plain",
        title="Plain",
        purpose=purpose,
        audience=audience,
        channels=[channel.value for channel in channels],
        status=status,
        created_by="tests",
        created_at=now,
        approved_by="tests",
        approved_at=now,
        started_at=now,
        **fields,
    )
    for language in languages:
        Wording.objects.create(
            broadcast=made,
            language=language,
            translation="reviewed",
            subject="Plain",
            email_text=sms,
            email_html=f"<p>{sms}</p>",
            sms=sms,
            sms_segments=1,
            per_family="[[" in sms,
        )
    return made
