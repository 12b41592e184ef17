"""Segments, against an oracle that knows the clusters because it put the text together from them."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadcaster.text.segments import BASIC, EXTENSION, Measure, measure

FAMILY = "👩‍👩‍👧‍👦"
FLAG = "🇺🇸"
CLUSTERS = [
    *"aZ 9é€ñ",
    *"áíóú“”—ż漢ض",
    "e\u0301",
    "😀",
    "👍🏽",
    "❤\ufe0f",
    "한",
    "\r\n",
    FAMILY,
    FLAG,
    "x" + "\u0301" * 80,
]


def split_by_hand(clusters: list[str]) -> list[str]:
    """The segments of a UCS-2 text, filled cluster by cluster."""

    def size(text: str) -> int:
        return len(text.encode("utf-16-be")) // 2

    if size("".join(clusters)) <= 70:
        return ["".join(clusters)]
    pieces = [piece for cluster in clusters for piece in ([cluster] if size(cluster) <= 67 else list(cluster))]
    segments = [""]
    for piece in pieces:
        if size(segments[-1] + piece) > 67:
            segments.append("")
        segments[-1] += piece
    return segments


def split_septets_by_hand(text: str) -> list[list[int]]:
    """The segments of a GSM-7 text, as lists of what each character costs."""
    costs = [2 if char in "^{}\\[~]|€\f" else 1 for char in text]
    if sum(costs) <= 160:
        return [costs]
    segments: list[list[int]] = [[]]
    for cost in costs:
        if sum(segments[-1]) + cost > 153:
            segments.append([])
        segments[-1].append(cost)
    return segments


@given(st.lists(st.sampled_from(CLUSTERS), min_size=1, max_size=200))
@example([FAMILY] * 7)
@example(["á"] * 66 + ["😀"] + ["á"] * 10)
def test_ucs2_segments_keep_every_cluster_whole(clusters: list[str]) -> None:
    text = "á" + "".join(clusters)
    found = measure(text)
    assert found.encoding == "UCS-2"
    assert found.units == len(text.encode("utf-16-be")) // 2
    assert found.segments == len(split_by_hand(["á", *clusters]))


@given(st.text(alphabet=BASIC + EXTENSION, min_size=1, max_size=500))
@example("a" * 152 + "€" + "a" * 20)
def test_gsm_segments_never_split_an_extension_character(text: str) -> None:
    found = measure(text)
    segments = split_septets_by_hand(text)
    assert found == Measure("GSM-7", len(segments), sum(map(sum, segments)))


@given(st.text(max_size=400))
def test_any_text_has_a_size_and_no_segment_is_wasted(text: str) -> None:
    found = measure(text)
    alone, joined = (160, 153) if found.encoding == "GSM-7" else (70, 67)
    assert (found.segments == 0) == (text == "")
    assert (found.segments <= 1) == (found.units <= alone)
    assert found.segments <= 1 or found.segments >= -(-found.units // joined)
    assert bool(found.forcing) == (found.encoding == "UCS-2")


@pytest.mark.parametrize(
    ("text", "segments", "units"),
    [
        ("", 0, 0),
        ("a" * 160, 1, 160),
        ("a" * 161, 2, 161),
        ("a" * 306, 2, 306),
        ("a" * 307, 3, 307),
        ("€" * 80, 1, 160),
        ("€" * 81, 2, 162),
        ("\f" * 81, 2, 162),
        ("€" * 76 + "a" + "€" * 76, 2, 305),
        ("á" * 70, 1, 70),
        ("á" * 71, 2, 71),
        ("á" * 134, 2, 134),
        ("á" * 135, 3, 135),
        ("😀" * 35, 1, 70),
        ("😀" * 36, 2, 72),
        ("😀" * 67, 3, 134),
    ],
)
def test_boundaries(text: str, segments: int, units: int) -> None:
    found = measure(text)
    assert (found.segments, found.units) == (segments, units)


@pytest.mark.parametrize("end", [0, 1, 2, 3])
def test_an_extension_character_is_whole_wherever_a_segment_ends(end: int) -> None:
    for before in range(153 * end, 153 * end + 165):
        for after in (0, 1, 152, 153):
            text = "a" * before + "€" + "a" * after
            assert measure(text).segments == len(split_septets_by_hand(text)), (before, after)


@pytest.mark.parametrize("cluster", ["😀", FLAG, FAMILY, "e\u0301", "❤\ufe0f", "\r\n", "👍🏽", "한"])
def test_a_cluster_is_whole_wherever_a_segment_ends(cluster: str) -> None:
    for before in range(200):
        for after in (0, 1, 66, 67):
            clusters = ["á"] * before + [cluster] + ["ą"] * after
            assert measure("".join(clusters)).segments == len(split_by_hand(clusters)), (before, after)


def test_more_text_never_needs_fewer_segments() -> None:
    sizes = [measure("á€😀" * count).segments for count in range(120)]
    assert all(shorter <= longer for shorter, longer in pairwise(sizes))


def test_characters_that_force_ucs2_are_named_once_with_their_substitute() -> None:
    found = measure("“Sí”, dijo… “漢”")
    assert [(forced.char, forced.plain) for forced in found.forcing] == [
        ("“", '"'),
        ("í", "i"),
        ("”", '"'),
        ("…", "..."),
        ("漢", None),
    ]


@given(st.text(max_size=40))
def test_a_substitute_is_itself_plain(text: str) -> None:
    for forced in measure(text).forcing:
        assert forced.plain is None or measure(forced.plain).encoding == "GSM-7"


@pytest.mark.parametrize(("char", "plain"), [("½", "1/2"), ("ñ̃"[0], None), ("ﬁ", "fi"), ("Ⅳ", "IV"), ("ż", "z")])
def test_what_is_made_of_plain_characters_has_them_for_a_substitute(char: str, plain: str | None) -> None:
    assert [forced.plain for forced in measure(char).forcing] == ([plain] if plain else [])


def test_a_no_break_space_costs_a_text_its_size() -> None:
    assert measure("at 3:30\u202fPM").encoding == "UCS-2"
    assert measure("at 3:30\u202fPM").forcing[0].plain == " "
