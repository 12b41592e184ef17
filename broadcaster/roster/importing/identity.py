"""Ids for contacts to whom a roster gives none, the same at every import and for every child of a family.

Two mentions are one person if they have an id in common, or the same name and an address in common, or the same name at
the same student. The id is made of what names them: the id that any mention has, else their name and first address (an
email before a phone), else their name and student. Whoever changes that address is somebody new to the roster, and the
old contact leaves; consent stays, for it belongs to the address.
"""

import hashlib
from dataclasses import dataclass, field

from broadcaster.roster.importing.facts import Point
from broadcaster.roster.importing.reading import refuse_crowds

_AT_A_STUDENT, _BY_ADDRESS, _BY_ID = "at", "by", "id"
_BEST = {_BY_ID: 0, _BY_ADDRESS: 1, _AT_A_STUDENT: 2}

_MARKS_OF_ONE = 4  # a name at a student, an email, two phones

Mark = tuple[str, str, str]


@dataclass
class Identities:
    """Note all mentions of contacts in all files first, then ask. `where` names the files."""

    where: str
    _leader: dict[Mark, Mark] = field(default_factory=dict)

    def note(self, student: str, name: str, points: tuple[Point, ...], given: str = "") -> None:
        """One mention of a contact. Nobody is noted who has neither a name nor an address.

        Raises ImportRefused as `refuse_crowds` does.
        """
        refuse_crowds(len(self._leader) // _MARKS_OF_ONE, self.where)
        marks = _marks(student, name, points)
        if given and marks:
            marks.append((_BY_ID, given, ""))
        for mark in marks:
            one, other = self._find(marks[0]), self._find(mark)
            best, rest = sorted((one, other), key=_rank)
            self._leader[rest] = best

    def of(self, student: str, name: str, points: tuple[Point, ...]) -> str:
        """The id of a contact that was noted; empty for nobody."""
        marks = _marks(student, name, points)
        if not marks:
            return ""
        sort, one, other = self._find(marks[0])
        if sort == _BY_ID:
            return one
        return "named-" + hashlib.sha256(f"{sort}\0{one}\0{other}".encode()).hexdigest()[:24]

    def _find(self, mark: Mark) -> Mark:
        self._leader.setdefault(mark, mark)
        while self._leader[mark] != mark:
            self._leader[mark] = mark = self._leader[self._leader[mark]]
        return mark


def _marks(student: str, name: str, points: tuple[Point, ...]) -> list[Mark]:
    folded = name.casefold()
    marks = [(_BY_ADDRESS, f"{point.channel}:{point.address}", folded) for point in points]
    if folded:
        marks.append((_AT_A_STUDENT, student, folded))
    return marks


def _rank(mark: Mark) -> tuple[int, Mark]:
    return _BEST[mark[0]], mark
