"""The audit log on its page: narrowed, as a file, and checked for changes."""

import csv
from io import StringIO

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import AuditEntry
from broadcaster.people.roles import Role
from tests.browser.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return signed_in(Role.COMMUNICATIONS)


def shown(client: Client, **fields: object) -> str:
    return client.get(reverse("console:audit"), fields).content.decode()


def test_entries_are_narrowed_by_who_what_broadcast_and_day(client: Client) -> None:
    audit.write("cora@district.example.org", "approved", 17)
    audit.write("otto@district.example.org", "paused", 18)
    for fields in ({"actor": "CORA"}, {"act": "approved"}, {"broadcast": 17}):
        page = shown(client, **fields)
        assert "cora@" in page
        assert "otto@" not in page
    assert "otto@" in shown(client, first="2020-01-01")
    assert "otto@" not in shown(client, last="2020-01-01")


def test_a_wrong_day_is_said_beside_its_field_and_hides_nothing(client: Client) -> None:
    audit.write("cora@district.example.org", "approved", 17)
    page = shown(client, first="yesterday")
    assert 'class="wrong"' in page
    assert "yesterday" in page
    assert "cora@" in page


def test_a_page_has_a_hundred_and_the_next_one_the_older(client: Client) -> None:
    for number in range(1, 130):
        audit.write("cora", "approved", 1000 + number)
    oldest = AuditEntry.objects.get(broadcast_id=1030).pk
    assert f"before={oldest}" in shown(client)
    page = shown(client, before=oldest)
    assert ">1029<" in page
    assert ">1030<" not in page


def test_the_file_has_what_the_page_is_narrowed_to_and_no_formula(client: Client) -> None:
    audit.write("=cmd()", "approved", 17)
    audit.write("otto", "paused", 18)
    answer = client.get(reverse("console:export-audit"), {"broadcast": 17})
    assert isinstance(answer, StreamingHttpResponse)
    rows = list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [(row["actor"], row["act"]) for row in rows] == [("'=cmd()", "approved")]


def test_verify_says_whether_the_past_is_as_it_was_written(client: Client) -> None:
    audit.write("cora", "approved", 17)
    assert "The chain holds" in client.post(reverse("console:verify-audit"), follow=True).content.decode()
    AuditEntry.objects.filter(act="approved").update(actor="otto")
    broken = AuditEntry.objects.get(act="approved").pk
    assert f"breaks at entry {broken}" in client.post(reverse("console:verify-audit"), follow=True).content.decode()
