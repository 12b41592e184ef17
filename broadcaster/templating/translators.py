"""A language's wording on one page for a person to translate or review: written here, and taken back in.

The page is TOML. Each part of a template is a table with the `english` and the `translation`, both between three
single quotes, where nothing has to be escaped; docs/templates.md explains it to translators.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from broadcaster.kinds import BadInput
from broadcaster.templating import library, standing
from broadcaster.templating.faults import Fault, Faulty, Finding, Severity
from broadcaster.templating.files import ABOUT, Files
from broadcaster.templating.judging import judge
from broadcaster.templating.library import Entry, entries
from broadcaster.templating.nearest import nearest
from broadcaster.templating.page import LINES, Page, Texts, key, read_page
from broadcaster.templating.standing import Row
from broadcaster.templating.template import PARTS, Template, TranslationStatus, Wording, fingerprint
from broadcaster.templating.writing import language_file
from broadcaster.text import languages

_HEAD = """\
# The messages of the library, for a translator: {name}.
#
# Each table has the English, and below it the translation. Change only what stands after `translation`, between the
# three quotes. Every message that has a translation counts as reviewed by you: take out (or leave empty) the others.
#
# - Keep {{{{ ... }}}} and {{% ... %}} letter for letter: values come there. Move them where your sentence needs them.
# - `sms` is a text message: about as long as the English, 300 characters at most. `body` is the mail.
# - In a mail, # begins a heading, - a point of a list, and ** stands around what is bold. Keep the empty lines.
# - Last come the lines that stand under every mail, and over English words. Keep {{district}} and {{phone}} in them.
#
# When you are done: broadcaster templates import THIS-FILE --by "Your name"

language = "{tag}"
"""
_LINES_HEAD = "\n# ---- Under every mail; `english`: over words that are only in English ----\n\n"


class NoSuchLanguage(BadInput):
    """Nothing can be translated into what was asked for. The message repeats it."""


class BadTranslations(Faulty):
    """A page that can't be taken in."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page brought: names of templates. `stale` ones are translations of an English that has changed since.

    `versions`: which version was made of each saved template that the page changed. `lines`: whether the standing lines
    were reviewed too.
    """

    language: str
    reviewed: tuple[str, ...]
    changed: tuple[str, ...]
    untranslated: tuple[str, ...]
    stale: tuple[str, ...]
    warnings: tuple[Fault, ...]
    versions: Mapping[str, int]
    lines: bool = False


def language_of(asked: str) -> str:
    """The tag of a language to translate into. Raises NoSuchLanguage for English and for what is none."""
    tag = languages.recognise(asked)
    if not tag:
        raise NoSuchLanguage(f"{asked!r} is no language: give a name or a tag, such as es, so or hmn")
    if tag == languages.DEFAULT:
        raise NoSuchLanguage(f"{asked!r} is the original: there is nothing to translate")
    return tag


def page_of(tag: str, found: list[Entry], folder: Path | None = None) -> str:
    """The page of one language, with the standing lines of the library last. Templates with errors are not on it: their
    files have to be mended first. Raises BadTemplate for standing lines with errors.
    """
    file = _lines_file(folder)
    lines = standing.rows(tag, file) if file.exists() else []
    templates = [entry.template for entry in found if entry.template is not None and not entry.errors]
    head = _HEAD.format(name=f"{languages.english_name(tag)} ({tag})", tag=tag)
    sections = [_section(template, tag) for template in templates]
    return "\n".join([head, *sections, *([_lines_section(lines)] if lines else [])])


def take_in(file: Path, by: str, on: date, folder: Path | None = None) -> Taken:
    """Check a page as the library is checked, then keep its language's files, reviewed `by` a person `on` a day: those
    of a saved template in a new version of it, the others in its folder.

    A translation has to name the same fields as the English, and its English may be of an earlier day: then it is
    kept, and stale. Raises BadTranslations, and SavedMeanwhile; nothing is kept then.
    """
    finding = Finding(file)
    page = read_page(finding)
    if page is None:
        raise BadTranslations(tuple(finding.faults))
    found = {entry.name: entry for entry in entries(folder)}
    known = {name: entry.template for name, entry in found.items() if entry.template is not None}
    wordings = {}
    for name, texts in page.templates.items():
        template = known.get(name)
        if template is None or languages.DEFAULT not in template.languages:
            finding.error(page.line(name), f"there is no template {name!r} to translate", nearest(name, list(known)))
        elif texts.translated:
            wordings[name] = _judged(template, page, finding, by, on)
    lines = _lines_of(page, finding)
    finding.faults.sort(key=lambda fault: fault.line)
    if finding.errors:
        raise BadTranslations(finding.errors)
    file_name = f"{page.language}.md"
    new = [found[name].files.with_file(file_name, language_file(wording)) for name, wording in wordings.items()]
    file = _lines_file(folder)
    also = {file: standing.with_reviewed(page.language, lines, by, on, file)} if lines else {}
    versions = _keep(new, file_name, by, also)
    return Taken(
        language=page.language,
        reviewed=tuple(wordings),
        changed=tuple(name for name, wording in wordings.items() if _differs(known[name], wording)),
        untranslated=tuple(name for name in page.templates if name not in wordings),
        stale=tuple(name for name, wording in wordings.items() if wording.of != known[name].english.fingerprint),
        warnings=tuple(finding.faults),
        versions=versions,
        lines=bool(lines),
    )


def _section(template: Template, tag: str) -> str:
    wording = template.languages.get(tag)
    present = wording.parts() if wording else {}
    tables = [
        f"[{key(template.name)}.{part}]\nenglish = {_quoted(text)}\ntranslation = {_quoted(present.get(part, ''))}\n"
        for part, text in template.english.parts().items()
        if text.strip()
    ]
    return f"\n# ---- {template.title} ----\n\n" + "\n".join(tables)


def _lines_section(rows: list[Row]) -> str:
    tables = [
        f"[{LINES}.{row.name}]\nenglish = {_quoted(row.english)}\ntranslation = {_quoted(row.translation)}\n"
        for row in rows
    ]
    return _LINES_HEAD + "\n".join(tables)


def _lines_file(folder: Path | None) -> Path:
    return (folder or library.FOLDER) / standing.FILE.name


def _lines_of(page: Page, finding: Finding) -> list[Row]:
    """The standing lines that the page has: all of them or, where none is translated, none."""
    pairs = {name: page.lines[name] for name in standing.PLACES if name in page.lines}
    if not any(pair.translation.strip() for pair in pairs.values()):
        return []
    for name in standing.PLACES:
        line = page.line_of_text(LINES, name) if name in pairs else page.line(LINES)
        text = pairs[name].translation.strip() if name in pairs else ""
        if not text:
            finding.error(line, f"the standing line {name} is not translated", "translate it, or empty all of them")
        elif wrong := standing.mistake(name, text):
            finding.error(line, f"the standing line {name} is {text!r}", wrong)
    return [Row(name, pair.english.strip(), pair.translation.strip()) for name, pair in pairs.items()]


def _quoted(text: str) -> str:
    """A TOML string on lines of its own, as it stands wherever that is possible."""
    text = text.strip("\n")
    if "'''" not in text and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
        return f"'''\n{text}\n'''"
    return json.dumps(text, ensure_ascii=False)


def _judged(template: Template, page: Page, finding: Finding, by: str, on: date) -> Wording:
    """The page's wording for the template, with its faults noted where they stand on the page."""
    name, english = template.name, template.english
    texts = page.templates[name]
    for part, original in english.parts().items():
        line = page.line(name, part)
        if original.strip() and not texts.translation(part):
            finding.error(line, f"{name}: {part} is not translated", "translate it, or empty all parts of the template")
        if texts.translation(part) and not original.strip():
            finding.error(line, f"{name}: the English has no {part}", "take it out")
    wording = Wording(
        page.language,
        **{part: texts.translation(part) for part in PARTS},
        path=finding.file,
        translation=TranslationStatus.REVIEWED,
        lines={part: page.line_of_text(name, part) for part in PARTS},
        by=by,
        on=on,
        of=_of(english, texts),
    )
    # judged as if of today's English: whether it is, is told apart from mistakes
    judged = replace(wording, of=english.fingerprint)
    both = replace(template, languages={languages.DEFAULT: english, page.language: judged})
    others = [Finding(english.path.parent / ABOUT), Finding(english.path)]
    judge(both, [*others, finding], unlike=Severity.ERROR)
    return wording


def _of(english: Wording, texts: Texts) -> str:
    """The fingerprint of the English that the translator saw."""
    return fingerprint({part: texts.english(part) if text.strip() else text for part, text in english.parts().items()})


def _differs(template: Template, wording: Wording) -> bool:
    present = template.languages.get(wording.language)
    return present is None or any(present.parts()[part].strip("\n") != text for part, text in wording.parts().items())


def _keep(all_files: list[Files], name: str, by: str, also: Mapping[Path, str]) -> dict[str, int]:
    """All of them and `also` or, where the disk or somebody's save stands against one, none. The versions saved."""
    in_folders = {files.place / name: files.texts[name] for files in all_files if not files.version} | dict(also)
    if not any(files.version for files in all_files):
        _write(in_folders)
        return {}
    # some come from the ledger, so Django is ready
    from django.db import transaction

    from broadcaster.templating import saved

    with transaction.atomic():
        kept = [saved.save(files, by, base=files.version) for files in all_files if files.version]
        _write(in_folders)
    return {each.name: each.version for each in kept if each.is_new}


def _write(files: dict[Path, str]) -> None:
    """All of them or, where the disk refuses one, none: renaming comes when everything is written."""
    drafts: list[tuple[Path, Path]] = []
    try:
        for path, text in files.items():
            draft = path.with_name(f".{path.name}.new")
            with draft.open("w", encoding="utf-8") as opened:
                drafts.append((draft, path))
                opened.write(text)
        for draft, path in drafts:
            draft.replace(path)
    except OSError as error:
        raise BadInput(f"{error.filename} can't be written: {error.strerror}") from None
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
