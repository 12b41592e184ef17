"""`doubts` and `settle` as a person types them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.cli import main
from broadcaster.delivery import wake
from broadcaster.delivery.models import Delivery, Doubt
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from tests.reports import builders

pytestmark = pytest.mark.django_db

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def rings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    heard: list[str] = []
    monkeypatch.setattr(wake, "_ring", lambda calls: heard.extend(task for task, _, _ in calls))
    return heard


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> tuple[int, str, str]:
        code = main(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def in_doubt(mails: int = 3, *, channel: Channel = Channel.EMAIL, **fields: Any) -> Broadcast:
    """A broadcast with so many messages that wait for a person, in one request."""
    made = builders.broadcast(status=BroadcastStatus.SENDING)
    values = {"person": True, "request": "7xk2ab-1-1", "cause": "HTTP 500", "since": clock.now() - 1200, **fields}
    for _ in range(mails):
        one = builders.delivery(made, builders.family(), DeliveryStatus.UNKNOWN, channel=channel)
        Doubt.objects.filter(pk=builders.doubt(one).pk).update(**values)
    return made


def told(run: Run, *words: str) -> Any:
    code, out, err = run(*words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_without_doubts_it_says_so(run: Run) -> None:
    assert run("doubts") == (0, "Nothing is in doubt.\n", "")
    assert told(run, "doubts") == {"waiting": [], "asked_about": []}


def test_what_waits_is_listed_with_what_is_known_and_what_to_type(run: Run) -> None:
    made = in_doubt()
    builders.delivery(made, builders.family(), channel=Channel.EMAIL)
    _, out, _ = run("doubts")
    for said in (
        f"{made.pk}  Plain (sending): 3 mails, in doubt for 20 min",
        "The provider answered with an error (HTTP 500).",
        "The provider's log was not asked: see `SendGrid account` in `broadcaster doctor`.",
        "No event about any of them has come.",
        "Events about one other mail of this broadcast did come.",
        f"broadcaster settle {made.pk} --sent --request 7xk2ab-1-1\n",
        f"broadcaster settle {made.pk} --send-again --request 7xk2ab-1-1\n",
    ):
        assert said in out


def test_what_the_mail_vendors_log_says_is_told(run: Run) -> None:
    in_doubt(answer="not listed")
    _, out, _ = run("doubts")
    assert "The provider does not list 3, and may still be at them." in out
    assert "was not asked" not in out


def test_what_the_providers_are_asked_about_stands_apart(run: Run) -> None:
    in_doubt(2, channel=Channel.SMS, person=False, asks=4, answer="no answer")
    _, out, _ = run("doubts")
    assert "There is nothing to do:" in out
    assert "Asked 4 times at most" in out
    assert "does not answer the question about 2." in out
    assert "settle" not in out


def test_json_has_a_group_for_each_request_and_one_for_all_texts(run: Run) -> None:
    made = in_doubt()
    Doubt.objects.filter(pk=Doubt.objects.latest("pk").pk).update(request="7xk2ab-1-2")
    in_doubt(2, channel=Channel.SMS)
    Doubt.objects.filter(pk=Doubt.objects.latest("pk").pk).update(request="7xk2ab-2-9")
    waiting = told(run, "doubts")["waiting"]
    assert sorted((one["channel"], one["request"], one["deliveries"]) for one in waiting) == [
        ("email", "7xk2ab-1-1", 2),
        ("email", "7xk2ab-1-2", 1),
        ("sms", "", 2),
    ]
    assert {one["id"] for one in told(run, "doubts", str(made.pk))["waiting"]} == {made.pk}


def test_a_cancelled_broadcast_waits_for_nobody(run: Run) -> None:
    made = in_doubt()
    Broadcast.objects.filter(pk=made.pk).update(status=BroadcastStatus.CANCELLED)
    assert told(run, "doubts")["waiting"] == []


def test_settle_sent(run: Run) -> None:
    made = in_doubt()
    assert told(run, "settle", str(made.pk), "--sent", "--reason", "seen there") == {
        "id": made.pk,
        "status": "sending",
        "settled": 3,
        "as": "sent",
    }
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ((), "either --sent or --send-again"),
        (("--sent", "--send-again"), "either --sent or --send-again"),
        (("--sent", "--request", "nowhere"), "nowhere"),
        (("--sent", "--channel", "fax"), "fax"),
        (("--sent", "--channel", "sms"), "sms"),
    ],
)
def test_wrong_input_is_one_line_that_names_it_and_changes_nothing(
    run: Run, words: tuple[str, ...], named: str
) -> None:
    code, out, err = run("settle", str(in_doubt().pk), *words)
    assert (code, out) == (2, "")
    assert named in err
    assert err.count("\n") == 1
    assert set(Delivery.objects.values_list("status", flat=True)) == {"unknown"}


@pytest.mark.parametrize("words", [("doubts", "999"), ("settle", "999", "--sent"), ("doubts", "seven")])
def test_a_broadcast_that_is_not_there_is_named(run: Run, words: tuple[str, ...]) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert words[1] in err


def test_nothing_to_settle_is_one_line(run: Run) -> None:
    made = in_doubt(person=False)
    code, out, err = run("settle", str(made.pk), "--sent")
    assert (code, out) == (2, "")
    assert err == (
        f"broadcaster: nothing of broadcast {made.pk} waits for a person; the providers are still being asked about 3\n"
    )
