"""`preview --audience`: what sending would mean, in words and in JSON; and real families' values."""

import json
import logging

import pytest

from broadcaster.cli import forecast as wording
from broadcaster.cli import main
from broadcaster.delivery.forecasting.forecast import Forecast
from broadcaster.district import District, Prices, School
from broadcaster.kinds import Channel
from broadcaster.settings import SETTINGS
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A segment costs a cent, a mail a tenth of one; the senders are those of the shipped file."""
    monkeypatch.setitem(vars(SETTINGS), "district", District(prices=Prices(segment=0.01, mail=0.001)))


@pytest.fixture
def roster(transactional_db: None) -> None:
    """Two families, one with short names and one with long ones."""
    short, long = (builders.guardian(email=f"g{n}@example.org", sms=builders.phone(n)) for n in (1, 2))
    builders.student(short, at=builders.school("Dell"), name="Bo Le")
    builders.student(long, at=builders.school("Dell"), name="Maximiliana Featherstonehaugh")


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(["preview", *arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.usefixtures("prices")
def test_a_message_says_what_it_costs_and_how_long_its_senders_take(capsys: pytest.CaptureFixture[str]) -> None:
    seen = document(capsys, "clever-issues")
    assert isinstance(seen["sms"], dict)
    assert isinstance(seen["email"], dict)
    assert (seen["sms"]["segments"], seen["sms"]["cost"], seen["sms"]["seconds_each"]) == (2, 0.02, 0.02)
    assert (seen["email"]["cost"], seen["email"]["seconds_each"]) == (0.001, 0.002)


@pytest.mark.usefixtures("prices")
def test_people_see_size_cost_time_and_what_makes_a_text_longer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "bus-delay", "--set", "route=4½漢", "--set", "minutes=5", "--channel", "sms"]) == 0
    said = capsys.readouterr().out
    assert "Text message, 3 segments (UCS-2), 0.0300 USD, 0.03 s at its senders' rate" in said
    assert "Fewer fit in a segment because of ½ (1/2 would do), 漢." in said


def test_a_cost_that_nobody_knows_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    sms = document(capsys, "clever-issues")["sms"]
    assert isinstance(sms, dict)
    assert sms["cost"] is None


@pytest.mark.usefixtures("prices", "roster")
def test_an_audience_is_forecast_beside_what_was_there(capsys: pytest.CaptureFixture[str]) -> None:
    seen = document(capsys, "clever-issues", "--audience", "district")
    assert set(seen) >= {"template", "language", "missing", "email", "sms"}
    said = seen["forecast"]
    assert isinstance(said, dict)
    assert said["messages"] == {"email": 2, "sms": 2}
    assert (said["families"], said["segments"], said["cost"], said["currency"]) == (2, 4, 0.042, "USD")
    assert 0 < said["seconds_most_families"] <= said["seconds"] < 1


@pytest.mark.usefixtures("roster")
def test_the_longest_and_the_emptiest_real_family_are_shown_where_their_values_go(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        families = document(capsys, "clever-issues", "--audience", "district")["families"]
    assert isinstance(families, dict)
    assert "Dear family of Bo Le," in families["emptiest"]["email"]["text"]
    assert "Dear family of Maximiliana Featherstonehaugh," in families["longest"]["email"]["text"]
    assert "sms" not in families["longest"]  # its text is the same for everybody
    assert "Featherstonehaugh" not in caplog.text


@pytest.mark.usefixtures("roster")
def test_a_wording_that_is_the_same_for_all_shows_no_real_family(capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys, "mps-technical-difficulties", "--audience", "district")["families"] == {}


@pytest.mark.usefixtures("roster")
def test_people_read_it_in_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "clever-issues", "--audience", "district", "--channel", "sms"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-5:] == [
        "district: 2 families, 2 people who may be written to.",
        "The roster was never imported.",
        "That is 2 text messages (4 segments).",
        "All are on their way within a few seconds.",
        "What it costs is not known: district.toml has no [prices].",
    ]


@pytest.mark.usefixtures("roster")
@pytest.mark.parametrize("audience", ["school:Nowhere", "grade:12"])
def test_an_audience_that_is_wrong_or_empty_is_refused(capsys: pytest.CaptureFixture[str], audience: str) -> None:
    assert main(["preview", "clever-issues", "--audience", audience]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert audience.partition(":")[2] in said.err


@pytest.mark.usefixtures("prices")
def test_a_long_forecast_tells_most_families_time_and_the_cost() -> None:
    waves = {(Channel.SMS, 1): 20_000, (Channel.SMS, 2): 4_000, (Channel.EMAIL, 1): 1}
    assert wording.lines(Forecast(20_000, waves, 48_000, 480.001, 487.0, 264.0)) == [
        "That is 24,000 text messages (48,000 segments) and 1 email.",
        (
            "At today's rates nine families in ten have been written to after 4 min 24 s, and all are on their way "
            "after 8 min 7 s."
        ),
        "It costs about 480.00 USD.",
    ]


def test_where_nobody_has_an_address_the_forecast_says_so() -> None:
    assert wording.lines(Forecast(0, {}, 0, 0.0, 0.0, None)) == [
        "Nobody of them has an address that could be written to: no message would go out."
    ]


@pytest.mark.usefixtures("roster")
def test_a_preview_for_one_school_names_the_school_s_phone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = District(schools=(School(name="Dell", phone="612-555-0142"),))
    monkeypatch.setitem(vars(SETTINGS), "district", known)
    assert "(612) 555-0142" in str(document(capsys, "clever-issues", "--audience", "school:Dell")["email"])
    assert "(612) 555-0142" not in str(document(capsys, "clever-issues")["email"])


@pytest.mark.parametrize(("asked", "language"), [("ar", "ar"), ("Arabic", "ar"), ("arz", "ar"), ("fr-CA", "fr")])
def test_a_language_that_the_template_lacks_is_shown_as_a_stand_in(
    capsys: pytest.CaptureFixture[str], asked: str, language: str
) -> None:
    seen = document(capsys, "clever-issues", "--language", asked)
    assert (seen["language"], seen["stand_in"]) == (language, True)
    assert "Clever is not working" in str(seen["sms"])
    assert main(["preview", "clever-issues", "--language", asked, "--channel", "sms"]) == 0
    name = {"ar": "Arabic", "fr": "French"}[language]
    said = capsys.readouterr().out.partition("\n")[0]
    assert said == f"Technical issues with Clever, in English under a line in {name} (draft)"


def test_words_of_the_language_are_no_stand_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys, "clever-issues", "--language", "es")["stand_in"] is False


@pytest.mark.usefixtures("roster")
@pytest.mark.parametrize(
    ("audience", "name", "answers"),
    [
        ("school:Dell", "Dell Office", "office@dell.example.org"),
        ("district", "Minneapolis Public Schools", "notices@mps.example.org"),
    ],
)
def test_mail_is_shown_with_whom_it_is_from_and_who_is_answered(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, audience: str, name: str, answers: str
) -> None:
    builders.student(builders.guardian(), at=builders.school("Elm"))
    dell = School(name="Dell", from_name="Dell Office", reply_to="office@dell.example.org")
    monkeypatch.setitem(vars(SETTINGS), "district", District(schools=(dell,)))
    mail = document(capsys, "clever-issues", "--audience", audience)["email"]
    assert isinstance(mail, dict)
    assert (mail["from_name"], mail["reply_to"]) == (name, answers)
    assert main(["preview", "clever-issues", "--audience", audience, "--channel", "email"]) == 0
    said = capsys.readouterr().out
    assert f"From: {name} <notices@mps.example.org>" in said
    assert f"Reply-To: {answers}" in said


@pytest.mark.usefixtures("roster")
def test_an_audience_is_told_who_reads_what(capsys: pytest.CaptureFixture[str]) -> None:
    builders.student(builders.guardian(sms=builders.phone(3), language="ar"))
    seen = document(capsys, "clever-issues", "--audience", "district")
    assert isinstance(seen["languages"], list)
    assert [one["gets"] for one in seen["languages"] if one["families"]] == ["stand_in"]
    assert isinstance(seen["forecast"], dict)
    assert seen["forecast"]["segments"] == 2 + 2 + 5  # an Arabic line over English
    assert main(["preview", "clever-issues", "--audience", "district"]) == 0
    assert "There are no words in Arabic (1 family): they get English under a line" in capsys.readouterr().out
