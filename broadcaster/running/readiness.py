"""Saying on the terminal of `serve` that nothing can leave, and that it can again: a line each, as /ready tells."""

from collections.abc import Callable

from broadcaster.running import health

#: seconds between two looks
LOOK_EVERY = 5.0
#: a look that finds the database busy for a moment says nothing: so many in a row do
_IN_A_ROW = 2


class Readiness:
    """Looks at the web process of `bind`. `say` gets a line when things change."""

    def __init__(self, bind: str, say: Callable[[str], None]) -> None:
        self._bind = bind
        self._say = say
        self._unready = 0

    def look(self) -> None:
        """Ask once. A web process that does not answer is being started again, which is said elsewhere."""
        why = health.unready(self._bind)
        if why is None:
            return
        if not why and self._unready >= _IN_A_ROW:
            self._say("messages can leave again: what waited goes on by itself")
        self._unready = self._unready + 1 if why else 0
        if self._unready == _IN_A_ROW:
            self._say(f"nothing is sent: {why}. Nothing is lost; `broadcaster doctor` says what to do")
