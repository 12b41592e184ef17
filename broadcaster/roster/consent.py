"""What families chose, and addresses that are no longer written to. Both are kept by address, apart from the roster's
people, so that a shared phone has one answer and no import can undo it.

Addresses are in the form that `text.phones.normalise` and `text.emails.normalise` give.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from broadcaster import clock
from broadcaster.kinds import BadInput, Channel, Purpose
from broadcaster.roster import acts
from broadcaster.roster.models import Consent, ConsentState, Suppression

#: the cause of a phone that its carrier blocks us from after a STOP: no text gets through, emergencies neither
CARRIER_STOP = "carrier stop"


@dataclass(frozen=True, slots=True)
class Choice:
    """A family's choice for one address and purpose, made `at` (an instant). `source` says how: "text STOP".

    `evidence` is what shows it, `entered_by` who of the district entered it, where a person did.
    """

    channel: Channel
    address: str
    purpose: Purpose
    state: ConsentState
    source: str
    at: float
    evidence: str = ""
    entered_by: str = ""


class NotSuppressed(BadInput):
    """An address that is not suppressed can't be let go. The message repeats it."""


@dataclass(frozen=True, slots=True)
class Dead:
    """An address that can't or must not be written to any more, why ("bounced", CARRIER_STOP), and since when."""

    channel: Channel
    address: str
    cause: str
    at: float


# In both, the newest word wins, whatever order the words arrive in: receipts and replies come late and twice.
_CHOOSE = f"""
    INSERT INTO {Consent._meta.db_table} (channel, address, purpose, state, source, at, evidence, entered_by)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (channel, address, purpose) DO UPDATE
    SET state = excluded.state, source = excluded.source, at = excluded.at, evidence = excluded.evidence,
        entered_by = excluded.entered_by
    WHERE excluded.at >= {Consent._meta.db_table}.at
"""
# An address that is already suppressed keeps its first cause; one that was lifted since is suppressed anew.
_SUPPRESS = f"""
    INSERT INTO {Suppression._meta.db_table} (channel, address, cause, at, lifted_by, lifted_why)
    VALUES (%s, %s, %s, %s, '', '')
    ON CONFLICT (channel, address) DO UPDATE
    SET cause = excluded.cause, at = excluded.at, lifted_at = NULL, lifted_by = '', lifted_why = ''
    WHERE {Suppression._meta.db_table}.lifted_at <= excluded.at
"""


def record(
    channel: Channel, address: str, purpose: Purpose, state: ConsentState, source: str, at: float | None = None
) -> None:
    """Keep one choice, made `at` (now by default). An older choice that arrives later changes nothing."""
    record_all([Choice(channel, address, purpose, state, source, clock.now() if at is None else at)])


def opt_out_everything(channel: Channel, address: str, source: str, at: float | None = None) -> None:
    """Keep that an address wants no message of any purpose (a STOP)."""
    instant = clock.now() if at is None else at
    record_all(Choice(channel, address, purpose, ConsentState.OPTED_OUT, source, instant) for purpose in Purpose)


def record_all(choices: Iterable[Choice]) -> None:
    """Keep many choices, all or none."""
    _write(
        _CHOOSE,
        (
            (c.channel.value, c.address, c.purpose.value, c.state.value, c.source, c.at, c.evidence, c.entered_by)
            for c in choices
        ),
    )


def enter(
    channel: Channel,
    address: str,
    purpose: Purpose,
    state: ConsentState,
    *,
    by: str,
    source: str,
    evidence: str,
    at: float | None = None,
) -> None:
    """Keep a choice that a family told a person of the district: `source` ("by phone", "on paper"), and what shows it.

    Raises BadInput without evidence, or where the family made a newer choice since `at`.
    """
    instant = clock.now() if at is None else at
    if not evidence.strip():
        raise BadInput(f"a choice for {address!r} needs evidence: where it was said, when, and to whom")
    with transaction.atomic():
        newer = Consent.objects.filter(channel=channel, address=address, purpose=purpose, at__gt=instant).first()
        if newer is not None:
            raise BadInput(f"{address!r} made a newer choice ({newer.source}), which stays")
        record_all([Choice(channel, address, purpose, state, source[:60], instant, evidence[:300], by[:254])])
        acts.done(by, "entered a choice", {"channel": channel.value, "purpose": purpose.value, "state": state.value})


def suppress(channel: Channel, address: str, cause: str, at: float | None = None) -> None:
    """Write to an address no more, from `at` (now by default) until somebody lifts it."""
    suppress_all([Dead(channel, address, cause, clock.now() if at is None else at)])


def suppress_all(dead: Iterable[Dead]) -> None:
    """Write to many addresses no more, all or none."""
    _write(_SUPPRESS, ((one.channel.value, one.address, one.cause, one.at) for one in dead))


def lift(channel: Channel, address: str, *, by: str, why: str) -> None:
    """Write to a suppressed address again. A carrier's block ends only when the family texts START.

    Raises NotSuppressed, and BadInput without a reason.
    """
    if not why.strip():
        raise BadInput(f"{address!r} needs a reason before it is written to again")
    with transaction.atomic():
        held = Suppression.objects.filter(channel=channel, address=address, lifted_at=None)
        causes = list(held.values_list("cause", flat=True))
        if not held.update(lifted_at=clock.now(), lifted_by=by[:254], lifted_why=why[:300]):
            raise NotSuppressed(f"{address!r} is not suppressed: it is written to already")
        acts.done(by, "lifted a suppression", {"channel": channel.value, "cause": causes[0], "reason": why[:300]})


def _write(sql: str, rows: Iterator[tuple[Any, ...]]) -> None:
    many = sorted(set(rows), key=str)  # one order for all writers, so that two never wait for each other in a circle
    if many:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, many)
