"""Every message of the library for a reader who has no child in the audience: no gap where a name would stand."""

import re
from collections.abc import Callable

import pytest

from broadcaster.broadcasts.composing import compose
from broadcaster.templating import childless, library, phrases
from broadcaster.templating.samples import barest, fullest
from broadcaster.templating.template import Template
from broadcaster.text import tokens

pytestmark = pytest.mark.django_db

#: what is left of a sentence around nothing: two blanks, a blank or nothing before a stop, emphasis of nothing
GAP = re.compile(r"\S {2,}\S| [,.;:،](\s|$)|\*\*\*\*|(^|\n)[,.;:]")
LANGUAGES = ("en", "es", "so", "hmn")


def every_text(template: Template, values: dict[str, str], tag: str, own: dict[str, str]) -> list[str]:
    shown = compose(template.name, values).preview(tag).filled(own)
    return [shown.subject, shown.preheader, shown.sms, *shown.text.split("\n\n")]


@pytest.mark.parametrize("sample", [barest, fullest])
@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_message_has_a_gap_for_who_has_no_child(tag: str, sample: Callable[[Template], dict[str, str]]) -> None:
    for template in library.load_all():
        own = childless.values(tag)
        texts = every_text(template, sample(template), tag, own)
        assert [text for text in texts if GAP.search(text)] == [], template.name
        words = "".join(template.languages[tag].parts().values())
        assert words.count("{{ student_names }}") == "".join(texts).count(own["student_names"]), template.name


def test_without_our_words_there_would_be_a_gap_in_each_language() -> None:
    nothing = {"student_names": "", "school": "", "grade": ""}
    found = {
        (template.name, tag)
        for template in library.load_all()
        for tag in LANGUAGES
        if any(GAP.search(text) for text in every_text(template, barest(template), tag, nothing))
    }
    greets = {"clever-issues", "conferences-cancelled"}
    assert {(name, tag) for name in greets for tag in LANGUAGES} <= found


def test_each_language_of_the_library_has_the_words_itself() -> None:
    said = {tag: childless.students(tag) for template in library.load_all() for tag in template.languages}
    assert set(said) == set(LANGUAGES)
    assert len(set(said.values())) == len(LANGUAGES)
    drafts = {tag for tag in said if phrases.all_phrases()[tag].status == "draft"}
    assert drafts == set(LANGUAGES) - {"en"}
    assert all(not tokens.names(words) for words in said.values())
