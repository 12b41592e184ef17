"""Comparing a group of families with everybody else in the same broadcasts, so that chance is not taken for neglect."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import inf, sqrt
from typing import Any

from broadcaster.reports.report import Served, to_millisecond

#: a group that never had so many families in a broadcast is small: a family or two makes its share
SMALL = 30
#: behind: its share reached is lower than elsewhere by so much at least, and by so many standard errors
_BEHIND, _ERRORS = 0.02, 3.0
#: slow: so many broadcasts at least can be compared, and in this share of them it came to 90 % this much later
_COMPARED, _MOSTLY, _LATER, _SECONDS = 3, 2 / 3, 1.5, 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """How the families of a school or a language were served over several broadcasts.

    `meant` and `reached` add up its families over the broadcasts; `families` is the most that it had in one. `share` is
    what was reached of it, and `elsewhere` what was reached of the families elsewhere in the same broadcasts, each
    broadcast weighing as much as the group has families in it: both of those in which there are others (`compared`);
    None where there are none. `t90` is the middle one of its times to 90 %, `all_t90` that of all families in the same
    broadcasts; None where the middle one never came to it. `later`: in how many of the compared it came there clearly
    later than all. `small`, `behind` and `slow` are the judgements; a small group gets no other.
    """

    name: str
    broadcasts: int
    families: int
    meant: int
    reached: int
    compared: int
    share: float | None
    elsewhere: float | None
    t90: float | None
    all_t90: float | None
    later: int
    small: bool
    behind: bool
    slow: bool

    def as_json(self) -> dict[str, Any]:
        """Plain values; shares from 0 to 1."""
        document = asdict(self)
        document.update(t90=to_millisecond(self.t90), all_t90=to_millisecond(self.all_t90))
        document.update({name: document[name] and round(document[name], 6) for name in ("share", "elsewhere")})
        return document


def compare(wholes: Mapping[int, Served], groups: Mapping[int, Mapping[str, Served]]) -> list[Line]:
    """A line per group, the worst first. Both are by broadcast; `groups` then by the group's name."""
    found: dict[str, list[tuple[Served, Served]]] = defaultdict(list)
    for broadcast, whole in wholes.items():
        for name, part in groups[broadcast].items():
            found[name].append((part, whole))
    return sorted((_line(name, pairs) for name, pairs in found.items()), key=_worst_first)


def _worst_first(line: Line) -> tuple[bool, bool, float, str]:
    """What stands out, then by how far it is behind; small groups at the end."""
    gap = 0.0 if line.share is None or line.elsewhere is None else line.share - line.elsewhere
    return not (line.behind or line.slow), line.small, gap, line.name


def _line(name: str, pairs: list[tuple[Served, Served]]) -> Line:
    families = max(part.total for part, _ in pairs)
    small = families < SMALL
    # families who are not in the group: a family counts once in the whole
    others = [(part, whole.total - part.total, whole.reached - part.reached) for part, whole in pairs]
    compared = [(part, total, reached) for part, total, reached in others if total > 0]
    weight = sum(part.total for part, _, _ in compared)
    share = sum(part.reached for part, _, _ in compared) / weight if weight else None
    elsewhere = sum(part.total * reached / total for part, total, reached in compared) / weight if weight else None
    timed = [
        (part, whole) for part, whole in pairs if whole.total > part.total and part.reachable and whole.t90 is not None
    ]
    later = sum(_later(part, whole) for part, whole in timed)
    return Line(
        name=name,
        broadcasts=len(pairs),
        families=families,
        meant=sum(part.total for part, _ in pairs),
        reached=sum(part.reached for part, _ in pairs),
        compared=len(compared),
        share=share,
        elsewhere=elsewhere,
        t90=middle_time([part for part, _ in pairs if part.reachable]),
        all_t90=middle_time([whole for part, whole in pairs if part.reachable]),
        later=later,
        small=small,
        behind=not small and share is not None and elsewhere is not None and _is_behind(share, elsewhere, families),
        slow=not small and len(timed) >= _COMPARED and later >= _MOSTLY * len(timed),
    )


def _is_behind(share: float, elsewhere: float, families: int) -> bool:
    """Families are what chance deals with, not messages: who is out of reach once is so in every broadcast."""
    expected = min(max(elsewhere, 1 / families), 1 - 1 / families)
    error = sqrt(expected * (1 - expected) / families)
    return elsewhere - share >= max(_BEHIND, _ERRORS * error)


def _can_be_timed(part: Served, whole: Served) -> bool:
    return whole.total > part.total and part.reachable > 0 and whole.t90 is not None


def _later(part: Served, whole: Served) -> bool:
    if part.t90 is None or whole.t90 is None:
        return part.t90 is None
    return part.t90 > max(_LATER * whole.t90, whole.t90 + _SECONDS)


def middle_time(found: Sequence[Served]) -> float | None:
    """The middle one of the times to 90 % (seconds); what never came to 90 % counts as later than all others."""
    if not found:
        return None
    # of an even number the later of the two in the middle: nobody is told a time that no broadcast had
    times = sorted(inf if one.t90 is None else one.t90 for one in found)
    middle = times[len(times) // 2]
    return None if middle == inf else middle
