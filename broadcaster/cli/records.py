"""`broadcaster records WHO`: all that is kept of one family, as one document."""

import json as plain_json
from pathlib import Path
from typing import Annotated

import typer

from broadcaster.broadcasts import audit
from broadcaster.cli import output
from broadcaster.cli.broadcasts import operating_system_user
from broadcaster.reports import whole_file
from broadcaster.reports.phrases import counted
from broadcaster.retention import records as kept


def records(
    who: Annotated[
        str, typer.Argument(metavar="WHO", help="A family's number, a phone or mail address, or a student's id.")
    ],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the document there (JSON).")] = None,
    json: output.Json = False,
) -> None:
    """All that is kept of a family: people, addresses, choices, every message and what came back. It is audited."""
    families = [kept.of_family(family) for family in kept.families_of(who)]
    found = {"families": families}
    if out:
        with whole_file.writing(out) as file:
            plain_json.dump(found, file, ensure_ascii=False, indent=2)
            file.write("\n")
    numbers = [family["family"] for family in families]
    audit.write(operating_system_user(), "records.exported", None, {"families": numbers})
    if json:
        output.document(found)
        return
    for family in families:
        contacts, messages = len(family["contacts"]), len(family["messages"])
        output.say(
            f"Family {family['family']}: {counted(contacts, 'contact', 'contacts')}, "
            f"{counted(messages, 'message', 'messages')}, "
            f"{counted(len(family['texts_from_them']), 'text', 'texts')} from them"
        )
    output.say(f"Written to {out}" if out else "--out FILE writes all of it, --json prints it.")
