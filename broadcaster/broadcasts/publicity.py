"""Which broadcasts stand on the public notice board. The template and the audience say it; who approves may say
otherwise.
"""

from collections.abc import Iterable

from broadcaster.audiences import Counts
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.broadcasts.threads import Place
from broadcaster.kinds import BadInput
from broadcaster.templating.template import Template


def of_a_draft(
    template: Template,
    people: Counts,
    drafted: Iterable[Wording],
    place: Place | None,
    *,
    drill: bool,
    wanted: bool | None,
) -> bool:
    """Public is what the families of more than one school get in the same words, unless its template says no. What
    follows a public broadcast is public too: whoever read the one has to find the other.

    `wanted` is what somebody says instead, None for nothing. Raises BadInput for a drill that should be public.
    """
    if drill:
        if wanted:
            raise BadInput("a drill can't be public: leave out --public or --drill")
        return False
    if wanted is not None:
        return wanted
    if place is not None:
        return place.earlier.public
    same_for_all = not any(wording.per_family for wording in drafted)
    return template.public and template.audience == "families" and people.schools > 1 and same_for_all


def refuse(broadcast: Broadcast, public: bool | None) -> None:
    """Raises BadInput where somebody wants a drill on the board."""
    if public and broadcast.drill:
        raise BadInput(f"broadcast {broadcast.pk} is a drill, so it can't be public")
