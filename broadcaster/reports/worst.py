"""The order in which groups of families stand where somebody has to act: the worst first, or the slowest."""

from collections.abc import Mapping

from broadcaster.reports.report import Served


def worst_first(groups: Mapping[str, Served]) -> list[tuple[str, Served]]:
    """The smallest share of its families reached first, and among equals the most families missing."""

    def place(item: tuple[str, Served]) -> tuple[float, int, str]:
        name, served = item
        return served.reached / served.total if served.total else 1.0, -served.total, name

    return sorted(groups.items(), key=place)


def slower(groups: Mapping[str, Served], than: float | None) -> list[tuple[str, Served]]:
    """Those whose families came to 90 % later than `than` (seconds, all families'), the slowest first; before them
    those that have not come to it at all. None where `than` is not known, and none of those where nobody can be
    reached.
    """

    def place(item: tuple[str, Served]) -> tuple[bool, float, str]:
        name, served = item
        return served.t90 is not None, -(served.t90 or 0.0), name

    late = [
        (name, served)
        for name, served in groups.items()
        if than is not None and served.reachable and (served.t90 is None or served.t90 > than)
    ]
    return sorted(late, key=place)
