"""What an event about mail from before a restore proves of the messages beside it."""

from collections.abc import Sequence

from broadcaster.delivery import sql
from broadcaster.delivery.models import RESTORED, Doubt
from broadcaster.kinds import Channel


def of_mail(events: Sequence[tuple[int, str]]) -> list[int]:
    """The mail in question that these events (delivery id, request) prove to be sent: a request takes up its batch from
    its first delivery on, so everything from there to the delivery of the event went out with it.
    """
    if not Doubt.objects.filter(cause=RESTORED, channel=Channel.EMAIL, settled_at__isnull=True).exists():
        return []
    found: set[int] = set()
    furthest: dict[str, int] = {}
    for delivery_id, request in events:
        furthest[request] = max(delivery_id, furthest.get(request, 0))
    for request, last in furthest.items():
        _, batch, first = [*request.split("-"), "", ""][:3]
        if batch.isdecimal() and first.isdecimal():  # the parts of a request that was split have longer names
            found.update(
                row[0]
                for row in sql.rows(
                    "SELECT o.delivery_id FROM delivery_doubt o JOIN delivery_delivery d ON d.id = o.delivery_id "
                    "WHERE o.settled_at IS NULL AND o.cause = %s AND d.batch_id = %s AND d.id BETWEEN %s AND %s",
                    [RESTORED, int(batch), int(first), last],
                )
            )
    return sorted(found)
