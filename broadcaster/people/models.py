"""A person who signs in, and the link that makes the first one."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from broadcaster.people.roles import Role
from broadcaster.roster.models import School


class People(BaseUserManager["Person"]):
    """Finds and makes people."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Person":
        """Make a person; without a password they can't sign in until they set one by a link."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody of the district. `school` says whose messages and reports a school office or a viewer sees; the other
    roles have none. Nobody is deleted: the audit log names them; who left is not `is_active`.
    """

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=14, choices=[(role.value, role.label) for role in Role])
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="people")
    #: where test messages go, and word of what was released alone; E.164, "" for none
    phone = models.CharField(max_length=20, default="", blank=True)
    #: of the screens: a BCP 47 tag
    language = models.CharField(max_length=20, default="en")
    is_active = models.BooleanField(default=True)
    added_at = models.FloatField()
    added_by = models.CharField(max_length=254, blank=True)

    objects = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            # a school's role without its school would see nothing, or everything
            models.CheckConstraint(
                condition=models.Q(role__in=Role.of_a_school(), school__isnull=False)
                | models.Q(role__in=Role.of_the_district(), school__isnull=True),
                name="person_school_by_role",
            )
        ]

    def __str__(self) -> str:
        return self.email
