"""What is kept of broadcasts that are settled: how each was served, in few rows, so that a year is read at once."""

from django.db import models


class Summary(models.Model):
    """How a settled broadcast reached its families, as the ledger said at `frozen_at`.

    `reachable` families had at least one message that was not suppressed; `t50` and `t90` are seconds from the approval
    until 50, 90 % of those had been reached, null where that did not come about.
    """

    broadcast_id = models.BigIntegerField(primary_key=True)
    frozen_at = models.FloatField()
    total = models.PositiveIntegerField()
    reachable = models.PositiveIntegerField()
    reached = models.PositiveIntegerField()
    t50 = models.FloatField(null=True)
    t90 = models.FloatField(null=True)


class SummaryPart(models.Model):
    """The same of the families of one school, or of one language: of the other column a part has nothing.

    Where both have nothing, it is the part of the families without a school. A language of "" is that of families in
    which nobody may be written to.
    """

    broadcast_id = models.BigIntegerField()
    school_id = models.BigIntegerField(null=True)
    language = models.CharField(max_length=20, null=True)
    total = models.PositiveIntegerField()
    reachable = models.PositiveIntegerField()
    reached = models.PositiveIntegerField()
    t50 = models.FloatField(null=True)
    t90 = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["broadcast_id"], name="part_of_summary")]


class KeptReport(models.Model):
    """A whole report of a settled broadcast, as it was counted once; of one school's families where it names one (0:
    all of them).
    """

    broadcast_id = models.BigIntegerField()
    school_id = models.BigIntegerField(default=0)
    document = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["broadcast_id", "school_id"], name="kept_report_once")]
