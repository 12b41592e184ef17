"""The grammar of audiences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.audiences import AudienceError
from broadcaster.audiences.syntax import Join, Joined, Node, Not, Term, read, terms

AND, OR = Join.AND, Join.OR


def plain(node: Node) -> object:
    """The tree as nested tuples, without positions."""
    if isinstance(node, Term):
        return node.name if node.value is None else (node.name, node.value)
    if isinstance(node, Not):
        return ("not", plain(node.part))
    return (node.how.value, *map(plain, node.parts))


@pytest.mark.parametrize(
    ("expression", "tree"),
    [
        ("district", "district"),
        (" ( district ) ", "district"),
        ('school:"South High"', ("school", "South High")),
        ("school:“South High”", ("school", "South High")),
        ('school: "South High"', ("school", "South High")),
        ("school:Roosevelt High and grade:9", ("and", ("school", "Roosevelt High"), ("grade", "9"))),
        ("(school:Roosevelt High)", ("school", "Roosevelt High")),
        ("a or b and not c", ("or", "a", ("and", "b", ("not", "c")))),
        ("not a and b", ("and", ("not", "a"), "b")),
        ("not (a or b) and c", ("and", ("not", ("or", "a", "b")), "c")),
        ("A AND b Or c", ("or", ("and", "A", "b"), "c")),
        ("a and b and c", ("and", "a", "b", "c")),
        ('school:"and"', ("school", "and")),
        ("not not a", ("not", ("not", "a"))),
    ],
)
def test_expressions_are_read_as_they_are_spoken(expression: str, tree: object) -> None:
    assert plain(read(expression)) == tree


@pytest.mark.parametrize(
    ("expression", "say"),
    [
        ("", "the audience is empty"),
        ("  ", "the audience is empty"),
        ("(district", "expected ), found the end"),
        ("district)", "expected and, or, or the end, found ')' at position 9"),
        ("district and", "expected a term such as district or grade:9, found the end"),
        ("and district", "found 'and' at position 1"),
        ("school:", "expected a value after school:, found the end"),
        ("school: and grade:9", "expected a value after school:, found 'and' at position 9"),
        ("school:Elm grade:9", "expected and or or before it, found 'grade:9' at position 12"),
        ('school:"South High', "the quotation mark at position 8 is never closed"),
        ('"South High"', "found 'South High' at position 1"),
        ('school:"A" "B"', "found 'B' at position 12"),
        ("()", "found ')' at position 2"),
        ("(" * 60 + "a", "more than 50 levels"),
        (" or ".join(["a"] * 301), "more than 300 terms"),
    ],
)
def test_an_error_says_what_and_where(expression: str, say: str) -> None:
    with pytest.raises(AudienceError) as wrong:
        read(expression)
    assert say in str(wrong.value)
    assert "\n" not in str(wrong.value)


names = st.sampled_from(["district", "staff", "x"])
values = st.one_of(
    st.none(), st.text(st.characters(exclude_characters='"“”', exclude_categories=["C", "Z"]), min_size=1)
)
trees = st.recursive(
    st.builds(Term, names, values, st.just(0)),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Joined, st.sampled_from(Join), st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


def written(node: Node) -> str:
    """The tree as an expression, with every parenthesis there can be."""
    if isinstance(node, Term):
        return node.name if node.value is None else f'{node.name}:"{node.value}"'
    if isinstance(node, Not):
        return f"not ({written(node.part)})"
    return f"({f' {node.how.value} '.join(f'({written(part)})' for part in node.parts)})"


@given(trees)
def test_every_tree_can_be_written_and_read(tree: Node) -> None:
    assert plain(read(written(tree))) == plain(tree)


@given(st.text(alphabet='ab:"()“ andort\n9'))
def test_any_text_is_read_or_refused_in_one_line(expression: str) -> None:
    said, found = "", list[Term]()
    try:
        found = list(terms(read(expression)))
    except AudienceError as wrong:
        said = str(wrong)
    assert bool(said) != bool(found)
    assert "\n" not in said
    assert all(expression[term.position - 1 :].startswith(term.name.split(" ")[0]) for term in found)
