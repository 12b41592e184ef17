"""The grammar of an audience: terms, `and`, `or`, `not`, parentheses.

    expression = all { "or" all }
    all        = one { "and" one }
    one        = "not" one | "(" expression ")" | NAME [ ":" VALUE ]

A value is one or more words up to the next keyword or parenthesis, or anything in double quotes. Keywords and names are
the same in upper and lower case. `not` binds before `and`, `and` before `or`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from broadcaster.audiences.errors import AudienceError

_MOST_TERMS = 300  # SQLite takes expressions of a depth up to 1000
_DEEPEST = 50

_TOKEN = re.compile(r'\s*(?:(?P<mark>[()])|(?P<quoted>["“”][^"“”]*["“”])|(?P<word>[^\s()"“”]+)|(?P<stray>["“”]))')
_KEYWORDS = frozenset({"and", "or", "not"})


@dataclass(frozen=True, slots=True)
class Term:
    """A name with the value after its colon (None without a colon). `position` counts characters from 1, `end` is the
    position of what comes behind it.
    """

    name: str
    value: str | None
    position: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """Everybody but."""

    part: "Node"


class Join(Enum):
    """How parts go together."""

    AND = "and"
    OR = "or"


@dataclass(frozen=True, slots=True)
class Joined:
    """Two or more parts, joined by the same word."""

    how: Join
    parts: tuple["Node", ...]


Node = Term | Not | Joined


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # "mark", "keyword", "quoted" or "word"
    text: str
    position: int
    end: int


def read(expression: str) -> Node:
    """The tree of an expression. Raises AudienceError with the position of what can't be read."""
    tokens = list(_tokens(expression))
    if not tokens:
        raise AudienceError("the audience is empty; for all families say: district")
    return _Parser(tokens, expression).whole()


def terms(node: Node) -> Iterator[Term]:
    """All terms of a tree, from left to right."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Not):
        yield from terms(node.part)
    else:
        for part in node.parts:
            yield from terms(part)


def _tokens(expression: str) -> Iterator[_Token]:
    at, end = 0, len(expression.rstrip())
    while at < end:
        found = _TOKEN.match(expression, at)
        if found is None or found.lastgroup is None or found.lastgroup == "stray":
            raise AudienceError(f"audience {expression!r}: the quotation mark at position {at + 1} is never closed")
        kind, text = found.lastgroup, found[found.lastgroup]
        position, at = found.start(kind) + 1, found.end()
        if kind == "word" and text.casefold() in _KEYWORDS:
            yield _Token("keyword", text.casefold(), position, at + 1)
        else:
            yield _Token(kind, text.strip('"“”') if kind == "quoted" else text, position, at + 1)


class _Parser:
    def __init__(self, tokens: list[_Token], expression: str) -> None:
        self._tokens, self._expression = tokens, expression
        self._at = 0
        self._depth = 0
        self._terms = 0

    def whole(self) -> Node:
        node = self._either()
        if (rest := self._next()) is not None:
            raise self._wrong(rest, "expected and, or, or the end")
        return node

    def _either(self) -> Node:
        return self._joined(Join.OR, self._all)

    def _all(self) -> Node:
        return self._joined(Join.AND, self._one)

    def _joined(self, how: Join, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self._taken("keyword", how.value):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(how, tuple(parts))

    def _one(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong(self._next(), f"more than {_DEEPEST} levels of not and parentheses")
        try:
            if self._taken("keyword", "not"):
                return Not(self._one())
            if self._taken("mark", "("):
                inside = self._either()
                if not self._taken("mark", ")"):
                    raise self._wrong(self._next(), "expected )")
                return inside
            return self._term()
        finally:
            self._depth -= 1

    def _term(self) -> Term:
        first = self._next()
        if first is None or first.kind != "word":
            raise self._wrong(first, "expected a term such as district or grade:9")
        self._at += 1
        self._terms += 1
        if self._terms > _MOST_TERMS:
            raise self._wrong(first, f"more than {_MOST_TERMS} terms")
        name, colon, start = first.text.partition(":")
        if not colon:
            return Term(" ".join([name, *self._words()]), None, first.position, self._end())
        value = self._value(start)
        if not value:
            raise self._wrong(self._next(), f"expected a value after {name}:")
        return Term(name, value, first.position, self._end())

    def _value(self, start: str) -> str:
        following = self._next()
        if not start and following and following.kind == "quoted":
            self._at += 1
            return following.text.strip()
        return " ".join(([start] if start else []) + list(self._words()))

    def _words(self) -> Iterator[str]:
        """The words that go on with a name: up to a keyword, a parenthesis, a quotation mark or another term."""
        while (token := self._next()) and token.kind == "word":
            if ":" in token.text:
                raise self._wrong(token, "expected and or or before it")
            self._at += 1
            yield token.text

    def _end(self) -> int:
        return self._tokens[self._at - 1].end

    def _next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _taken(self, kind: str, text: str) -> bool:
        token = self._next()
        if token is None or (token.kind, token.text) != (kind, text):
            return False
        self._at += 1
        return True

    def _wrong(self, token: _Token | None, say: str) -> AudienceError:
        end = len(self._expression.rstrip()) + 1
        where = f"{token.text!r} at position {token.position}" if token else f"the end at position {end}"
        return AudienceError(f"audience {self._expression!r}: {say}, found {where}")
