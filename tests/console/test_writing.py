"""Writing a broadcast: nothing typed is lost, nobody writes over another unseen, and it is sent once."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from broadcaster.broadcasts import approval, drafts
from broadcaster.broadcasts.models import AuditEntry, Broadcast, Draft
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.people.roles import Role
from tests import builders
from tests.browser.people import SCHOOL, signed_in, somebody

from .conftest import Post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_schools")]

CLOSURE = "weather-closure"


def ready(audience: str = "district", **fields: Any) -> Draft:
    """A draft with nothing missing."""
    draft = drafts.begin(CLOSURE, "writer@example.org", fields.pop("school", None))
    who = {"kind": "district" if audience == "district" else "words", "words": audience}
    return drafts.save(
        draft, 1, "writer@example.org", values={"date": "2026-12-01"}, who=who, audience=audience, **fields
    )


def test_what_is_wrong_is_kept_and_said_beside_the_field(post: Post) -> None:
    client, draft = signed_in(Role.COMMUNICATIONS), ready()
    answer = post(client, "draft-what", draft, v__date="the first of May", v__reason="snow", go="who")
    assert answer.status_code == 200
    assert "should be a date written YYYY-MM-DD" in answer.content.decode()
    assert 'value="the first of May"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.values["date"] == "the first of May"


def test_the_second_of_two_writers_sees_both_and_chooses(post: Post) -> None:
    draft = ready()
    first, second = signed_in(Role.COMMUNICATIONS), signed_in(Role.COMMUNICATIONS, email="other@example.org")
    opened = draft.version
    post(first, "draft-what", draft, v__date="2026-12-02", v__reason="ice")
    answer = post(second, "draft-what", draft, version=opened, v__date="2026-12-03", v__reason="ice", go="who")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "communications@district.example.org has changed this draft meanwhile" in page
    assert "2026-12-02" in page
    assert "2026-12-03" in page
    draft.refresh_from_db()
    assert draft.values["date"] == "2026-12-02"
    kept = post(second, "draft-what", draft, v__date="2026-12-03", v__reason="ice", go="who")
    assert kept.status_code == 302
    draft.refresh_from_db()
    assert draft.values["date"] == "2026-12-03"


def test_ones_own_second_window_is_no_second_person(post: Post) -> None:
    draft, client = ready(), signed_in(Role.COMMUNICATIONS)
    opened = draft.version
    post(client, "draft-what", draft, v__date="2026-12-02")
    assert post(client, "draft-what", draft, version=opened, v__date="2026-12-03", go="who").status_code == 302


def test_what_was_typed_into_a_session_that_is_over_is_there_after_signing_in(post: Post) -> None:
    draft, client = ready(), Client()
    answer = post(client, "draft-what", draft, v__date="2026-12-24", go="who")
    assert answer.headers["Location"].startswith(reverse("account_login"))
    client.force_login(somebody(Role.COMMUNICATIONS), backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("console:draft-what", args=[draft.pk])
    page = client.get(address)
    assert page.status_code == 302, "it goes on to where the button led"
    draft.refresh_from_db()
    assert draft.values["date"] == "2026-12-24"
    assert client.get(address).status_code == 200, "and is sent once"


def test_a_double_click_on_send_sends_once(post: Post) -> None:
    draft, client = ready(), signed_in(Role.COMMUNICATIONS)
    version = draft.version
    for _ in range(2):
        answer = post(client, "draft-check", draft, version=version, number="5", send="1")
        assert answer.headers["Location"] == reverse("console:broadcast", args=[Broadcast.objects.get().pk])
    assert Broadcast.objects.get().status == BroadcastStatus.IN_REVIEW
    assert AuditEntry.objects.filter(act="submitted").count() == 1


def test_the_number_of_families_has_to_be_typed_for_more_than_one_school(post: Post) -> None:
    draft, client = ready(), signed_in(Role.COMMUNICATIONS)
    answer = post(client, "draft-check", draft, number="4", send="1")
    assert "This is not the number of families" in answer.content.decode()
    assert not Broadcast.objects.exists()


def test_a_draft_with_something_missing_can_not_be_handed_in(post: Post) -> None:
    draft, client = ready(), signed_in(Role.COMMUNICATIONS)
    Draft.objects.filter(pk=draft.pk).update(values={})
    answer = post(client, "draft-check", draft, number="5", send="1")
    assert "Still to fill in: Day schools are closed" in answer.content.decode()
    assert not Broadcast.objects.exists()


def test_a_school_office_writes_to_its_own_school_whatever_it_sends(post: Post) -> None:
    office = somebody(Role.OFFICE)
    client = signed_in(Role.OFFICE)
    draft = drafts.begin(CLOSURE, office.email, office.school)
    assert draft.audience == f'school:"{SCHOOL}"'
    post(client, "draft-who", draft, kind="words", words='district or school:"South High"')
    draft.refresh_from_db()
    assert draft.audience == f'school:"{SCHOOL}" and (district or school:"South High")'
    page = client.get(reverse("console:draft-check", args=[draft.pk])).content.decode()
    assert "<b>3</b> families" in page


def test_a_school_office_sees_no_draft_of_another_school() -> None:
    draft = ready()
    for page in ("what", "who", "when", "check"):
        assert signed_in(Role.OFFICE).get(reverse(f"console:draft-{page}", args=[draft.pk])).status_code == 404


def test_an_administrator_rehearses_and_can_do_no_more(post: Post) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    client.post(reverse("console:new"), {"template": CLOSURE})
    draft = Draft.objects.get()
    assert draft.drill
    post(client, "draft-when", draft, channels=["email"], when="now", drill="")
    draft.refresh_from_db()
    assert draft.drill


def test_words_changed_for_this_broadcast_are_checked_as_the_library_is(post: Post) -> None:
    draft, client = ready(), signed_in(Role.COMMUNICATIONS)
    wrong = post(client, "draft-what", draft, v__date="2026-12-01", edit="en", w__sms="Closed {{ dat }}.", go="who")
    assert "dat" in wrong.content.decode()
    assert wrong.status_code == 200
    right = post(client, "draft-what", draft, v__date="2026-12-01", edit="en", w__sms="Closed {{ date }}.", go="who")
    assert right.status_code == 302
    draft.refresh_from_db()
    assert draft.changes == {"en": {"sms": "Closed {{ date }}."}}


def test_a_draft_is_thrown_away_after_being_asked_and_what_came_back_to_it_is_cancelled(post: Post) -> None:
    draft, client = ready(), signed_in(Role.COMMUNICATIONS)
    post(client, "draft-check", draft, number="5", send="1")
    broadcast = Broadcast.objects.get()
    approval.send_back(broadcast, "second@example.org", "Not today.")
    address = reverse("console:discard", args=[drafts.reopen(broadcast, "writer@example.org").pk])
    assert client.get(address).status_code == 200
    assert Draft.objects.exists()
    client.post(address)
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.CANCELLED
    assert not Draft.objects.exists()


def test_a_correction_goes_to_everybody_who_got_what_was_wrong(post: Post) -> None:
    wrong = builders.broadcast(status=BroadcastStatus.SENDING)
    client = signed_in(Role.COMMUNICATIONS)
    client.post(reverse("console:again", args=[wrong.pk]), {"how": "correct"})
    draft = Draft.objects.get()
    assert (draft.follows_id, draft.corrects, draft.audience) == (wrong.pk, True, "district")
    assert drafts.everybody(draft) == f"broadcast:{wrong.pk} or (district)"


def test_an_office_acts_on_its_own_schools_broadcasts_and_sees_no_others(post: Post) -> None:
    post(signed_in(Role.COMMUNICATIONS), "draft-check", ready(), number="5", send="1")
    districts = Broadcast.objects.get()
    office = signed_in(Role.OFFICE)
    for page in ("broadcast", "approve", "cancel"):
        assert office.get(reverse(f"console:{page}", args=[districts.pk])).status_code == 404
    own = ready(audience=f'school:"{SCHOOL}"', school=somebody(Role.OFFICE).school)
    post(office, "draft-check", own, send="1")
    mine = Broadcast.objects.exclude(pk=districts.pk).get()
    assert office.get(reverse("console:approve", args=[mine.pk])).status_code == 200
    assert signed_in(Role.VIEWER).get(reverse("console:broadcast", args=[districts.pk])).status_code == 404


def test_the_list_asks_no_more_questions_for_many_drafts_than_for_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = signed_in(Role.COMMUNICATIONS)
    ready()
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("console:broadcasts"))
    for _ in range(8):
        ready()
    with django_assert_max_num_queries(len(one)):
        client.get(reverse("console:broadcasts"))


def test_who_writes_to_staff_sees_the_greeting_that_staff_read() -> None:
    builders.staff_member(email="s@example.org", at=builders.school(SCHOOL))
    draft = drafts.begin("clever-issues", "writer@example.org")
    client = signed_in(Role.COMMUNICATIONS)
    ours = "Estimada familia de nuestros estudiantes:"
    for audience, greeting in (("staff", ours), ("staff or district", "Estimada familia de Student")):
        Draft.objects.filter(pk=draft.pk).update(audience=audience)
        page = client.get(reverse("console:draft-mail", args=[draft.pk, "es"])).content.decode()
        assert greeting in page
        assert "Amina and Yusuf" not in page
