"""The kill switch: one act stops every broadcast at once, and one lets them go on where they stopped."""

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import Stop

#: true in SQL while nothing may leave
THROWN = "EXISTS (SELECT 1 FROM broadcasts_stop k WHERE k.lifted_at IS NULL)"


def throw(actor: str, why: str) -> Stop:
    """Let nothing leave any more, from now on, until somebody lifts it. Throwing it again keeps the first."""
    standing = present()
    if standing is None:
        standing = Stop.objects.create(at=clock.now(), by=actor, why=why)
        audit.write(actor, "stopped everything", detail={"why": why})
    return standing


def lift(actor: str) -> None:
    """Let everything go on. Does nothing where nothing is stopped."""
    if Stop.objects.filter(lifted_at__isnull=True).update(lifted_at=clock.now(), lifted_by=actor):
        audit.write(actor, "let everything go on")


def present() -> Stop | None:
    """The stop that stands now, if any."""
    return Stop.objects.filter(lifted_at__isnull=True).order_by("id").first()
