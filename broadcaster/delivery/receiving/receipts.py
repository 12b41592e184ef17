"""Receipts applied to the ledger, in bulk, in any order, as often as they come."""

from collections.abc import Sequence

from broadcaster import clock
from broadcaster.delivery import sql
from broadcaster.delivery.epoch import References
from broadcaster.delivery.models import AcceptedRequest, Doubt, Verdict
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.receiving import consequences, lessons, proof
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.providers.base import Receipt

#: no request of ours has a longer name (`AcceptedRequest.name`)
_NAME = 60


def apply(receipts: Sequence[Receipt]) -> list[int | None]:
    """Move deliveries as the receipts say, settle what was in doubt, honour wishes to stop, suppress dead addresses.

    Returns for each receipt the id of its delivery, or None where it names none of ours. Call it inside a transaction.
    Applying a receipt again, or an older one later, changes nothing.
    """
    references = References()
    ids = [references.resolve(receipt.ref) for receipt in receipts]
    known = [
        (delivery_id, receipt) for delivery_id, receipt in zip(ids, receipts, strict=True) if delivery_id is not None
    ]
    changes = [change(delivery_id, receipt) for delivery_id, receipt in known if receipt.status is not None]
    write(changes)
    requests = {receipt.request for _, receipt in known if receipt.request}
    if sql.row("SELECT 1 FROM delivery_doubt WHERE settled_at IS NULL LIMIT 1"):
        _settle({c.delivery_id for c in changes}, requests)
        _went_out(proof.of_mail([(delivery_id, receipt.request) for delivery_id, receipt in known if receipt.request]))
    _prove(requests)
    lessons.honour([(delivery_id, r.at) for delivery_id, r in known if r.status is None and r.reason in lessons.WISHES])
    consequences.draw(changes, lessons.Told.BY_RECEIPT)
    return ids


def change(delivery_id: int, receipt: Receipt) -> Change:
    """What a receipt with a status asks for."""
    assert receipt.status is not None  # noqa: S101 - the callers look
    return Change(
        delivery_id,
        DeliveryStatus(receipt.status.value),
        receipt.at,
        receipt.reason or "",
        receipt.code,
        receipt.provider_id,
    )


def _settle(moved: set[int], requests: set[str]) -> None:
    """A receipt ends its delivery's doubt; for mail, one event proves that all of its request was accepted."""
    now = clock.now()
    open_doubts = Doubt.objects.filter(settled_at__isnull=True)
    open_doubts.filter(delivery_id__in=moved).update(settled_at=now, verdict=Verdict.RECEIPT)
    proven = list(open_doubts.filter(request__in=requests).values_list("delivery_id", flat=True)) if requests else []
    _went_out(proven)


def _went_out(delivery_ids: Sequence[int]) -> None:
    if delivery_ids:
        now = clock.now()
        write([Change(delivery_id, DeliveryStatus.SENT, now) for delivery_id in delivery_ids])
        in_doubt = Doubt.objects.filter(settled_at__isnull=True, delivery_id__in=delivery_ids)
        in_doubt.update(settled_at=now, verdict=Verdict.ACCEPTED)


def _prove(requests: set[str]) -> None:
    """Keep which mail requests were accepted: their mail may be doubted after this event. A row per request, in one
    order and after the deliveries, so that two web processes can't lock each other out.
    """
    if not requests:
        return
    now = clock.now()
    names = sorted(name for name in requests if len(name) <= _NAME)
    AcceptedRequest.objects.bulk_create((AcceptedRequest(name=name, at=now) for name in names), ignore_conflicts=True)
