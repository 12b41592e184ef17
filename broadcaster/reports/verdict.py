"""What trends come to, in sentences: how the district did, who was served worse, and what the numbers leave out."""

from collections.abc import Callable, Sequence

from broadcaster.reports.comparing import SMALL, Line
from broadcaster.reports.phrases import counted, duration, language, listed, number, percent
from broadcaster.reports.trends import Trends

#: how a line's name is said
Called = Callable[[str], str]
#: so many are named; the others are counted
_NAMED = 5
#: shares come from weighted sums: as whole millionths they are rounded down like all others
_PARTS = 1_000_000


def headline(found: Trends) -> str:
    """The first sentence: how often a family was to be reached, and was."""
    of = f" of {found.school}" if found.school else ""
    if not found.points:
        return f"No broadcast to families{of} in these days."
    broadcasts = counted(len(found.points), "broadcast", "broadcasts")
    return (
        f"In {broadcasts} a family{of} was to be reached {number(found.meant)} times, and was "
        f"{number(found.reached)} times: {percent(found.reached, found.meant)}."
    )


def stands_out(found: Trends) -> list[str]:
    """Which schools and languages were served worse than the others in the same broadcasts; or that none was."""
    if not found.points:
        return []
    said = [*_of_group("Schools", found.schools, str), *_of_group("Languages", found.languages, language)]
    if said:
        return said
    judged = [line for line in (*found.schools, *found.languages) if line.compared and not line.small]
    if not judged:
        return ["There is too little to compare: no school and no language can be judged yet."]
    if found.school:
        return [f"{found.school} does not stand out: it was served as families elsewhere were."]
    return ["No school and no language stands out: none was clearly served worse than the others."]


def _of_group(many: str, group: Sequence[Line], called: Called) -> list[str]:
    behind = [
        f"{called(line.name)} ({share(line.share)}, elsewhere {share(line.elsewhere)})" for line in group if line.behind
    ]
    slow = [
        f"{called(line.name)} (90 % after {time(line.t90)}, of all after {time(line.all_t90)})"
        for line in group
        if line.slow
    ]
    said = []
    if behind:
        said.append(f"{many} reached less often than families elsewhere in the same broadcasts: {_first(behind)}.")
    if slow:
        said.append(f"{many} reached later than all families of the same broadcasts: {_first(slow)}.")
    return said


def _first(parts: Sequence[str]) -> str:
    more = [f"{number(len(parts) - _NAMED)} more"] if len(parts) > _NAMED else []
    return listed([*parts[:_NAMED], *more])


def share(value: float | None) -> str:
    """A share as people read it; a dash where there is none."""
    return "–" if value is None else percent(int(value * _PARTS + 1e-6), _PARTS)


def own_share(line: Line) -> str:
    """The share reached of a school or language: in the broadcasts that can be compared, else in all."""
    return percent(line.reached, line.meant) if line.share is None else share(line.share)


def time(seconds: float | None) -> str:
    """A time to 90 % as people read it."""
    return "never" if seconds is None else duration(seconds)


def notes(found: Trends) -> list[str]:
    """What is to be known beside the numbers, a sentence each."""
    said = []
    if found.unfinished:
        are = "broadcast is" if found.unfinished == 1 else "broadcasts are"
        said.append(f"{number(found.unfinished)} {are} not settled: the numbers are as of now.")
    out = [
        counted(found.drills, "drill", "drills") if found.drills else "",
        counted(found.cancelled, "cancelled broadcast", "cancelled broadcasts") if found.cancelled else "",
        f"{counted(found.planning, 'broadcast', 'broadcasts')} not planned yet" if found.planning else "",
    ]
    if any(out):
        said.append(f"Left out: {listed([part for part in out if part])}.")
    if any(line.small for line in (*found.schools, *found.languages)):
        said.append(f"* fewer than {SMALL} families: chance alone can make such a share, so it is not judged.")
    return said
