"""`broadcaster report ID`, as it is typed."""

import json
from pathlib import Path

import pytest

from broadcaster.cli import main, show
from broadcaster.reports.overview import overview
from tests.reports import builders

pytestmark = pytest.mark.django_db


def test_json_is_one_document_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    sent, ana = builders.broadcast(), builders.family()
    builders.meant(sent, ana)
    builders.delivery(sent, ana)
    assert main(["report", str(sent.pk), "--json"]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert (document["id"], document["families"]["reached"], said.err) == (sent.pk, 1, "")


def test_files_are_written_beside_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sent, ana = builders.broadcast(), builders.family()
    builders.meant(sent, ana, builders.family())
    builders.delivery(sent, ana)
    messages, calls = tmp_path / "messages.csv", tmp_path / "calls.csv"
    assert main(["report", str(sent.pk), "--json", "--csv", str(messages), "--calls", str(calls)]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["id"] == sent.pk
    assert said.err == f"1 delivery written to {messages}\n1 row of the call list written to {calls}\n"
    assert messages.exists()
    assert calls.exists()


@pytest.mark.parametrize("given", ["999999", "seventeen"])
def test_an_unknown_broadcast_is_one_line_and_exit_code_2(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", given]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"broadcaster: there is no broadcast {given}: there are none yet\n"


def test_a_file_that_cant_be_written_is_one_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = builders.broadcast()
    builders.meant(sent, builders.family())
    path = tmp_path / "nowhere" / "calls.csv"
    assert main(["report", str(sent.pk), "--csv", str(tmp_path / "messages.csv"), "--calls", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"broadcaster: can't write {path}: No such file or directory\n"


def test_the_list_names_each_broadcast_with_its_reach(capsys: pytest.CaptureFixture[str]) -> None:
    sent, ana = builders.broadcast(), builders.family()
    builders.meant(sent, ana, builders.family())
    builders.delivery(sent, ana)
    show.print_overview(overview())
    text = " ".join(capsys.readouterr().out.split())
    for said in ("Plain", "general · to district", "completed", "1 of 2", "22 Nov 2026, 8:00 p.m. CST", "(sandbox)"):
        assert said in text


def test_an_empty_list_says_how_to_fill_it(capsys: pytest.CaptureFixture[str]) -> None:
    show.print_overview([])
    assert "There are no broadcasts yet." in capsys.readouterr().out
