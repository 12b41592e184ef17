"""What a text asks for, in every language we write in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.replies.keywords import CARRIER, OURS, Heard, hear
from broadcaster.replies.models import ReplyKind

STOP, START, HELP, WISH, OTHER = ReplyKind.STOP, ReplyKind.START, ReplyKind.HELP, ReplyKind.WISH, ReplyKind.OTHER

CARRIER_WORDS = [(word, kind) for kind, words in CARRIER.items() for word in sorted(words)]
OUR_WORDS = [(word, kind, tag) for tag, words_of in OURS.items() for kind, words in words_of.items() for word in words]


@pytest.mark.parametrize(("word", "kind"), CARRIER_WORDS)
@pytest.mark.parametrize("write", [str.upper, str.lower, str.title, lambda word: f"  {word}\n"])
def test_the_carriers_own_keywords_are_known_as_such(word: str, kind: ReplyKind, write) -> None:
    assert hear(write(word)) == Heard(kind, at_carrier=True)


@pytest.mark.parametrize(("word", "kind", "tag"), OUR_WORDS)
@pytest.mark.parametrize("write", [str.upper, str.lower, lambda word: f" {word}. ", lambda word: f"¡{word}!"])
def test_keywords_of_other_languages_are_ours_alone_and_tell_the_language(
    word: str, kind: ReplyKind, tag: str, write
) -> None:
    assert hear(write(word)) == Heard(kind, language=tag)


@pytest.mark.parametrize("body", ["1", " 1 ", "1.", "“1”", "１"])
def test_a_one_says_that_it_was_read(body: str) -> None:
    assert hear(body) == Heard(ReplyKind.READ)


@pytest.mark.parametrize("body", ["11", "1 child is sick", "10"])
def test_a_one_among_other_words_is_a_text_like_any_other(body: str) -> None:
    assert hear(body).kind == OTHER


def test_no_word_asks_for_two_things() -> None:
    words = [word.casefold() for word, *_ in (*CARRIER_WORDS, *OUR_WORDS)]
    assert len(words) == len(set(words))


def test_the_issue_names_these_keywords() -> None:
    assert CARRIER[STOP] == {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
    assert CARRIER[START] == {"START", "UNSTOP", "YES"}
    assert CARRIER[HELP] == {"HELP", "INFO"}


@pytest.mark.parametrize("body", ["Stop.", "STOP ALL", "opt out", "Opt-Out!", "“stop”"])
def test_a_keyword_written_freely_is_honoured_though_the_carrier_does_not_act_on_it(body: str) -> None:
    assert hear(body) == Heard(STOP)


@pytest.mark.parametrize(("told", "kind"), [("STOP", STOP), ("START", START), ("HELP", HELP), ("stop", STOP)])
@pytest.mark.parametrize("body", ["", "thank you", "START", "STOP", "ALTO"])
def test_what_the_vendor_did_goes_before_our_reading(told: str, kind: ReplyKind, body: str) -> None:
    assert hear(body, told) == Heard(kind, at_carrier=True)


def test_a_vendors_word_that_we_do_not_know_leaves_it_to_us() -> None:
    assert hear("STOP", "PAUSE") == Heard(STOP, at_carrier=True)
    assert hear("thank you", "PAUSE") == Heard(OTHER)


@pytest.mark.parametrize(
    "body",
    [
        "please no more texts",
        "Please stop texting me",
        "STOP sending these",
        "don’t text this number again",
        "do not contact me",
        "never message me again",
        "take me off your list",
        "Remove my number",
        "wrong number",
        "I want to opt out of this",
        "leave me alone",
        "This is not my child",
        "No quiero más mensajes",
        "ya no me manden mensajes",
        "dejen de enviar",
        "número equivocado",
        "quítenme de la lista",
        "Fadlan jooji fariimaha",
        "ha ii soo dirin",
        "Thov txhob xa ntxiv",
        "maaloo ergaa dhaabaa",
        "እባክዎ መልእክት አትላኩ",
        "لا ترسلوا لي رسائل",
        "أرجو إلغاء الرسائل",
    ],
)
def test_a_wish_to_stop_in_free_words_waits_for_a_person(body: str) -> None:
    assert hear(body) == Heard(WISH)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Thank you",
        "Where is the bus stop?",
        "ok",
        "Is there school tomorrow?",
        "Yes, he is sick today",
        "Gracias",
        "¿Hay clases mañana?",
        "Ana will be late, please call me",
        "Mahadsanid",
        "Ua tsaug",
        "የት ነው?",
        "شكرا",
        "\N{THUMBS UP SIGN}",
    ],
)
def test_everything_else_is_just_a_text(body: str) -> None:
    assert hear(body) == Heard(OTHER)


@given(st.text(), st.text())
def test_any_text_can_be_read(body: str, told: str) -> None:
    assert hear(body, told).kind in ReplyKind
