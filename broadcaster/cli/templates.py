"""`templates list | show | check` and `preview`: the library of wording, and what a family would get."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from broadcaster.cli import output
from broadcaster.cli.values import pairs
from broadcaster.kinds import BadInput, Channel
from broadcaster.settings import SETTINGS
from broadcaster.templating import letterhead, library
from broadcaster.templating.check import check as check_library
from broadcaster.templating.faults import Fault, Severity
from broadcaster.templating.fields import missing, read_draft
from broadcaster.templating.render import Rendered, render
from broadcaster.templating.samples import FAMILY
from broadcaster.templating.template import Field, Template, TranslationStatus
from broadcaster.text import languages, tokens
from broadcaster.text.segments import measure

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

app = typer.Typer(add_completion=False)

_MARKS = {TranslationStatus.REVIEWED: "", TranslationStatus.MACHINE: " (machine)", TranslationStatus.DRAFT: " (draft)"}


class FaultyLibrary(BadInput):
    """`templates check` found errors."""


class UnknownLanguage(BadInput):
    """The template has no wording that a reader of the language could read."""


class NoSuchWording(BadInput):
    """The template has nothing for the channel."""


@app.command("list")
def list_(json: output.Json = False) -> None:
    """All templates, with their languages and fields."""
    entries = library.entries()
    usable = [entry.template for entry in entries if entry.template is not None and not entry.errors]
    for entry in entries:
        if entry.errors:
            output.note(f"left out: {entry.errors[0]}")
    if json:
        output.document({"templates": [_facts(template) for template in usable]})
        return
    from rich.table import Table

    table = Table("Name", "Purpose", "For", "Languages", box=None, pad_edge=False)
    for template in usable:
        tags = " ".join(template.languages)
        table.add_row(
            f"[bold]{template.name}[/bold]\n{template.title}", template.purpose.value, template.audience, tags
        )
    output.console().print(table)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A template's name or title.")], json: output.Json = False
) -> None:
    """One template: its fields, and its wording as written."""
    template = library.load(name)
    if json:
        output.document(_facts(template) | {"audience": template.audience, "wording": _wordings(template)})
        return
    console = output.console()
    console.print(f"[bold]{template.title}[/bold]  ({template.name})")
    channels = " and ".join(channel.value for channel in template.channels)
    console.print(f"{template.purpose.value}, to {template.audience}, by {channels}\n")
    if template.fields:
        console.print(_fields_table(template), soft_wrap=False)
    marked = [
        f"{languages.english_name(tag)}{_MARKS[wording.translation]}" for tag, wording in template.languages.items()
    ]
    console.print(f"\nIn {', '.join(marked)}. In English:\n")
    english = template.english
    _print_panel(console, "Email", english.subject, english.body)
    if english.sms:
        _print_panel(console, "Text message", "", english.sms)


@app.command()
def check(json: output.Json = False) -> None:
    """Look for mistakes in the library. Ends with 2 if there are errors; warnings are for a person to weigh."""
    faults = check_library()
    errors = [fault for fault in faults if fault.severity is Severity.ERROR]
    if json:
        output.document({"ok": not errors, "faults": [_fault_facts(fault) for fault in faults]})
    else:
        for fault in faults:
            output.say(f"{fault.severity.value}: {fault}")
        if not faults:
            output.say(f"{len(library.names())} templates, no fault.")
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise FaultyLibrary(f"templates: {errors[0]}{more}")


def preview(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="A template's name or title.")],
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="A field of the template.")
    ] = None,
    language: Annotated[str, typer.Option(metavar="TAG", help="A language such as es.")] = languages.DEFAULT,
    channel: Annotated[str, typer.Option(help="Only email, or only sms.")] = "",
    json: output.Json = False,
) -> None:
    """What a family would get, with a made-up family's values. A required field without one shows as its label."""
    found = library.load(template)
    channels = _channels(found, channel)
    tag = _language(found, language)
    region = SETTINGS.district.district.region
    given = pairs(values or [])
    rendered = render(found, tag, read_draft(found, given, region), letterhead.own())
    lacking = missing(found, given)
    if json:
        facts = {"template": found.name, "language": rendered.language, "missing": lacking}
        output.document(facts | {one.value: _channel_facts(one, rendered) for one in channels})
        return
    if lacking:
        output.note(f"still missing: {', '.join(lacking)}")
    _show(found, rendered, channels)


def _facts(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "title": template.title,
        "purpose": template.purpose.value,
        "channels": [channel.value for channel in template.channels],
        "languages": {tag: wording.translation.value for tag, wording in template.languages.items()},
        "fields": [
            {
                "name": field.name,
                "type": field.type.value,
                "label": field.label,
                "help": field.help,
                "required": field.required,
                "default": field.default,
                "choices": list(field.choices),
            }
            for field in template.fields
        ],
    }


def _wordings(template: Template) -> dict[str, dict[str, str]]:
    return {
        tag: wording.parts() | {"translation": wording.translation.value, "by": wording.by, "on": str(wording.on or "")}
        for tag, wording in template.languages.items()
    }


def _fault_facts(fault: Fault) -> dict[str, Any]:
    return {
        "file": f"{fault.file.parent.name}/{fault.file.name}",
        "line": fault.line,
        "severity": fault.severity.value,
        "wrong": fault.wrong,
        "right": fault.right,
    }


def _fields_table(template: Template) -> "Table":
    from rich.table import Table

    table = Table("Field", "What it is", "How to write it", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for field in template.fields:
        what = f"{field.label}. {field.help}" if field.help else field.label
        table.add_row(field.name, escape(what), escape(_how(field)))
    return table


def _how(field: Field) -> str:
    facts = [", ".join(field.choices) or field.type.value]
    if field.default is not None:
        facts.append(f"(if not given: {field.default})")
    elif field.required:
        facts.append("(required)")
    return " ".join(facts)


def _channels(template: Template, asked: str) -> tuple[Channel, ...]:
    if not asked:
        return template.channels
    found = tuple(channel for channel in template.channels if channel.value == asked.lower())
    if not found:
        raise NoSuchWording(f"{template.name} has nothing for channel {asked!r}: it has {', '.join(template.channels)}")
    return found


def _language(template: Template, asked: str) -> str:
    tag = languages.recognise(asked)
    own_chain = languages.chain(tag) if tag.partition("-")[0] == languages.DEFAULT else languages.chain(tag)[:-1]
    if not tag or not set(own_chain) & set(template.languages):
        raise UnknownLanguage(f"{template.name} has no language {asked!r}: it has {', '.join(template.languages)}")
    return tag


def _channel_facts(channel: Channel, rendered: Rendered) -> dict[str, Any]:
    if channel is Channel.SMS:
        text = tokens.fill(rendered.sms, FAMILY)
        size = measure(text)
        return {"text": text, "encoding": size.encoding, "segments": size.segments, "units": size.units}
    return {
        "subject": tokens.fill(rendered.subject, FAMILY),
        "preheader": tokens.fill(rendered.preheader, FAMILY),
        "text": tokens.fill(rendered.email_text, FAMILY),
        "html": tokens.fill(rendered.email_html, FAMILY, escape=True),
    }


def _show(template: Template, rendered: Rendered, channels: tuple[Channel, ...]) -> None:
    wording = template.languages[rendered.language]
    console = output.console()
    console.print(f"{template.title}, in {languages.english_name(rendered.language)}{_MARKS[wording.translation]}")
    for channel in channels:
        facts = _channel_facts(channel, rendered)
        if channel is Channel.EMAIL:
            _print_panel(console, "Email", facts["subject"], facts["text"])
        else:
            plural = "" if facts["segments"] == 1 else "s"
            title = f"Text message, {facts['segments']} segment{plural} ({facts['encoding']})"
            _print_panel(console, title, "", facts["text"])


def _print_panel(console: "Console", title: str, head: str, text: str) -> None:
    from rich.panel import Panel
    from rich.text import Text

    content = Text(f"{head}\n\n" if head else "", style="bold") + Text(text.strip(), style="not bold")
    panel = Panel(content, title=title, title_align="left", padding=(1, 2), width=min(80, console.width))
    console.print(panel, soft_wrap=False)
