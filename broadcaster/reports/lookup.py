"""Finding a broadcast by the number that somebody typed, and a school by its name."""

from broadcaster.broadcasts.models import Broadcast
from broadcaster.kinds import BadInput
from broadcaster.roster.models import School
from broadcaster.templating.nearest import nearest

#: more digits than this are no id of ours, and more than a database takes
_LONGEST = 18


class UnknownBroadcast(BadInput):
    """No broadcast has this number. The message is one line that repeats what was given and names the newest."""


def find(given: str | int) -> Broadcast:
    """The broadcast with this number. Raises UnknownBroadcast."""
    digits = str(given).strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST:
        found = Broadcast.objects.filter(pk=int(digits)).first()
        if found is not None:
            return found
    newest = Broadcast.objects.order_by("-id").values_list("id", flat=True).first()
    if newest is None:
        raise UnknownBroadcast(f"there is no broadcast {given}: there are none yet")
    raise UnknownBroadcast(f"there is no broadcast {given}; the newest is {newest}: see `broadcaster list`")


class UnknownSchool(BadInput):
    """No school of the roster is called so. The message is one line that repeats the name and suggests others."""


def find_school(given: str) -> School:
    """The school of this name, in capitals or not. Raises UnknownSchool."""
    wanted = " ".join(given.split())
    names = {school.name.casefold(): school for school in School.objects.order_by("name")}
    found = names.get(wanted.casefold())
    if found is None:
        near = nearest(wanted, names)
        for name, school in names.items():
            near = near.replace(name, school.name)
        raise UnknownSchool(f"there is no school {given!r}; {near}")
    return found
