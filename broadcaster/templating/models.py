"""Templates that staff saved, version by version."""

from django.db import models


class SavedTemplate(models.Model):
    """One version of a template, as it was saved: never changed, never removed. The newest one counts.

    `files` is file name -> text, as in a folder of `templates/`. A version without files is a withdrawal: from it on
    there is the shipped template of that name again, or none.
    """

    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    files = models.JSONField(null=True)
    saved_by = models.CharField(max_length=254)
    saved_at = models.FloatField()
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="saved_template_version_once")]

    @property
    def is_withdrawal(self) -> bool:
        """Whether it took the template back."""
        return self.files is None
