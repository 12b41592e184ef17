"""A stand-in: English words for families who read another language, under one line in theirs that says who helps."""

from collections.abc import Mapping
from dataclasses import replace

from broadcaster.templating.fields import FieldValue
from broadcaster.templating.judging import MOST_SEGMENTS
from broadcaster.templating.layout import lead
from broadcaster.templating.render import Letterhead, Rendered, render
from broadcaster.templating.samples import FAMILY
from broadcaster.templating.template import Template
from broadcaster.text import tokens
from broadcaster.text.languages import DEFAULT
from broadcaster.text.segments import measure


def stand_in(template: Template, language: str, values: Mapping[str, FieldValue], letterhead: Letterhead) -> Rendered:
    """The template's English for readers of `language`, which has standing lines. Raises BadTemplate.

    Where the line would make the text message longer than can be sent, the text goes without it.
    """
    english = render(template, DEFAULT, values, letterhead, reader=language)
    led = f"{lead(language, letterhead)}\n{english.sms}"
    fits = measure(tokens.fill(led, FAMILY)).segments <= MOST_SEGMENTS
    return replace(english, language=language, sms=led if english.sms and fits else english.sms)
