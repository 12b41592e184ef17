"""`send`, `list`, `pause`, `resume`, `cancel` as a person types them."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from broadcaster.broadcasts.models import Broadcast
from broadcaster.cli import main
from broadcaster.cli.send import _instant
from broadcaster.delivery.models import Delivery
from broadcaster.kinds import BadInput
from broadcaster.settings import SETTINGS
from tests import builders

pytestmark = pytest.mark.django_db

TEMPLATE = "mps-technical-difficulties"
FIELDS = ("--set", "school_name=South High")


@pytest.fixture(autouse=True)
def _a_roster() -> None:
    builders.families(3)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> "Run":
    return Run(capsys)


class Run:
    """Runs a command in this process; keeps what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = main(words)
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err

    def json(self, *words: str) -> dict[str, object]:
        code, out, err = self(*words, "--json")
        assert code == 0, err
        found: dict[str, object] = json.loads(out)
        return found


def test_send_returns_at_once_with_its_number_and_approves_for_one_school(run: Run) -> None:
    sent = run.json("send", TEMPLATE, "--audience", 'school:"Lake Harriet Elementary"')
    made = Broadcast.objects.get()
    assert sent == {"id": made.pk, "status": "approved", "roster": None}
    assert made.channels == ["email", "sms"]


def test_an_emergency_waits_for_a_second_person_unless_a_reason_releases_it(run: Run) -> None:
    assert run.json("send", "lockdown", *FIELDS, "--audience", "district")["status"] == "in_review"
    released = run.json("send", "lockdown", *FIELDS, "--audience", "district", "--reason", "sign-on is down")
    assert released["status"] == "approved"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["mps-technical", "--audience", "district"], "mps-technical"),
        ([TEMPLATE, "--audience", "school:Nowhere"], "Nowhere"),
        ([TEMPLATE, "--audience", "distrct"], "distrct"),
        ([TEMPLATE, "--audience", "district", "--set", "colour=red"], "colour"),
        ([TEMPLATE, "--audience", "district", "--set", "colour"], "colour"),
        ([TEMPLATE, "--audience", "district", "--channels", "fax"], "fax"),
        ([TEMPLATE, "--audience", "district", "--at", "noon"], "noon"),
        ([TEMPLATE, "--audience", "district", "--at", "2020-01-01 08:00"], "2020-01-01 08:00"),
        ([TEMPLATE, "--audience", "grade:12"], "12"),
        ([TEMPLATE], "--audience"),
    ],
)
def test_wrong_input_is_one_line_that_names_it_and_nothing_is_kept(run: Run, words: list[str], named: str) -> None:
    code, out, err = run("send", *words)
    assert (code, out) == (2, "")
    assert named in err
    assert err.count("\n") == 1
    assert not Broadcast.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("command", ["pause", "resume", "cancel", "report"])
@pytest.mark.parametrize("number", ["999", "seven", "-1", "9" * 30])
def test_a_broadcast_that_is_not_there_is_named(run: Run, command: str, number: str) -> None:
    code, _, err = run(command, number) if number != "-1" else run(command, "--", number)
    assert code == 2
    assert number in err
    assert err.count("\n") == 1


def test_pause_resume_and_cancel(run: Run) -> None:
    made = builders.broadcast()
    assert run.json("pause", str(made.pk)) == {"id": made.pk, "status": "paused"}
    assert run.json("resume", str(made.pk)) == {"id": made.pk, "status": "sending"}
    assert run.json("cancel", str(made.pk)) == {"id": made.pk, "status": "cancelled"}
    code, _, err = run("resume", str(made.pk))
    assert code == 2
    assert "cancelled" in err


def test_list_shows_the_newest_first(run: Run) -> None:
    first, second = builders.broadcast(), builders.broadcast()
    listed = run.json("list")["broadcasts"]
    assert isinstance(listed, list)
    assert [line["id"] for line in listed] == [second.pk, first.pk]


def test_a_time_is_the_districts_own() -> None:
    zone = ZoneInfo(SETTINGS.district.district.time_zone)
    tomorrow = datetime.now(zone) + timedelta(days=1)
    instant = _instant(f"{tomorrow:%Y-%m-%d} 08:15")
    assert instant is not None
    assert datetime.fromtimestamp(instant, zone).strftime("%H:%M") == "08:15"


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(BadInput, match="does not exist"):
        _instant("2027-03-14 02:30")


def test_send_says_who_would_not_get_what_was_written_for_them_and_lets_a_language_out(run: Run) -> None:
    builders.student(builders.guardian(sms=builders.phone(9), language="es"))
    lockdown = ("send", "lockdown", "--audience", "district", *FIELDS, "--reason", "now")
    code, out, _ = run(*lockdown)
    assert code == 0
    assert out.startswith("The roster was never imported.\nSpanish is a draft nobody has reviewed: 1 family gets plain")
    assert "To send the draft: --unreviewed es.\nBroadcast " in out
    code, out, _ = run(*lockdown, "--unreviewed", "Spanish")
    assert "\nSpanish goes out as you asked" in out
    assert Broadcast.objects.latest("id").wordings.filter(language="es").exists()
    assert set(run.json(*lockdown, "--unreviewed", "es")) == {"id", "status", "roster"}


def test_who_hands_in_is_told_that_the_second_person_decides(run: Run) -> None:
    code, out, _ = run("send", "lockdown", "--audience", "district", *FIELDS, "--unreviewed", "so,es")
    assert code == 0
    assert "waits for a second person, who also decides on --unreviewed es,so." in out


@pytest.mark.parametrize("language", ["ar", "klingonish"])
def test_a_language_that_cannot_be_let_out_is_refused_and_no_draft_is_kept(run: Run, language: str) -> None:
    code, out, err = run("send", "lockdown", "--audience", "district", *FIELDS, "--unreviewed", language)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"'{language}'" in err
    assert not Broadcast.objects.exists()
