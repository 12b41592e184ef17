"""What sending a draft would mean, kept with it: asking a roster of 60,000 takes a second, and the page must not."""

import hashlib
import json
from typing import Any

from broadcaster import clock
from broadcaster.broadcasts.drafting import Order
from broadcaster.broadcasts.models import Draft
from broadcaster.console import soon
from broadcaster.delivery.forecasting.prospect import prospect
from broadcaster.kinds import Channel
from broadcaster.roster import snapshot
from broadcaster.templating import library

#: seconds after which rates, and what is going out already, may be others
_GOOD_FOR = 120.0


def of(draft: Draft, patience: float | None = soon.WAIT) -> dict[str, Any] | None:
    """See `Prospect.kept`; with `at`, when it was asked for. None while it is worked out, unless `patience` is None.

    Raises AudienceError and what `compose` does.
    """
    template = library.load(draft.template)
    roster = snapshot.version()
    fingerprints = sorted((tag, wording.fingerprint) for tag, wording in template.languages.items())
    told = [
        fingerprints,
        draft.values,
        draft.changes,
        draft.audience,
        draft.channels,
        draft.drill,
        sorted(draft.unreviewed),
        roster,
    ]
    mark = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    kept: dict[str, Any] = draft.prospect
    if kept.get("mark") == mark and clock.now() - kept["at"] < _GOOD_FOR:
        return kept
    order = Order(
        template=draft.template,
        audience=draft.audience,
        values=draft.values,
        channels=[Channel(value) for value in draft.channels],
        unreviewed=draft.unreviewed,
        changes=draft.changes,
        drill=draft.drill,
        follows=draft.follows_id,
        corrects=draft.corrects,
    )

    def work() -> dict[str, Any]:
        fresh = prospect(order).kept() | {"mark": mark, "at": clock.now()}
        Draft.objects.filter(pk=draft.pk).update(prospect=fresh)
        return fresh

    found = soon.made(f"prospect:{draft.pk}:{mark}", work, patience)
    if found is not None:
        draft.prospect = found
    return found
