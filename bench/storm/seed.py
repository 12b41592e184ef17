"""The few rows that a storm's ledger has beside its deliveries. `python -m bench.storm.seed`, in its environment."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadcaster.settings")
django.setup()

from bench.storm.ledger import EPOCH, SENT_AT  # noqa: E402 - models need Django set up
from broadcaster.broadcasts.models import Broadcast  # noqa: E402
from broadcaster.broadcasts.status import BroadcastStatus  # noqa: E402
from broadcaster.delivery.models import Epoch, Plan, PlanStage  # noqa: E402


def seed() -> None:
    """An epoch, and a broadcast that is planned and out."""
    Epoch.objects.create(code=EPOCH, started_at=SENT_AT)
    made = Broadcast.objects.create(
        pk=1,
        template="storm",
        title="Storm",
        purpose="emergency",
        audience="district",
        channels=["sms", "email"],
        status=BroadcastStatus.COMPLETED,
        created_by="bench",
        created_at=SENT_AT,
        approved_at=SENT_AT,
        started_at=SENT_AT,
        finished_at=SENT_AT,
    )
    Plan.objects.create(broadcast_id=made.pk, stage=PlanStage.DONE, done_at=SENT_AT)


if __name__ == "__main__":
    seed()
