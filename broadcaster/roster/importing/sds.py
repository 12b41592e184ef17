"""Microsoft School Data Sync v2.1 CSV: orgs.csv, users.csv, roles.csv, and relationships.csv for the guardians.

Whom relationships.csv names beside a student is a guardian, on whichever side; roles.csv need not say so. A doctor, an
aide or a child is kept on file, and not written to about the student.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from broadcaster.roster.importing import addresses, cells, directory, standard
from broadcaster.roster.importing.directory import Directory, Role, Tie, User
from broadcaster.roster.importing.facts import Fact
from broadcaster.roster.importing.files import File
from broadcaster.roster.importing.reading import Reading, refuse_crowds
from broadcaster.roster.importing.sheets import Record
from broadcaster.roster.importing.standard import Standard, folded

ORGS = Standard("orgs.csv", ("sourcedId", "name"), ("type",))
USERS = Standard(
    "users.csv", ("sourcedId",), ("username", "givenName", "familyName", "middleName", "email", "phone", "sms")
)
ROLES = Standard("roles.csv", ("userSourcedId", "orgSourcedId", "role"), ("grade", "isPrimary"))
RELATIONSHIPS = Standard("relationships.csv", ("userSourcedId", "relationshipUserSourcedId"), ("relationshipRole",))

#: no schools among the types of Microsoft's list of values
_ABOVE_SCHOOLS = {
    "department", "district", "local", "state", "national", "region", "division", "province", "localauthority",
    "ministryofeducation", "departmentofeducation", "municipality", "academictrust",
}  # fmt: skip
_NOBODYS_ROLES = {"alumni", "other", "child"}
_NOT_WRITTEN_TO = {"doctor", "aide", "child"}


@dataclass(frozen=True)
class SchoolDataSync:
    """The files by their names in lower case."""

    files: Mapping[str, File]

    def facts(self, reading: Reading) -> Iterator[Fact]:
        """All facts: orgs, roles and relationships first, then the users, then the ties."""
        known = Directory()
        for record in self._records(ORGS, reading):
            if folded(record.raw("type")) in _ABOVE_SCHOOLS:
                known.other_orgs.add(record.text("sourcedId", cells.ID))
            else:
                known.schools[record.text("sourcedId", cells.ID)] = record.text("name", cells.NAME)
        for record in self._records(ROLES, reading):
            role = folded(record.raw("role"))
            if role and role not in _NOBODYS_ROLES and (user := record.id("userSourcedId")):
                secondary = folded(record.raw("isPrimary")) in ("false", "0", "no")
                grade = record.text("grade", cells.GRADE)
                known.roles[user].append(Role(secondary, record.text("orgSourcedId", cells.ID), role, grade))
                refuse_crowds(len(known.roles), self.files[ROLES.file].where)
        for record in self._records(RELATIONSHIPS, reading):
            one, other = record.id("userSourcedId"), record.id("relationshipUserSourcedId")
            if one and other:
                relationship = record.text("relationshipRole", cells.RELATIONSHIP)
                column = record.columns.named("relationshipUserSourcedId")
                may_contact = folded(relationship) not in _NOT_WRITTEN_TO
                known.mention(one, other, Tie(column, record.place, relationship, may_contact))
        known.settle_ties()
        for record in self._records(USERS, reading):
            if user := record.id("sourcedId"):
                yield from known.facts_of(_user(record, user))
        yield from known.last_facts()

    def _records(self, standard_: Standard, reading: Reading) -> Iterator[Record]:
        """The records of a file that may be missing."""
        if file := self.files.get(standard_.file):
            yield from standard.sheet(file, standard_, reading).records(reading, *standard_.needs)


def _user(record: Record, user: str) -> User:
    return User(
        user,
        directory.name_of(record),
        "",
        directory.language_of(record),
        (),
        addresses.of(record, phones=("sms", "phone")),
        record.place,
        directory.custody_of(record),
    )
