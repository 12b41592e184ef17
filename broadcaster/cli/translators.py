"""`templates export` and `templates import`: a language's wording out to a translator, and back in reviewed."""

from pathlib import Path
from typing import Annotated

import typer

from broadcaster import clock
from broadcaster.broadcasts import keeping
from broadcaster.cli import output
from broadcaster.cli.saving import actor, every_fault_said
from broadcaster.kinds import BadInput
from broadcaster.settings import SETTINGS
from broadcaster.templating import library, translators
from broadcaster.text.languages import english_name


def export(
    language: Annotated[str, typer.Argument(metavar="LANGUAGE", help="A name or a tag, such as Somali or so.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file for the translator.")],
    json: output.Json = False,
) -> None:
    """Write all wording and its translation into one file that a translator can edit."""
    tag = translators.language_of(language)
    entries = library.entries()
    text = translators.page_of(tag, entries)
    try:
        with file.open("x", encoding="utf-8") as page:
            page.write(text)
    except FileExistsError:
        raise BadInput(f"{file} is there already: a translator's work may be in it, so give another name") from None
    except OSError as error:
        raise BadInput(f"{file} can't be written: {error.strerror}") from None
    for entry in entries:
        if entry.errors:
            output.note(f"left out: {entry.errors[0]}")
    sound = [entry.template for entry in entries if entry.template is not None and not entry.errors]
    missing = [template.name for template in sound if tag not in template.languages]
    if json:
        names = [template.name for template in sound]
        output.document({"language": tag, "file": file, "templates": names, "missing": missing})
        return
    output.say(f"{file}: {len(sound)} templates for {english_name(tag)}, {len(missing)} not yet translated.")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that a translator sent back.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who read every translation in it and answers for it.")],
    json: output.Json = False,
) -> None:
    """Check a translator's file, and keep its wording as reviewed. All of it or, with any mistake, nothing."""
    if not by.strip():
        raise BadInput(f"--by {by!r} should be the name of who reviewed the translations")
    today = clock.local(clock.now(), SETTINGS.district.district.time_zone).date()
    with every_fault_said(json=json):
        taken = keeping.take_in(file, by.strip(), today, actor())
    for warning in taken.warnings:
        output.note(f"warning: {warning}")
    if json:
        names = {key: getattr(taken, key) for key in ("reviewed", "changed", "untranslated", "stale", "versions")}
        facts = {"language": taken.language, "by": by.strip(), "on": today, "standing_lines": taken.lines}
        output.document(facts | names)
        return
    name = english_name(taken.language)
    also = " and the standing lines" if taken.lines else ""
    output.say(f"{name}: {len(taken.reviewed)} templates{also} reviewed by {by.strip()}, {len(taken.changed)} changed.")
    for template, version in taken.versions.items():
        output.say(f"{template} is saved as version {version}.")
    for template in taken.stale:
        output.say(f"{template} is a translation of an earlier English: export it again to bring it up to date.")
