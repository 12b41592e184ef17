"""Other words for one broadcast: a template with some of its parts changed, checked as the library is."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from broadcaster.templating.faults import Fault, Faulty, Finding
from broadcaster.templating.files import ABOUT, plain, text_in
from broadcaster.templating.judging import judge
from broadcaster.templating.lines import complaints
from broadcaster.templating.matter import parsed, split, tag_of
from broadcaster.templating.nearest import nearest
from broadcaster.templating.template import PARTS, Template, TranslationStatus, Wording
from broadcaster.text.languages import DEFAULT

#: language -> part -> text
Changes = Mapping[str, Mapping[str, str]]


class BadChange(Faulty):
    """A change that can't be made. Each fault's file is `template/language`, and its line is one of the part's text."""

    def by_part(self) -> dict[tuple[str, str], list[Fault]]:
        """The faults by language and part, for a screen to show beside what was typed; those of no part under ""."""
        found: dict[tuple[str, str], list[Fault]] = {}
        for fault in self.faults:
            found.setdefault((fault.file.name, fault.part), []).append(fault)
        return found


class BadChangeFile(Faulty):
    """A file of changed wording that can't be used."""


def change(template: Template, changes: Changes) -> Template:
    """The template with these words in place of its own, in the parts that it lets be changed.

    A part that is given as it stands is not changed. Changed translations are drafts: nobody has reviewed them. Where
    an English part was changed and a language's own was not, that language is in `outdated_by_change`. Raises BadChange
    for a language that the template does not have, a part that may not be changed, and whatever `judge` finds wrong.
    """
    findings = {tag: Finding(wording.path) for tag, wording in template.languages.items()}
    findings |= {tag: Finding(Path(template.name) / tag) for tag in changes}
    new = {tag: _allowed(template, tag, parts, findings[tag]) for tag, parts in changes.items()}
    _refuse(findings)
    if not any(new.values()):
        return template
    outdated = frozenset(tag for tag in template.languages if _is_outdated(template, tag, new))
    wordings = {tag: _worded(template.languages[tag], new.get(tag, {}), findings[tag].file) for tag in findings}
    english = wordings[DEFAULT].fingerprint
    for tag, wording in wordings.items():
        if new.get(tag) and not template.is_stale(tag) and tag not in outdated | {DEFAULT}:
            wordings[tag] = replace(wording, of=english)
    changed = replace(template, languages=wordings, outdated_by_change=outdated)
    judge(changed, [Finding(Path(template.name) / ABOUT), *findings.values()])
    _refuse(findings)
    return changed


def read(path: Path) -> tuple[str, dict[str, str]]:
    """The language and the parts of a file of changed wording: a language file, in which what is missing stays as it
    is, and [translation] says nothing. Raises BadChangeFile.
    """
    finding = Finding(path)
    tag = tag_of(path.name, finding)
    text = text_in(finding, "give a language file such as es.md")
    front, body, _ = split(text, finding) if text is not None else (None, "", 1)
    table = parsed(front, 1, finding) if front is not None else None
    if front is None or table is None or finding.faults:
        raise BadChangeFile(tuple(finding.faults))
    try:
        matter = _Matter.model_validate(table)
    except ValidationError as error:
        for line, wrong, right in complaints(front, error):
            finding.error(line + 1, wrong, right)
        raise BadChangeFile(tuple(finding.faults)) from None
    given = {"subject": matter.subject, "preheader": matter.preheader, "sms": matter.sms, "body": body.strip() and body}
    return tag, {part: given_text for part, given_text in given.items() if given_text}


def read_all(paths: Iterable[Path]) -> dict[str, dict[str, str]]:
    """What several such files change, by language. Raises BadChangeFile, for a second file of a language too."""
    found: dict[str, dict[str, str]] = {}
    for path in paths:
        tag, parts = read(path)
        if tag in found:
            finding = Finding(path)
            finding.error(1, f"a second file for {tag!r}", "give one file for each language")
            raise BadChangeFile(tuple(finding.faults))
        found[tag] = parts
    return found


class _Matter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    subject: Annotated[str, Field(min_length=1)] = ""
    preheader: Annotated[str, Field(min_length=1)] = ""
    sms: Annotated[str, Field(min_length=1)] = ""
    translation: object = None


def _refuse(findings: Mapping[str, Finding]) -> None:
    errors: tuple[Fault, ...] = tuple(fault for finding in findings.values() for fault in finding.errors)
    if errors:
        raise BadChange(errors)


def _allowed(template: Template, tag: str, given: Mapping[str, str], finding: Finding) -> dict[str, str]:
    """What of it changes anything; with a fault for whatever may not be changed."""
    if tag not in template.languages:
        finding.error(1, f"there is no language {tag!r}", nearest(tag, list(template.languages)))
        return {}
    present = template.languages[tag].parts()
    texts = {part: plain(text) for part, text in given.items()}
    changed = {part: text for part, text in texts.items() if text.strip() != present.get(part, "").strip()}
    may = " and ".join(template.editable) or "no part"
    for part in changed:
        if part not in PARTS:
            finding.error(1, f"there is no part {part!r}", nearest(part, PARTS))
        elif part not in template.editable:
            finding.error(1, "may not be changed for one broadcast", f"{may} may be", part)
    return changed


def _is_outdated(template: Template, tag: str, new: Changes) -> bool:
    """Whether English was changed that stands in the language as it was. A line break is no change."""
    english, own = template.english.parts(), template.languages[tag].parts()
    return tag != DEFAULT and any(
        own[part].strip() and part not in new.get(tag, {}) and text.split() != english[part].split()
        for part, text in new.get(DEFAULT, {}).items()
    )


def _worded(wording: Wording, new: Mapping[str, str], path: Path) -> Wording:
    """The wording with the new words in it, if there are any."""
    if not new:
        return replace(wording, path=path)
    parts = {**wording.parts(), **new}
    return replace(
        wording,
        subject=parts["subject"],
        preheader=parts["preheader"],
        sms=parts["sms"],
        body=parts["body"],
        path=path,
        translation=wording.translation if wording.language == DEFAULT else TranslationStatus.DRAFT,
        lines={},
    )
