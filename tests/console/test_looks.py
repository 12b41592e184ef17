"""Who looked at which family: noted by id, narrowed, downloaded, and vouched for by the audit log's chain."""

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from broadcaster import clock
from broadcaster.broadcasts import audit, looks
from broadcaster.broadcasts.models import AuditEntry, Look
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.people.roles import Role
from broadcaster.replies.models import Reply
from broadcaster.roster import duplicates
from broadcaster.roster.models import Contact
from tests import builders
from tests.browser.people import SCHOOL, signed_in
from tests.reports.builders import broadcast, delivery, doubt, meant

pytestmark = pytest.mark.django_db

EMAIL = "communications@district.example.org"


@pytest.fixture(autouse=True)
def nothing_was_seen_yet() -> None:
    cache.clear()


@pytest.fixture
def client() -> Client:
    return signed_in(Role.COMMUNICATIONS)


@pytest.fixture
def one() -> Contact:
    made = builders.guardian(email="amina@example.org", sms=builders.phone(7))
    builders.student(made, at=builders.school(SCHOOL), name="Amina Sample")
    return made


def noted() -> list[tuple[str, str, int | None]]:
    return list(Look.objects.order_by("pk").values_list("actor", "act", "family_id"))


def reply(contact_ids: list[int], **fields: int) -> None:
    number = Reply.objects.count()
    Reply.objects.create(
        provider_id=f"SM{number}",
        sender=builders.phone(7),
        to=builders.phone(1),
        body="Why?",
        kind="other",
        at=clock.now(),
        contact_ids=contact_ids,
        **fields,
    )


def sealed() -> AuditEntry:
    Look.objects.filter(seal=None).update(at=clock.now() - 10)
    looks.seal(clock.now())
    return AuditEntry.objects.filter(act=looks.SEALED).latest("pk")


def test_a_search_and_each_page_of_a_family_are_noted_with_its_number_and_no_name(client: Client, one: Contact) -> None:
    client.get(reverse("console:roster"), {"q": "Amina"})
    client.get(reverse("console:family", args=[one.family_id]))
    client.get(reverse("console:address", args=[one.points.first().pk]))  # type: ignore[union-attr]  # it has one
    assert noted() == [(EMAIL, act, one.family_id) for act in (looks.FOUND, looks.OPENED, looks.ADDRESS)]
    assert "Amina" not in str(list(Look.objects.values()))


def test_whose_replies_were_read_is_noted_once_a_family_and_nobody_for_a_strangers(
    client: Client, one: Contact
) -> None:
    staff = builders.staff_member(email="s@example.org")
    for ids in ([one.pk], [one.pk], [staff.pk], []):
        reply(ids)
    client.get(reverse("console:replies"))
    assert [(look.act, look.family_id, look.contact_id) for look in Look.objects.order_by("pk")] == [
        (looks.REPLIES, one.family_id, None),
        (looks.REPLIES, None, staff.pk),
    ]
    Reply.objects.update(done_at=clock.now(), done_by="somebody")
    cache.clear()
    client.get(reverse("console:replies-done"))
    assert noted()[2:] == [(EMAIL, looks.REPLIES, one.family_id), (EMAIL, looks.REPLIES, None)]


def test_an_office_has_no_look_at_another_schools_replies(one: Contact) -> None:
    reply([one.pk], school_id=builders.school("South High").pk)
    signed_in(Role.OFFICE).get(reverse("console:replies"))
    assert noted() == []


def test_contacts_who_are_compared_and_those_who_were_merged_are_noted(client: Client, one: Contact) -> None:
    kept, other, *twins = [builders.guardian(email="twin@example.org") for _ in range(4)]
    Contact.objects.filter(pk__in=[contact.pk for contact in twins]).update(name="Twin Sample")
    duplicates.merge(kept.pk, other.pk, by="somebody", why="")
    shown = {contact.family_id for contact in (*twins, *Contact.objects.filter(pk__in=[kept.pk, other.pk]))}
    client.get(reverse("console:duplicates"))
    assert {(actor, act) for actor, act, _ in noted()} == {(EMAIL, looks.COMPARED)}
    assert {family for _, _, family in noted()} == shown
    assert one.family_id not in shown


def test_a_form_that_names_somebody_is_a_look_too_and_whoever_shares_the_address(client: Client, one: Contact) -> None:
    other = builders.guardian(email="amina@example.org")
    client.get(reverse("console:add-address", args=[one.pk]))
    point = one.points.get(channel="email")
    client.post(reverse("console:act-address", args=[point.pk, "correct"]), {})
    assert noted() == [
        (EMAIL, looks.OPENED, one.family_id),
        (EMAIL, looks.ADDRESS, one.family_id),
        (EMAIL, looks.ADDRESS, other.family_id),
    ]


def test_doubts_name_no_family_so_they_are_no_look(client: Client, one: Contact) -> None:
    sent = broadcast()
    meant(sent, one)
    doubt(delivery(sent, one, DeliveryStatus.UNKNOWN, address=builders.phone(7)), person=True)
    page = client.get(reverse("console:doubts")).content.decode()
    assert "They went out" in page
    for personal in (one.name, "Amina", builders.phone(7), builders.phone(7)[-4:]):
        assert personal not in page
    assert noted() == []


def test_the_same_look_within_five_minutes_stands_once_beside_anothers(client: Client, one: Contact) -> None:
    for who in (client, client, signed_in(Role.OFFICE)):
        who.get(reverse("console:family", args=[one.family_id]))
    assert [actor for actor, _, _ in noted()] == [EMAIL, "office@district.example.org"]


def test_what_somebody_may_not_see_and_a_search_that_finds_nobody_are_no_look(client: Client, one: Contact) -> None:
    client.get(reverse("console:roster"), {"q": "Nobody"})
    client.get(reverse("console:family", args=[999_999]))
    signed_in(Role.VIEWER).get(reverse("console:family", args=[one.family_id]))
    assert noted() == []


def test_fifty_families_of_a_search_cost_one_insert(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        looks.note(EMAIL, looks.FOUND, range(1, 51))


def test_a_ledger_that_takes_no_writes_keeps_nobody_from_a_familys_phone(
    client: Client, one: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(looks, "note", locked)
    assert client.get(reverse("console:family", args=[one.family_id])).status_code == 200


def test_the_page_is_narrowed_to_a_family_and_leads_there(client: Client, one: Contact) -> None:
    looks.note("otto@district.example.org", looks.OPENED, [one.family_id or 0])
    looks.note("cora@district.example.org", looks.OPENED, [77_001])
    page = client.get(reverse("console:audit-looks"), {"family": one.family_id}).content.decode()
    assert "otto@district.example.org" in page
    assert "cora@district.example.org" not in page
    assert reverse("console:family", args=[one.family_id]) in page
    link = f"{reverse('console:audit-looks')}?family={one.family_id}"
    assert link in client.get(reverse("console:family", args=[one.family_id])).content.decode()
    file = b"".join(client.get(reverse("console:export-looks"), {"actor": "cora"})).decode()  # type: ignore[arg-type]
    assert "77001" in file
    assert "otto" not in file


def test_files_of_families_stand_in_the_audit_log_itself(client: Client, one: Contact) -> None:
    sent = builders.broadcast()
    for name in ("report-csv", "calls-csv"):
        client.get(reverse(f"console:{name}", args=[sent.pk]))
    client.get(reverse("console:reachable-csv"))
    found = AuditEntry.objects.filter(act="downloaded data of families").order_by("pk")
    assert [(entry.detail["file"], entry.broadcast_id) for entry in found] == [
        (f"broadcast-{sent.pk}.csv", sent.pk),
        (f"not-reached-{sent.pk}.csv", sent.pk),
        ("without-an-address.csv", None),
    ]


def test_looks_are_vouched_for_once_and_the_chain_holds(client: Client) -> None:
    looks.note(EMAIL, looks.OPENED, [1, 2, 3])
    looks.seal(clock.now())
    assert not AuditEntry.objects.filter(act=looks.SEALED).exists(), "too fresh: another may yet be committed"
    entry = sealed()
    assert entry.detail["looks"] == 3
    assert looks.seal(clock.now()) == 0
    assert (audit.first_break(), looks.first_break()) == (None, None)
    assert "The chain holds" in client.post(reverse("console:verify-audit"), follow=True).content.decode()


def test_a_look_that_an_entry_about_something_else_is_to_vouch_for_shows(client: Client) -> None:
    entry = audit.write("somebody", "looked")
    Look.objects.create(at=clock.now(), actor=EMAIL, act=looks.OPENED, family_id=3, seal=entry)
    assert looks.first_break() == entry


@pytest.mark.parametrize("how", ["changed", "taken away", "put in"])
def test_a_look_that_was_changed_shows(client: Client, how: str) -> None:
    looks.note(EMAIL, looks.OPENED, [1, 2])
    entry = sealed()
    first = Look.objects.order_by("pk")[0]
    if how == "changed":
        Look.objects.filter(pk=first.pk).update(actor="somebody.else@district.example.org")
    elif how == "taken away":
        first.delete()
    else:
        Look.objects.create(at=first.at, actor=EMAIL, act=looks.OPENED, family_id=3, seal=entry.pk)
    assert looks.first_break() == entry.pk
    page = client.post(reverse("console:verify-audit"), follow=True).content.decode()
    assert f"The chain breaks at entry {entry.pk}" in page
