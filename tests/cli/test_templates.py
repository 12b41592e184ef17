"""`templates` and `preview`."""

import json
from pathlib import Path

import pytest

from broadcaster.cli import main
from broadcaster.templating import library
from tests.templating.builders import make_template

from .conftest import Run

pytestmark = pytest.mark.django_db

TYPES = {"text", "number", "date", "time", "datetime", "boolean", "choice", "list", "url", "email", "phone"}


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main([*arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_list_says_what_each_template_is(capsys: pytest.CaptureFixture[str]) -> None:
    listed = document(capsys, "templates", "list")["templates"]
    assert isinstance(listed, list)
    assert [each["title"] for each in listed[:2]] == [
        "Update on MPS technical difficulties",
        "Technical issues with Clever",
    ]
    for each in listed:
        assert set(each) >= {"name", "title", "purpose", "channels", "languages", "fields"}
        assert each["languages"]["en"] == "reviewed"
        assert {field["type"] for field in each["fields"]} <= TYPES
    assert listed[1]["fields"][0]["default"] == "Lexia, Seesaw, Dreambox, ST Math"


def test_preview_fills_in_a_made_up_family(capsys: pytest.CaptureFixture[str]) -> None:
    seen = document(capsys, "preview", "clever-issues", "--set", "programs=Lexia")
    email, sms = seen["email"], seen["sms"]
    assert isinstance(email, dict)
    assert isinstance(sms, dict)
    assert email["subject"] == "Technical issues with Clever"
    assert "Dear family of Amina and Yusuf," in email["text"]
    assert email["html"].startswith('<!DOCTYPE html>\n<html lang="en"')
    assert "[[" not in json.dumps(seen)
    assert "Lexia" in sms["text"]
    assert (sms["encoding"], sms["segments"]) == ("GSM-7", 2)


@pytest.mark.parametrize(
    ("asked", "given"), [("es", "es"), ("es-MX", "es"), ("mww", "hmn"), ("Somali", "so"), ("en-US", "en")]
)
def test_preview_takes_a_language_or_its_nearest(capsys: pytest.CaptureFixture[str], asked: str, given: str) -> None:
    assert document(capsys, "preview", "clever-issues", "--language", asked)["language"] == given


def test_preview_of_one_channel(capsys: pytest.CaptureFixture[str]) -> None:
    assert "email" not in document(capsys, "preview", "clever-issues", "--channel", "sms")


def test_preview_shows_what_is_still_missing(capsys: pytest.CaptureFixture[str]) -> None:
    seen = document(capsys, "preview", "weather-closure")
    assert seen["missing"] == ["date"]
    assert "[Day schools are closed]" in json.dumps(seen)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("preview", "clever"), ["'clever'", "clever-issues"]),
        (("preview", "clever-issues", "--language", "ja"), ["'ja'", "en, es, hmn, so"]),
        (("preview", "clever-issues", "--language", "zz"), ["'zz'", "en, es, hmn, so"]),
        (("preview", "clever-issues", "--channel", "fax"), ["'fax'", "email, sms"]),
        (("preview", "clever-issues", "--set", "progams=x"), ["'progams'", "programs"]),
        (("preview", "clever-issues", "--set", "programs"), ["'programs'", "field=value"]),
        (("preview", "clever-issues", "--set", "fixed_by=soon"), ["'soon'", "YYYY-MM-DD HH:MM"]),
        (("templates", "show", "nothing"), ["'nothing'", "clever-issues"]),
    ],
)
def test_wrong_input_is_repeated_with_what_is_right(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], parts: list[str]
) -> None:
    said = refusal(capsys, *arguments)
    for part in parts:
        assert part in said


def test_show_has_the_wording_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    shown = document(capsys, "templates", "show", "Technical issues with Clever")
    assert shown["name"] == "clever-issues"
    assert "{{ programs }}" in json.dumps(shown["wording"])


@pytest.mark.usefixtures("ledger")
def test_check_is_content_with_the_library(run: Run) -> None:
    ran = run("templates", "check")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "no fault" in ran.stdout
    shown = [line.split() for line in ran.stdout.splitlines()]
    assert shown[0] == ["Template", "en", "es", "hmn", "so"]
    assert "Standing lines: reviewed in en; draft in es, so, hmn, ar, fr, om, sw, vi." in ran.stdout
    assert ["lockdown", "reviewed", "draft", "draft", "draft"] in shown


def test_check_names_file_and_line_of_each_mistake(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_template(tmp_path, "good")
    make_template(tmp_path, "bad", body="\n{{ nothing }}", spanish="{{ nobody }}")
    monkeypatch.setattr(library, "FOLDER", tmp_path)
    assert main(["templates", "check", "--json"]) == 2
    said = capsys.readouterr()
    seen = json.loads(said.out)
    found = [(fault["file"], fault["line"]) for fault in seen["faults"]]
    assert seen["translations"]["good"] == {"en": "reviewed", "es": "missing"}
    assert found == [("bad/en.md", 6), ("bad/es.md", 10)]
    assert said.err.startswith("broadcaster: templates: bad/en.md:6: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [("templates", "list"), ("templates", "check"), ("templates", "show", "lockdown"), ("preview", "lockdown")],
)
@pytest.mark.usefixtures("ledger")
def test_for_people_it_fits_eighty_columns(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments, COLUMNS="80")
    assert ran.returncode == 0
    assert max(len(line.rstrip()) for line in ran.stdout.splitlines()) <= 80
