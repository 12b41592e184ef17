"""OneRoster 1.1 and 1.2 CSV (1EdTech): a folder or a zip with users.csv, orgs.csv and what belongs to them.

1.1 has role and orgs in users.csv, 1.2 in roles.csv; a file that mixes both is read as well. A student's school is the
first of their orgs that is a school, else the school of their role, else where they are enrolled. Guardians are the
users with such a role, and all whom a student's row names in `agentSourcedIds` or whose own row names a student.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from broadcaster.roster.importing import addresses, cells, directory, manifest, of_age, standard
from broadcaster.roster.importing.directory import Directory, Role, Tie, User
from broadcaster.roster.importing.errors import ImportRefused
from broadcaster.roster.importing.facts import Fact, GoneFact, Who
from broadcaster.roster.importing.files import File
from broadcaster.roster.importing.manifest import Manifest
from broadcaster.roster.importing.reading import Place, Reading, refuse_crowds
from broadcaster.roster.importing.sheets import Record, Sheet
from broadcaster.roster.importing.standard import Standard, folded

USERS = Standard(
    "users.csv",
    ("sourcedId", "givenName", "familyName"),
    (
        "status", "enabledUser", "orgSourcedIds", "role", "middleName", "email", "sms", "phone", "agentSourcedIds",
        "grades", "preferredGivenName", "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId",
    ),
    (
        ("agentSourcedId", "agentSourcedIds"), ("agents", "agentSourcedIds"), ("orgSourcedId", "orgSourcedIds"),
        ("grade", "grades"), ("preferredFirstName", "preferredGivenName"), ("preferredLastName", "preferredFamilyName"),
    ),
)  # fmt: skip
ORGS = Standard("orgs.csv", ("sourcedId", "name"), ("status", "type"))
ROLES = Standard("roles.csv", ("userSourcedId", "role"), ("status", "roleType", "orgSourcedId"))
ENROLLMENTS = Standard("enrollments.csv", ("userSourcedId", "schoolSourcedId"), ("status", "role"))
DEMOGRAPHICS = Standard("demographics.csv", ("sourcedId",), ("status", "birthDate"))

#: what 1.1 and 1.2 know beside student and guardians, folded; a role of the district's own begins with ext:
_STAFF_ROLES = {
    "administrator", "aide", "counselor", "districtadministrator", "principal", "proctor", "siteadministrator",
    "systemadministrator", "teacher",
}  # fmt: skip
_KNOWN_ROLES = directory.STUDENT_ROLES | directory.GUARDIAN_ROLES | _STAFF_ROLES
_DELETED = ("tobedeleted", "inactive")  # inactive is 1.0's word


@dataclass(frozen=True)
class OneRoster:
    """The files by their names in lower case."""

    files: Mapping[str, File]
    where: str

    def facts(self, reading: Reading) -> Iterator[Fact]:
        """All facts: orgs, roles and ties first (users.csv is read twice), then the users, then the ties."""
        listed = manifest.read(self.files, reading)
        users = listed.file(self.files, USERS.file)
        if users is None:
            raise ImportRefused(f"{self.where}: holds no users.csv, or its manifest says that it is absent")
        sheet = standard.sheet(users, USERS, reading)
        known = Directory(partial=listed.is_delta(USERS.file))
        self._read_orgs(known, listed, reading)
        gone = self._read_roles(known, listed, reading)
        _read_ties(known, sheet, reading)
        self._read_enrollments(known, listed, reading)
        for record in self._records(DEMOGRAPHICS, listed, reading):
            if of_age.is_of_age(record.raw("birthDate")) and not _is_deleted(record):
                known.of_age.add(record.text("sourcedId", cells.ID))
        yield from _users(known, sheet, reading)
        yield from known.last_facts()
        if known.partial:
            yield from gone
            yield from _left(sheet, reading.first_look())

    def _records(self, standard_: Standard, listed: Manifest, reading: Reading) -> Iterator[Record]:
        """The records of a file that may be missing."""
        if file := listed.file(self.files, standard_.file):
            yield from standard.sheet(file, standard_, reading).records(reading, *standard_.needs)

    def _read_orgs(self, known: Directory, listed: Manifest, reading: Reading) -> None:
        for record in self._records(ORGS, listed, reading):
            if (org := record.id("sourcedId")) and not _is_deleted(record):
                if folded(record.raw("type")) in ("school", ""):
                    known.schools[org] = record.text("name", cells.NAME)
                else:
                    known.other_orgs.add(org)

    def _read_roles(self, known: Directory, listed: Manifest, reading: Reading) -> list[GoneFact]:
        """Fill in the roles; gives who is said to be something no longer."""
        over = set[tuple[str, Who]]()
        for record in self._records(ROLES, listed, reading):
            if not (user := record.id("userSourcedId")):
                continue
            _say_unknown_role(record)
            for role in _roles(record, [record.text("orgSourcedId", cells.ID)]):
                if _is_deleted(record):
                    over.add((user, directory.what(role.name)))
                else:
                    known.roles[user].append(role)
        still = {(user, directory.what(role.name)) for user, roles in known.roles.items() for role in roles}
        return [GoneFact(who, user) for user, who in sorted(over - still, key=str)]

    def _read_enrollments(self, known: Directory, listed: Manifest, reading: Reading) -> None:
        """Where students are enrolled, for those whom no other file gives a school: the first in the order of ids."""
        for record in self._records(ENROLLMENTS, listed, reading):
            user, school = record.text("userSourcedId", cells.ID), record.text("schoolSourcedId", cells.ID)
            if school in known.schools and not _is_deleted(record):
                known.enrolled_at[user] = min(school, known.enrolled_at.get(user, school))


def _read_ties(known: Directory, sheet: Sheet, reading: Reading) -> None:
    """The first look at users.csv: roles (1.1) and ties. What is wrong with a row is said at the second look."""
    column = sheet.columns.named("agentSourcedIds")
    for record in sheet.records(reading.first_look(), "sourcedId"):
        user = record.text("sourcedId", cells.ID)
        if user and _is_active(record):
            known.roles[user] += _roles(record, record.ids("orgSourcedIds"))
            refuse_crowds(len(known.roles), sheet.file.where)
            for agent in record.ids("agentSourcedIds"):
                known.mention(user, agent, Tie(column, Place(reading, record.place.file, record.place.line)))
    known.settle_ties()


def _users(known: Directory, sheet: Sheet, reading: Reading) -> Iterator[Fact]:
    disabled = 0
    for record in sheet.records(reading, "sourcedId"):
        user = record.id("sourcedId")
        if not user or not _is_active(record):
            disabled += bool(user) and not _is_deleted(record)
            continue
        _say_unknown_role(record)
        yield from known.facts_of(_user(record, user))
    if disabled:
        column = sheet.columns.named("enabledUser")
        reading.at(sheet.file.name, 1).warn(column, f"users that are not enabled are not imported: {disabled:,}")


def _user(record: Record, user: str) -> User:
    return User(
        user,
        directory.name_of(record),
        next(iter(record.ids("grades")), ""),
        directory.language_of(record),
        (*record.ids("primaryOrgSourcedId"), *record.ids("orgSourcedIds")),
        addresses.of(record, phones=("sms", "phone")),
        record.place,
        directory.custody_of(record),
    )


def _left(sheet: Sheet, reading: Reading) -> Iterator[GoneFact]:
    """In a delta: who is marked as deleted or not enabled."""
    for record in sheet.records(reading, "sourcedId"):
        if not _is_active(record):
            yield from (GoneFact(who, record.text("sourcedId", cells.ID)) for who in Who)


def _roles(record: Record, orgs: list[str]) -> list[Role]:
    """The roles of a row at each of its orgs; none where the standard does not know them."""
    name = folded(record.raw("role").strip().removeprefix("ext:"))
    if name not in _KNOWN_ROLES:
        return []
    secondary = folded(record.raw("roleType")) == "secondary"
    return [Role(secondary, org, name) for org in orgs or [""]]


def _say_unknown_role(record: Record) -> None:
    role = record.text("role", cells.ROLE)
    if role and not _roles(record, []):
        record.reject("role", f"{role!r} is no role that OneRoster knows")


def _is_deleted(record: Record) -> bool:
    return folded(record.raw("status")) in _DELETED


def _is_active(record: Record) -> bool:
    return not _is_deleted(record) and folded(record.raw("enabledUser")) not in ("false", "0", "no")
