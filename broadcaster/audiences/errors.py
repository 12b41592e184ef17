"""What can be wrong with an audience's expression."""

from collections.abc import Iterable
from difflib import get_close_matches

from broadcaster.kinds import BadInput

_SHOWN = 5  # of the names that are right


class AudienceError(BadInput):
    """An expression that can't be read or names what does not exist. One line, with what is right."""


def unknown(kind: str, given: str, existing: Iterable[str]) -> AudienceError:
    """The error for a name that does not exist, with the nearest that do."""
    names = {name.casefold(): name for name in existing}
    wrong = f"unknown {kind} {given!r}"
    if not names:
        return AudienceError(f"{wrong}: the roster has none yet, import one first")
    near = get_close_matches(given.casefold(), names, n=_SHOWN, cutoff=0.5)
    near += [name for name in names if given.casefold() in name and name not in near][: _SHOWN - len(near)]
    if near:
        return AudienceError(f"{wrong}; nearest: {', '.join(names[name] for name in near)}")
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return AudienceError(f"{wrong}; existing: {', '.join(list(names.values())[:_SHOWN])}{more}")
