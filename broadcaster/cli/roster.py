"""`import` and `audience`: take in a roster, and ask who an expression means."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from broadcaster import audiences
from broadcaster.audiences import Counts
from broadcaster.cli import output, people_lists
from broadcaster.cli.broadcasts import operating_system_user
from broadcaster.reports.phrases import counted, number
from broadcaster.roster import importing
from broadcaster.roster.importing import ImportResult, Rejected, Warned
from broadcaster.roster.importing.reading import Progress
from broadcaster.settings import SETTINGS
from broadcaster.text import languages

_SHOWN = 10  # rejections, and warnings


def import_roster(
    path: Annotated[Path, typer.Argument(help="A CSV or XML file, a folder of them, or a zip. See docs/roster.md.")],
    format: Annotated[str, typer.Option(help="auto, csv, oneroster, clever, sds (School Data Sync) or edfi.")] = "auto",  # noqa: A002 - the option's name
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and change nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Remove people though they are very many.")] = False,
    json: output.Json = False,
) -> None:
    """Make the roster what the files say. Who is in no file of their kind has left; what can't be read is listed."""
    with _progress() as progress:
        result = importing.run(
            path,
            region=SETTINGS.district.district.region,
            removal_share=SETTINGS.district.policies.removal_share,
            actor=operating_system_user(),
            dry_run=dry_run,
            force=force,
            format=format,
            columns=SETTINGS.district.roster,
            progress=progress,
        )
    if json:
        output.document(asdict(result))
    else:
        _say_result(result, dry_run=dry_run)


def audience(
    expression: Annotated[
        str, typer.Argument(metavar="EXPR", help="For example `district` or 'school:\"South High\" and grade:9-12'.")
    ],
    json: output.Json = False,
) -> None:
    """Who an expression means, in counts, for a general message."""
    found = people_lists.taken(expression)
    counts = audiences.count(found.expression)
    if json:
        facts = asdict(counts)
        lists = {"lists": people_lists.facts(found)} if found.taken else {}
        output.document(facts | {"languages": facts.pop("by_language")} | lists)
    else:
        _say_counts(counts)


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Says on a terminal's stderr what the import is doing; None where nobody watches."""
    console = output.console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with console.status("Reading") as status:
        yield lambda stage, rows: status.update(f"{stage.capitalize()} {number(rows)} {STAGES[stage]}")


#: what is counted in each stage of an import
STAGES = {"reading": "rows", "comparing": "contacts", "staging": "changes", "writing": "changes"}


def _say_result(result: ImportResult, *, dry_run: bool) -> None:
    would = "Nothing was changed. It would be: " if dry_run else ""
    output.say(
        f"{would}{counted(result.created, 'contact', 'contacts')} created, {number(result.updated)} updated, "
        f"{number(result.removed)} removed, {number(result.unchanged)} unchanged."
    )
    roster = result.roster
    output.say(
        f"The roster has {counted(roster.schools, 'school', 'schools')}, "
        f"{counted(roster.students, 'student', 'students')}, {counted(roster.guardians, 'guardian', 'guardians')} in "
        f"{counted(roster.guardianships, 'guardianship', 'guardianships')}, and {number(roster.staff)} staff."
    )
    _say_list(f"{counted(len(result.rejected), 'row or value', 'rows or values')} could not be used:", result.rejected)
    _say_list(f"{counted(len(result.warnings), 'value is', 'values are')} probably wrong:", result.warnings)


def _say_list(heading: str, found: Sequence[Rejected | Warned]) -> None:
    """The first of what was found, by file, line and column; nothing where nothing was."""
    if not found:
        return
    output.say(heading)
    for one in found[:_SHOWN]:
        column = f" {one.column}:" if one.column else ""
        output.say(f"  {one.file}:{one.line}:{column} {one.reason}")
    if len(found) > _SHOWN:
        output.say(f"  and {number(len(found) - _SHOWN)} more; all of them: --json")


def _say_counts(counts: Counts) -> None:
    from rich.table import Table

    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in (
        ("Families", counts.families),
        ("  not reachable", counts.unreachable),
        *((f"    {why}", families) for why, families in counts.why_unreachable.items()),
        ("Students", counts.students),
        ("Schools", counts.schools),
        ("Emails", counts.email),
        ("Texts", counts.sms),
        ("Contacts", counts.contacts),
        *((f"  in {languages.english_name(tag)}", contacts) for tag, contacts in counts.by_language.items()),
    ):
        table.add_row(name, number(value))
    output.console().print(table)
