"""`family`: look a family up, put an address right, and say of contacts who look like one person whether they are."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from broadcaster.cli import output
from broadcaster.cli.broadcasts import operating_system_user
from broadcaster.kinds import BadInput, Purpose
from broadcaster.reports.phrases import counted, number
from broadcaster.roster import corrections, duplicates, lookup
from broadcaster.roster.models import ConsentState
from broadcaster.settings import SETTINGS
from broadcaster.text import languages

app = typer.Typer(add_completion=False)

_SHOWN = 20  # duplicates

Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why. It is kept.")]
Contact = Annotated[int, typer.Argument(metavar="CONTACT", help="A contact's number, as `family show` has it.")]


@app.command()
def find(
    text: Annotated[str, typer.Argument(help="A name, a phone or a part of it, an email, a student's number.")],
    json: output.Json = False,
) -> None:
    """The families and staff members whom it fits."""
    found = lookup.search(text)
    if json:
        output.document({"found": [asdict(one) for one in found]})
        return
    for one in found:
        who = f"family {one.family_id}" if one.family_id is not None else f"staff, contact {one.contact_id}"
        output.say(f"{who}: {', '.join(one.contacts) or 'nobody on file'}{_children(one)}")
    if not found:
        output.say("Nobody.")


@app.command()
def show(
    family: Annotated[int, typer.Argument(metavar="FAMILY", help="A family's number, as `family find` has it.")],
    json: output.Json = False,
) -> None:
    """Who is in a family, their addresses, and what stands in the way of each."""
    page = lookup.family(family)
    if page is None:
        raise BadInput(f"there is no family {family}: see `broadcaster family find`")
    if json:
        output.document(_as_json(page))
        return
    output.say(f"Family {page.family_id}")
    for child in page.children:
        output.say(f"  {child.name}, grade {child.grade or 'not known'}, {child.school or 'no school'}")
    for person in page.people:
        _say_person(person)
    if page.other_families:
        output.say(f"  The children have other families too: {', '.join(map(str, page.other_families))}")


@app.command()
def correct(
    point: Annotated[int, typer.Argument(metavar="ADDRESS", help="The address's number, as `family show` has it.")],
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="The phone or email as it should be.")],
    reason: Reason = "",
    json: output.Json = False,
) -> None:
    """Put an address right. The next imports keep it so, for as long as they have the wrong one."""
    actor = operating_system_user()
    fixed = corrections.correct(point, right, by=actor, why=reason, region=SETTINGS.district.district.region)
    _said({"address": fixed.address, "channel": fixed.channel}, f"It is {fixed.address} now.", json=json)


@app.command()
def add(
    contact: Contact,
    address: Annotated[str, typer.Argument(help="A phone or an email.")],
    reason: Reason = "",
    json: output.Json = False,
) -> None:
    """Give a contact a further address. The next imports keep it."""
    actor = operating_system_user()
    made = corrections.add(contact, address, by=actor, why=reason, region=SETTINGS.district.district.region)
    _said({"address": made.address, "channel": made.channel}, f"{made.address} is on file now.", json=json)


@app.command()
def remove(
    point: Annotated[int, typer.Argument(metavar="ADDRESS", help="The address's number, as `family show` has it.")],
    reason: Reason = "",
    json: output.Json = False,
) -> None:
    """Take an address away from a contact. The next imports don't bring it back."""
    corrections.remove(point, by=operating_system_user(), why=reason)
    _said({"removed": point}, "It is no longer on file.", json=json)


@app.command("duplicates")
def duplicates_(json: output.Json = False) -> None:
    """Contacts who look like one person, the surest first. Nothing is merged by itself."""
    found = duplicates.suspected()
    if json:
        output.document({"duplicates": [asdict(one) for one in found]})
        return
    output.say(f"{counted(len(found), 'pair looks', 'pairs look')} like one person.")
    for one in found[:_SHOWN]:
        output.say(f"  {one.one} {one.names[0]} and {one.other} {one.names[1]}: {', '.join(one.why)}")
    if len(found) > _SHOWN:
        output.say(f"  and {number(len(found) - _SHOWN)} more; all of them: --json")
    if found:
        output.say("They are: broadcaster family merge. They are not: broadcaster family apart.")


@app.command()
def merge(
    keep: Annotated[int, typer.Argument(metavar="KEEP", help="Who they are from now on: a contact's number.")],
    other: Annotated[int, typer.Argument(metavar="OTHER", help="The contact who is the same person.")],
    reason: Reason = "",
    json: output.Json = False,
) -> None:
    """Make two contacts one person. The next imports keep them one."""
    duplicates.merge(keep, other, by=operating_system_user(), why=reason)
    _said({"kept": keep, "merged": other}, f"Contact {other} is contact {keep} now.", json=json)


@app.command()
def unmerge(keep: Contact, other: Contact, reason: Reason = "", json: output.Json = False) -> None:
    """Take a merge back: the next import brings the second contact back."""
    duplicates.undo(keep, other, by=operating_system_user(), why=reason)
    _said({"kept": keep, "apart": other}, f"The next import brings contact {other} back.", json=json)


@app.command()
def apart(one: Contact, other: Contact, reason: Reason = "", json: output.Json = False) -> None:
    """Say that two contacts are two people, and not to be shown as duplicates again."""
    duplicates.keep_apart(one, other, by=operating_system_user(), why=reason)
    _said({"apart": [one, other]}, f"Contacts {one} and {other} are two people.", json=json)


def _said(facts: dict[str, Any], line: str, *, json: bool) -> None:
    if json:
        output.document(facts)
    else:
        output.say(line)


def _children(found: lookup.Found) -> str:
    if not found.students:
        return ""
    return f" with {', '.join(found.students)} ({', '.join(found.schools) or 'no school'})"


def _say_person(person: lookup.Person) -> None:
    ties = {tie.relationship for tie in person.ties if tie.relationship}
    never = "" if any(tie.may_contact for tie in person.ties) else ", may not be contacted"
    language = languages.english_name(person.language or languages.DEFAULT)
    called = f" ({', '.join(sorted(ties))})" if ties else ""
    output.say(f"  contact {person.contact_id}: {person.name}{called}, {language}{never}")
    for one in person.addresses:
        output.say(f"    address {one.point_id}: {one.address}{_in_the_way(one)}")


def _in_the_way(address: lookup.Address) -> str:
    said = ["put right by hand"] if address.corrected else []
    if address.dead:
        said.append(f"not written to: {address.dead}")
    for purpose in Purpose:
        if choice := address.choices.get(purpose):
            word = "opted in" if choice.state == ConsentState.OPTED_IN else "opted out"
            said.append(f"{purpose.value}: {word}, {choice.source}")
    return f" ({'; '.join(said)})" if said else ""


def _as_json(page: lookup.FamilyPage) -> dict[str, Any]:
    return {
        "family": page.family_id,
        "children": [asdict(child) for child in page.children],
        "people": [
            {
                "contact": person.contact_id,
                "name": person.name,
                "language": person.language,
                "ties": [asdict(tie) for tie in person.ties],
                "addresses": [_address(one) for one in person.addresses],
            }
            for person in page.people
        ],
        "other_families": list(page.other_families),
    }


def _address(one: lookup.Address) -> dict[str, Any]:
    return {
        "id": one.point_id,
        "channel": one.channel.value,
        "address": one.address,
        "suppressed": one.dead or None,
        "corrected": one.corrected,
        "consent": {purpose.value: choice.state for purpose, choice in one.choices.items()},
    }
