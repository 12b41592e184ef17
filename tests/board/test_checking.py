"""Is this message real? What a family is told, by code and by words."""

import pytest

from broadcaster.board.checking import Verdict, check
from broadcaster.board.differing import Kind, difference, same
from broadcaster.text import codes
from tests.board.conftest import ENGLISH, sent

pytestmark = pytest.mark.django_db


def test_a_text_of_ours_is_ours_word_for_word() -> None:
    sent()
    found = check("", ENGLISH)
    assert found.verdict is Verdict.OURS
    assert [notice.code for notice in found.notices] == ["BCDF23"]


@pytest.mark.parametrize(
    "way",
    [
        lambda text: f"  {text}\n",
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("because of", "because\nof"),
        lambda text: f"\u200e{text}\u200f",
        lambda text: text.partition(" #")[0],
    ],
    ids=["blanks", "no-break spaces", "a line break", "marks of direction", "without the code"],
)
def test_what_a_phone_does_to_a_text_when_it_is_copied_changes_nothing(way) -> None:
    sent()
    assert check("", way(ENGLISH)).verdict is Verdict.OURS


def test_a_mail_of_ours_is_ours_with_its_subject_and_the_familys_own_link() -> None:
    sent()
    mail = (
        f"Schools are closed\n\nDear families,\n\n{ENGLISH}\n\n--\nThis message is from Lakes District.\n"
        "Stop: https://alerts.example.org/unsubscribe/abc-1.123\n"
    )
    assert check("", mail).verdict is Verdict.OURS


def test_a_message_with_another_link_is_ours_but_changed_and_says_what_differs() -> None:
    sent()
    forged = ENGLISH.replace("Meals are at South High from noon.", "Register your child at http://evil.example now.")
    found = check("", forged)
    assert found.verdict is Verdict.CHANGED
    pieces = {kind: " ".join(piece.text for piece in found.pieces if piece.kind is kind) for kind in Kind}
    assert "http://evil.example" in pieces[Kind.ADDED]
    assert "South High" in pieces[Kind.LACKING]
    assert "closed today because of snow" in pieces[Kind.SAME]


@pytest.mark.parametrize(("old", "new"), [("today", "tod\u0430y"), ("noon", "n00n"), ("closed", "Closed")])
def test_one_letter_that_only_looks_alike_is_a_change(old: str, new: str) -> None:
    sent()
    assert check("", ENGLISH.replace(old, new)).verdict is Verdict.CHANGED


def test_a_code_of_ours_under_other_words_is_no_proof() -> None:
    sent()
    found = check("BCDF23", "Congratulations, you won a gift card. Send us your bank account and your password.")
    assert found.verdict is Verdict.CHANGED


def test_a_code_alone_shows_the_words_to_compare() -> None:
    sent()
    found = check("BCDF23", "")
    assert found.verdict is Verdict.OURS_BY_CODE
    assert found.notices[0].words_for("so").text.startswith("Dugsiyadu")


def test_of_a_broadcast_that_is_not_public_nothing_is_shown() -> None:
    sent(public=False)
    assert check("BCDF23", "") == check("BCDF23", "")
    assert check("BCDF23", "").verdict is Verdict.OURS_NOT_SHOWN
    changed = check("", ENGLISH.replace("snow", "ice and a storm"))
    assert (changed.verdict, changed.notices, changed.pieces) == (Verdict.CHANGED, (), ())
    assert check("", ENGLISH).verdict is Verdict.OURS


def test_a_drill_is_called_a_rehearsal_and_its_words_are_not_ours() -> None:
    sent(public=False, drill=True)
    assert check("BCDF23", "").verdict is Verdict.OURS_REHEARSAL
    assert check("", "You have won a prize in a lottery, click here at once to get it").verdict is Verdict.NOT_OURS


def test_what_never_went_out_is_not_ours() -> None:
    sent(started_at=None)
    assert check("BCDF23", "").verdict is Verdict.NOT_OURS_CODE
    assert check("", ENGLISH).verdict is Verdict.NOT_OURS


def test_another_message_is_not_ours() -> None:
    sent()
    assert check("", "Your parcel is waiting. Pay the fee at http://evil.example").verdict is Verdict.NOT_OURS
    assert check("ZZZZZZ", "").verdict is Verdict.NOT_OURS_CODE


def test_a_familys_own_values_may_be_anything_short() -> None:
    ours = "[[student_names]] was absent today. Call [[school]]."
    assert same(ours, "Amina and Yusuf was absent today. Call South High.")
    assert not same(ours, "Amina was absent today. Pay South High.")
    assert [piece.kind for piece in difference(ours, "Amina and Yusuf was absent today. Call South High.")] == [
        Kind.SAME
    ]


def test_the_same_words_sent_twice_are_both_shown() -> None:
    first, second = sent(), sent()
    assert {notice.broadcast_id for notice in check("BCDF23", "").notices} == {first.pk, second.pk}


@pytest.mark.parametrize("given", ["#bcdf23", "BCD-F23", " b c d f 2 3 ", "\u200eBCDF23"])
def test_a_code_is_read_as_people_type_it(given: str) -> None:
    assert codes.typed(given) == "BCDF23"


@pytest.mark.parametrize("given", ["", "BCDF2", "BCDF234", "BCDFAE", "BCDF2O", "'; --", "ＢＣＤＦ２３"])
def test_what_can_be_no_code_is_none(given: str) -> None:
    assert codes.typed(given) == ""


def test_a_code_follows_from_the_words() -> None:
    made = codes.made_of("Schools are closed.")
    assert made == codes.made_of("Schools are closed.") != codes.made_of("Schools are open.")
    assert codes.typed(made) == made == codes.found_in(f"Schools are closed. #{made}")
