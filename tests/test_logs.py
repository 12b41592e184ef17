"""Logs: on stderr, JSON where no terminal reads, and nothing from those who would say who we write to."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from broadcaster import logs
from broadcaster.settings import Settings


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def test_an_event_is_one_json_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start(Settings(broadcaster_log_level="INFO"))
    structlog.get_logger("broadcaster.delivery").info("lot_sent", batch=17)
    out, err = capsys.readouterr()
    assert out == ""
    line = json.loads(err)
    assert (line["event"], line["batch"], line["level"]) == ("lot_sent", 17, "info")


@pytest.mark.parametrize(
    "name", ["twilio.http_client", "sendgrid", "python_http_client", "aiohttp.access", "django.db.backends"]
)
@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_what_the_vendors_sdks_print_is_never_logged(name: str, level: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.start(Settings(broadcaster_log_level=level))
    logging.getLogger(name).info("To=+16125550123")
    logging.getLogger(name).debug("To=+16125550123")
    assert capsys.readouterr().err == ""


def test_others_are_heard_from_warning_on(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start(Settings(broadcaster_log_level="INFO"))
    logging.getLogger("celery.worker").info("task received")
    logging.getLogger("celery.worker").warning("broker away")
    assert json.loads(capsys.readouterr().err)["event"] == "broker away"


def test_commands_that_answer_and_go_are_quiet_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start(Settings(), quiet=True)
    structlog.get_logger("broadcaster.a").error("roster_refused")
    assert capsys.readouterr().err == ""
    logs.start(Settings(broadcaster_log_level="INFO"), quiet=True)
    structlog.get_logger("broadcaster.b").error("roster_refused")
    assert "roster_refused" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
def test_a_line_that_a_full_disk_does_not_take_is_dropped_without_another_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w", buffering=1) as full:
        monkeypatch.setattr("sys.stderr", full)
        logs.start(Settings(broadcaster_log_level="INFO"))
        monkeypatch.undo()
        structlog.get_logger("broadcaster.delivery").info("lot_sent", batch=17)
        assert capsys.readouterr().err == ""
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())  # so that what it still holds can go
