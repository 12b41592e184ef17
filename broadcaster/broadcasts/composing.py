"""Composing: a template, the words that are changed for this broadcast, and values, before there is a draft of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from broadcaster.audiences.one_school import one_school
from broadcaster.broadcasts import wordings
from broadcaster.broadcasts.preview import Preview, of_wording
from broadcaster.district import School
from broadcaster.kinds import BadInput
from broadcaster.settings import SETTINGS
from broadcaster.templating import library, standing
from broadcaster.templating.changing import Changes, change
from broadcaster.templating.fields import FieldValue, missing, read_draft
from broadcaster.templating.layout import Update
from broadcaster.templating.template import Template
from broadcaster.text import languages


class UnknownLanguage(BadInput):
    """The template has no wording that a reader of the language could read, and there is no line in it either."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A message that somebody is at work on. `template` has the changed words in it; `missing` are required fields
    without a value, which show as their labels. `update` says which message of a thread it is.
    """

    template: Template
    values: Mapping[str, FieldValue]
    missing: list[str]
    school: School | None = None
    update: Update | None = None

    def texts(self, language: str) -> dict[str, str]:
        """The four parts in a language as they are written, for a person to change: those in `template.editable`."""
        return self.template.languages[language].parts()

    def preview(self, asked: str) -> Preview:
        """What a reader of the language gets: its own words or those of its fallback, else a stand-in. Whether words
        that nobody has reviewed go out is for `languages.decide` to say. Raises UnknownLanguage.
        """
        tag, stands_in = self._language(asked)
        worded = wordings.over_english if stands_in else wordings.own_words
        return of_wording(worded(self.template, tag, self.values, self.school, self.update))

    def previews(self, readers: Iterable[str] = ()) -> list[Preview]:
        """One for each language of the template, English first, then for those `readers` who get a stand-in."""
        found = [self.preview(tag) for tag in self.template.languages]
        for tag in readers:
            language, stands_in = self._language(tag, or_english=True)
            if stands_in and language not in {one.language for one in found}:
                found.append(self.preview(language))
        return found

    def _language(self, asked: str, *, or_english: bool = False) -> tuple[str, bool]:
        """The tag that is meant, and whether only a stand-in can be shown."""
        tag = languages.recognise(asked)
        own_chain = languages.chain(tag) if tag.partition("-")[0] == languages.DEFAULT else languages.chain(tag)[:-1]
        if tag and set(own_chain) & set(self.template.languages):
            return tag, False
        line = standing.lines_for(tag).language
        if line != languages.DEFAULT:
            return line, True
        if or_english:
            return languages.DEFAULT, False
        there_are = ", ".join(self.template.languages)
        raise UnknownLanguage(f"{self.template.name} has no language {asked!r}: it has {there_are}")


def compose(
    template: str,
    values: Mapping[str, str],
    changes: Changes | None = None,
    audience: str = "",
    update: Update | None = None,
) -> Composed:
    """Put them together. Values may be missing; none may be wrong. Nothing is kept, and nobody is counted.

    An audience of nobody but one school's families makes it that school's mail. Raises UnknownTemplate, BadTemplate,
    BadChange, UnknownField, BadValue, and AudienceError.
    """
    found = change(library.load(template), changes or {})
    read = read_draft(found, values, SETTINGS.district.district.region)
    return Composed(found, read, missing(found, values), school_of(audience), update)


def school_of(audience: str) -> School | None:
    """The school whose mail it is: the one at which all of an audience are, where the district's file has it. Raises
    AudienceError.
    """
    district = SETTINGS.district
    return district.school_called(one_school(audience)) if audience and district.schools else None
