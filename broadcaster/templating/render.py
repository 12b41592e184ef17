"""A wording with a broadcast's values in it: mail in plain text and HTML, and a text message, ready for a provider.

Per-family values stay tokens (`[[student_names]]`): the provider puts each family's own in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from broadcaster.kinds import Purpose
from broadcaster.templating import markdown, phrases
from broadcaster.templating.fields import FieldValue, clean
from broadcaster.templating.formats import written
from broadcaster.templating.layout import Letterhead, html_page, text_page
from broadcaster.templating.placeholders import FILTERS, inspect
from broadcaster.templating.template import PER_FAMILY, Template
from broadcaster.text.codes import SIGN
from broadcaster.text.languages import resolve

__all__ = ["Letterhead", "Rendered", "per_family_fields", "render"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in one language. `language` is the wording's, which may be a fallback of what was asked for.

    `email_html` is a whole document. `sms` is empty where the template has no text message.
    """

    language: str
    subject: str
    preheader: str
    email_text: str
    email_html: str
    sms: str


def render(
    template: Template, language: str, values: Mapping[str, FieldValue], letterhead: Letterhead, reader: str = ""
) -> Rendered:
    """The template in the best wording for a reader of `language`, English at worst. For `values` see fields.py.

    `reader`: the language of who gets it, where they read another: see `layout.text_page`.
    """
    wording = template.languages[resolve(language, template.languages)]
    page = _Page(wording.language, letterhead, {**_everyones(letterhead), **values})
    update = letterhead.update.line(reader or wording.language) if letterhead.update else ""
    subject = f"{update}: {page.line(wording.subject)}" if update else page.line(wording.subject)
    preheader = page.line(wording.preheader)
    body, marked = page.markdown(wording.body)
    asks = template.acknowledge
    mail = (wording.language, letterhead, template.purpose is Purpose.GENERAL, reader, asks)
    return Rendered(
        wording.language,
        subject,
        preheader,
        text_page(markdown.to_text(body, marked), *mail),
        html_page(subject, preheader, markdown.to_html(body, marked), *mail),
        _text(page.line(wording.sms), update, template, wording.language, letterhead.code),
    )


def _text(words: str, update: str, template: Template, language: str, code: str) -> str:
    """A text message with its place in a thread before it; behind it how to answer, and its code."""
    before = [f"{update}."] if update else []
    behind = [phrases.said("acknowledge_text", language)] if template.acknowledge else []
    said = " ".join([*before, words, *behind])
    if code and said[-1:].isdigit():
        said += "."  # else phones take the code for the extension of the number, and dial it
    return " ".join([said, *([f"{SIGN}{code}"] if code else [])]) if words else ""


def per_family_fields(template: Template) -> frozenset[str]:
    """Which per-family values any wording of the template uses: those that the plan has to provide."""
    types = {field.name: field.type for field in template.fields}
    sources = [part for wording in template.languages.values() for part in wording.parts().values()]
    return frozenset(name for source in sources for name in inspect(source, types).names if name in PER_FAMILY)


def _everyones(letterhead: Letterhead) -> dict[str, str]:
    """What every wording may use: the district's values, and a token for each per-family one."""
    return {
        "district": clean(letterhead.short_name or letterhead.name),
        "district_name": clean(letterhead.name),
        "district_phone": clean(letterhead.phone),
        **{name: f"[[{name}]]" for name in PER_FAMILY},
    }


@dataclass(frozen=True, slots=True)
class _Page:
    """Runs Jinja over the parts of one wording."""

    language: str
    letterhead: Letterhead
    values: Mapping[str, object]

    def line(self, source: str) -> str:
        """For subjects and texts: plain, on one line. A mail header can hold no more, and phones wrap by themselves."""
        return " ".join(self._run(source, self._written, blocks=False).split())

    def markdown(self, source: str) -> tuple[str, list[str]]:
        """Markdown with marks, and the value behind each mark."""
        marked: list[str] = []

        def mark(value: object) -> str:
            text = self._written(value)
            if not text:
                return ""
            marked.append(text)
            return markdown.mark(len(marked) - 1)

        return self._run(source, mark, blocks=True), marked

    def _written(self, value: object, short: bool = False) -> str:
        return written(value, self.language, self.letterhead.region, short=short)

    def _run(self, source: str, finalize: Callable[[object], str], *, blocks: bool) -> str:
        """`blocks`: a line with nothing but `{% ... %}` leaves no line behind, as Markdown needs it."""
        environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined,
            finalize=finalize,
            trim_blocks=blocks,
            lstrip_blocks=blocks,
            autoescape=False,  # values meet HTML only behind the Markdown parser, which escapes them
        )
        environment.globals.clear()
        environment.filters["short"] = lambda value: self._written(value, short=True)
        environment.filters = {name: environment.filters[name] for name in FILTERS}
        return environment.from_string(source).render(self.values)
