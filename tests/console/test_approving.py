"""Four eyes: somebody else approves, of what they have seen, and a change asks again."""

import re

import pytest
from django.urls import reverse

from broadcaster.broadcasts import drafts, submissions
from broadcaster.broadcasts.models import AuditEntry, Broadcast, Draft
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.word import releasing
from broadcaster.people.roles import Role
from tests.browser.people import SCHOOL, signed_in, somebody

from .conftest import Post
from .test_writing import CLOSURE, ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_schools")]

WRITER, SECOND = "writer@district.example.org", "second@district.example.org"


def handed_in(post: Post) -> Broadcast:
    """A closure for the district that waits for a second person."""
    draft = ready()
    post(signed_in(Role.COMMUNICATIONS, email=WRITER), "draft-check", draft, number="5", send="1")
    broadcast = Broadcast.objects.get()
    assert broadcast.status == BroadcastStatus.IN_REVIEW
    return broadcast


def answer(broadcast: Broadcast, who: str, **typed: object) -> str:
    """What the page says to an answer; empty where it leads elsewhere."""
    last = submissions.newest(broadcast)
    assert last is not None
    client = signed_in(Role.COMMUNICATIONS, email=who)
    page = client.post(reverse("console:approve", args=[broadcast.pk]), {"seen": last.pk, **typed})
    broadcast.refresh_from_db()
    return page.content.decode()


def test_whoever_wrote_it_can_not_approve_it(post: Post) -> None:
    broadcast = handed_in(post)
    answer(broadcast, WRITER, approve="1")
    assert broadcast.status == BroadcastStatus.IN_REVIEW


def test_a_second_person_approves_and_the_content_is_frozen(post: Post) -> None:
    broadcast = handed_in(post)
    answer(broadcast, SECOND, approve="1")
    assert (broadcast.status, broadcast.approved_by) == (BroadcastStatus.APPROVED, SECOND)
    assert broadcast.counts["families"] == 5


def test_sent_back_with_a_note_changed_and_handed_in_again_it_is_approved_anew(post: Post) -> None:
    broadcast = handed_in(post)
    seen = submissions.newest(broadcast)
    assert seen is not None
    answer(broadcast, SECOND, back="1", note="It is the second of December.")
    assert broadcast.status == BroadcastStatus.DRAFT
    draft = Draft.objects.get()
    writer = signed_in(Role.COMMUNICATIONS, email=WRITER)
    assert (
        "It is the second of December." in writer.get(reverse("console:draft-what", args=[draft.pk])).content.decode()
    )
    post(writer, "draft-what", draft, v__date="2026-12-02", v__reason="ice")
    post(writer, "draft-check", draft, number="5", send="1")
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.IN_REVIEW
    stale = answer(broadcast, SECOND, approve="1", seen=seen.pk)
    assert "was changed since you looked at it" in stale
    page = signed_in(Role.COMMUNICATIONS, email=SECOND).get(reverse("console:approve", args=[broadcast.pk]))
    assert re.search("<del>[^<]*snow", page.content.decode())
    answer(broadcast, SECOND, approve="1")
    assert broadcast.status == BroadcastStatus.APPROVED


def test_a_note_is_needed_to_send_it_back(post: Post) -> None:
    broadcast = handed_in(post)
    assert "Say what should be changed" in answer(broadcast, SECOND, back="1")
    assert broadcast.status == BroadcastStatus.IN_REVIEW


def test_in_an_emergency_one_person_releases_it_with_a_reason_and_the_others_are_told(
    post: Post, told: list[str]
) -> None:
    somebody(Role.COMMUNICATIONS, email=SECOND)
    broadcast = handed_in(post)
    assert "Say why" in answer(broadcast, WRITER, release="1")
    answer(broadcast, WRITER, release="1", reason="Nobody answers the phone.")
    assert broadcast.status == BroadcastStatus.APPROVED
    entry = AuditEntry.objects.get(act="released alone")
    assert entry.detail["reason"] == "Nobody answers the phone."
    assert told == [], "the page waits for no provider"
    releasing.tell_all()
    assert told == [SECOND]


def test_a_general_message_is_never_released_alone(post: Post) -> None:
    draft = ready()
    Draft.objects.filter(pk=draft.pk).update(template="mps-technical-difficulties", values={})
    post(
        signed_in(Role.COMMUNICATIONS, email=WRITER), "draft-check", draft, number="5", release="1", reason="I want to"
    )
    assert not Broadcast.objects.filter(status=BroadcastStatus.APPROVED).exists()


def test_an_offices_own_notice_needs_nobody_else_and_its_emergency_does(post: Post) -> None:
    office = somebody(Role.OFFICE)
    draft = drafts.begin("mps-technical-difficulties", office.email, office.school)
    post(signed_in(Role.OFFICE), "draft-check", draft, send="1")
    assert Broadcast.objects.get().status == BroadcastStatus.APPROVED
    emergency = ready(audience=f'school:"{SCHOOL}"', school=office.school)
    post(signed_in(Role.OFFICE), "draft-check", emergency, send="1")
    assert Broadcast.objects.get(template=CLOSURE).status == BroadcastStatus.IN_REVIEW


def test_a_drill_needs_nobody_else_and_goes_to_no_provider(post: Post) -> None:
    draft = ready(drill=True)
    post(signed_in(Role.ADMINISTRATOR), "draft-check", draft, send="1")
    broadcast = Broadcast.objects.get()
    assert (broadcast.status, broadcast.drill) == (BroadcastStatus.APPROVED, True)


@pytest.mark.parametrize(("ticked", "public"), [({"public": "1"}, True), ({}, False)])
def test_who_approves_decides_whether_it_stands_on_the_notice_board(
    post: Post, ticked: dict[str, str], public: bool
) -> None:
    broadcast = handed_in(post)
    answer(broadcast, SECOND, approve="1", **{"public-asked": "1"}, **ticked)
    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.public) == (BroadcastStatus.APPROVED, public)
