"""The report as people read it: the sentence first, true at every stage, and never wider than 80 columns."""

import io
from typing import Any

import pytest
from rich.console import Console

from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.cli import page
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.reasons import Reason
from broadcaster.reports.counts import report
from broadcaster.reports.headline import headline
from tests import builders as roster
from tests.reports import builders

pytestmark = pytest.mark.django_db
S = DeliveryStatus


def shown(sent: Broadcast) -> str:
    console = Console(file=io.StringIO(), width=80)
    page.show(report(sent.pk), console)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    return text


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def some_reached(**fields: Any) -> Broadcast:
    """Two of three families reached, at 2 s and at 12 s."""
    sent = builders.broadcast(**fields)
    for after in (2, 12):
        ana = builders.family()
        builders.meant(sent, ana)
        builders.delivery(sent, ana, after=after)
    ben = builders.family()
    builders.meant(sent, ben)
    builders.delivery(sent, ben, S.FAILED, reason=Reason.INVALID_NUMBER)
    return sent


def test_a_complete_report_begins_with_the_families_reached() -> None:
    text = shown(some_reached())
    assert "2 of 3 families reached. 1 not: see who." in text
    assert "Families reached: half after 12 s." in text
    assert "2 of 3 students have a family that was reached." in text
    assert "broadcaster report" in text
    assert "--calls calls.csv" in text


def test_a_report_of_everybody_reached_says_that_nobody_is_missing() -> None:
    sent, ana = builders.broadcast(), builders.family()
    builders.meant(sent, ana)
    builders.delivery(sent, ana)
    assert "1 of 1 families reached. Nobody is missing." in shown(sent)


def test_reasons_stand_in_plain_words_with_what_to_do() -> None:
    text = in_one_line(shown(some_reached()))
    assert "1 The phone number does not exist. Ask the family for the right one." in text


def test_an_unfinished_report_says_so_far_and_as_of_now() -> None:
    sent = some_reached(status=BroadcastStatus.SENDING)
    builders.delivery(sent, builders.family(), S.QUEUED)
    builders.delivery(sent, builders.family(), S.SENT)
    text = in_one_line(shown(sent))
    assert "2 of 3 families reached so far. 1 not yet: see who." in text
    assert "sending, as of now" in text
    assert "1 message has yet to go out." in text
    assert "1 message waits for a receipt." in text


def test_while_planning_no_total_is_named() -> None:
    text = in_one_line(shown(some_reached(planned=False, status=BroadcastStatus.SENDING)))
    assert "2 families reached so far. It is still being planned: all numbers here will grow." in text
    assert "of 3 families" not in text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": BroadcastStatus.DRAFT}, "This is a draft: nothing has gone out."),
        ({"status": BroadcastStatus.IN_REVIEW}, "This waits for a second person to approve it: nothing has gone out."),
        (
            {"status": BroadcastStatus.PAUSED, "status_reason": "Twilio refused the key"},
            "Paused: Twilio refused the key. 2 of 3 families reached so far.",
        ),
        (
            {"status": BroadcastStatus.CANCELLED, "status_reason": "It was a mistake."},
            "Cancelled: It was a mistake. 2 of 3 families reached.",
        ),
        (
            {"status": BroadcastStatus.CANCELLED, "planned": False},
            "Cancelled: no reason was given. 2 families reached. It was cancelled before all of it was planned.",
        ),
    ],
)
def test_what_stopped_it_is_said_first(fields: dict[str, Any], said: str) -> None:
    assert said in in_one_line(shown(some_reached(**fields)))


def test_an_approved_broadcast_says_when_it_goes_out() -> None:
    sent = roster.broadcast(status=BroadcastStatus.APPROVED)
    Broadcast.objects.filter(pk=sent.pk).update(started_at=None)
    assert headline(report(sent.pk)) == "Approved. It goes out as soon as a worker takes it up."
    Broadcast.objects.filter(pk=sent.pk).update(due_at=4_102_500_000.0)
    assert headline(report(sent.pk)).startswith("Approved. It goes out at 1 Jan 2100, 9:20:00 a.m. CST (in ")


def test_an_empty_audience_is_said_plainly() -> None:
    assert "The audience is empty: there is nobody to write to." in shown(builders.broadcast())


def test_staff_are_called_staff() -> None:
    sent, ana, ben = builders.broadcast(audience="staff"), roster.staff_member(), roster.staff_member()
    builders.meant(sent, ana, ben)
    builders.delivery(sent, ana, channel=Channel.EMAIL)
    text = shown(sent)
    assert "1 of 2 staff members reached. 1 not: see who." in text
    assert "families reached" not in text


def test_sandbox_and_drill_stand_in_a_band_over_the_page() -> None:
    assert "/ SANDBOX: email and text went to the simulated provider, to no family /" in shown(builders.broadcast())
    assert "/ DRILL: no family got this /" in shown(builders.broadcast(drill=True))


def test_the_worst_school_stands_first_and_the_good_ones_are_summed_up() -> None:
    sent = builders.broadcast()
    for name, statuses in {
        "Anwatin Middle": [S.DELIVERED, S.DELIVERED],
        "North High": [S.DELIVERED, S.FAILED],
        "South High": [S.FAILED, S.FAILED],
    }.items():
        for status in statuses:
            ana = builders.family(roster.school(name))
            builders.meant(sent, ana)
            builders.delivery(sent, ana, status)
    text = shown(sent)
    assert text.index("South High") < text.index("North High") < text.index("1 school where every family was reached")
    assert "Anwatin" not in text


def test_only_ten_schools_are_listed() -> None:
    sent = builders.broadcast()
    for number in range(12):
        ana = builders.family(roster.school(f"School {number:02}"))
        builders.meant(sent, ana)
        builders.delivery(sent, ana, S.FAILED)
    text = shown(sent)
    assert "School 09" in text
    assert "School 10" not in text
    assert "2 schools more with families missing" in text


def test_languages_have_their_names_where_there_are_several() -> None:
    sent = builders.broadcast()
    for tag in ("en", "so"):
        builders.delivery(sent, builders.family(language=tag))
    assert "Somali" in shown(sent)


def test_no_line_is_wider_than_80_columns() -> None:
    sent = some_reached(
        status=BroadcastStatus.PAUSED,
        audience='school:"Lake Harriet Elementary" or ' * 9 + "staff",
        status_reason="why " * 60,
    )
    for status in S:
        if status is not S.SENDING:
            for language in ("en", "hmn"):
                builders.delivery(
                    sent, builders.family(roster.school("A very long name " * 9), language=language), status
                )
    assert max(len(line.rstrip()) for line in shown(sent).splitlines()) <= 80
