"""An audience: who an expression means, as one SQL query.

district                                    all families
school:"South High" and grade:9-12          families of some students
language:so or language:hmn                 guardians who read a language
staff and not school:"South High"           staff (who are in no audience that does not say so)
list:affected.csv#5                         people of a list that was taken in (`lists.py`)
broadcast:17                                who got an earlier one, leavers too (delivery's term)
address:someone@example.org                 somebody who is in no roster
saved:"High schools"                        an expression saved under a name
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from broadcaster.audiences import rows, syntax
from broadcaster.audiences.errors import AudienceError
from broadcaster.audiences.syntax import Joined, Node, Not, Term
from broadcaster.audiences.terms import Condition, compiled, is_beyond, means_staff

_SAVED, _LIST, _ADDRESS = "saved", "list", "address"
_DEEPEST = 10  # a saved audience that names another, and so on


@dataclass(frozen=True, slots=True)
class Audience:
    """An expression that was read and checked against the roster. `expression` is as given.

    `beyond` is met by whom its terms mean who are not among the families (or the staff) of today: leavers, guests.
    """

    expression: str
    condition: Condition
    with_staff: bool
    beyond: Condition | None = None

    def rows_sql(self) -> tuple[str, list[Any]]:
        """One SELECT (SQLite and PostgreSQL) and its parameters, a row per student and contact or staff member.

        Columns: student_id (null for staff), contact_id (null for a student without contacts), family_id (null for
        staff), school_id (the student's, or the staff member's; may be null), allowed (1 if the district may write to
        the contact about this student; 0 also where there is no contact). It has no `%` but its `%s`.
        """
        params = [*self.condition.params, *(self.beyond.params if self.beyond else ())]
        beyond = self.beyond.sql if self.beyond else ""
        return rows.select(self.condition.sql, with_staff=self.with_staff, beyond=beyond), params


def parse(expression: str) -> Audience:
    """Read an expression and look up the schools, grades and languages it names. Raises AudienceError."""
    tree = _with_saved(syntax.read(expression), 0)
    terms = list(syntax.terms(tree))
    beyond = [_condition(term) for term in dict.fromkeys(terms) if is_beyond(term.name)]
    return Audience(
        expression,
        _condition(tree),
        any(means_staff(term.name) for term in terms),
        _all_of("OR", beyond) if beyond else None,
    )


def frozen(expression: str) -> str:
    """The expression with what it takes from saved ones written out, and each list by its number, so that it means the
    same for good.

    Raises AudienceError for one that can't be read.
    """
    parse(expression)
    return _written_out(expression)


def for_the_log(expression: str) -> str:
    """The expression without the addresses that it names: no log keeps those. Raises AudienceError."""
    text = expression
    for term in reversed(list(syntax.terms(syntax.read(expression)))):
        if term.name.casefold() == _ADDRESS and term.value:
            text = f"{text[: term.position - 1]}{_ADDRESS}:…{text[term.end - 1 :]}"
    return text


def terms(expression: str) -> Iterator[Term]:
    """The terms of an expression, those of saved ones too. Raises AudienceError."""
    return syntax.terms(_with_saved(syntax.read(expression), 0))


def _written_out(expression: str) -> str:
    from broadcaster.audiences import lists  # reads files, which few expressions need

    text = expression
    for term in reversed(list(syntax.terms(syntax.read(expression)))):
        if _is_saved(term):
            inside = _written_out(_expression_of(term))
            text = f"{text[: term.position - 1]}({inside}){text[term.end - 1 :]}"
        elif term.name.casefold() == _LIST and term.value:
            found = lists.called(term.value)
            text = f'{text[: term.position - 1]}list:"{found.name}#{found.pk}"{text[term.end - 1 :]}'
    return text


def _with_saved(node: Node, depth: int) -> Node:
    if isinstance(node, Term):
        if not _is_saved(node):
            return node
        if depth >= _DEEPEST:
            raise AudienceError(f"saved audience {node.value!r} names itself, or too many others one after the other")
        return _with_saved(syntax.read(_expression_of(node)), depth + 1)
    if isinstance(node, Not):
        return Not(_with_saved(node.part, depth))
    return Joined(node.how, tuple(_with_saved(part, depth) for part in node.parts))


def _is_saved(term: Term) -> bool:
    return term.name.casefold() == _SAVED


def _expression_of(term: Term) -> str:
    from broadcaster.audiences import saved  # it reads what it saves

    if term.value is None:
        raise AudienceError(f'audience term {_SAVED!r} needs a value after a colon, for example saved:"High schools"')
    return saved.expression_of(term.value)


def _condition(node: Node) -> Condition:
    if isinstance(node, Term):
        try:
            return compiled(node.name, node.value)
        except AudienceError as error:
            raise AudienceError(f"{error} (at position {node.position})") from None
    if isinstance(node, Not):
        part = _condition(node.part)
        return Condition(f"NOT ({part.sql})", part.params)
    return _all_of(node.how.name, [_condition(part) for part in node.parts])


def _all_of(word: str, parts: list[Condition]) -> Condition:
    params = tuple(param for part in parts for param in part.params)
    return Condition(f"({f' {word} '.join(part.sql for part in parts)})", params)
