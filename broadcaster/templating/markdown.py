"""A wording's Markdown, to HTML and to plain text. Values come in after parsing: nothing in them is taken for markup.

While Jinja runs, each value is a mark (two private-use characters around a number); the values are put where the marks
are in the parsed Markdown. CommonMark without HTML and images; what comes out goes through a sanitizer once more.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote, unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

_MARK = re.compile("\ue000(\\d+)\ue001")
_MARK_IN_LINK = re.compile(f"{quote(chr(0xE000))}(\\d+){quote(chr(0xE001))}", re.IGNORECASE)
_SAFE_IN_LINK = ":/?#[]@!$&'()*+,;=%~-._"
_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "hr", "code", "pre"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_inline", "html_block"])


def mark(number: int) -> str:
    """What stands in the Markdown for value `number`."""
    return f"\ue000{number}\ue001"


def to_html(source: str, values: Sequence[str]) -> str:
    """The Markdown as an HTML fragment, values escaped; headings begin at h2, since the subject is the h1."""
    tokens = _parsed(source, values)
    for token in _all(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = max("h2", token.tag)
    html = _parser.renderer.render(tokens, _parser.options, {})
    return nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes=_SCHEMES, link_rel=None)


def to_text(source: str, values: Sequence[str]) -> str:
    """The Markdown as plain text: a blank line between blocks, `- ` before list items, a link's address in brackets."""
    return "\n\n".join(_blocks(SyntaxTreeNode(_parsed(source, values)))).strip()


def _parsed(source: str, values: Sequence[str]) -> list[Token]:
    tokens = _parser.parse(source)
    for token in tokens:
        if token.children is not None:
            token.children = [piece for child in token.children for piece in _filled(child, values)]
        else:
            token.content = _with_values(token.content, values)
    return tokens


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _with_values(text: str, values: Sequence[str]) -> str:
    return _MARK.sub(lambda found: values[int(found[1])], text)


def _filled(token: Token, values: Sequence[str]) -> Iterator[Token]:
    """An inline token with its values in; a line end in a value becomes a line break."""
    if token.type == "link_open":
        href = _MARK_IN_LINK.sub(
            lambda found: quote(values[int(found[1])], safe=_SAFE_IN_LINK), str(token.attrs["href"])
        )
        token.attrs["href"] = href if _parser.validateLink(href) else ""
    if token.type != "text":
        token.content = _with_values(token.content, values)
        yield token
        return
    for number, line in enumerate(_with_values(token.content, values).split("\n")):
        if number:
            yield Token("hardbreak", "br", 0)
        yield Token("text", "", 0, content=line, level=token.level)


def _blocks(parent: SyntaxTreeNode) -> list[str]:
    return [text for node in parent.children if (text := _block(node))]


def _block(node: SyntaxTreeNode) -> str:
    if node.type in ("paragraph", "heading"):
        return "".join(_inline(child) for child in node.children)
    if node.type in ("bullet_list", "ordered_list"):
        return _list(node)
    if node.type == "blockquote":
        return _indented("\n\n".join(_blocks(node)), "> ", "> ")
    if node.type == "hr":
        return "-" * 20
    return node.content.rstrip("\n")


def _list(node: SyntaxTreeNode) -> str:
    first = int(node.attrs.get("start", 1))
    lines = []
    for number, item in enumerate(node.children, start=first):
        bullet = "- " if node.type == "bullet_list" else f"{number}. "
        lines.append(_indented("\n".join(_blocks(item)), bullet, " " * len(bullet)))
    return "\n".join(lines)


def _indented(text: str, first: str, rest: str) -> str:
    return "\n".join(((rest if number else first) + line).rstrip() for number, line in enumerate(text.split("\n")))


def _inline(node: SyntaxTreeNode) -> str:
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return "\n"
    if node.type in ("text", "code_inline"):
        return node.content
    inner = "".join(_inline(child) for child in node.children)
    return _link(inner, str(node.attrs.get("href", ""))) if node.type == "link" else inner


def _link(text: str, href: str) -> str:
    address = unquote(href)
    bare = address.partition(":")[2] if address.startswith(("mailto:", "tel:")) else address
    if not bare or text in (address, bare) or address.startswith("tel:"):
        return text
    return f"{text} ({href if bare == address else bare})"
