"""Languages: what rosters write, and who can read what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.text import languages


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("Spanish", "es"),
        ("SPA", "es"),
        ("spa", "es"),
        ("es", "es"),
        ("ES", "es"),
        ("es_MX", "es-MX"),
        ("Español", "es"),
        ("espanol", "es"),
        ("Spanish; Castilian", "es"),
        ("Somali", "so"),
        ("Soomaali", "so"),
        ("SOM", "so"),
        ("Hmong", "hmn"),
        ("HMN", "hmn"),
        ("mww", "mww"),
        ("White Hmong", "mww"),
        ("English", "en"),
        ("en-US", "en-US"),
        ("English (US)", "en"),
        ("Oromo", "om"),
        ("Afaan Oromo", "om"),
        ("Amharic", "am"),
        ("AMH", "am"),
        ("Arabic", "ar"),
        ("العربية", "ar"),
        ("Arabic, Egyptian", "ar"),
        ("Chinese - Mandarin", "zh"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("Tiếng Việt", "vi"),
        ("Karen", "kar"),
        ("S'gaw Karen", "ksw"),
        ("Tagalog", "tl"),
        ("Íslenska", "is"),
        ("Norsk bokmål", "nb"),
    ],
)
def test_what_rosters_write_is_recognised(raw: str, tag: str) -> None:
    assert languages.recognise(raw) == tag
    assert languages.recognise(f"  {raw} ") == tag


@pytest.mark.parametrize(
    "raw", ["", "n/a", "NA", "none", "No", "other", "Unknown", "und", "qq", "asdf", "1", "-", "é" * 500]
)
def test_what_says_nothing_is_no_language(raw: str) -> None:
    assert languages.recognise(raw) == ""


@given(st.text(max_size=30))
def test_whatever_a_roster_says_the_answer_is_a_tag_or_nothing(raw: str) -> None:
    tag = languages.recognise(raw)
    assert tag == "" or languages.recognise(tag) == tag


@pytest.mark.parametrize(
    ("tag", "chain"),
    [
        ("mww", ("mww", "hmn", "en")),
        ("es-MX", ("es-MX", "es", "en")),
        ("zh-Hant-TW", ("zh-Hant-TW", "zh-Hant", "zh", "en")),
        ("en", ("en",)),
        ("en-US", ("en-US", "en")),
        ("fr", ("fr", "en")),
        ("", ("en",)),
    ],
)
def test_a_reader_falls_back_step_by_step_to_english(tag: str, chain: tuple[str, ...]) -> None:
    assert languages.chain(tag) == chain


def test_the_nearest_wording_is_chosen() -> None:
    available = {"en", "es", "so", "hmn"}
    assert languages.resolve("mww", available) == "hmn"
    assert languages.resolve("es-MX", available) == "es"
    assert languages.resolve("am", available) == "en"
    assert languages.resolve("", available) == "en"


def test_languages_have_english_names() -> None:
    assert languages.english_name("so") == "Somali"
    assert languages.english_name("es-MX") == "Spanish (Mexico)"
    assert languages.english_name("mww") == "Hmong (White)"
    assert languages.english_name("zz") == "zz"


def test_arabic_runs_from_right_to_left() -> None:
    assert languages.is_right_to_left("ar-EG")
    assert not languages.is_right_to_left("so")
