"""Audiences that are kept: expressions by name, and lists of people with values of their own, looked at before."""

from django.db import models


class SavedAudience(models.Model):
    """An expression under a name of its own, as `saved:"High schools"` asks for it."""

    name = models.CharField(max_length=100, unique=True)
    expression = models.TextField()
    by = models.CharField(max_length=254)
    at = models.FloatField()


class PeopleList(models.Model):
    """A file of people that was taken in, as `list:affected.csv#5` asks for it; it never changes. `fields` are the
    values that its rows have of their own.
    """

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    fields = models.JSONField(default=list)
    by = models.CharField(max_length=254)
    at = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "digest"], name="list_once")]


class Listed(models.Model):
    """Somebody on a list: a student, or a contact alone. Plain ids, so that a leaver on a list is kept."""

    # no index of its own: the two below begin with the list
    people_list = models.ForeignKey(PeopleList, models.CASCADE, related_name="rows", db_index=False)
    student_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    own = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["people_list", "student_id"], name="student_listed_once"),
            models.UniqueConstraint(fields=["people_list", "contact_id"], name="contact_listed_once"),
        ]


class Upload(models.Model):
    """A list that somebody looks at before it is kept (`uploads.py`): no audience means it. `content` has the values of
    each student and contact by id; the counts and the first of the rejected rows stand beside it.
    """

    by = models.CharField(max_length=254)
    at = models.FloatField()
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    fields = models.JSONField(default=list)
    rows = models.IntegerField()
    students = models.IntegerField()
    contacts = models.IntegerField()
    left_out = models.IntegerField()
    rejected = models.JSONField(default=list)
    content = models.JSONField(default=dict)
