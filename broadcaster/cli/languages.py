"""Who reads what, in sentences; and languages as people name them on the command line."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from broadcaster.broadcasts.languages import Gets, Why
from broadcaster.broadcasts.outlook import Outlook
from broadcaster.reports.phrases import counted
from broadcaster.templating.template import TranslationStatus
from broadcaster.text.languages import DEFAULT, english_name, recognise


def tags(given: str) -> frozenset[str]:
    """Languages by tag or name, comma separated. What is none stays as it was given."""
    names = [name.strip() for name in given.split(",") if name.strip()]
    return frozenset(recognise(name) or name for name in names)


def lines(outlooks: Sequence[Outlook]) -> list[str]:
    """A sentence or two for each language whose readers don't get words that were made for them; none for the others.

    All languages that have no words at all share a sentence.
    """
    read = [one for one in outlooks if one.families]
    own = [_of_words(one) for one in read if one.words and one.decision.why not in (Why.REVIEWED, Why.ALLOWED)]
    none = [one for one in read if one.words is None and one.decision.words == DEFAULT]
    led = [one for one in none if one.decision.line]
    waiting = [one for one in none if not one.decision.line and one.line]
    bare = [one for one in none if not one.decision.line and not one.line]
    gets = (
        (led, "English under a line in their language"),
        (waiting, "plain English, because nobody has reviewed the line in their language"),
        (bare, "plain English"),
    )
    return own + [f"There are no words in {_listed(some)}: they get {what}." for some, what in gets if some]


def facts(outlooks: Sequence[Outlook]) -> list[dict[str, Any]]:
    """For `--json`: `translation` and `line` are null where there are none, and `line_in` where none stands over it."""
    return [
        {
            "language": one.language,
            "name": one.name,
            "families": one.families,
            "translation": asdict(one.words) if one.words else None,
            "line": asdict(one.line) if one.line else None,
            "gets": one.decision.gets,
            "words_in": one.decision.words,
            "line_in": one.decision.line or None,
            "why": one.decision.why,
        }
        for one in outlooks
    ]


def _of_words(one: Outlook) -> str:
    families = counted(one.families, "family", "families")
    get = "gets" if one.families == 1 else "get"
    if one.decision.gets is Gets.OWN:
        return f"{one.name} goes out as you asked, though it {_how_far(one)}: to {families}."
    what = f"plain {english_name(one.decision.words)}"
    if one.decision.line:
        what = f"English under a line in {english_name(one.decision.line)}"
    elif one.line and one.decision.words == DEFAULT:
        what += f", because nobody has reviewed the line in {one.name} over it"
    is_draft = one.words and one.words.status is TranslationStatus.DRAFT and not one.words.outdated
    it = "the draft" if is_draft else "it"
    return f"{one.name} {_how_far(one)}: {families} {get} {what}. To send {it}: --unreviewed {one.language}."


def _how_far(one: Outlook) -> str:
    """How far the language's own words may be trusted, as the end of a sentence."""
    if one.words is None or one.words.outdated:
        return "does not say what was changed for this broadcast"
    if one.words.status is TranslationStatus.REVIEWED:
        return "was reviewed before the English changed"
    by_machine = one.words.status is TranslationStatus.MACHINE
    return f"is a {'machine translation' if by_machine else 'draft'} nobody has reviewed"


def _listed(some: Sequence[Outlook]) -> str:
    """Arabic (12 families), Karen (20) and Oromo (6)."""
    first, *others = some
    named = [f"{first.name} ({counted(first.families, 'family', 'families')})"]
    named += [f"{one.name} ({one.families:,})" for one in others]
    return " and ".join([", ".join(named[:-1]), named[-1]] if others else named)
