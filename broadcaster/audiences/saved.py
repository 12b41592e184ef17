"""Expressions saved by name."""

from broadcaster import clock
from broadcaster.audiences.audience import for_the_log, parse
from broadcaster.audiences.errors import AudienceError, unknown
from broadcaster.audiences.models import SavedAudience
from broadcaster.roster import acts


def save(name: str, expression: str, *, by: str) -> SavedAudience:
    """Save an expression under a name, in place of another of that name. Raises AudienceError for a wrong expression,
    and for a name that can't be asked for.
    """
    called = " ".join(name.split())
    if not called or len(called) > 100 or '"' in called:
        raise AudienceError(
            f"an audience can't be called {name!r}: a name has 1 to 100 characters and no quotation marks"
        )
    parse(expression)
    found = _called(called)
    if found is None:
        found = SavedAudience(name=called)
    found.expression, found.by, found.at = expression, by, clock.now()
    found.save()
    acts.done(by, "saved an audience", {"name": found.name, "expression": for_the_log(expression)})
    return found


def forget(name: str, *, by: str) -> None:
    """Forget a saved expression. Broadcasts that named it keep what it meant. Raises AudienceError."""
    found = _called(name)
    if found is None:
        raise _unknown(name)
    found.delete()
    acts.done(by, "forgot an audience", {"name": found.name})


def all_saved() -> list[SavedAudience]:
    """All of them, by name."""
    return list(SavedAudience.objects.order_by("name"))


def expression_of(name: str) -> str:
    """What a name stands for. Raises AudienceError."""
    found = _called(name)
    if found is None:
        raise _unknown(name)
    return found.expression


def _called(name: str) -> SavedAudience | None:
    wanted = " ".join(name.split()).casefold()
    return next((one for one in SavedAudience.objects.all() if one.name.casefold() == wanted), None)


def _unknown(name: str) -> AudienceError:
    names = [one.name for one in all_saved()]
    if not names:
        return AudienceError(f"unknown saved audience {name!r}: none is saved yet")
    return unknown("saved audience", name, names)
