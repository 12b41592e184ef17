"""A ledger of the real size, written by a few statements: a made-up district, and broadcasts to all of it."""

from dataclasses import dataclass
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.urls import reverse

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.delivery.models import Batch, Delivery, Doubt, Member, Plan
from broadcaster.demo import district
from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from broadcaster.roster import importing
from broadcaster.roster.models import Contact, ContactPoint, Family, School
from broadcaster.settings import SETTINGS

_DAY = 86_400.0
_ENTRIES = 2_000

_MEMBERS = """
    INSERT INTO delivery_member (broadcast_id, student_id, contact_id, family_id, school_id, allowed)
    SELECT %s, s.id, c.id, c.family_id, s.school_id, g.may_contact
    FROM roster_guardianship g JOIN roster_student s ON s.id = g.student_id JOIN roster_contact c ON c.id = g.contact_id
    WHERE s.left_at IS NULL AND c.left_at IS NULL"""
# Of a hundred messages 96 arrive, three don't, and one is suppressed; of the last broadcast two fifths wait.
_DELIVERIES = """
    INSERT INTO delivery_delivery (broadcast_id, channel, address, subject, contact_id, family_id, school_id, language,
        wave, batch_id, segments, status, reason, code, provider_id, sent_at, ended_at)
    SELECT %s, p.channel, p.address, '', MIN(c.id), MIN(c.family_id), MIN(s.school_id), MIN(c.language), 1, 1, 2,
        CASE WHEN %s AND MIN(p.id) %% 5 < 2 THEN 'queued' WHEN MIN(p.id) %% 100 < 96 THEN 'delivered'
             WHEN MIN(p.id) %% 100 < 99 THEN 'undelivered' ELSE 'suppressed' END,
        CASE WHEN MIN(p.id) %% 100 < 96 THEN '' ELSE 'handset unreachable' END, '', '', %s, %s + MIN(p.id) %% 300
    FROM roster_contactpoint p JOIN roster_contact c ON c.id = p.contact_id
    JOIN roster_guardianship g ON g.contact_id = c.id JOIN roster_student s ON s.id = g.student_id
    WHERE c.left_at IS NULL GROUP BY p.channel, p.address"""


@dataclass(frozen=True, slots=True)
class Made:
    """What there is of what, and the pages to ask for by their names."""

    counts: dict[str, int]
    pages: dict[str, str]


def write(students: int, deliveries: int) -> Made:
    """Write it all: some minutes."""
    folder = Path(SETTINGS.broadcaster_home) / "roster"
    district.write(folder, students)
    importing.run(folder, region="US", removal_share=1.0, actor="bench")
    _somebody()
    made: list[int] = []
    while Delivery.objects.count() < deliveries:
        made.append(_broadcast(len(made)))
    under_way = _broadcast(len(made), going=True)
    _doubts(made[-1])
    for number in range(_ENTRIES):
        audit.write(f"somebody{number % 7}@district.example.org", "looked", made[number % len(made)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Made(_counts(), _pages(made[-1], under_way))


def _somebody() -> None:
    person = Person.objects.create_user(
        "bench@district.example.org", name="Bench", role=Role.COMMUNICATIONS, added_at=clock.now()
    )
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})


def _broadcast(number: int, *, going: bool = False) -> int:
    approved = clock.now() - (0.002 if going else 1 + number) * _DAY
    over = None if going else approved + 400
    with transaction.atomic():
        made = Broadcast.objects.create(
            template="mps-technical-difficulties",
            title="Update on MPS technical difficulties",
            purpose="general",
            audience="district",
            channels=["email", "sms"],
            status="sending" if going else "completed",
            created_by="bench",
            created_at=approved,
            approved_by="bench",
            approved_at=approved,
            started_at=approved + 0.4,
            finished_at=over,
            settled_at=over,
        )
        words = {"subject": "Update", "email_text": "Update", "email_html": "<p>Update</p>", "sms": "Update"}
        Wording.objects.create(broadcast=made, language="en", translation="reviewed", sms_segments=1, **words)
        Plan.objects.create(broadcast_id=made.pk, stage="done", done_at=approved + 2)
        with connection.cursor() as cursor:
            cursor.execute(_MEMBERS, [made.pk])
            cursor.execute(_DELIVERIES, [made.pk, going, approved + 1, approved + 2])
    return made.pk


def _doubts(broadcast_id: int) -> None:
    some = Delivery.objects.filter(broadcast_id=broadcast_id).values_list("pk", "channel")[:50]
    Doubt.objects.bulk_create(
        Doubt(
            delivery_id=pk,
            broadcast_id=broadcast_id,
            channel=channel,
            cause="timeout",
            since=1,
            next_ask_at=1,
            person=True,
        )
        for pk, channel in some
    )


def _counts() -> dict[str, int]:
    models = (School, Family, Contact, ContactPoint, Broadcast, Member, Delivery, Batch)
    return {model._meta.model_name or "": model._default_manager.count() for model in models}


def _pages(settled: int, under_way: int) -> dict[str, str]:
    point = ContactPoint.objects.filter(contact__family__isnull=False).order_by("-pk")[0]
    school = School.objects.order_by("name")[0].pk
    calls = reverse("console:calls", args=[settled])
    roster = reverse("console:roster")
    return {
        "home, one going out": reverse("console:home"),
        "broadcasts": reverse("console:broadcasts"),
        "a broadcast that goes out": reverse("console:broadcast", args=[under_way]),
        "a broadcast that is settled": reverse("console:broadcast", args=[settled]),
        "reports": reverse("console:reports"),
        "a report": reverse("console:report", args=[settled]),
        "a report to print": reverse("console:report-printed", args=[settled]),
        "call list, its schools": calls,
        "call list of a school": f"{calls}?school={school}",
        "the year": reverse("console:year"),
        "library": reverse("console:library"),
        "a template": reverse("console:template", args=["bus-delay"]),
        "a template's editor": reverse("console:edit-template", args=["bus-delay", "es.md"]),
        "roster": roster,
        "roster, a name": f"{roster}?q=garcia",
        "roster, four digits": f"{roster}?q=0142",
        "a family": reverse("console:family", args=[point.contact.family_id]),
        "an address": reverse("console:address", args=[point.pk]),
        "who can be reached": reverse("console:reachable"),
        "duplicates": reverse("console:duplicates"),
        "imports": reverse("console:imports"),
        "in doubt": reverse("console:doubts"),
        "audit log": reverse("console:audit"),
        "settings": reverse("console:settings"),
        "account": reverse("console:account"),
    }
