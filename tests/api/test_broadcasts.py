"""The way of a broadcast through the API: drafted, submitted, approved as policy wants it, stopped, reported."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client

from broadcaster.broadcasts.models import AuditEntry, Broadcast, Word
from broadcaster.people.roles import Role
from broadcaster.roster.models import Student
from tests import builders
from tests.browser.people import somebody

from .conftest import Asker

pytestmark = pytest.mark.django_db

ORDER = {"template": "mps-technical-difficulties", "audience": "district"}


def test_a_broadcast_goes_its_way_and_takes_a_second_person(
    token: Callable[..., Asker], policies: Callable[..., None]
) -> None:
    policies(four_eyes=True)
    builders.families(3)
    builders.student(builders.guardian(email="far@example.org"), at=builders.school("Another School"))
    first, second = token(name="first"), token(name="second")
    made = first("POST", "/broadcasts", ORDER)
    assert (made.status_code, made.document["status"]) == (201, "draft")
    number = made.document["id"]
    assert first("POST", f"/broadcasts/{number}/submit", {}).document["status"] == "in_review"
    own = first("POST", f"/broadcasts/{number}/approve")
    assert (own.status_code, "somebody else" in own.document["detail"]) == (422, True)
    assert second("POST", f"/broadcasts/{number}/approve").document["status"] == "approved"
    assert AuditEntry.objects.filter(act="approved").get().actor == "API: second"
    report = second("GET", f"/broadcasts/{number}/report").document
    assert (report["id"], report["status"]) == (number, "approved")
    assert second("GET", "/broadcasts").document[0]["id"] == number
    assert first("POST", f"/broadcasts/{number}/cancel").document["status"] == "cancelled"


def test_who_may_approve_is_told_of_what_a_system_releases_alone(
    token: Callable[..., Asker], policies: Callable[..., None]
) -> None:
    policies(four_eyes=True)
    builders.families(1)
    builders.student(builders.guardian(email="far@example.org"), at=builders.school("Another School"))
    somebody(Role.COMMUNICATIONS)
    ask = token()
    number = ask("POST", "/broadcasts", ORDER).document["id"]
    sent = ask("POST", f"/broadcasts/{number}/submit", {"reason": "Nobody answers the phone."})
    assert sent.document["status"] == "approved"
    assert [(word.broadcast_id, word.person.email) for word in Word.objects.all()] == [
        (number, "communications@district.example.org")
    ]


def test_a_repeated_request_is_done_once_and_gets_the_same_answer(token: Callable[..., Asker]) -> None:
    builders.families(1)
    ask = token()
    answers = [ask("POST", "/broadcasts", ORDER, **{"Idempotency-Key": "monday-1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].document == answers[1].document
    assert Broadcast.objects.count() == 1
    other = ask("POST", "/broadcasts", {**ORDER, "audience": "staff"}, **{"Idempotency-Key": "monday-1"})
    assert (other.status_code, other.headers["Content-Type"]) == (422, "application/problem+json")


def test_a_request_that_failed_may_be_tried_again_with_its_key(token: Callable[..., Asker]) -> None:
    builders.families(1)
    ask = token()
    assert ask("POST", "/broadcasts/99/submit", {}, **{"Idempotency-Key": "k"}).status_code == 404
    assert ask("POST", "/broadcasts", ORDER, **{"Idempotency-Key": "k"}).status_code == 201


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({**ORDER, "template": "nothing"}, "nothing"),
        ({**ORDER, "audience": "school:Atlantis"}, "Atlantis"),
        ({**ORDER, "channels": ["pigeon"]}, "channels"),
        ({**ORDER, "due_at": "1999-01-01T00:00:00Z"}, "1999"),
        ({**ORDER, "surprise": 1}, "surprise"),
        ({}, "template"),
    ],
)
def test_what_can_not_be_used_is_named_in_a_problem(
    token: Callable[..., Asker], body: dict[str, object], word: str
) -> None:
    answer = token()("POST", "/broadcasts", body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert word in str(answer.document)
    assert not Broadcast.objects.exists()


def test_a_roster_is_pushed_as_a_file(token: Callable[..., Asker]) -> None:
    header = b"student_id,student_name,school,contact_id,contact_name,email"
    file = BytesIO(header + b"\nS1,Child,Oak,C1,Adult,a@example.org\n")
    file.name = "../../roster.csv"
    answer = Client(enforce_csrf_checks=True).post(
        "/api/v1/roster", {"file": file}, headers={"Authorization": f"Bearer {token().secret}"}
    )
    assert (answer.status_code, answer.json()["created"]) == (200, 1), answer.content
    assert Student.objects.get().source_id == "S1"


@pytest.mark.parametrize("path", ["/nowhere", "/broadcasts/x", "/broadcasts/99999999999999999999"])
def test_what_is_not_there_is_a_problem_too(token: Callable[..., Asker], path: str) -> None:
    answer = token()("GET", path)
    assert answer.status_code in (404, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"
