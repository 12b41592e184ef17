"""Finding a broadcast by the number that somebody typed."""

from broadcaster.broadcasts.models import Broadcast
from broadcaster.kinds import BadInput

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
