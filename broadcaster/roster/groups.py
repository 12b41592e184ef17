"""Things that belong together because each is tied to the next: union-find."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Thing = TypeVar("Thing", bound=Hashable)


class Groups(Generic[Thing]):
    """Groups of things. Who was never joined to anything is a group alone."""

    def __init__(self) -> None:
        self._above: dict[Thing, Thing] = {}

    def join(self, one: Thing, other: Thing) -> None:
        """Make the groups of two things one."""
        self._above[self.of(other)] = self.of(one)

    def of(self, thing: Thing) -> Thing:
        """The thing that stands for the group: the same for all in it, until the group is joined to another."""
        above = self._above
        while (next_up := above.setdefault(thing, thing)) != thing:
            above[thing] = thing = above[next_up]
        return thing
