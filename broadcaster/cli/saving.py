"""`templates take | save | versions | withdraw`: wording that staff change, kept in the ledger by version."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from broadcaster import clock
from broadcaster.broadcasts import keeping
from broadcaster.cli import output
from broadcaster.settings import SETTINGS
from broadcaster.templating import library, saved, taking
from broadcaster.templating.faults import Faulty
from broadcaster.templating.files import in_folder
from broadcaster.templating.library import Entry
from broadcaster.templating.models import SavedTemplate

Name = Annotated[str, typer.Argument(metavar="NAME", help="A template's name or title.")]
Version = Annotated[int | None, typer.Option(metavar="N", help="An earlier version; 0 is the shipped one.")]
Note = Annotated[str, typer.Option(metavar="TEXT", help="Why, for who reads the versions later.")]


def take(
    name: Name,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write the files.")],
    version: Version = None,
    json: output.Json = False,
) -> None:
    """Write a template's files into a folder, to be edited and saved. It never writes over other words."""
    files = asked_for(name, version).files
    taking.take(files, folder, saved.newest_version(files.name))
    if json:
        output.document({"name": files.name, "version": files.version, "folder": folder, "files": files.names()})
        return
    output.say(f"{folder}: {', '.join(files.names())}. When done: broadcaster templates save {files.name} {folder}")


def save(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name; a shipped one's takes the place of that.")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where template.toml and the language files are.")],
    note: Note = "",
    base: Annotated[
        int | None, typer.Option(metavar="N", help="The newest version you know, where the folder was not taken.")
    ] = None,
    json: output.Json = False,
) -> None:
    """Check a folder's files, and keep them as the template's next version, used from then on."""
    files = in_folder(folder.absolute(), name)
    begun = taking.taken_from(folder, name) if base is None else base
    with every_fault_said(json=json):
        kept = keeping.save(files, actor(), base=begun, note=note)
    taking.saved_as(folder, kept.name, saved.newest_version(kept.name))
    for warning in kept.warnings:
        output.note(f"warning: {warning}")
    if json:
        output.document({"name": kept.name, "version": kept.version, "new": kept.is_new})
    elif kept.is_new:
        output.say(f"{kept.name} is saved as version {kept.version}, and used from now on.")
    else:
        output.say(f"{kept.name} has these words already: nothing is saved.")


def versions(name: Name, json: output.Json = False) -> None:
    """Every version of a template that was saved, the newest first."""
    own_name = saved.name_of(name)
    found = saved.versions(own_name)
    if json:
        output.document({"name": own_name, "versions": _facts(found)})
        return
    if not found:
        output.say(f"{own_name} was never saved: it is as shipped.")
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table("Version", "Saved", "By", "Note", box=None, pad_edge=False)
    for row in found:
        when = clock.local(row.saved_at, SETTINGS.district.district.time_zone)
        note = f"withdrawn {row.note}".strip() if row.is_withdrawal else row.note
        table.add_row(str(row.version), f"{when:%Y-%m-%d %H:%M}", escape(row.saved_by), escape(note))
    output.console().print(table)


def withdraw(name: Name, note: Note = "", json: output.Json = False) -> None:
    """Take a saved template out of use: the shipped one of its name comes back. All versions are kept."""
    own_name = saved.name_of(name)
    version = keeping.withdraw(own_name, actor(), note)
    shipped = own_name in library.all_files()
    if json:
        output.document({"name": own_name, "version": version, "shipped": shipped})
    else:
        output.say(
            f"{own_name} is withdrawn: " + ("the shipped one is back." if shipped else "it is out of the library.")
        )


def asked_for(name: str, version: int | None) -> Entry:
    """The template of that name or title, or one version of it. Raises UnknownTemplate, NotThere."""
    if version is None:
        return library.find(name)
    return library.judged(saved.at_version(saved.name_of(name), version))


def actor() -> str:
    """Who saves or withdraws."""
    from broadcaster.cli.broadcasts import operating_system_user  # brings Celery, which looking at templates needs not

    return operating_system_user()


@contextmanager
def every_fault_said(*, json: bool) -> Iterator[None]:
    """Where many faults stand against it, people see all of them before the one line that ends the command."""
    try:
        yield
    except Faulty as error:
        for fault in error.faults if len(error.faults) > 1 and not json else ():
            output.say(f"{fault.severity.value}: {fault}")
        raise


def _facts(rows: list[SavedTemplate]) -> list[dict[str, object]]:
    return [
        {
            "version": row.version,
            "saved_at": clock.iso(row.saved_at),
            "saved_by": row.saved_by,
            "note": row.note,
            "withdrawn": row.is_withdrawal,
        }
        for row in rows
    ]
