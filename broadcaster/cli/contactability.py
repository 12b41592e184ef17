"""`contactability`: which share of the families has a phone or an email that works, and whom the office has to call."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from broadcaster import clock
from broadcaster.cli import output
from broadcaster.kinds import BadInput, Purpose
from broadcaster.reports import sheet
from broadcaster.reports.lookup import find_school
from broadcaster.reports.phrases import counted, number
from broadcaster.roster import contactability as reach
from broadcaster.roster.contactability import After, Call, Contactability, Share
from broadcaster.settings import SETTINGS
from broadcaster.text.languages import english_name

if TYPE_CHECKING:
    from rich.table import Table

HEADER = ("school", "family", "students", "contacts", "languages", "phones", "emails", "why")
_IMPORTS = 10  # shown of the trend


def contactability(
    calls: Annotated[
        Path | None, typer.Option("--calls", metavar="FILE", help="Write the families to call there, a row for each.")
    ] = None,
    school: Annotated[str | None, typer.Option("--school", metavar="NAME", help="Only this school.")] = None,
    purpose: Annotated[str, typer.Option(help="emergency, attendance or general.")] = Purpose.EMERGENCY.value,
    json: output.Json = False,
) -> None:
    """How many families have a phone that works, an email that works, or neither; by school, by language, and since the
    last imports.
    """
    of = find_school(school).name if school is not None else None
    wanted = _purpose(purpose)
    found = _only(reach.now(wanted), of)
    trend = [After(one.import_id, one.at, _only(one.contactability, of)) for one in reach.trend(_IMPORTS)]
    note = ""
    if calls is not None:
        rows = sheet.write(calls, HEADER, _rows(reach.call_list(wanted, None if of is None else [of])), for_excel=True)
        note = f"{counted(rows, 'family', 'families')} written to {calls}"
    if json:
        output.document({**asdict(found), "trend": [asdict(one) for one in trend]})
    else:
        _show(found, trend)
    if note:
        output.note(note)


def _purpose(given: str) -> Purpose:
    if given not in list(Purpose):
        raise BadInput(f"purpose {given!r} is none: {', '.join(Purpose)}")
    return Purpose(given)


def _only(found: Contactability, school: str | None) -> Contactability:
    """Of one school alone; languages are the district's then, and left out."""
    if school is None:
        return found
    share = found.schools.get(school, Share())
    return Contactability(share, {school: share}, {})


def _rows(calls: Iterable[Call]) -> Iterator[tuple[sheet.Cell, ...]]:
    for call in calls:
        people = [one for one in call.family.people if any(tie.may_contact for tie in one.ties)]
        points = [point for one in people for point in one.addresses]
        yield (
            call.school,
            call.family.family_id,
            "; ".join(f"{child.name} ({child.grade})" if child.grade else child.name for child in call.family.children),
            "; ".join(one.name for one in people if one.name),
            "; ".join(dict.fromkeys(one.language for one in people if one.language)),
            "; ".join(dict.fromkeys(one.address for one in points if one.channel == "sms")),
            "; ".join(dict.fromkeys(one.address for one in points if one.channel == "email")),
            call.why,
        )


def _show(found: Contactability, trend: list[After]) -> None:
    table = _table("")
    _add(table, {"All families": found.district})
    _add(table, {f"  {name or 'no school'}": share for name, share in found.schools.items()})
    by_size = sorted(found.languages.items(), key=lambda item: -item[1].families)
    _add(table, {f"  {english_name(tag)}": share for tag, share in by_size})
    output.console().print(table)
    if trend:
        after = _table("After the import of")
        zone = SETTINGS.district.district.time_zone
        for one in trend:
            _add(after, {f"{clock.local(one.at, zone):%d %b %Y, %H:%M}": one.contactability.district})
        output.console().print(after)


def _table(first: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column(first)
    for name in ("families", "phone", "email", "neither"):
        table.add_column(name, justify="right")
    return table


def _add(table: "Table", shares: Mapping[str, Share]) -> None:
    for name, share in shares.items():
        parts = (f"{part / share.families:.1%}" if share.families else "" for part in (share.phone, share.email))
        table.add_row(name, number(share.families), *parts, number(share.neither))
