"""`templates list | show | check`: the library of wording. `saving.py` and `translators.py` have the other commands."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer
from rich.markup import escape

from broadcaster.cli import output, saving, translators
from broadcaster.cli.wording import MARKS, print_panel
from broadcaster.kinds import BadInput
from broadcaster.templating import library
from broadcaster.templating.check import TranslationState
from broadcaster.templating.check import check as check_library
from broadcaster.templating.faults import Fault, errors_of
from broadcaster.templating.template import Field, Template
from broadcaster.text import languages

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer(add_completion=False)
app.command()(saving.take)
app.command()(saving.save)
app.command()(saving.versions)
app.command()(saving.withdraw)
app.command("export")(translators.export)
app.command("import")(translators.import_)


class FaultyLibrary(BadInput):
    """`templates check` found errors."""


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
            f"[bold]{template.name}[/bold]{_mark(template)}\n{template.title}",
            template.purpose.value,
            template.audience,
            tags,
        )
    output.console().print(table)


@app.command()
def show(name: saving.Name, version: saving.Version = None, json: output.Json = False) -> None:
    """One template: its fields, and its wording as written."""
    template = saving.asked_for(name, version).usable()
    if json:
        output.document(_facts(template) | {"audience": template.audience, "wording": _wordings(template)})
        return
    console = output.console()
    console.print(f"[bold]{template.title}[/bold]  ({template.name}){_mark(template)}")
    channels = " and ".join(channel.value for channel in template.channels)
    console.print(f"{template.purpose.value}, to {template.audience}, by {channels}")
    console.print(f"May be changed for one broadcast: {', '.join(template.editable) or 'nothing'}\n")
    if template.fields:
        console.print(_fields_table(template), soft_wrap=False)
    marked = [
        f"{languages.english_name(tag)}{MARKS[wording.translation]}" for tag, wording in template.languages.items()
    ]
    console.print(f"\nIn {', '.join(marked)}. In English:\n")
    english = template.english
    print_panel(console, "Email", english.subject, english.body)
    if english.sms:
        print_panel(console, "Text message", "", english.sms)


@app.command()
def check(json: output.Json = False) -> None:
    """Mistakes in the library, and how each translation stands. Ends with 2 if there are errors."""
    checked = check_library()
    errors = errors_of(checked.faults)
    if json:
        facts = {"ok": not errors, "faults": [_fault_facts(fault) for fault in checked.faults]}
        output.document(facts | {"translations": checked.states, "standing_lines": checked.lines})
    else:
        for fault in checked.faults:
            output.say(f"{fault.severity.value}: {fault}")
        output.console().print(_states_table(checked.states))
        if checked.lines:
            output.say(_lines_states(checked.lines))
        if not checked.faults:
            output.say(f"{len(checked.states)} templates, no fault.")
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise FaultyLibrary(f"templates: {errors[0]}{more}")


def _mark(template: Template) -> str:
    """How a saved template is marked."""
    return f" (saved, version {template.version})" if template.version else ""


def _facts(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "title": template.title,
        "version": template.version,
        "editable": list(template.editable),
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


def _states_table(states: Mapping[str, Mapping[str, TranslationState]]) -> "Table":
    from rich.table import Table

    tags = next(iter(states.values()), {})
    table = Table("Template", *tags, box=None, pad_edge=False)
    for name, by_tag in states.items():
        table.add_row(name, *(state.value for state in by_tag.values()))
    return table


def _lines_states(lines: Mapping[str, TranslationState]) -> str:
    """Standing lines: reviewed in en; draft in es, so."""
    by_state: dict[str, list[str]] = {}
    for tag, state in lines.items():
        by_state.setdefault(state.value, []).append(tag)
    return "Standing lines: " + "; ".join(f"{state} in {', '.join(tags)}" for state, tags in by_state.items()) + "."


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
