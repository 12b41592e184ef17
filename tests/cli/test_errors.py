"""How commands end: exit 2 and exactly one line for wrong input, a traceback for a bug, quiet for Ctrl-C and pipes."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.cli import errors
from broadcaster.kinds import BadInput

from .conftest import Ran, Run


class OursError(ValueError):
    """A room's own error, as its rooms derive them."""


OursError.__module__ = "broadcaster.room.errors"


def raising(error: BaseException) -> int:
    def fail() -> None:
        raise error

    return errors.exit_code(fail)


@pytest.mark.parametrize("error", [BadInput("no school 'Roosvelt'"), OursError("no school 'Roosvelt'")])
def test_wrong_input_is_exit_2_and_its_line(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(error) == 2
    assert capsys.readouterr() == ("", "broadcaster: no school 'Roosvelt'\n")


@pytest.mark.parametrize("error", [ValueError("nobody wrote this for a person"), KeyError("x"), OSError("disk")])
def test_a_bug_is_exit_1_and_a_traceback(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(error) == 1
    assert "Traceback" in capsys.readouterr().err


@given(st.text())
def test_an_error_is_one_line_whatever_it_says(text: str) -> None:
    assert len(f"x{errors.one_line(text)}".splitlines()) == 1


def test_ctrl_c_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(KeyboardInterrupt()) == 130
    assert raising(typer.Abort()) == 130
    assert capsys.readouterr() == ("", "")


def test_a_command_may_choose_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert errors.exit_code(lambda: 1) == 1
    assert errors.exit_code(lambda: None) == 0
    assert errors.exit_code(lambda: True) == 0


def refused(ran: Ran, *named: str) -> None:
    """Exit 2, nothing on stdout, one line on stderr that repeats what was wrong."""
    assert ran.returncode == 2, ran.stderr
    assert ran.stdout == ""
    assert len(ran.stderr.splitlines()) == 1, ran.stderr
    assert ran.stderr.endswith("\n")
    assert [word for word in named if word not in ran.stderr] == []


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["lst"], ["'lst'", "'list'"]),
        (["xyzzy"], ["'xyzzy'"]),
        ([], ["--help"]),
        (["migrate", "--frob"], ["--frob"]),
        (["migrate", "extra"], ["extra", "migrate --help"]),
        (["broker", "--port", "many"], ["--port", "many"]),
        (["broker", "--port", "70000"], ["--port", "70000"]),
        (["broker"], ["--port"]),
        (["templates"], ["--help"]),
        (["templates", "shw"], ["'shw'", "'show'"]),
        (["sandbox", "--fault", "throttled"], ["throttled", "name=value"]),
        (["sandbox", "--fault", "thottled=0.1"], ["thottled", "throttled"]),
        (["sandbox", "--fault", "throttled=2"], ["throttled", "2"]),
    ],
)
@pytest.mark.usefixtures("ledger")
def test_wrong_usage_is_refused_in_one_line(run: Run, arguments: list[str], named: list[str]) -> None:
    refused(run(*arguments), *named)


WRONG = [
    ("PUBLIC_BASE_URL", "mps.example.org"),
    ("BROADCASTER_BIND", "8025"),
    ("BROADCASTER_WORKERS", "many"),
    ("DATABASE_URL", "mysql://x/y"),
    ("BROKER_URL", "amqp://x"),
    ("TWILIO_ACCOUNT_SID", "AC1"),
    ("BROADCASTER_CONFIG", "/nowhere/district.toml"),
    ("BROADCASTER_LOG_LEVEL", "LOUD"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_stops_a_command_and_is_named(run: Run, name: str, value: str) -> None:
    refused(run("list", "--json", **{name: value}), name)


@pytest.mark.parametrize(
    "command", ["serve", "web", "worker", "beat", "sandbox", "migrate", "doctor", "templates list"]
)
def test_a_wrong_setting_stops_every_command(run: Run, command: str) -> None:
    refused(run(*command.split(), PUBLIC_BASE_URL="ftp://x"), "PUBLIC_BASE_URL", "ftp://x")


def test_a_home_that_cannot_be_made_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(run("list", BROADCASTER_HOME=str(tmp_path / "file" / "home")), "BROADCASTER_HOME")


def test_a_database_that_is_away_is_named(run: Run) -> None:
    ran = run("list", DATABASE_URL="postgresql://u:secret@127.0.0.1:1/x")
    refused(ran, "DATABASE_URL")
    assert "secret" not in ran.stderr


def test_a_reader_that_goes_away_is_no_error(environment: dict[str, str], tmp_path: Path) -> None:
    script = f"{sys.executable} -m broadcaster doctor --json | true"
    ran = subprocess.run(
        ["/bin/sh", "-c", script], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stderr == ""


def test_help_is_there_without_anything_else(run: Run) -> None:
    ran = run("--help", PUBLIC_BASE_URL="wrong too")
    assert ran.returncode == 0
    assert "report" in ran.stdout
