"""WCAG 2.1 AA, whatever colour a district has."""

from hypothesis import given
from hypothesis import strategies as st

from broadcaster.templating.colours import AA, contrast, ink_on, readable

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_wcag_s() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#777777") == 1
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@given(COLOURS)
def test_ink_is_readable_on_any_colour(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= AA


@given(COLOURS, st.sampled_from(["#ffffff", "#1b1d20"]))
def test_links_are_readable_in_light_and_dark(colour: str, ground: str) -> None:
    assert contrast(readable(colour, ground), ground) >= AA


def test_a_colour_that_is_readable_is_left_alone() -> None:
    assert readable("#0b5c8a", "#ffffff") == "#0b5c8a"
