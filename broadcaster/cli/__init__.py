"""The command line: `broadcaster COMMAND`. One table names every command and the module it lives in.

A module is imported only when its command runs, so that `--help`, errors and light commands answer at once.
"""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from broadcaster.cli import errors

if TYPE_CHECKING:
    from typer._click import Command as ClickCommand
    from typer._click import Context

#: objects made until Python looks for garbage that only a search finds. After its usual 700 it searches hundreds of
#: times while a command is imported, finds nothing, and takes a fifth of a worker's start for it
_COLLECT_AFTER = 50_000


class Needs(Enum):
    """What must be ready before a command's module is imported."""

    NOTHING = "nothing"  # it makes its own environment
    SETTINGS = "settings"
    LEDGER = "ledger"  # Django, and a database that has all tables


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: `module:attribute` of its function (or of its typer app), its line in `--help`, and what it needs."""

    target: str
    help: str
    needs: Needs = Needs.LEDGER
    runs: bool = False  # it stays: its log goes to stderr from INFO on
    hidden: bool = False
    pages: bool = False  # it loads what the pages need: sign-in and the console


COMMANDS = {
    "demo": Entry("demo:demo", "Everything on one machine: roster, sandbox, workers, alerts, report.", Needs.NOTHING),
    "serve": Entry("running:serve", "Everything that runs, on one machine.", Needs.SETTINGS, runs=True),
    "web": Entry("running:web", "Only the web process.", Needs.SETTINGS, runs=True, pages=True),
    "worker": Entry("running:worker", "Only one worker.", Needs.SETTINGS, runs=True),
    "beat": Entry("running:beat", "Only the clock that rings for due work.", Needs.SETTINGS, runs=True),
    "sandbox": Entry("running:sandbox", "Only the simulated providers.", Needs.SETTINGS, runs=True),
    "broker": Entry("running:broker", "Only the embedded broker.", Needs.SETTINGS, runs=True, hidden=True),
    "migrate": Entry("running:migrate", "Make the database, or bring it up to date.", Needs.SETTINGS, pages=True),
    "doctor": Entry(
        "doctor:doctor", "What works, what does not, and the addresses of everything.", Needs.SETTINGS, pages=True
    ),
    "welcome": Entry("welcome:welcome", "A link that lets somebody into the console.", Needs.LEDGER),
    "backup": Entry("backups:backup", "Write everything into one locked file.", pages=True),
    "restore": Entry("backups:restore", "Put a backup into an empty home.", Needs.SETTINGS, pages=True),
    "audience": Entry("roster:audience", "Who an expression means, in counts."),
    "audiences": Entry("audiences:app", "Audiences saved by name."),
    "import": Entry("roster:import_roster", "Take in a roster."),
    "contactability": Entry("contactability:contactability", "Which families have a phone or an email that works."),
    "family": Entry("families:app", "Look a family up, put an address right, merge who is on file twice."),
    "consent": Entry("consent:app", "What a family chose for an address; write to one again."),
    "templates": Entry("templates:app", "The library of wording: look at it, save versions, check, translate."),
    "preview": Entry("preview:preview", "What a family would get."),
    "send": Entry("send:send", "Send wording to an audience."),
    "list": Entry("broadcasts:list_", "Broadcasts, the newest first."),
    "pause": Entry("broadcasts:pause", "Stop sending new messages of a broadcast."),
    "resume": Entry("broadcasts:resume", "Go on with a paused broadcast."),
    "cancel": Entry("broadcasts:cancel", "Cancel what a broadcast has not yet sent."),
    "kill-switch": Entry("kill_switch:kill_switch", "Stop every broadcast at once; let them go on."),
    "doubts": Entry("doubts:doubts", "What waits for a person to say whether it left."),
    "settle": Entry("doubts:settle", "Say whether messages in doubt went out."),
    "receipts": Entry("receipts:receipts", "What vendors said of messages that are none of ours."),
    "token": Entry("tokens:app", "Tokens of the API: make, list and revoke them.", pages=True),
    "report": Entry("reports:report", "Who was reached, and who was not."),
    "board": Entry(
        "board:app", "The public notice board as signed files: write them, check them.", Needs.NOTHING, pages=True
    ),
    "records": Entry("records:records", "All that is kept of one family, as one document."),
    "trends": Entry("trends:trends", "How families were served over the year, by school and by language."),
}


class Commands(TyperGroup):
    """The table as a group: `--help` shows its lines, and only the command that runs is imported."""

    def __init__(self) -> None:
        lines: dict[str, ClickCommand] = {
            name: TyperCommand(name=name, help=entry.help, hidden=entry.hidden) for name, entry in COMMANDS.items()
        }
        super().__init__(name="broadcaster", help=_say_what_it_is(), commands=lines)

    def resolve_command(self, ctx: "Context", args: list[str]) -> Any:
        """As typer does, with the nearest names for an unknown one; then the real command in place of its line."""
        name, _, rest = super().resolve_command(ctx, args)
        if name is None:
            return name, None, rest
        if COMMANDS[name].pages:
            os.environ["DJANGO_SETTINGS_MODULE"] = "broadcaster.web.settings"
        make_ready(COMMANDS[name], with_tables="--help" not in rest)
        return name, load(name, COMMANDS[name]), rest

    def list_commands(self, ctx: "Context") -> list[str]:  # noqa: ARG002 - typer's signature
        """In the table's order, which is the order of need."""
        return list(COMMANDS)


def _say_what_it_is() -> str:
    return "Tells every family of a school district what it needs to know, in its language, and proves who was reached."


def make_ready(entry: Entry, *, with_tables: bool) -> None:
    """See to what the command needs before it is imported. Raises WrongSetting and what ledger.make_ready raises."""
    if entry.needs is not Needs.NOTHING:
        from broadcaster import logs
        from broadcaster.settings import SETTINGS

        logs.start(SETTINGS, quiet=not entry.runs)
    if entry.needs is Needs.LEDGER:
        from broadcaster.running import ledger

        ledger.set_up()
        if with_tables:
            ledger.make_ready()


def load(name: str, entry: Entry) -> "ClickCommand":
    """Import the command, as typer wants it."""
    module, _, attribute = entry.target.partition(":")
    found = getattr(importlib.import_module(f"broadcaster.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code (see errors.py). `arguments` are the process's own by default."""
    gc.set_threshold(_COLLECT_AFTER)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadcaster.settings")
    given = list(sys.argv[1:] if arguments is None else arguments)
    return errors.exit_code(lambda: Commands().main(given, prog_name="broadcaster", standalone_mode=False))
