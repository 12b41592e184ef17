"""Who reads what, in sentences."""

import pytest

from broadcaster.broadcasts.languages import Mark, decide
from broadcaster.broadcasts.outlook import Outlook
from broadcaster.cli.languages import facts, lines, tags
from broadcaster.kinds import Purpose
from broadcaster.templating.template import TranslationStatus
from broadcaster.text.languages import english_name

REVIEWED, MACHINE, DRAFT = (Mark(status) for status in TranslationStatus)
STALE, OUTDATED = Mark(TranslationStatus.REVIEWED, stale=True), Mark(TranslationStatus.DRAFT, outdated=True)


def seen(
    families: dict[str, int],
    words: dict[str, Mark] | None = None,
    over: dict[str, Mark] | None = None,
    unreviewed: tuple[str, ...] = (),
) -> list[Outlook]:
    """What the approver of an emergency is shown."""
    words, over = {"en": REVIEWED, **(words or {})}, over or {}
    decisions = decide(Purpose.EMERGENCY, words, over, overrides=unreviewed, asked=families)
    return [
        Outlook(english_name(tag), families.get(tag, 0), words.get(tag), over.get(tag), decisions[tag])
        for tag in decisions
        if tag != "en"
    ]


def test_nothing_is_said_where_all_get_words_of_their_own_or_nobody_reads_them() -> None:
    assert lines(seen({"es": 412}, {"es": REVIEWED, "so": DRAFT}, {"es": DRAFT})) == []


@pytest.mark.parametrize(
    ("mark", "line", "said"),
    [
        (
            DRAFT,
            REVIEWED,
            (
                "Spanish is a draft nobody has reviewed: 1,412 families get English under a line in Spanish. "
                "To send the draft: --unreviewed es."
            ),
        ),
        (
            DRAFT,
            DRAFT,
            (
                "Spanish is a draft nobody has reviewed: 1,412 families get plain English, because nobody has reviewed "
                "the line in Spanish over it. To send the draft: --unreviewed es."
            ),
        ),
        (
            MACHINE,
            None,
            (
                "Spanish is a machine translation nobody has reviewed: 1,412 families get plain English. "
                "To send it: --unreviewed es."
            ),
        ),
        (
            STALE,
            REVIEWED,
            (
                "Spanish was reviewed before the English changed: 1,412 families get English under a line in Spanish. "
                "To send it: --unreviewed es."
            ),
        ),
        (
            OUTDATED,
            REVIEWED,
            (
                "Spanish does not say what was changed for this broadcast: 1,412 families get English under a line in "
                "Spanish. To send it: --unreviewed es."
            ),
        ),
    ],
)
def test_a_language_whose_words_stay_is_told_with_its_reason_and_the_way_out(
    mark: Mark, line: Mark | None, said: str
) -> None:
    assert lines(seen({"es": 1412}, {"es": mark}, {"es": line} if line else {})) == [said]


def test_a_language_that_was_let_out_is_told_too() -> None:
    assert lines(seen({"es": 1}, {"es": DRAFT}, unreviewed=("es",))) == [
        "Spanish goes out as you asked, though it is a draft nobody has reviewed: to 1 family."
    ]


def test_languages_without_words_share_a_sentence_by_what_they_get() -> None:
    found = seen(
        {"ar": 31, "vi": 1, "fr": 3, "am": 12, "bo": 1, "ti": 2}, {}, {"ar": REVIEWED, "fr": DRAFT, "vi": REVIEWED}
    )
    assert lines(sorted(found, key=lambda one: -one.families)) == [
        (
            "There are no words in Arabic (31 families) and Vietnamese (1): "
            "they get English under a line in their language."
        ),
        (
            "There are no words in French (3 families): "
            "they get plain English, because nobody has reviewed the line in their language."
        ),
        "There are no words in Amharic (12 families), Tigrinya (2) and Tibetan (1): they get plain English.",
    ]


def test_who_reads_another_language_as_well_is_no_case_to_tell() -> None:
    assert lines(seen({"mww": 2}, {"hmn": REVIEWED}, {"mww": REVIEWED})) == []
    found = seen({"mww": 1}, {"hmn": REVIEWED, "mww": DRAFT})
    said = (
        "Hmong (White) is a draft nobody has reviewed: 1 family gets plain Hmong. To send the draft: --unreviewed mww."
    )
    assert lines(found) == [said]


def test_languages_are_taken_by_name_or_tag() -> None:
    assert tags(" Spanish, so,,klingonish") == {"es", "so", "klingonish"}
    assert tags("") == frozenset()


def test_a_document_has_the_same_facts() -> None:
    assert facts(seen({"es": 4}, {"es": STALE}, {"es": REVIEWED})) == [
        {
            "language": "es",
            "name": "Spanish",
            "families": 4,
            "translation": {"status": "reviewed", "stale": True, "outdated": False},
            "line": {"status": "reviewed", "stale": False, "outdated": False},
            "gets": "stand_in",
            "words_in": "en",
            "line_in": "es",
            "why": "stale",
        }
    ]
