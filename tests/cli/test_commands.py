"""The table of commands: each exists, takes --json, and is imported only when it runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from broadcaster.cli import COMMANDS, load

from .conftest import Run

#: the commands that scripts rely on
PROMISED = """demo serve web worker beat sandbox migrate doctor welcome audience import templates preview send
              list pause resume cancel backup restore report trends kill-switch doubts settle
              board audiences contactability family consent
              receipts records token"""


def test_every_promised_command_is_there() -> None:
    assert set(PROMISED.split()) == {name for name, entry in COMMANDS.items() if not entry.hidden}


def test_the_library_has_its_commands() -> None:
    found = getattr(load("templates", COMMANDS["templates"]), "commands", ())
    assert set(found) == {"list", "show", "check", "take", "save", "versions", "withdraw", "export", "import"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_takes_json(name: str) -> None:
    command = load(name, COMMANDS[name])
    leaves = getattr(command, "commands", {name: command}).values()
    for leaf in leaves:
        assert "--json" in [option for parameter in leaf.params for option in parameter.opts], leaf.name


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], ["django", "pydantic", "structlog", "celery", "twilio", "sendgrid"]),
        (["templates", "list"], ["celery", "twilio", "sendgrid", "aiohttp"]),
        (["migrate"], ["celery", "twilio", "sendgrid", "aiohttp"]),
        (["beat", "--help"], ["celery", "django.apps"]),
    ],
)
def test_light_commands_import_nothing_heavy(home: Path, arguments: list[str], absent: list[str]) -> None:
    script = (
        "import sys\nfrom broadcaster.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "sys.stderr.write('\\nIMPORTED ' + ' '.join(sys.modules))"
    )
    env = {"BROADCASTER_HOME": str(home)}
    ran = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=env, capture_output=True, text=True, check=True
    )
    imported = set(ran.stderr.rpartition("IMPORTED ")[2].split())
    assert "broadcaster.cli" in imported
    assert [name for name in absent if name in imported] == []


def test_a_result_is_one_json_document_and_nothing_else(run: Run) -> None:
    ran = run("migrate", "--json")
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["migrations"] > 0
    assert ran.stderr == ""
    assert json.loads(run("migrate", "--json").stdout) == {"migrations": 0}
