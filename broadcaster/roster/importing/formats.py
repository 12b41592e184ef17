"""The formats by name, and which of them some files are in."""

from pathlib import Path

from broadcaster.district import Roster
from broadcaster.roster.importing import archives, clever, edfi, files, oneroster, plain_csv, sds, sheets
from broadcaster.roster.importing.errors import ImportRefused
from broadcaster.roster.importing.facts import Source
from broadcaster.roster.importing.files import File
from broadcaster.roster.importing.standard import folded

AUTO, CSV = "auto", "csv"
#: by the name on the command line, what people call it
TITLES = {
    CSV: "plain CSV",
    "oneroster": "OneRoster",
    "clever": "Clever",
    "sds": "School Data Sync",
    "edfi": "Ed-Fi XML",
}
NAMES = (AUTO, *TITLES)
_MAIN = {
    "oneroster": ("users.csv",),
    "sds": ("users.csv",),
    "clever": (clever.STUDENTS.file, clever.TEACHERS.file, clever.STAFF.file),
    "edfi": ("Interchange*.xml",),
}

_ONEROSTERS_OWN = {"enableduser", "status", "agentsourcedids", "datelastmodified", "role"}
_CLEVERS_OWN = {"contacttype", "contactsisid", "studentnumber", "stateid", "ellstatus", "frlstatus", "iepstatus"}
_NOT_CLEVERS = {"contactid", "guardianid", "parentid"}


def recognised(path: Path, name: str, columns: Roster) -> Source:
    """The files at a path, in the format of that name or (`auto`) the one that they look like.

    Raises ImportRefused for a name that is none, a path that can't be read, and files that are of another format.
    """
    if name not in NAMES:
        raise ImportRefused(f"unknown format {name!r}; known: {', '.join(NAMES)}")
    found = _found_at(path)
    likely = _looks_like(found)
    if name in (AUTO, likely):
        return _source(likely, path, found, columns)
    looks = f"the files look like {TITLES[likely]} (--format {likely})"
    if name == CSV:
        try:
            return _source(CSV, path, found, columns)
        except ImportRefused as error:
            raise ImportRefused(f"{error}; {looks}") from None
    if likely != CSV or not any(file.name.lower() in _MAIN[name] for file in found):
        raise ImportRefused(f"{path}: is not {TITLES[name]}, which has {' or '.join(_MAIN[name])}; {looks}")
    return _source(name, path, found, columns)


def _found_at(path: Path) -> list[File]:
    if path.is_dir():
        return files.inside(path)
    if not path.exists():
        raise ImportRefused(f"{path}: no such file or folder")
    return archives.members(path) if archives.is_zip(path) else [File.on_disk(path)]


def _looks_like(found: list[File]) -> str:
    """The format by the files' names and headers; plain CSV where nothing speaks for another."""
    heads = {file.name.lower(): _head(file) for file in found if not file.ends_with(".xml")}
    users, roles = heads.get("users.csv", set()), heads.get("roles.csv", set())
    if "propertyname" in heads.get("manifest.csv", set()) or ("sourcedid" in users and users & _ONEROSTERS_OWN):
        return "oneroster"
    if "sourcedid" in users and ("usersourcedid" in roles or "username" in users):
        return "sds"
    if any(_is_clevers(name, head) for name, head in heads.items()):
        return "clever"
    if any(edfi.looks_like(files.start(file)) for file in found):
        return "edfi"
    return CSV


def _head(file: File) -> set[str]:
    """The folded names of a file's header; none where it can't be read, which its format then says."""
    try:
        return {folded(cell) for cell in sheets.header_of(file)}
    except ImportRefused:
        return set()


def _is_clevers(name: str, head: set[str]) -> bool:
    names = {"schoolid", "firstname", "lastname"}
    if name == clever.TEACHERS.file:
        return names | {"teacherid", "teacheremail"} <= head
    return names | {"studentid"} <= head and bool(head & _CLEVERS_OWN) and not head & _NOT_CLEVERS


def _source(name: str, path: Path, found: list[File], columns: Roster) -> Source:
    by_name = {file.name.lower(): file for file in found}
    if name == "oneroster":
        return oneroster.OneRoster(by_name, str(path))
    if name == "sds":
        return sds.SchoolDataSync(by_name)
    if name == "clever":
        if len(found) == 1 and found[0].name.lower() not in _MAIN[name]:
            by_name = {clever.STUDENTS.file: found[0]}  # told by its header alone
        return clever.Clever(by_name)
    if name == "edfi":
        return edfi.EdFi(tuple(file for file in found if file.ends_with(".xml") or len(found) == 1))
    tables = [file for file in found if not file.ends_with(".xml") or len(found) == 1]
    return plain_csv.recognised(tables, columns)
