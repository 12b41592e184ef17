"""`board`: the public notice board as signed files, and the check that a copy is as it was signed."""

from pathlib import Path
from typing import Annotated

import typer

from broadcaster.cli import errors, output

# `verify` runs where there is no home, no database and no key: each command brings what it needs
app = typer.Typer(add_completion=False, help="The public notice board as signed files.", no_args_is_help=True)


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder, or one with an earlier copy.")],
    url: Annotated[str, typer.Option(metavar="ADDRESS", help="Where the copy will stand, for its feed.")] = "",
    json: output.Json = False,
) -> None:
    """Write every public message into a folder, as pages that need no server, and sign them."""
    _make_ready()
    from broadcaster.board.publishing import publish

    done = publish(folder, url)
    if json:
        facts = {"folder": str(folder), "notices": done.notices, "files": done.files, "key": done.fingerprint}
        output.document(facts)
    else:
        from broadcaster.reports.phrases import counted

        messages = counted(done.notices, "message", "messages")
        output.say(f"{messages} in {done.files} files, signed by {done.fingerprint}.")
        output.say(f"Check a copy anywhere: broadcaster board verify {folder} --key {done.fingerprint}")


@app.command("verify")
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A copy of the board.")],
    key: Annotated[str, typer.Option(help="The key as the district publishes it: SHA256:..., or a key.pem.")] = "",
    json: output.Json = False,
) -> None:
    """Say whether a copy is as it was signed, byte for byte. Exit 0 if it is, 1 if not. Needs no server."""
    from broadcaster.board.verifying import verify as look

    found = look(folder, key)
    if json:
        output.document(
            {"ok": not found.problems, "key": found.fingerprint, "files": found.files, "problems": found.problems}
        )
    else:
        for problem in found.problems:
            output.say(f"NO  {problem}")
        if not found.problems:
            output.say(f"ok  {found.files} files are as they were signed by {found.fingerprint}")
        if not key:
            output.say("The key is the copy's own: compare it with what the district publishes, or give it as --key.")
    raise typer.Exit(errors.BROKEN if found.problems else errors.DONE)


def _make_ready() -> None:
    from broadcaster import logs
    from broadcaster.running import ledger
    from broadcaster.settings import SETTINGS

    logs.start(SETTINGS, quiet=True)
    ledger.make_ready()
