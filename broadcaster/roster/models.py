"""People, how to reach them, and what they consented to."""

from django.db import models

from broadcaster.kinds import Channel, Purpose

CHANNELS = [(channel.value, channel.value) for channel in Channel]
PURPOSES = [(purpose.value, purpose.value) for purpose in Purpose]


class School(models.Model):
    """A site of the district, by the name the roster gives it."""

    name = models.CharField(max_length=200, unique=True)
    level = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.name


class Family(models.Model):
    """A household: contacts who live together around students. Its members point at it."""


class Student(models.Model):
    """A child. `family` is set only where nobody is on file for them: then they are a family nobody can reach."""

    source_id = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200)
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="students")
    grade = models.CharField(max_length=20, blank=True)
    family = models.ForeignKey(Family, models.SET_NULL, null=True, related_name="lone_students")
    left_at = models.FloatField(null=True)


class ContactKind(models.TextChoices):
    """A staff member who is also a parent is two contacts, one of each kind.

    A guest is somebody who is in no roster, written to by their address alone; a copy is who gets one of what goes to
    the whole district. Both have left from the start: no import and no count knows them (see `guests.py`).
    """

    GUARDIAN = "guardian"
    STAFF = "staff"
    GUEST = "guest"
    COPY = "copy"


class Contact(models.Model):
    """A guardian or a staff member. `language` is a BCP 47 tag, empty where the roster names none that we know."""

    kind = models.CharField(max_length=10, choices=ContactKind.choices)
    source_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=20, blank=True)
    family = models.ForeignKey(Family, models.SET_NULL, null=True, related_name="contacts")
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="staff")
    role = models.CharField(max_length=100, blank=True)
    left_at = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "source_id"], name="contact_once")]


#: the kinds that rosters have
ROSTERED = (ContactKind.GUARDIAN, ContactKind.STAFF)


class ContactPoint(models.Model):
    """One usable address of a contact, normalised (E.164, or mail with a lower-case domain). Rank 1 is best."""

    # no index of its own: `point_once` begins with the contact
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="points", db_index=False)
    channel = models.CharField(max_length=5, choices=CHANNELS)
    address = models.CharField(max_length=320)
    as_given = models.CharField(max_length=320)
    rank = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "channel", "address"], name="point_once")]
        indexes = [models.Index(fields=["channel", "address"], name="point_address")]


class Guardianship(models.Model):
    """The tie between a student and a contact. `may_contact` belongs to the pair."""

    # no index of its own: `guardianship_once` begins with the student
    student = models.ForeignKey(Student, models.CASCADE, related_name="guardianships", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="guardianships")
    relationship = models.CharField(max_length=60, blank=True)
    may_contact = models.BooleanField(default=True)
    lives_with = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "contact"], name="guardianship_once")]


class ConsentState(models.TextChoices):
    """Unknown is the absence of a row."""

    OPTED_IN = "in"
    OPTED_OUT = "out"


class Consent(models.Model):
    """A family's own choice for one address and purpose. Keyed by address, so that a shared phone has one answer and no
    import can undo it (docs/decisions/003)."""

    channel = models.CharField(max_length=5, choices=CHANNELS)
    address = models.CharField(max_length=320)
    purpose = models.CharField(max_length=10, choices=PURPOSES)
    state = models.CharField(max_length=3, choices=ConsentState.choices)
    source = models.CharField(max_length=60)
    at = models.FloatField()
    #: what shows it, such as "form of 2 September, in the binder"; and who of the district entered it, if a person did
    evidence = models.CharField(max_length=300, default="", blank=True)
    entered_by = models.CharField(max_length=254, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address", "purpose"], name="consent_once")]


class Suppression(models.Model):
    """An address that we no longer write to, whatever was consented: it bounced, is invalid, or was stopped."""

    channel = models.CharField(max_length=5, choices=CHANNELS)
    address = models.CharField(max_length=320)
    cause = models.CharField(max_length=60)
    at = models.FloatField()
    lifted_at = models.FloatField(null=True)
    lifted_by = models.CharField(max_length=254, default="", blank=True)
    lifted_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="suppression_once")]


class Correction(models.Model):
    """An address that a person put right, added (`was` is empty) or took away (`address` is empty), of one contact.

    Imports go through them in order, so none undoes one; what the district's system has right is not touched.
    """

    kind = models.CharField(max_length=10, choices=ContactKind.choices)
    source_id = models.CharField(max_length=200)
    channel = models.CharField(max_length=5, choices=CHANNELS)
    was = models.CharField(max_length=320, blank=True)
    address = models.CharField(max_length=320, blank=True)
    as_given = models.CharField(max_length=320, blank=True)
    by = models.CharField(max_length=254)
    why = models.CharField(max_length=300, blank=True)
    at = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["kind", "source_id"], name="correction_of")]


class LanguageChoice(models.Model):
    """The language that somebody chose for themselves. It goes before the roster's, now and at every import."""

    kind = models.CharField(max_length=10, choices=ContactKind.choices)
    source_id = models.CharField(max_length=200)
    language = models.CharField(max_length=20)
    at = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "source_id"], name="language_choice_once")]


class Verdict(models.Model):
    """What a person said of two contacts who look like one: the same (then `kept` stands for both), or not."""

    kind = models.CharField(max_length=10, choices=ContactKind.choices)
    kept = models.CharField(max_length=200)
    other = models.CharField(max_length=200)
    same = models.BooleanField()
    by = models.CharField(max_length=254)
    why = models.CharField(max_length=300, blank=True)
    at = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "kept", "other"], name="verdict_once")]


class RosterImport(models.Model):
    """One import that was decided. The id of the newest is the roster version that an approval freezes.

    Until `finished_at` its changes are being written, from `staged` on; `worked_at` is when somebody last did.
    `contactability` is how families could be reached once it was written, as `contactability.py` keeps it.
    """

    at = models.FloatField()
    actor = models.CharField(max_length=100)
    source = models.CharField(max_length=300)
    counts = models.JSONField(default=dict)
    contactability = models.JSONField(default=dict)
    staged = models.CharField(max_length=32, default="")
    worked_at = models.FloatField(default=0)
    finished_at = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="import_unfinished", condition=models.Q(finished_at=None))]


class StagedChanges(models.Model):
    """A chunk of an import that is not yet in the roster. Chunks of no import in RosterImport were never decided."""

    staged = models.CharField(max_length=32)
    place = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    payload = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staged", "place"], name="staged_once")]
