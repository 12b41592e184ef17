"""Reports on their pages: counted once, each school its own families, and the files beside them."""

import csv
from io import StringIO

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.people.roles import Role
from broadcaster.reports.models import KeptReport
from tests import builders
from tests.browser.people import SCHOOL, signed_in
from tests.reports.builders import APPROVED, broadcast, delivery, doubt, family, meant

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> Broadcast:
    """Two families reached at Lake Harriet, one not; and one not at another school."""
    here, there = builders.school(SCHOOL), builders.school("South High")
    made = broadcast(settled_at=APPROVED + 60)
    for status in (DeliveryStatus.DELIVERED, DeliveryStatus.DELIVERED, DeliveryStatus.UNDELIVERED):
        one = family(here)
        meant(made, one)
        delivery(made, one, status)
    other = family(there)
    meant(made, other)
    delivery(made, other, DeliveryStatus.FAILED)
    return made


def page(client: Client, name: str, *ids: object, **query: object) -> str:
    return client.get(reverse(f"console:{name}", args=ids), query).content.decode()


def lines(client: Client, name: str, *ids: object) -> list[dict[str, str]]:
    answer = client.get(reverse(f"console:{name}", args=ids))
    assert isinstance(answer, StreamingHttpResponse)
    return list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_district_sees_all_families_and_a_school_its_own(sent: Broadcast) -> None:
    assert "<b>2 of 4</b>" in page(signed_in(Role.COMMUNICATIONS), "report", sent.pk)
    office = signed_in(Role.OFFICE)
    assert "<b>2 of 3</b>" in page(office, "report", sent.pk)
    assert "South High" not in page(office, "report", sent.pk)
    assert "2 of 3" in page(office, "reports")


def test_a_school_does_not_find_a_broadcast_that_means_nobody_of_it(sent: Broadcast) -> None:
    stranger = signed_in(Role.OFFICE, email="far@district.example.org", school="Far Away Elementary")
    for name in ("report", "report-printed", "report-csv", "calls", "calls-csv"):
        assert stranger.get(reverse(f"console:{name}", args=[sent.pk])).status_code == 404
    assert sent.title not in page(stranger, "reports")


def test_the_files_hold_what_the_role_may_see(sent: Broadcast) -> None:
    assert len(lines(signed_in(Role.COMMUNICATIONS), "report-csv", sent.pk)) == 4
    office = signed_in(Role.OFFICE)
    assert len(lines(office, "report-csv", sent.pk)) == 3
    assert {row["school"] for row in lines(office, "calls-csv", sent.pk)} == {SCHOOL}


def test_the_call_list_of_the_district_begins_with_its_schools_and_leads_to_each(sent: Broadcast) -> None:
    client = signed_in(Role.COMMUNICATIONS)
    assert "South High" in page(client, "calls", sent.pk)
    of_one = page(client, "calls", sent.pk, school=builders.school("South High").pk)
    assert "Student" in of_one
    assert SCHOOL not in of_one


def test_a_settled_broadcast_is_counted_once_until_somebody_asks_to_count_again(sent: Broadcast) -> None:
    client = signed_in(Role.COMMUNICATIONS)
    page(client, "report", sent.pk)
    late = family(builders.school(SCHOOL))
    meant(sent, late)
    delivery(sent, late)
    assert "<b>2 of 4</b>" in page(client, "report", sent.pk)
    client.post(reverse("console:report-again", args=[sent.pk]))
    assert "<b>3 of 5</b>" in page(client, "report", sent.pk)


def test_what_is_not_settled_is_counted_each_time(sent: Broadcast) -> None:
    Broadcast.objects.filter(pk=sent.pk).update(settled_at=None)
    page(signed_in(Role.COMMUNICATIONS), "report", sent.pk)
    assert not KeptReport.objects.exists()


def test_the_year_says_how_often_families_were_reached(sent: Broadcast) -> None:
    client = signed_in(Role.COMMUNICATIONS)
    assert "to be reached 4 times, and was 2 times" in page(client, "year", first="2026-11-01", last="2026-11-30")
    assert "No broadcast to families" in page(client, "year", first="2020-01-01", last="2020-02-01")
    assert "comes after the last" in page(client, "year", first="2026-11-30", last="2026-11-01")


def test_a_doubt_is_settled_with_a_reason_and_not_without(sent: Broadcast) -> None:
    unclear = family()
    meant(sent, unclear)
    one = delivery(sent, unclear, DeliveryStatus.UNKNOWN)
    doubt(one, person=True)
    client = signed_in(Role.COMMUNICATIONS)
    told = {"seen": "sent", "channel": one.channel, "request": ""}
    refused = client.post(reverse("console:settle", args=[sent.pk]), told).content.decode()
    assert 'class="wrong"' in refused
    client.post(reverse("console:settle", args=[sent.pk]), {**told, "reason": "it stands on Twilio's page"})
    one.refresh_from_db()
    assert one.status == DeliveryStatus.SENT
    assert "Nothing is in doubt" in page(client, "doubts")
