"""`templates check`: every mistake in the library, each with its file, its line, and what would be right."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from broadcaster.templating import standing
from broadcaster.templating.faults import Fault
from broadcaster.templating.library import entries
from broadcaster.templating.standing import Lines
from broadcaster.templating.template import Template
from broadcaster.text.languages import DEFAULT


class TranslationState(StrEnum):
    """How a template stands in a language. Stale: the English has changed since, whoever made the translation."""

    REVIEWED = "reviewed"
    MACHINE = "machine"
    DRAFT = "draft"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at the library found: all faults in its order, and each template's state in each language of it.

    A template that can't be read at all has faults, and no states. `lines`: how the standing lines stand in each of
    their languages.
    """

    faults: tuple[Fault, ...]
    states: Mapping[str, Mapping[str, TranslationState]]
    lines: Mapping[str, TranslationState]


def check(folder: Path | None = None) -> Checked:
    """Look at the whole library, or at that of a folder. One bad template never hides another's faults."""
    found = entries(folder)
    templates = [entry.template for entry in found if entry.template is not None]
    tags = sorted({tag for each in templates for tag in each.languages}, key=lambda tag: (tag != DEFAULT, tag))
    of_lines = standing.look_at()
    faults = (*of_lines.faults, *(fault for entry in found for fault in entry.faults))
    lines = {} if of_lines.errors else {tag: _lines_state(lines) for tag, lines in standing.all_lines().items()}
    return Checked(faults, {each.name: {tag: _state(each, tag) for tag in tags} for each in templates}, lines)


def _lines_state(lines: Lines) -> TranslationState:
    return TranslationState.STALE if lines.stale else TranslationState(lines.status.value)


def _state(template: Template, tag: str) -> TranslationState:
    wording = template.languages.get(tag)
    if wording is None:
        return TranslationState.MISSING
    return TranslationState.STALE if template.is_stale(tag) else TranslationState(wording.translation.value)
