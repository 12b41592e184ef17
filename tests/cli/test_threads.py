"""`send --follows` and `--corrects`: without an audience it is that of the broadcast before."""

import json

import pytest

from broadcaster.broadcasts.models import Broadcast
from broadcaster.cli import main
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def decided_alone(policies) -> None:
    policies(four_eyes=False)
    for name in ("South", "North"):
        builders.student(builders.guardian(email=f"{name}@example.org"), at=builders.school(name))


def send(capsys: pytest.CaptureFixture[str], *arguments: str) -> Broadcast:
    assert main(["send", "mps-technical-difficulties", *arguments, "--json"]) == 0
    return Broadcast.objects.get(pk=json.loads(capsys.readouterr().out)["id"])


def test_an_update_and_a_correction_need_no_audience_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    first = send(capsys, "--audience", "district")
    update = send(capsys, "--follows", str(first.pk))
    correction = send(capsys, "--corrects", str(update.pk), "--audience", "school:South")
    assert update.audience == f"broadcast:{first.pk} or (district)"
    assert correction.audience == f"broadcast:{update.pk} or (school:South)"
    assert [first.public, update.public, correction.public] == [True, True, True]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "--audience"),
        (("--follows", "4711"), "4711"),
        (("--follows", "x"), "x"),
        (("--follows", "1", "--corrects", "2"), "--corrects 2"),
        (("--audience", "district", "--drill", "--public"), "--public"),
        (("--audience", "broadcast:4711"), "4711"),
    ],
)
def test_what_can_not_be_followed_is_one_line_that_names_it(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], named: str
) -> None:
    assert main(["send", "mps-technical-difficulties", *arguments]) == 2
    said = capsys.readouterr().err.strip()
    assert named in said
    assert "\n" not in said
