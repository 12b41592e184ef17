"""Tokens are filled once, and only where there is a value."""

from hypothesis import given
from hypothesis import strategies as st

from broadcaster.text.tokens import fill, names


def test_a_token_becomes_its_value():
    assert fill("[[who]]: [[what]] [[who]]", {"who": "Ana", "what": "late"}) == "Ana: late Ana"


def test_values_are_escaped_for_html_and_the_wording_is_not():
    assert fill("<b>[[who]]</b>", {"who": "A & B <i>"}, escape=True) == "<b>A &amp; B &lt;i&gt;</b>"


def test_a_token_without_a_value_stays():
    assert fill("[[who]] [[ who ]] [who]", {}) == "[[who]] [[ who ]] [who]"


def test_a_value_can_t_pull_in_another():
    assert fill("[[a]]", {"a": "[[b]]", "b": "secret"}) == "[[b]]"


def test_names_lists_each_token_once():
    assert names("[[a]] [[b]] [[a]] [[ c ]]") == {"a", "b"}
    assert names("plain") == frozenset()


@given(st.text(), st.dictionaries(st.from_regex(r"\w+", fullmatch=True), st.text()))
def test_a_text_without_tokens_is_left_alone(text, values):
    if not names(text):
        assert fill(text, values) == text


@given(st.lists(st.sampled_from(["[[a]]", "[[b]]", " ", "x"]), max_size=12), st.text(), st.text())
def test_filling_is_replacing_each_token_where_it_stands(parts, a, b):
    values = {"[[a]]": a, "[[b]]": b}
    assert fill("".join(parts), {"a": a, "b": b}) == "".join(values.get(part, part) for part in parts)
