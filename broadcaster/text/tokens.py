"""Tokens: the places in a wording where a family's own value goes, written `[[student_names]]`."""

import re
from collections.abc import Mapping
from html import escape as escape_html

#: links for one family that the sending puts in: no values of theirs, and in mail alone
LINKS = frozenset({"unsubscribe", "acknowledge"})

_TOKEN = re.compile(r"\[\[(\w+)]]")


def names(text: str) -> frozenset[str]:
    """The names of all tokens in the text."""
    return frozenset(_TOKEN.findall(text))


def fill(text: str, values: Mapping[str, str], escape: bool = False) -> str:
    """The text with each token replaced by its value, HTML-escaped if asked.

    A token without a value stays as it is, and tokens inside values are not filled: one pass, so that no family's
    value can pull in another.
    """
    if "[[" not in text:
        return text

    def value_of(token: re.Match[str]) -> str:
        value = values.get(token[1])
        if value is None:
            return token[0]
        return escape_html(value) if escape else value

    return _TOKEN.sub(value_of, text)
