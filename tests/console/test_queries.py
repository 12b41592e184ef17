"""No page asks the database once per line: of six times as much it asks as often, and never more than so many times."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from broadcaster import clock
from broadcaster.audiences import lists
from broadcaster.audiences.list_file import ListFile
from broadcaster.broadcasts import audit
from broadcaster.console import glance
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from broadcaster.reports.tasks import freeze_summaries
from broadcaster.roster.models import Contact, RosterImport, School
from tests import builders
from tests.browser.people import signed_in
from tests.reports.builders import APPROVED, broadcast, delivery, doubt, family, meant

pytestmark = pytest.mark.django_db

#: what sessions, the person, the frame and one page's own questions may come to
MOST = 45
SIZES = (2, 12)


def grow(size: int) -> None:
    """So many broadcasts to so many families at as many schools; duplicates, doubts, imports, people and entries."""
    families = [family(builders.school(f"School {number}")) for number in range(size)]
    for contact in families:
        builders.student(contact, at=builders.school("School 0"))
        builders.guardian(email=contact.points.get(channel="email").address)
    Contact.objects.filter(kind="guardian").update(name="Sam Sample")
    for number in range(size):
        sent = broadcast(settled_at=APPROVED + 60)
        meant(sent, *families)
        for contact in families:
            point = contact.points.get(channel="sms")
            delivery(sent, contact, DeliveryStatus.UNDELIVERED, address=point.address, reason="handset unreachable")
        builders.broadcast(audience=f"district and not grade:{number}")
        doubt(delivery(sent, families[0], DeliveryStatus.UNKNOWN), person=True)
        audit.write("somebody", "looked", sent.pk)
        RosterImport.objects.create(at=clock.now(), actor="it", source="roster.zip", finished_at=clock.now())
        lists.keep(ListFile(f"list {number}", (), {number + 1: {}}, {}), by="it")
        Person.objects.create_user(f"p{size}-{number}@example.org", name="P", role=Role.COMMUNICATIONS, added_at=1.0)


def pages() -> dict[str, str]:
    contact = Contact.objects.filter(family__isnull=False, points__channel="sms").order_by("pk")[0]
    point = contact.points.get(channel="sms")
    sent = broadcast(settled_at=APPROVED + 60).pk
    school = School.objects.order_by("pk")[0].pk
    names = (
        "home",
        "reports",
        "year",
        "library",
        "roster",
        "reachable",
        "duplicates",
        "imports",
        "lists",
        "doubts",
        "audit",
    )
    found = {name: reverse(f"console:{name}") for name in (*names, "settings", "account")}
    calls = reverse("console:calls", args=[sent - 1])
    return found | {
        "search": f"{reverse('console:roster')}?q=sam",
        "family": reverse("console:family", args=[contact.family_id]),
        "address": reverse("console:address", args=[point.pk]),
        "report": reverse("console:report", args=[sent]),
        "calls": f"{calls}?school={school}",
        "template": reverse("console:template", args=["bus-delay"]),
    }


def asked(client: Client) -> dict[str, int]:
    found = {}
    for name, address in pages().items():
        client.get(address)  # what is kept from then on is kept
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200, address
        found[name] = len(seen)
    people = signed_in(Role.ADMINISTRATOR)
    with CaptureQueriesContext(connection) as seen:
        people.get(reverse("console:people"))
    return {**found, "people": len(seen)}


def test_pages_ask_as_often_of_much_as_of_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glance, "of", lambda *_ids, **_patience: None)
    client = signed_in(Role.COMMUNICATIONS)
    counts = []
    for size in SIZES:
        grow(size)
        freeze_summaries()
        counts.append(asked(client))
    few, many = counts
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name] + 1} == {}
    assert {name: count for name, count in many.items() if count > MOST} == {}
